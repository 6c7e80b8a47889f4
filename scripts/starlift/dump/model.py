"""What a dump says of its tables."""

from dataclasses import dataclass, field, replace

# A name as (schema, table); the schema is empty where none is given.
Name = tuple[str, str]


@dataclass(frozen=True)
class Type:
    """A type as every target has it: a family, and how large it is."""

    family: str
    # of decimals: digits and decimal places; of text: characters
    size: int | None = None
    scale: int = 0

    def __str__(self) -> str:
        if self.family == "decimal":
            return f"decimal({self.size or 38}, {self.scale})"
        return f"{self.family}({self.size})" if self.size else self.family


TEXT = Type("text")


@dataclass(frozen=True)
class Column:
    name: str
    type: Type
    # as it is written in the dump, for what is said of it
    written: str = ""
    not_null: bool = False
    # SQL, for rows that do not name the column
    default: str | None = None
    # counts on where a row has no value
    counts: bool = False
    generated: bool = False


@dataclass(frozen=True)
class ForeignKey:
    columns: tuple[str, ...]
    parent: Name
    # empty where the parent's primary key is meant
    parent_columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        to = f"({', '.join(self.parent_columns)})" if self.parent_columns else ""
        return f"({', '.join(self.columns)}) -> {self.parent[1]}{to}"


@dataclass
class Table:
    name: Name
    columns: list[Column]
    primary_key: tuple[str, ...] = ()
    unique: list[tuple[str, ...]] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    # PostgreSQL: the tables of which it is a child, or the one of which it is a part
    inherits: list[Name] = field(default_factory=list)
    part_of: Name | None = None

    def position(self, column: str) -> int | None:
        """Where a column stands; names are compared exactly, then without their case."""
        names = [known.name for known in self.columns]
        if column in names:
            return names.index(column)
        lowered = [name.lower() for name in names]
        return lowered.index(column.lower()) if column.lower() in lowered else None

    def change(self, column: str, **changes: object) -> None:
        position = self.position(column)
        if position is not None:
            self.columns[position] = replace(self.columns[position], **changes)  # type: ignore[arg-type]

    def rename_column(self, old: str, new: str) -> None:
        """In the table's own keys, too."""
        position = self.position(old)
        if position is None:
            return
        old = self.columns[position].name

        def renamed(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(new if name.lower() == old.lower() else name for name in names)

        self.columns[position] = replace(self.columns[position], name=new)
        self.primary_key = renamed(self.primary_key)
        self.unique = [renamed(unique) for unique in self.unique]
        self.foreign_keys = [replace(key, columns=renamed(key.columns)) for key in self.foreign_keys]

    def known(self, columns: tuple[str, ...]) -> tuple[str, ...] | None:
        """These columns by the names that the table gives them; None where it lacks one."""
        positions = [self.position(column) for column in columns]
        if None in positions:
            return None
        return tuple(self.columns[position].name for position in positions if position is not None)

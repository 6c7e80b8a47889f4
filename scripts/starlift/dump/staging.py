"""All rows of a dump as text, in a DuckDB file of the load's own: memory stays flat, and types can wait."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa

from starlift.dump.literals import Staged
from starlift.dump.model import Name, Table

# So many values, or characters, are kept back before they are written.
_MOST_VALUES = 400_000
_MOST_CHARACTERS = 16 << 20


class StagedTable:
    """The rows of one table, in the order of the dump; its columns are c0, c1, ..."""

    def __init__(self, table: Table, relation: str) -> None:
        self.table = table
        self.relation = relation
        self.rows = 0
        # the highest number that a counting column has had
        self.counter = 0
        self.waiting: list[Sequence[Staged]] = []


class Staging:
    """The tables that a dump has made so far."""

    def __init__(self, folder: Path) -> None:
        self.tables: dict[Name, StagedTable] = {}
        # where names without a schema are meant: USE and search_path
        self.path: tuple[str, ...] = ()
        # PostgreSQL: tables without columns
        self.empty_tables: set[Name] = set()
        # tables whose CREATE is not understood, and where that stands
        self.not_made: dict[Name, str] = {}
        # values with half a character, which no target can hold
        self.halves = 0
        self._made = 0
        self._values = self._characters = 0
        self._path = folder / "dump.duckdb"
        self.folder = folder

    def __enter__(self) -> Self:
        self.connection = duckdb.connect(str(self._path))
        for setting in (
            "set timezone = 'UTC'",
            "set memory_limit = '256MB'",
            "set threads = 2",
            f"set temp_directory = '{self.folder}/spill'",
            "set checkpoint_threshold = '256MB'",
        ):
            self.connection.execute(setting)
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def placed(self, name: Name) -> Name:
        """A new table's name, with the schema that it is made in."""
        return (name[0] or next(iter(self.path), ""), name[1])

    def find(self, name: Name) -> StagedTable | None:
        """The table of this name; without a schema, the first on the path, or else by its own name alone."""
        if name[0] or not self.path:
            return self._find(name)
        found = (self._find((schema, name[1])) for schema in self.path)
        return next((staged for staged in found if staged), None)

    def _find(self, name: Name) -> StagedTable | None:
        schema, own = name
        if name in self.tables:
            return self.tables[name]
        lowered = own.lower()
        fitting = [
            staged
            for (its_schema, its_own), staged in self.tables.items()
            if its_own.lower() == lowered
            and (not schema or not its_schema or schema.lower() == its_schema.lower())
        ]
        exact = [staged for staged in fitting if staged.table.name[1] == own]
        return next(iter(exact or fitting), None)

    def make(self, table: Table) -> StagedTable:
        staged = StagedTable(table, f"staged_{self._made}")
        self._made += 1
        columns = ", ".join(f"c{position} varchar" for position in range(len(table.columns)))
        self.connection.execute(f"create table {staged.relation} ({columns})")
        self.tables[table.name] = staged
        return staged

    def widen(self, staged: StagedTable, value: Staged) -> None:
        """A column more, with this value in the rows that are there."""
        self.flush(staged)
        position = len(staged.table.columns) - 1
        self.connection.execute(f"alter table {staged.relation} add column c{position} varchar")
        if value is not None:
            self.connection.execute(f"update {staged.relation} set c{position} = ?", [value])

    def drop(self, staged: StagedTable) -> None:
        self.connection.execute(f"drop table {staged.relation}")
        self.tables = {name: each for name, each in self.tables.items() if each is not staged}

    def rename(self, staged: StagedTable, name: Name) -> None:
        self.tables = {name if each is staged else its: each for its, each in self.tables.items()}
        staged.table.name = name

    def empty(self, staged: StagedTable) -> None:
        staged.waiting.clear()
        staged.rows = 0
        self.connection.execute(f"delete from {staged.relation}")

    def append(self, staged: StagedTable, rows: list[Sequence[Staged]], characters: int) -> None:
        staged.waiting += rows
        staged.rows += len(rows)
        self._values += len(rows) * len(staged.table.columns)
        self._characters += characters
        if self._values > _MOST_VALUES or self._characters > _MOST_CHARACTERS:
            self.flush()

    def flush(self, *only: StagedTable) -> None:
        for staged in only or self.tables.values():
            if not staged.waiting:
                continue
            columns = [self._array(values) for values in zip(*staged.waiting, strict=True)]
            names = [f"c{position}" for position in range(len(columns))]
            self.connection.register("waiting", pa.table(columns, names=names))
            self.connection.execute(f"insert into {staged.relation} select * from waiting")
            self.connection.unregister("waiting")
            staged.waiting.clear()
        if not only:
            self._values = self._characters = 0

    def _array(self, values: tuple[Staged, ...]) -> pa.Array:
        try:
            return pa.array(values, pa.string())
        except UnicodeEncodeError:
            whole = [value if value is None else _joined(value) for value in values]
            self.halves += sum("\ufffd" in (other or "") for other in whole)
            return pa.array(whole, pa.string())


def _joined(value: str) -> str:
    """The halves of characters that are written as two escapes; one that is alone is no character."""
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

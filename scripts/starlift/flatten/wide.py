"""The query of the wide table."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from starlift.flatten.graph import Graph, Link
from starlift.flatten.names import Names
from starlift.relations import Column, Kind, Reader, Relation
from starlift.relations.model import MOMENTS, NUMBERS

_PREFIX = re.compile(r"^(?:fact|bridge|dim)_")
# What people call a thing by, among the texts of a table that a list of children shows.
_LABEL = re.compile(r"name|code|title|label|description|(?:^|_)type$", re.IGNORECASE)
_OF_PERSONS = tuple(re.compile(rf"{part}_?name", re.IGNORECASE) for part in ("first", "last"))
# Numbers that only rank: their sum says nothing.
_ORDINAL = re.compile(r"(?:sequence|number|position|rank|order|version|year|month|day)$", re.IGNORECASE)
_COUNT = Column("", Kind.INTEGER, "bigint")
_LIST = Column("", Kind.TEXT, "text")


@dataclass(frozen=True)
class Joined:
    """A parent, or children, as the wide table has them."""

    table: str
    # What its columns begin with, before `__`.
    prefix: str
    columns: int


@dataclass
class Wide:
    sql: str
    columns: list[Column]
    parents: list[Joined] = field(default_factory=list)
    children: list[Joined] = field(default_factory=list)
    # A query per parent that counts the keys which stand there more than once.
    repeated_keys: dict[str, str] = field(default_factory=dict)


def widen(reader: Reader, graph: Graph, base: str, depth: int) -> Wide:
    """Left joins to parents, and theirs, up to `depth` steps away; children are added up before they join."""
    return _Builder(reader, graph, base, depth).build()


class _Builder:
    def __init__(self, reader: Reader, graph: Graph, base: str, depth: int) -> None:
        self._reader = reader
        self._graph = graph
        self._base = base
        self._depth = depth
        self._names = Names(reader)
        self._aliases = Names(reader)
        self._selected: list[str] = []
        self._joins: list[str] = []
        self._ctes: list[str] = []
        self._wide = Wide("", [])

    def build(self) -> Wide:
        alias = self._aliases.new(self._base)
        for column in self._graph.tables[self._base].columns:
            self._select(self._column(alias, column.name), column.name, column)
        self._add_parents(self._base, alias, "", (self._base,))
        for link in self._graph.children_of(self._base):
            self._add_children(link, alias)
        selected = ",\n".join(f"    {one}" for one in self._selected)
        source = f"from {self._place(self._base)} as {self._names(alias)}"
        between = ",\n\n"
        with_ = f"with {between.join(self._ctes)}\n\n" if self._ctes else ""
        self._wide.sql = "\n".join([f"{with_}select", selected, source, *self._joins])
        return self._wide

    def _place(self, name: str) -> str:
        relation: Relation = self._graph.tables[name]
        return f"{self._names(relation.schema)}.{self._names(relation.name)}"

    def _select(self, expression: str, wanted: str, column: Column) -> None:
        name = self._names.new(wanted)
        written = self._names(name)
        is_named = expression.endswith(f".{written}")
        self._selected.append(expression if is_named else f"{expression} as {written}")
        self._wide.columns.append(Column(name, column.kind, column.type, column.precision, column.scale))

    def _add_parents(self, child: str, child_alias: str, path: str, seen: tuple[str, ...]) -> None:
        for link in self._graph.parents_of(child):
            # an employee's manager is an employee; the manager's manager is one too far
            if (
                len(seen) > self._depth
                or (link.parent in seen and link.parent != child)
                or seen.count(link.parent) > 1
            ):
                continue
            prefix = f"{path}__{link.role}" if path else link.role
            alias = self._aliases.new(prefix)
            self._joins.append(
                f"left join {self._place(link.parent)} as {self._names(alias)}\n"
                f"    on {self._on(link, child_alias, alias)}"
            )
            taken = [
                column
                for column in self._columns_to_take(link.parent)
                if column.name not in link.parent_columns
            ]
            for column in taken:
                self._select(self._column(alias, column.name), f"{alias}__{column.name}", column)
            self._wide.parents.append(Joined(link.parent, alias, len(taken)))
            self._wide.repeated_keys[link.parent] = self._repeated(link)
            self._add_parents(link.parent, alias, prefix, (*seen, link.parent))

    def _columns_to_take(self, name: str) -> Iterator[Column]:
        """Of a parent: without what only joins or keeps house."""
        joins = self._graph.made_to_join
        for column in self._graph.tables[name].columns:
            if column.name in self._graph.housekeeping or (joins and column.name.endswith(joins)):
                continue
            yield column

    def _on(self, link: Link, child_alias: str, parent_alias: str) -> str:
        pairs = zip(link.columns, link.parent_columns, strict=True)
        return " and ".join(
            f"{self._column(child_alias, ours)} = {self._column(parent_alias, theirs)}"
            for ours, theirs in pairs
        )

    def _column(self, alias: str, name: str) -> str:
        return f"{self._names(alias)}.{self._names(name)}"

    def _repeated(self, link: Link) -> str:
        keys = ", ".join(map(self._names, link.parent_columns))
        one = self._names(link.parent_columns[0])
        return (
            f"select count(*) from (select {keys} from {self._place(link.parent)} where {one} is not null "
            f"group by {keys} having count(*) > 1) as repeated"
        )

    def _add_children(self, link: Link, base_alias: str) -> None:
        siblings = [one for one in self._graph.children_of(self._base) if one.child == link.child]
        stem = _PREFIX.sub("", link.child)
        alias = self._aliases.new(stem if len(siblings) == 1 else f"{stem}_by_{link.role}")
        inner = Names(self._reader)
        rows = self._names(inner.new(link.child))
        lookups = [(one, inner.new(one.role)) for one in self._lookups(link)]
        names = Names(self._reader)
        keys = [names.new(name) for name in link.columns]
        measures = [
            (names.new("__".join(filter(None, (of, how)))), of, how, expression, column)
            for of, how, expression, column in self._measures(link, rows, lookups)
        ]
        lines = [
            *(f"{rows}.{self._names(name)}" for name in keys),
            *(f"{expression} as {self._names(name)}" for name, _, _, expression, _ in measures),
        ]
        where = self._without_placeholders(link, rows)
        parts = [
            "    select",
            ",\n".join(f"        {line}" for line in lines),
            f"    from {self._place(link.child)} as {rows}",
            *(
                f"    left join {self._place(one.parent)} as {self._names(looked_up)}\n"
                f"        on {self._on(one, link.child, looked_up)}"
                for one, looked_up in lookups
            ),
            *([f"    where {where}"] if where else []),
            f"    group by {', '.join(f'{rows}.{self._names(name)}' for name in keys)}",
        ]
        self._ctes.append(f"{self._names(alias)} as (\n\n" + "\n".join(parts) + "\n\n)")
        self._joins.append(f"left join {self._names(alias)}\n    on {self._on(link, alias, base_alias)}")
        for name, of, how, _, column in measures:
            expression = self._column(alias, name)
            if how == "count":
                expression = f"coalesce({expression}, 0)"
            self._select(expression, "__".join(filter(None, (alias, of, how))), column)
        self._wide.children.append(Joined(link.child, alias, len(measures)))

    def _measures(
        self, link: Link, rows: str, lookups: Sequence[tuple[Link, str]]
    ) -> Iterator[tuple[str, str, str, Column]]:
        """(Of what, how it is aggregated, the aggregate, its type), of the children of one parent."""
        yield "", "count", "count(*)", _COUNT
        for column in self._graph.tables[link.child].columns:
            keeps_house = column.name in self._graph.housekeeping
            if not keeps_house and not self._graph.is_key(link.child, column.name):
                yield from self._aggregates(column, f"{rows}.{self._names(column.name)}")
        for one, alias in lookups:
            for label, names in self._labels(one):
                values = [self._column(alias, name) for name in names]
                value = values[0] if len(values) == 1 else f"nullif(concat_ws(' ', {', '.join(values)}), '')"
                yield f"{alias}__{label}", "list", self._reader.listed(value), _LIST

    def _aggregates(self, column: Column, value: str) -> Iterator[tuple[str, str, str, Column]]:
        if column.kind in NUMBERS and not _ORDINAL.search(column.name):
            if column.kind is Kind.FLOAT:
                yield column.name, "sum", f"sum({value})", column
            else:
                scale = column.scale or 0
                total = Column("", Kind.DECIMAL, f"decimal(38, {scale})", 38, scale)
                yield column.name, "sum", f"cast(sum({value}) as decimal(38, {scale}))", total
        if column.kind in (*NUMBERS, *MOMENTS):
            for how in ("min", "max"):
                yield column.name, how, f"{how}({value})", column
        if column.kind is Kind.BOOLEAN:
            yield column.name, "true_count", f"count(case when {value} then 1 end)", _COUNT
        if column.kind is Kind.TEXT:
            yield column.name, "list", self._reader.listed(value), _LIST

    def _lookups(self, link: Link) -> Sequence[Link]:
        """Where a child itself only joins two tables: what it leads to besides."""
        own = [
            column
            for column in self._graph.tables[link.child].columns
            if column.kind in (Kind.DECIMAL, Kind.FLOAT) and not self._graph.is_key(link.child, column.name)
        ]
        others = [
            one for one in self._graph.parents_of(link.child) if one is not link and one.parent != self._base
        ]
        key = self._graph.primary_keys.get(link.child, ())
        in_key = [one for one in others if set(one.columns) <= set(key)]
        return in_key or ([] if own or link.child.startswith("fact_") else others)

    def _labels(self, link: Link) -> list[tuple[str, tuple[str, ...]]]:
        """What a parent is called, and by which columns: a person by the first and the last name at once."""
        texts = [
            column.name
            for column in self._graph.tables[link.parent].columns
            if column.kind is Kind.TEXT and column.name not in self._graph.housekeeping
        ]
        person = tuple(name for part in _OF_PERSONS for name in texts if part.fullmatch(name))
        named = [name for name in texts if _LABEL.search(name)] or texts[:1]
        labels: list[tuple[str, tuple[str, ...]]] = [(name, (name,)) for name in named]
        if len(person) == len(_OF_PERSONS):
            return [("name", person), *(one for one in labels if one[0] not in person)]
        return labels

    def _without_placeholders(self, link: Link, rows: str) -> str:
        if self._graph.no_child is None or not link.child.startswith("bridge_"):
            return ""
        key = self._graph.primary_keys.get(link.child, ())
        keys = [name for one in self._lookups(link) for name in one.columns if name in key]
        return " and ".join(f"{rows}.{self._names(name)} <> {self._graph.no_child}" for name in keys)

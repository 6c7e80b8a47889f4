"""What differs between the rows of two relations of one DuckDB connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import duckdb

from starlift.duckdb_file import first_line
from starlift.load.extract import quoted as quoted_name

# Say which run wrote a row, and are others in every build.
STAMPS = frozenset({"audit_key", "dbt_updated_at"})
SAMPLE = 5
_FIRST_COLUMNS = 3
# Sums of floating-point numbers depend on the order in which they are added up.
_CLOSE = "1e-9"
_FLOATS = ("DOUBLE", "FLOAT")
_NUMBERS = ("DECIMAL", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", *_FLOATS)
_MOMENTS = ("DATE", "TIMESTAMP")
_ON_BOTH = "before.__is_here and now.__is_here"

Values = tuple[Any, ...]


@dataclass(frozen=True)
class Relation:
    """Where rows are found, and their columns with their types."""

    name: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class Columns:
    """How the columns of a table differ."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    # The type before, and now.
    retyped: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    # Of those removed, by their name, what has the same values among those added.
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def differ(self) -> bool:
        return bool(self.added or self.removed or self.retyped)


@dataclass(frozen=True)
class ChangedRow:
    """A row of both sides: its key, and what differs, with the value before and now."""

    key: Values
    values: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Rows:
    """How the rows of a table differ; without a key, one that changed is one that went and one that came."""

    before: int | None
    now: int | None
    added: int = 0
    removed: int = 0
    changed: int = 0
    key: tuple[str, ...] = ()
    # In how many rows each column differs, of those that differ in any.
    by_column: Mapping[str, int] = field(default_factory=dict)
    changed_rows: tuple[ChangedRow, ...] = ()
    # The names of the values in the next two.
    columns: tuple[str, ...] = ()
    added_rows: tuple[Values, ...] = ()
    removed_rows: tuple[Values, ...] = ()
    # Why the rows could not be compared.
    problem: str = ""

    @property
    def differing(self) -> int:
        return self.added + self.removed + self.changed


@dataclass(frozen=True)
class TableChange:
    """A model's table or view, or a question's answer, on both sides."""

    columns: Columns
    rows: Rows

    @property
    def differs(self) -> bool:
        return bool(self.columns.differ or self.rows.differing or self.rows.problem)


def compare(
    connection: duckdb.DuckDBPyConnection,
    before: Relation | None,
    now: Relation | None,
    keys: Sequence[tuple[str, ...]],
) -> TableChange:
    """Compare by the first of the keys that is one on both sides, or else row by row; count what is alone."""
    if before is None or now is None:
        return TableChange(Columns(), _counted(connection, before, now))
    pair = _Pair(connection, before, now)
    try:
        key = next((one for one in (*keys, *pair.first_columns()) if pair.is_key(one)), ())
        columns = replace(pair.columns(), renamed=pair.renamed(key)) if key else pair.columns()
        return TableChange(columns, pair.by_key(key) if key else pair.without_key())
    except duckdb.Error as error:
        return TableChange(
            pair.columns(), replace(_counted(connection, before, now), problem=first_line(error))
        )


def _counted(connection: duckdb.DuckDBPyConnection, before: Relation | None, now: Relation | None) -> Rows:
    def count(side: Relation | None) -> int | None:
        if side is None:
            return None
        ((rows,),) = connection.execute(f"select count(*) from {side.name}").fetchall()
        return rows

    return Rows(count(before), count(now))


class _Pair:
    """A relation as it was and as it is."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, before: Relation, now: Relation) -> None:
        self._connection, self._before, self._now = connection, before, now
        self._common = [name for name in now.columns if name in before.columns and name not in STAMPS]

    def columns(self) -> Columns:
        old, new = self._before.columns, self._now.columns
        return Columns(
            added=tuple(name for name in new if name not in old),
            removed=tuple(name for name in old if name not in new),
            retyped={name: (old[name], new[name]) for name in self._common if old[name] != new[name]},
        )

    def first_columns(self) -> list[tuple[str, ...]]:
        """What is likely a key where the project names none: ids and what is grouped by come first."""
        return [tuple(self._common[:count]) for count in range(1, _FIRST_COLUMNS + 1)]

    def is_key(self, key: Sequence[str]) -> bool:
        if not key or not set(key) <= set(self._common):
            return False
        columns = ", ".join(map(quoted, key))
        return not any(
            self._all(f"select 1 from {side.name} group by {columns} having count(*) > 1 limit 1")
            for side in (self._before, self._now)
        )

    def renamed(self, key: Sequence[str]) -> dict[str, str]:
        """A column that went and one that came, of one type, equal in every row, and not one value in all."""
        columns, found = self.columns(), dict[str, str]()
        for old in columns.removed:
            for new in columns.added:
                if self._before.columns[old] != self._now.columns[new] or new in found.values():
                    continue
                ((unequal, different),) = self._all(
                    f"select count(*) filter (before.{quoted(old)} is distinct from now.{quoted(new)}), "
                    f"count(distinct now.{quoted(new)}) from {self._joined(key)} where {_ON_BOTH}"
                )
                if not unequal and different > 1:
                    found[old] = new
                    break
        return found

    def by_key(self, key: Sequence[str]) -> Rows:
        values = [name for name in self._common if name not in key]
        differs = {name: self._differs(name) for name in values}
        any_differs = f"({' or '.join(differs.values()) or 'false'})"
        filters = [
            "before.__is_here",
            "now.__is_here",
            "before.__is_here is null",
            "now.__is_here is null",
            f"{_ON_BOTH} and {any_differs}",
            *(f"{_ON_BOTH} and {one}" for one in differs.values()),
        ]
        counting = ", ".join(f"count(*) filter ({one})" for one in filters)
        ((before, now, added, removed, changed, *of_columns),) = self._all(
            f"select {counting} from {self._joined(key)}"
        )
        by_column = {name: rows for name, rows in zip(values, of_columns, strict=True) if rows}
        columns = (*key, *values)
        return Rows(
            before,
            now,
            added,
            removed,
            changed,
            key=tuple(key),
            by_column=by_column,
            changed_rows=self._changed_rows(key, {name: differs[name] for name in by_column})
            if changed
            else (),
            columns=columns,
            added_rows=self._only_in("now", "before", key, columns) if added else (),
            removed_rows=self._only_in("before", "now", key, columns) if removed else (),
        )

    def without_key(self) -> Rows:
        counted = _counted(self._connection, self._before, self._now)
        if not self._common:
            return counted
        old, new = (
            f"select {', '.join(self._alike(name) for name in self._common)} from {side.name}"
            for side in (self._before, self._now)
        )
        came, went = f"({new} except all {old})", f"({old} except all {new})"
        ((added,),) = self._all(f"select count(*) from {came}")
        ((removed,),) = self._all(f"select count(*) from {went}")
        return replace(
            counted,
            added=added,
            removed=removed,
            columns=tuple(self._common),
            added_rows=tuple(self._all(f"select * from {came} order by all limit {SAMPLE}")),
            removed_rows=tuple(self._all(f"select * from {went} order by all limit {SAMPLE}")),
        )

    def _changed_rows(self, key: Sequence[str], differs: Mapping[str, str]) -> tuple[ChangedRow, ...]:
        picked = [f"now.{quoted(name)}" for name in key]
        for name, condition in differs.items():
            picked += [condition, f"before.{quoted(name)}", f"now.{quoted(name)}"]
        rows = self._all(
            f"select {', '.join(picked)} from {self._joined(key)} "
            f"where {_ON_BOTH} and ({' or '.join(differs.values())}) "
            f"order by {', '.join(picked[: len(key)])} limit {SAMPLE}"
        )
        found = []
        for row in rows:
            of_key, rest = row[: len(key)], row[len(key) :]
            values = zip(differs, rest[0::3], rest[1::3], rest[2::3], strict=True)
            found.append(ChangedRow(of_key, {name: (was, is_) for name, other, was, is_ in values if other}))
        return tuple(found)

    def _only_in(
        self, side: str, other: str, key: Sequence[str], columns: Sequence[str]
    ) -> tuple[Values, ...]:
        picked = [f"{side}.{quoted(name)}" for name in columns]
        return tuple(
            self._all(
                f"select {', '.join(picked)} from {self._joined(key)} "
                f"where {other}.__is_here is null order by {', '.join(picked[: len(key)])} limit {SAMPLE}"
            )
        )

    def _joined(self, key: Sequence[str]) -> str:
        # the columns of a key may be empty
        same = " and ".join(f"before.{one} is not distinct from now.{one}" for one in map(quoted, key))
        old, new = (f"(select *, true as __is_here from {one.name})" for one in (self._before, self._now))
        return f"{old} as before full join {new} as now on {same}"

    def _differs(self, name: str) -> str:
        old, new = f"before.{quoted(name)}", f"now.{quoted(name)}"
        types = self._before.columns[name], self._now.columns[name]
        if all(one.startswith(_NUMBERS) for one in types) and any(one in _FLOATS for one in types):
            near = f"abs({old} - {new}) <= {_CLOSE} * greatest(abs({old}), abs({new}))"
            return f"(not coalesce({near}, {old} is not distinct from {new}))"
        if self._comparable(name):
            return f"({old} is distinct from {new})"
        return f"(cast({old} as varchar) is distinct from cast({new} as varchar))"

    def _alike(self, name: str) -> str:
        """The column as it is compared without a key."""
        if any(side.columns[name] in _FLOATS for side in (self._before, self._now)):
            return f"cast({quoted(name)} as float) as {quoted(name)}"
        if self._comparable(name):
            return quoted(name)
        return f"cast({quoted(name)} as varchar) as {quoted(name)}"

    def _comparable(self, name: str) -> bool:
        """Whether DuckDB compares the types of both sides without reading the one as the other."""
        types = self._before.columns[name], self._now.columns[name]
        return types[0] == types[1] or any(
            all(one.startswith(family) for one in types) for family in (_NUMBERS, _MOMENTS)
        )

    def _all(self, sql: str) -> list[Values]:
        return self._connection.execute(sql).fetchall()


def quoted(*names: str) -> str:
    """A name, or a path of names, as SQL."""
    return ".".join(map(quoted_name, names))

"""Foreign keys: those declared are counted, those that nobody declared are inferred from names and values."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from starlift.inspect.keys import looks_like_key
from starlift.inspect.model import Column, ForeignKey, Table
from starlift.inspect.names import KEY_WORDS, common_first_word, spellings, undecorated, words
from starlift.inspect.reader import Reader, Unreadable, relation

# Below this it is a guess that helps nobody.
LEAST_CONFIDENCE = 0.5
# Values that stand for "none" where nulls are avoided; they are orphans, and no evidence against a relation.
_STAND_FOR_NONE = ("0", "-1", "", "-", "N/A", "n/a", "None", "none", "NULL", "null", "unknown", "Unknown")
# Names that many tables have for things of their own.
_ANYBODYS = {"name", "title", "type", "status", "date", "value", "description", "label", "position"}
_TO_ITSELF = {
    "parent": 0.75,
    "manager": 0.65,
    "supervisor": 0.65,
    "boss": 0.65,
    "reports": 0.65,
    "mentor": 0.6,
    "previous": 0.6,
    "replaces": 0.6,
    "referred": 0.6,
    "original": 0.6,
}
_KEY_FAMILIES = ("integer", "decimal", "text", "uuid")
# The parents whose values are compared for one column, the likeliest by name.
_MOST_TRIED = 3
_ORPHANS_SHOWN = 3
# The letters that an abbreviated name has to have, as in cust_id.
_SHORTEST_STEM = 3
# So many distinct values that all find a parent are as much evidence as there can be.
_ENOUGH_VALUES = 20


@dataclass(frozen=True)
class _Proposal:
    """A relation that the names speak for, and how much."""

    table: str
    columns: tuple[str, ...]
    parent: str
    parent_columns: tuple[str, ...]
    score: float
    reason: str

    def key(self) -> ForeignKey:
        return ForeignKey(
            self.table,
            self.columns,
            self.parent,
            self.parent_columns,
            "inferred",
            self.score,
            reason=self.reason,
        )


@dataclass(frozen=True)
class _Counts:
    values: int
    rows: int
    values_without_parent: int
    rows_without_parent: int
    # Distinct values that stand for "none": all of them, and those without a parent.
    none_values: int
    none_values_without_parent: int

    @property
    def inclusion(self) -> float | None:
        """The share of the distinct values that have a parent; None where no value says anything."""
        telling = self.values - self.none_values
        missing = self.values_without_parent - self.none_values_without_parent
        return 1 - missing / telling if telling else None


class Relations:
    """The relations of a database's tables, as far as the rows that were read tell.

    `sources` has what is read of each table, for a FROM clause; a table that is missing is not read.
    """

    def __init__(
        self, reader: Reader, schema: str, tables: Sequence[Table], sources: Mapping[str, str]
    ) -> None:
        self._reader = reader
        self._schema = schema
        self._tables = {table.name: table for table in tables}
        self._sources = sources

    def counted(self, key: ForeignKey) -> ForeignKey:
        """The key with its orphans; as it is where the engine cannot count them."""
        if key.table not in self._sources:
            return key
        try:
            return self._with_orphans(key, self._counts(key))
        except Unreadable:
            return key

    def inferred(self, progress: Callable[[float], None]) -> dict[str, tuple[ForeignKey, ...]]:
        """By table, the relations that nobody declared and that names and values speak for."""
        readable = [table for table in self._tables.values() if table.name in self._sources]
        found: list[ForeignKey] = []
        grouped = list(_by_columns(_proposals(readable)).values())
        for done, proposals in enumerate(grouped):
            progress(done / len(grouped))
            best = max(map(self._weighed, proposals), key=lambda key: key.confidence)
            if best.confidence >= LEAST_CONFIDENCE:
                found.append(best)
        kept = [key for key in found if not _is_the_weaker_of_two_ways(key, found)]
        return {
            name: tuple(sorted((key for key in kept if key.table == name), key=lambda key: key.columns))
            for name in self._tables
        }

    def _weighed(self, proposal: _Proposal) -> ForeignKey:
        """What the names say, weighed with what the values say."""
        key = proposal.key()
        try:
            counts = self._counts(key)
        except Unreadable:
            return replace(key, confidence=0.0)
        inclusion, name = counts.inclusion, proposal.score
        if inclusion is None:
            confidence, said = name * 0.7, "no value to compare"
        elif inclusion == 1:
            telling = min(counts.values - counts.none_values, _ENOUGH_VALUES) / _ENOUGH_VALUES
            confidence, said = name + (0.99 - name) * telling * 0.8, "every value is there"
        else:
            confidence, said = name * inclusion, f"{inclusion:.0%} of the values are there"
        if counts.none_values_without_parent:
            said += ", but for those that stand for none"
        if counts.rows:
            confidence -= 0.1 * counts.rows_without_parent / counts.rows
        known = replace(key, confidence=round(max(confidence, 0.0), 2), reason=f"{proposal.reason}; {said}")
        return self._with_orphans(known, counts) if confidence >= LEAST_CONFIDENCE else known

    def _counts(self, key: ForeignKey) -> _Counts:
        text = [self._reader.as_text(f"child.v{at}") for at in range(len(key.columns))]
        nones = ", ".join("'" + value.replace("'", "''") + "'" for value in _STAND_FOR_NONE)
        is_none = " and ".join(f"{one} in ({nones})" for one in text)
        found = self._reader.rows(
            "select count(*), sum(times), "
            "sum(case when parent.k0 is null then 1 else 0 end), "
            "sum(case when parent.k0 is null then times else 0 end), "
            f"sum(case when {is_none} then 1 else 0 end), "
            f"sum(case when parent.k0 is null and {is_none} then 1 else 0 end) "
            f"from {self._compared(key)}"
        )[0]
        return _Counts(*(int(number or 0) for number in found))

    def _with_orphans(self, key: ForeignKey, counts: _Counts) -> ForeignKey:
        values: tuple[tuple[str, int], ...] = ()
        if counts.rows_without_parent:
            text = ", ".join(self._reader.as_text(f"child.v{at}") for at in range(len(key.columns)))
            found = self._reader.rows(
                f"select times, {text} from {self._compared(key)} where parent.k0 is null "
                f"order by times desc, child.v0 limit {_ORPHANS_SHOWN}"
            )
            values = tuple((", ".join(map(str, parts)), int(times)) for times, *parts in found)
        return replace(key, checked=counts.rows, orphans=counts.rows_without_parent, orphan_values=values)

    def _compared(self, key: ForeignKey) -> str:
        """Each value of the child with its rows, beside the parent's key, for a FROM clause."""
        quoted, places = self._reader.quoted, range(len(key.columns))
        own = [quoted(name) for name in key.columns]
        values = ", ".join(f"{own[at]} as v{at}" for at in places)
        there = " and ".join(f"{name} is not null" for name in own)
        keys = ", ".join(f"{quoted(key.parent_columns[at])} as k{at}" for at in places)
        distinct = "" if self._is_declared_key(key) else "distinct "
        parent = relation(self._reader, key.parent_schema or self._schema, key.parent)
        return (
            f"(select {values}, count(*) as times from {self._sources[key.table]} where {there} "
            f"group by {', '.join(own)}) as child "
            f"left join (select {distinct}{keys} from {parent}) as parent "
            f"on {' and '.join(f'parent.k{at} = child.v{at}' for at in places)}"
        )

    def _is_declared_key(self, key: ForeignKey) -> bool:
        """Whether the engine sees to it that no two parents have the same key."""
        parent = None if key.parent_schema else self._tables.get(key.parent)
        if parent is None:
            return False
        declared = (parent.primary_key, *(one.columns for one in parent.unique_keys))
        return set(key.parent_columns) in map(set, declared)


def _is_the_weaker_of_two_ways(key: ForeignKey, found: list[ForeignKey]) -> bool:
    """Of two tables with one key for both, the likelier direction stays."""
    back = next(
        (
            other
            for other in found
            if (other.table, other.columns) == (key.parent, key.parent_columns)
            and (other.parent, other.parent_columns) == (key.table, key.columns)
        ),
        None,
    )
    if back is None or back == key:
        return False
    return (key.confidence, key.table) < (back.confidence, back.table)


def _by_columns(proposals: Iterator[_Proposal]) -> dict[tuple[str, tuple[str, ...]], list[_Proposal]]:
    grouped: dict[tuple[str, tuple[str, ...]], list[_Proposal]] = {}
    for one in proposals:
        grouped.setdefault((one.table, one.columns), []).append(one)
    return {at: sorted(ones, key=lambda one: -one.score)[:_MOST_TRIED] for at, ones in grouped.items()}


@dataclass(frozen=True)
class _Target:
    """A key that a column may point at, under one of the names that a column may have for it."""

    parent: Table
    key: Column
    # How much the name is worth as the whole of a column's name, and as its end; 0: nothing.
    whole: float
    end: float
    reason: str


class _Targets:
    """The keys of all tables by what columns that point at them are called, in small letters run together."""

    def __init__(self, tables: Sequence[Table]) -> None:
        self._by_name: dict[str, list[_Target]] = {}
        self._by_stem: dict[str, list[_Target]] = {}
        common = common_first_word(table.name for table in tables)
        # the spellings of each table's own name, with the word that begins most of them and without
        self.names = {
            table.name: spellings(undecorated(words(table.name), common))
            | spellings(undecorated(words(table.name)))
            for table in tables
        }
        for table in tables:
            last = spellings(undecorated(words(table.name), common)[-1:])
            for key in _keys(table):
                for name, whole, end in _names_of_key(key, self.names[table.name]):
                    self._add(self._by_name, name, _Target(table, key, whole, end, "the key of"))
                for name in last:
                    for word in KEY_WORDS:
                        found = _Target(table, key, 0.65, 0.0, "the last word of")
                        self._add(self._by_name, name + word, found)
                for name in self.names[table.name]:
                    self._add(self._by_stem, name, _Target(table, key, 0.6, 0.0, "the beginning of"))
        self._stems = sorted(self._by_stem)

    def _add(self, index: dict[str, list[_Target]], name: str, target: _Target) -> None:
        index.setdefault(name, []).append(target)

    def of(self, column: Column) -> Iterator[tuple[float, _Target, str]]:
        """The keys that the column's name may speak of, each with how much that is worth, and why."""
        own = undecorated(words(column.name))
        joined = "".join(own)
        for target in self._by_name.get(joined, ()):
            yield target.whole, target, f"named like {target.reason} {target.parent.name}"
        for at in range(1, len(own)):
            for target in self._by_name.get("".join(own[at:]), ()):
                if target.end:
                    yield target.end, target, f"ends like {target.reason} {target.parent.name}"
        stem = "".join(own[:-1])
        is_short = own[-1:] and own[-1] in KEY_WORDS and stem not in self._by_stem
        if not is_short or len(stem) < _SHORTEST_STEM:
            return
        for name in self._stems[bisect_left(self._stems, stem) :]:
            if not name.startswith(stem):
                break
            for target in self._by_stem[name]:
                yield target.whole, target, f"named like {target.reason} {target.parent.name}"


def _names_of_key(key: Column, names: set[str]) -> Iterator[tuple[str, float, float]]:
    """What a column that points at the key may be called, with its worth as a whole name and as an end."""
    joined = "".join(words(key.name))
    by_table = {name + word for name in names for word in KEY_WORDS}
    if joined in KEY_WORDS:
        for name in names:
            yield name + joined, 0.95, 0.83
    elif joined not in _ANYBODYS:
        speaks_of_table = joined in by_table or joined in names
        yield joined, 0.95 if speaks_of_table else 0.85, 0.83 if speaks_of_table else 0.0
    for name in by_table:
        yield name, 0.8, 0.68
    for name in names:
        yield name, 0.72, 0.6


def _proposals(tables: Sequence[Table]) -> Iterator[_Proposal]:
    targets = _Targets(tables)
    for child in tables:
        declared = {key.columns for key in child.foreign_keys}
        for column in child.columns:
            if (column.name,) in declared or column.family not in _KEY_FAMILIES or column.personal:
                continue
            yield from _for_column(child, column, targets)
        for parent in tables:
            yield from _composite(child, parent, declared)


def _for_column(child: Table, column: Column, targets: _Targets) -> Iterator[_Proposal]:
    own = undecorated(words(column.name))
    keys = (*child.unique_keys, *child.candidate_keys)
    is_own_key = (column.name,) in (child.primary_key, *(one.columns for one in keys))
    if is_own_key:
        by_table = {name + word for name in targets.names[child.name] for word in KEY_WORDS}
        if "".join(own) in {*KEY_WORDS, *by_table}:
            return
    best: dict[tuple[str, str], _Proposal] = {}
    for score, target, reason in targets.of(column):
        parent, key = target.parent, target.key
        if parent.name == child.name or not _comparable(column, key):
            continue
        # a table that extends another has its key for its own, which is rarer than a table that refers to it
        worth = score - 0.1 if is_own_key else score
        known = best.get((parent.name, key.name))
        if known is None or known.score < worth:
            best[parent.name, key.name] = _Proposal(
                child.name, (column.name,), parent.name, (key.name,), worth, reason
            )
    yield from best.values()
    if score := max((_TO_ITSELF.get(word, 0.0) for word in own), default=0.0):
        for key in _keys(child):
            if key.name != column.name and _comparable(column, key):
                reason = "the name speaks of another row of the table"
                yield _Proposal(child.name, (column.name,), child.name, (key.name,), score, reason)


def _keys(parent: Table) -> list[Column]:
    """The single columns that a foreign key may point at."""
    declared = [key.columns[0] for key in parent.unique_keys if len(key.columns) == 1]
    others = [key.columns[0] for key in parent.candidate_keys if len(key.columns) == 1]
    primary = list(parent.primary_key) if len(parent.primary_key) == 1 else []
    return [
        parent.column(name)
        for name in dict.fromkeys((*primary, *declared, *others))
        if name in primary or (looks_like_key(name) and not parent.column(name).personal)
    ]


def _comparable(one: Column, other: Column) -> bool:
    numbers = ("integer", "decimal")
    return one.family == other.family or (one.family in numbers and other.family in numbers)


def _composite(child: Table, parent: Table, declared: set[tuple[str, ...]]) -> Iterator[_Proposal]:
    """A child that has all columns of the parent's key under their own names."""
    if child.name == parent.name or len(parent.primary_key) < 2:
        return
    own = {"".join(words(column.name)): column for column in child.columns}
    columns = []
    for name in parent.primary_key:
        column = own.get("".join(words(name)))
        if column is None or not _comparable(column, parent.column(name)):
            return
        columns.append(column.name)
    if tuple(columns) not in declared and tuple(columns) != child.primary_key:
        yield _Proposal(
            child.name,
            tuple(columns),
            parent.name,
            parent.primary_key,
            0.75,
            f"has all columns of the key of {parent.name}",
        )

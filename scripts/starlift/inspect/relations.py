"""Foreign keys: those declared are counted, those that nobody declared are inferred from names and values."""

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


def _proposals(tables: Sequence[Table]) -> Iterator[_Proposal]:
    common = common_first_word(table.name for table in tables)
    for child in tables:
        declared = {key.columns for key in child.foreign_keys}
        for column in child.columns:
            if (column.name,) in declared or column.family not in _KEY_FAMILIES or column.personal:
                continue
            for parent in tables:
                for key in _keys(parent):
                    score, reason = _name_score(child, column, parent, key, common)
                    if score:
                        yield _Proposal(child.name, (column.name,), parent.name, (key.name,), score, reason)
        for parent in tables:
            yield from _composite(child, parent, declared)


def _keys(parent: Table) -> list[Column]:
    """The single columns that a foreign key may point at."""
    names = [key.columns[0] for key in (*parent.unique_keys, *parent.candidate_keys) if len(key.columns) == 1]
    primary = list(parent.primary_key) if len(parent.primary_key) == 1 else []
    return [
        parent.column(name)
        for name in dict.fromkeys((*primary, *names))
        if name in primary or (looks_like_key(name) and not parent.column(name).personal)
    ]


def _comparable(one: Column, other: Column) -> bool:
    numbers = ("integer", "decimal")
    return one.family == other.family or (one.family in numbers and other.family in numbers)


def _name_score(
    child: Table, column: Column, parent: Table, key: Column, common: str | None
) -> tuple[float, str]:
    """How much the names say that the column points at the parent's key: 0 to 1, and what they say."""
    if not _comparable(column, key) or (child.name == parent.name and column.name == key.name):
        return 0.0, ""
    own = undecorated(words(column.name))
    if child.name == parent.name:
        score = max((_TO_ITSELF.get(word, 0.0) for word in own), default=0.0)
        return score, "the name speaks of another row of the table"
    is_own_key = (column.name,) in (child.primary_key, *(one.columns for one in child.unique_keys))
    if is_own_key:
        joined = "".join(own)
        if joined in KEY_WORDS or _is_key_of(joined, spellings(undecorated(words(child.name), common))):
            return 0.0, ""
    score, reason = max(_readings(own, parent, key, common), default=(0.0, ""))
    # a table that extends another has its key for its own, which is rarer than a table that refers to it
    return (score - 0.1 if is_own_key and score else score), reason


def _readings(
    own: tuple[str, ...], parent: Table, key: Column, common: str | None
) -> Iterator[tuple[float, str]]:
    """What the words of a column may say of the parent's key, each with how much that is worth."""
    joined, key_joined = "".join(own), "".join(words(key.name))
    parent_words = undecorated(words(parent.name), common)
    names = spellings(parent_words)
    yield _whole_name(joined, key_joined, names), f"named like the key of {parent.name}"
    for at in range(1, len(own)):
        score = _whole_name("".join(own[at:]), key_joined, names, is_role=True)
        yield max(score - 0.12, 0.0), f"ends like the key of {parent.name}"
    if _is_key_of(joined, spellings(parent_words[-1:])):
        yield 0.65, f"named after the last word of {parent.name}"
    stem = "".join(own[:-1])
    if own[-1:] and own[-1] in KEY_WORDS and len(stem) >= 3 and any(name.startswith(stem) for name in names):
        yield 0.6, f"named after the beginning of {parent.name}"


def _whole_name(joined: str, key: str, names: set[str], *, is_role: bool = False) -> float:
    """`names` are the spellings of the parent table's name."""
    is_bare = key in KEY_WORDS
    if joined == key and not is_bare and joined not in _ANYBODYS:
        return 0.95 if _is_key_of(joined, names) or joined in names else (0.0 if is_role else 0.85)
    if is_bare and any(joined == name + key for name in names):
        return 0.95
    if _is_key_of(joined, names):
        return 0.8
    return 0.72 if joined in names else 0.0


def _is_key_of(joined: str, names: set[str]) -> bool:
    return any(joined == name + word for name in names for word in KEY_WORDS)


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

"""Measures a subject: its rows, or a sample of them, go to a DuckDB file of its own and are asked there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from starlift.export.run import Progress
from starlift.inspect import model as inspected
from starlift.inspect.personal import personal_data
from starlift.load.extract import quoted
from starlift.profile.model import Bar, ColumnProfile, Delay, Gap, Profile, Trend
from starlift.profile.subject import Subject
from starlift.relations import Column, Kind, Reader
from starlift.relations.model import MOMENTS, NUMBERS

# A table with more rows is profiled by a sample of as many.
MOST_ROWS = 500_000
_SEED = 1
_BARS = 24
# Up to as many different values, each has a bar of its own; of others the most frequent ones have.
_TOP = 8
# Texts with more different values than these are names and notes, of which no single one says much.
_MOST_CATEGORIES = 1_000
_CATEGORY_SHARE = 0.5
_MOST_TRENDS, _MOST_MEASURES = 3, 3
_DAYS_BY_DAY = 92
# A delay is one where so many rows have both dates, and so large a share of them in this order.
_LEAST_PAIRS, _LEAST_IN_ORDER = 5, 0.8
_STAND_INS = {-1: Gap.UNKNOWN, -2: Gap.NOT_APPLICABLE, -3: Gap.NOT_YET}
_VALUES_TO_JUDGE = 200


def measure(reader: Reader, subject: Subject, progress: Progress, most_rows: int = MOST_ROWS) -> Profile:
    """The profile of a subject; memory stays flat, since what is read waits on disk."""
    place = f"{reader.name(subject.relation.schema)}.{reader.name(subject.relation.name)}"
    rows = int(reader.rows(f"select count(*) from {place}")[0][0])
    with (
        TemporaryDirectory(prefix="starlift_profile_") as folder,
        duckdb.connect(str(Path(folder) / "profile.duckdb")) as connection,
    ):
        connection.execute("set timezone = 'UTC'")
        # a sample that is to be the same again is taken by one thread
        sample = f" using sample reservoir({most_rows} rows) repeatable ({_SEED})" if rows > most_rows else ""
        connection.execute(f"set threads = {1 if sample else 2}")
        _stage(
            connection, reader, subject, sample, lambda done: progress(f"reading {subject.name}", done, rows)
        )
        progress(f"measuring {subject.name}", rows, rows)
        return _Measuring(connection, subject).profile(rows)


def _stage(
    connection: duckdb.DuckDBPyConnection,
    reader: Reader,
    subject: Subject,
    sample: str,
    tell: Callable[[int], None],
) -> None:
    failures: list[BaseException] = []
    stream = reader.stream(subject.sql, subject.columns)
    watched = stream.watched(tell, failures)
    connection.register("read_rows", watched.reader)
    named = ", ".join(_staged(subject, column, stream.casts) for column in subject.columns)
    try:
        connection.execute(f"create table profiled as select {named} from read_rows{sample}")
    except duckdb.Error:
        if failures:
            raise failures[0] from None
        raise
    connection.unregister("read_rows")


def _staged(subject: Subject, column: Column, casts: Mapping[str, str]) -> str:
    name = quoted(column.name)
    if column.name in subject.date_keys:
        day = f"try_strptime({name}::varchar, '%Y%m%d')::date"
        return f"{day} as {name}, {name} as {quoted(column.name + _KEY)}"
    if column.name in casts:
        return f"cast({name} as {casts[column.name]}) as {name}"
    return name


# What a day's own number is called, beside the day.
_KEY = "(key)"


class _Measuring:
    def __init__(self, connection: duckdb.DuckDBPyConnection, subject: Subject) -> None:
        self._connection = connection
        self._subject = subject
        self._rows = 0

    def profile(self, rows: int) -> Profile:
        self._rows = self._one("select count(*) from profiled")
        columns = [self._column(column) for column in self._subject.columns]
        shown = {column.name: column for column in columns}
        events = self._events(shown)
        # the day of a moment that is shown itself would be the same chart again
        columns = [
            replace(one, bars=()) if one.name in self._subject.date_keys and one.name not in events else one
            for one in columns
        ]
        trends = tuple(self._trends(events))
        period = None
        if trends:
            period = self._period(trends[0].column)
        return Profile(
            self._subject.name,
            self._subject.description,
            rows,
            self._rows,
            tuple(columns),
            trends,
            tuple(self._delays(events)),
            period,
        )

    def _column(self, column: Column) -> ColumnProfile:
        name, kind = quoted(column.name), self._kind(column)
        is_role = column.name in self._subject.roles
        gaps = self._gaps(column, kind)
        where = f"{name} is not null" + (f" and trim({name}) <> ''" if kind is Kind.TEXT else "")
        if is_role:
            where += f" and {name} >= 0"
        distinct = self._one(f"select count(distinct {name}) from profiled where {where}")
        personal = None if is_role else self._personal(column, kind, where)
        shown = ColumnProfile(column.name, kind, gaps, distinct, personal=personal)
        is_key = distinct == self._rows > 1 and kind is Kind.INTEGER
        if is_role or is_key or personal or not distinct or kind in (Kind.BINARY, Kind.OTHER):
            return shown
        smallest, median, largest = self._ends(name, kind, where)
        bars, beyond = self._bars(name, kind, where, distinct)
        return ColumnProfile(column.name, kind, gaps, distinct, smallest, median, largest, bars, beyond)

    def _kind(self, column: Column) -> Kind:
        return Kind.DATE if column.name in self._subject.date_keys else column.kind

    def _gaps(self, column: Column, kind: Kind) -> dict[Gap, int]:
        name = quoted(column.name)
        empty = f"{name} is null" + (f" or trim({name}) = ''" if kind is Kind.TEXT else "")
        key = None
        if column.name in self._subject.date_keys:
            key = quoted(column.name + _KEY)
            empty = f"{name} is null and coalesce({key}, 0) >= 0"
        elif column.name in self._subject.roles:
            key = name
        found = {Gap.MISSING: self._one(f"select count(*) from profiled where {empty}")}
        if key:
            for stand_in, gap in _STAND_INS.items():
                found[gap] = self._one(f"select count(*) from profiled where {key} = {stand_in}")
        return {gap: count for gap, count in found.items() if count}

    def _personal(self, column: Column, kind: Kind, where: str) -> str | None:
        if kind not in (Kind.TEXT, Kind.DATE, Kind.INTEGER):
            return None
        name = quoted(column.name)
        values = self._all(
            f"select distinct {name}::varchar from profiled where {where} limit {_VALUES_TO_JUDGE}"
        )
        role, _, own = column.name.rpartition("__")
        family: inspected.Family = "text" if kind is Kind.TEXT else "date" if kind is Kind.DATE else "integer"
        table = inspected.Table(role or self._subject.name, ())
        # events of a fact are days on which something happened, not somebody's birth
        judged = [] if kind is Kind.DATE else [str(value) for (value,) in values]
        found = personal_data(table, inspected.Column(own, column.type, family, True), judged)
        # few values, such as genders, point to nobody
        return found.kind if found and len(values) > _TOP else None

    def _ends(self, name: str, kind: Kind, where: str) -> tuple[str, str, str]:
        if kind is Kind.BOOLEAN or (kind is Kind.TEXT):
            return "", "", ""
        middle = f"quantile_disc({name}, 0.5)"
        ends = self._row(f"select min({name}), {middle}, max({name}) from profiled where {where}")
        smallest, median, largest = map(_text, ends)
        return smallest, median, largest

    def _bars(self, name: str, kind: Kind, where: str, distinct: int) -> tuple[tuple[Bar, ...], int]:
        if kind in MOMENTS:
            return self._date_bars(name, where), 0
        if kind in NUMBERS and distinct > _TOP:
            return self._number_bars(name, where)
        if kind in NUMBERS:
            rows = self._all(f"select {name}, count(*) from profiled where {where} group by 1 order by 1")
            return tuple(Bar(_text(value), count) for value, count in rows), 0
        known = self._one(f"select count(*) from profiled where {where}")
        if distinct > min(_MOST_CATEGORIES, max(_TOP, known * _CATEGORY_SHARE)):
            return (), known
        top = self._all(
            f"select {name}::varchar, count(*) from profiled where {where} group by 1 "
            f"order by 2 desc, 1 limit {_TOP}"
        )
        return tuple(Bar(str(value), count) for value, count in top), known - sum(rows for _, rows in top)

    def _number_bars(self, value: str, where: str) -> tuple[tuple[Bar, ...], int]:
        """Bars of one width; where a few values lie far off, the bars are of all others."""
        number = f"({value})::double"
        low, first, third, high = self._row(
            f"select min({number}), quantile_cont({number}, 0.25), quantile_cont({number}, 0.75), "
            f"max({number}) from profiled where {where}"
        )
        if third > first:
            # Tukey's outer fences: what lies beyond is far off
            low, high = max(low, first - 3 * (third - first)), min(high, third + 3 * (third - first))
        if low == high:
            return (Bar(_text(low), self._one(f"select count(*) from profiled where {where}"), low, high),), 0
        width = (high - low) / _BARS
        counted = self._all(
            f"select least(floor(({number} - {low}) / {width}), {_BARS - 1})::int, count(*) from profiled "
            f"where {where} and {number} between {low} and {high} group by 1"
        )
        rows = dict(counted)
        bars = tuple(
            Bar(_text(low + at * width), rows.get(at, 0), low + at * width, low + (at + 1) * width)
            for at in range(_BARS)
        )
        return bars, self._one(f"select count(*) from profiled where {where}") - sum(rows.values())

    def _date_bars(self, name: str, where: str) -> tuple[Bar, ...]:
        first, last = self._row(f"select min({name})::date, max({name})::date from profiled where {where}")
        unit = "day" if (last - first).days < _BARS else "month" if (last - first).days < 3_000 else "year"
        rows = self._all(
            f"select date_trunc('{unit}', {name})::date, count(*) from profiled where {where} "
            "group by 1 order by 1"
        )
        return tuple(Bar(str(day), count, float(day.toordinal())) for day, count in rows)

    def _trends(self, events: Sequence[str]) -> Iterator[Trend]:
        measures = [
            column.name
            for column in self._subject.columns
            if column.name in self._subject.additive and column.kind in NUMBERS
        ]
        # money first: it is what a trend is asked of
        kinds = {column.name: column.kind for column in self._subject.columns}
        measures.sort(key=lambda name: kinds[name] is not Kind.DECIMAL)
        measures = measures[:_MOST_MEASURES]
        for at, column in enumerate(events[:_MOST_TRENDS]):
            # by one date is enough
            summed_up = measures if at == 0 else []
            name = quoted(column)
            first, last = self._period(column)
            unit = "day" if (last - first).days < _DAYS_BY_DAY else "month"
            sums = "".join(f", coalesce(sum({quoted(one)}), 0)::double" for one in summed_up)
            rows = self._all(
                f"select unit, count(profiled.{name}){sums} from (select unnest(generate_series("
                f"date_trunc('{unit}', date '{first}'), date '{last}', interval 1 {unit}))::date as unit) "
                f"left join profiled on date_trunc('{unit}', profiled.{name})::date = unit "
                "group by 1 order by 1"
            )
            starts, counts, *summed = zip(*rows, strict=True)
            yield Trend(column, unit, starts, counts, dict(zip(summed_up, summed, strict=True)))

    def _events(self, shown: Mapping[str, ColumnProfile]) -> list[str]:
        """The days on which something happened to a row, in the order in which they come."""
        stems: dict[str, str] = {}
        for column in self._subject.columns:
            profile = shown[column.name]
            if column.name not in self._subject.own or profile.kind not in MOMENTS or profile.personal:
                continue
            if not profile.distinct or column.name in _HOUSEKEEPING:
                continue
            stem = column.name.removesuffix("_date_key").removesuffix("_at")
            # a moment says more than the day that it is of
            if stem not in stems or profile.kind is Kind.TIMESTAMP:
                stems[stem] = column.name
        kinds = {name: shown[name].kind is not Kind.TIMESTAMP for name in stems.values()}
        names = sorted(kinds, key=lambda name: kinds[name])
        names = [one for one in names if not self._is_repeated(one, names)]
        filled = {one: self._rows - shown[one].without_value for one in names}
        # what few rows have does not lead
        return sorted(names, key=lambda one: (filled[one] * 2 < self._rows, self._mean_moment(one)))

    def _mean_moment(self, column: str) -> float:
        """When it happened on average, to put events in order."""
        return self._one(f"select avg(epoch({quoted(column)}::timestamp)) from profiled")

    def _is_repeated(self, name: str, names: Sequence[str]) -> bool:
        """Whether it is only the day of a moment that stands before it under another name."""
        before = names[: names.index(name)]
        return any(
            not self._one(
                f"select count(*) from profiled "
                f"where {quoted(one)}::date is distinct from {quoted(name)}::date"
            )
            for one in before
        )

    def _delays(self, events: Sequence[str]) -> Iterator[Delay]:
        in_order = sorted(events, key=self._mean_moment)
        pairs = list(pairwise(in_order))
        if len(in_order) > 2:
            pairs.append((in_order[0], in_order[-1]))
        for start, end in pairs:
            delay = self._delay(start, end)
            if delay:
                yield delay

    def _delay(self, start: str, end: str) -> Delay | None:
        both = f"{quoted(start)} is not null and {quoted(end)} is not null"
        # midnights where one of them has no time of the day
        cast = "timestamp"
        if any(
            self._one(f"select typeof(any_value({quoted(one)})) from profiled") == "DATE"
            for one in (start, end)
        ):
            cast = "date::timestamp"
        days = f"(epoch({quoted(end)}::{cast}) - epoch({quoted(start)}::{cast})) / 86400.0"
        rows, backwards, median, ninetieth, longest = self._row(
            f"select count(*), count(*) filter ({days} < 0), quantile_cont({days}, 0.5), "
            f"quantile_cont({days}, 0.9), max({days}) from profiled where {both}"
        )
        if rows < _LEAST_PAIRS or backwards > rows * (1 - _LEAST_IN_ORDER) or not longest:
            return None
        bars, beyond = self._number_bars(days, both)
        return Delay(start, end, rows, median, ninetieth, longest, backwards, bars, beyond)

    def _period(self, column: str) -> tuple[date, date]:
        first, last = self._row(
            f"select min({quoted(column)})::date, max({quoted(column)})::date from profiled"
        )
        return first, last

    def _all(self, sql: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql).fetchall()

    def _row(self, sql: str) -> tuple[Any, ...]:
        return self._all(sql)[0]

    def _one(self, sql: str) -> Any:  # noqa: ANN401 - as the query gives it
        return self._row(sql)[0]


_HOUSEKEEPING = ("created_at", "updated_at", "valid_from", "valid_to")


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)

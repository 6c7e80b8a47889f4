"""The type of every column once all rows are known: as declared where the values fit, else the next wider."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from starlift.dump.model import TEXT, Column, Type
from starlift.dump.report import Report
from starlift.dump.staging import StagedTable, Staging
from starlift.errors import StarliftError
from starlift.load.extract import quoted

_WHOLE = r"^\s*[+-]?\d+\s*$"
_NUMBER = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$"
# As SQLite writes numbers: text such as 007 or 1.10 is none.
_PLAIN_NUMBER = r"^-?(0|[1-9]\d*)(\.(0|\d*[1-9]))?([eE][-+]?\d+)?$"
# What every target can hold of a time. A year of two digits is another one in each database.
_TIME = r"\d\d?:\d\d(:\d\d(\.\d{1,6}0*)?)?"
_MOMENT = rf"\d{{4,}}[-/]\d\d?[-/]\d\d?(T|\s+|$)({_TIME})?"
_ZONE = r"\s*(Z|UTC|[-+]\d\d(:?\d\d){0,2})"
_ZERO_DATE = "{c} like '0000-00-00%'"
_INTEGERS = ("smallint", "integer", "bigint")


@dataclass(frozen=True)
class FittedColumn:
    name: str
    type: Type
    # the value as this type, from the staged text
    sql: str
    not_null: bool
    longest: int


@dataclass(frozen=True)
class FittedTable:
    name: str
    staged: StagedTable
    relation: str
    columns: list[FittedColumn]

    @property
    def rows(self) -> int:
        return self.staged.rows

    def column(self, name: str) -> FittedColumn:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class _Rung:
    """A type that a column may have, and how its values are made of text."""

    type: Type
    sql: str
    # for which of the texts that is right
    fits: str
    # whether a zone is turned into UTC
    in_utc: bool = False


def fit(staging: Staging, staged: StagedTable, name: str, report: Report) -> FittedTable:
    """Find each column's type, say where it is not the declared one, and make a view of the typed rows."""
    fitting = _Fitting(staging, staged, name, report)
    columns = [
        fitting.column(f"c{position}", column)
        for position, column in enumerate(staged.table.columns)
        if not fitting.is_left_out(f"c{position}", column)
    ]
    if not columns:
        raise StarliftError(f"{name} has no column with values: leave it out. Nothing was loaded.")
    relation = f"typed_{staged.relation}"
    select = ", ".join(f"{column.sql} as {quoted(column.name)}" for column in columns)
    staging.connection.execute(f"create view {relation} as select {select} from {staged.relation}")
    return FittedTable(name, staged, relation, columns)


@dataclass(frozen=True)
class _Facts:
    filled: int
    longest: int
    zero_dates: int
    whole_digits: int
    decimal_digits: int


class _Fitting:
    """One table's rows, and what is asked of them."""

    def __init__(self, staging: Staging, staged: StagedTable, name: str, report: Report) -> None:
        self.staging = staging
        self.staged = staged
        self.name = name
        self.report = report

    def is_left_out(self, text: str, column: Column) -> bool:
        """Whether a column is generated, and the dump leaves its values to the server."""
        if not column.generated or self._row(f"count({text}) > 0")[0]:
            return False
        self.report.skip("generated columns", "the dump has no values of them", f"{self.name}.{column.name}")
        return True

    def column(self, text: str, column: Column) -> FittedColumn:
        facts = self._facts(text, column.type.family)
        rungs = list(_rungs(column.type, text, facts))
        strange = [self._strange(text, rungs[0])]
        chosen = rungs[0]
        for chosen in rungs:
            if chosen is not rungs[0]:
                strange.append(self._strange(text, chosen))
            if strange[-1] is None:
                break
        place = f"{self.name}.{column.name}"
        as_meant = column.type.family == "any" or (column.type.family, chosen.type.family) == (
            "unsigned",
            "decimal",
        )
        if chosen is not rungs[0] and not as_meant:
            self.report.note(
                f"{place}: {column.written or rungs[0].type} does not hold values such as "
                f"{str(strange[0])[:40]!r}; kept as {chosen.type}"
            )
        filled = facts.filled
        if chosen.type.family in ("date", "timestamp"):
            filled -= facts.zero_dates
            if facts.zero_dates:
                self.report.note(f"{place}: {facts.zero_dates:,} zero dates (0000-00-00) are null")
            if chosen.in_utc and filled:
                self.report.note(f"{place}: timestamps with a time zone are in UTC")
        empty = self.staged.rows - filled
        if column.not_null and empty:
            self.report.note(f"{place}: not null is not declared, since {empty:,} rows have no value")
        return FittedColumn(
            column.name, chosen.type, chosen.sql, column.not_null and not empty, facts.longest
        )

    def _strange(self, text: str, rung: _Rung) -> str | None:
        """A value that is none of this type; None where there is none."""
        return self._row(
            f"min({text}) filter (where {text} is not null and not coalesce({rung.fits}, false))"
        )[0]

    def _facts(self, text: str, family: str) -> _Facts:
        zero = f"count(*) filter (where {_ZERO_DATE.format(c=text)})"
        whole = f"coalesce(max(length(ltrim(split_part({text}, '.', 1), '+-'))), 0)"
        decimals = f"coalesce(max(length(split_part({text}, '.', 2))), 0)"
        numbers = family in ("number", "any", "unsigned", "decimal", *_INTEGERS)
        return _Facts(
            *self._row(
                f"count({text}), coalesce(max(length({text})), 0), "
                f"{zero if family in ('date', 'timestamp', 'timestamptz') else '0'}, "
                f"{f'{whole}, {decimals}' if numbers else '0, 0'}"
            )
        )

    def _row(self, aggregates: str) -> tuple[Any, ...]:
        row = self.staging.connection.execute(f"select {aggregates} from {self.staged.relation}").fetchone()
        assert row  # an aggregate has one row
        return row


def _rungs(declared: Type, text: str, facts: _Facts) -> Iterator[_Rung]:
    """The declared type first, text last: that always fits."""
    family = declared.family
    if family in _INTEGERS:
        for wider in _INTEGERS[_INTEGERS.index(family) :]:
            yield _whole(wider, text)
        yield from _numbers(text, facts)
    elif family in ("unsigned", "bits"):
        # few of these are larger than what is signed
        yield _whole("bigint", text)
        yield _decimal(Type("decimal", 20), text)
    elif family == "decimal":
        yield _decimal(declared, text)
        yield from _numbers(text, facts)
    elif family == "number":
        yield from _numbers(text, facts)
    elif family == "double":
        yield _double(text)
    elif family == "boolean":
        yield _cast(declared, text)
        yield _whole("smallint", text)
    elif family in ("date", "timestamp", "timestamptz"):
        yield from _dates(family, text)
    elif family == "time":
        yield _cast(declared, text, f"regexp_full_match({text}, '{_TIME}') and ")
    elif family == "blob":
        yield _Rung(declared, f"unhex({text})", "true")
    elif family == "any" and facts.filled:
        yield from _plain(text, facts)
    yield _Rung(declared if family == "text" else TEXT, text, "true")


def _cast(kind: Type, text: str, condition: str = "") -> _Rung:
    cast = f"try_cast({text} as {kind.family})"
    return _Rung(kind, cast, f"{condition}{cast} is not null")


def _plain(text: str, facts: _Facts) -> Iterator[_Rung]:
    """What looks like a number where nothing is declared."""
    for rung in (_whole("bigint", text), *_numbers(text, facts)):
        yield replace(rung, fits=f"regexp_matches({text}, '{_PLAIN_NUMBER}') and {rung.fits}")


def _double(text: str) -> _Rung:
    cast = f"try_cast({text} as double)"
    # not every target has the others
    return _Rung(Type("double"), cast, f"isfinite({cast})")


def _whole(family: str, text: str) -> _Rung:
    cast = f"try_cast({text} as {family})"
    return _Rung(Type(family), cast, f"regexp_matches({text}, '{_WHOLE}') and {cast} is not null")


def _decimal(kind: Type, text: str) -> _Rung:
    cast = f"try_cast({text} as {kind})"
    # the cast would round
    places = (
        f"case when contains(lower({text}), 'e') then {cast}::double = try_cast({text} as double) "
        f"else length(rtrim(split_part({text}, '.', 2), '0')) <= {kind.scale} end"
    )
    return _Rung(kind, cast, f"regexp_matches({text}, '{_NUMBER}') and ({places}) and {cast} is not null")


def _numbers(text: str, facts: _Facts) -> Iterator[_Rung]:
    """A decimal that is as large as the values, where there is one, or else a double."""
    size = max(1, facts.whole_digits + facts.decimal_digits)
    if size <= 38:
        exact = _decimal(Type("decimal", size, facts.decimal_digits), text)
        yield _Rung(exact.type, exact.sql, f"{exact.fits} and not contains(lower({text}), 'e')")
    double = _double(text)
    # a double has 15 digits; longer numbers would come out as others
    yield _Rung(
        double.type, double.sql, f"{double.fits} and length(regexp_replace({text}, '[^0-9]', '', 'g')) <= 17"
    )


def _dates(family: str, text: str) -> Iterator[_Rung]:
    zero = _ZERO_DATE.format(c=text)
    if family != "timestamptz":
        moment = f"try_cast({text} as timestamp)"
        real = _is_real(text, moment, _MOMENT)
        if family == "date":
            yield _Rung(
                Type("date"),
                f"case when not {zero} then try_cast({text} as date) end",
                f"{zero} or ({real} and {moment} = date_trunc('day', {moment}))",
            )
        yield _Rung(Type("timestamp"), f"case when not {zero} then {moment} end", f"{zero} or {real}")
    # the session's zone is UTC
    moment = f"try_cast(try_cast({text} as timestamptz) as timestamp)"
    written = f"{_MOMENT}{f'({_ZONE})?' if family == 'timestamptz' else _ZONE}"
    real = _is_real(text, moment, written)
    yield _Rung(
        Type("timestamp"),
        f"case when not {zero} then {moment} end",
        f"{zero} or {real}",
        in_utc=True,
    )


def _is_real(text: str, moment: str, written: str) -> str:
    """Infinity has no year, and others than these have no place in MySQL."""
    return f"(regexp_full_match({text}, '\\s*{written}\\s*', 'i') and year({moment}) between 1 and 9999)"

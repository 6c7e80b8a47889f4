"""A load of a dump, from its files to its report: all of it, or nothing."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from starlift.duckdb_file import first_line
from starlift.dump.fit import FittedTable, fit
from starlift.dump.keys import check_keys, parts_in_their_whole
from starlift.dump.reader import Reader
from starlift.dump.report import LoadedTable, Report
from starlift.dump.sinks import Landing, Sink
from starlift.dump.staging import StagedTable, Staging
from starlift.errors import InterruptedInTime, StarliftError
from starlift.load.scratch import scratch_folder

Progress = Callable[[str, float], None]


def load_dump(
    paths: list[Path], sink: Sink, schema: str, progress: Progress, *, replacing: bool = False
) -> Report:
    """Load the files, together one dump, into `schema`; where that cannot be, nothing is changed."""
    sink.check(schema, replace=replacing)
    report = Report(place=f"{schema} of {sink.place}")
    with _interrupts(sink), scratch_folder() as folder, Staging(folder) as staging:
        try:
            Reader(staging, report, progress).read(paths)
            if not staging.tables:
                raise StarliftError(
                    f"There is no table in {', '.join(map(str, paths))} that could be loaded"
                    f"{_first_problem(report)}: name a dump. Nothing was loaded."
                )
            parts_in_their_whole(staging, report)
            tables = _fitted(staging, report, progress)
            progress("checking keys", 0.9)
            keys = check_keys(staging, tables, report)
            landing = Landing(staging, schema, tables, keys, progress)
        except duckdb.Error as error:
            raise StarliftError(
                f"DuckDB could not hold the dump ({first_line(error)}). Nothing was loaded."
            ) from error
        for note in sink.land(landing, replace=replacing):
            report.note(note)
    report.tables = [LoadedTable(table.name, table.rows, len(table.columns)) for table in tables]
    if staging.halves:
        report.note(f"{staging.halves:,} values have half a character (a lone surrogate): it is \ufffd now")
    if report.mended:
        report.note(f"{report.mended:,} values have bytes that are not UTF-8: read as Windows-1252 (latin1)")
    return report


@contextmanager
def _interrupts(sink: Sink) -> Iterator[None]:
    """Ctrl-C within: in time, unless the sink has committed."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt if sink.committed else InterruptedInTime from error
    except StarliftError as error:
        # Ctrl-C during a query comes as an error of DuckDB's
        if "Query interrupted" not in str(error) and "INTERRUPT" not in str(error):
            raise
        raise KeyboardInterrupt if sink.committed else InterruptedInTime from error


def _first_problem(report: Report) -> str:
    return f" ({report.not_understood[0][0]}: {report.not_understood[0][1]})" if report.not_understood else ""


def _fitted(staging: Staging, report: Report, progress: Progress) -> list[FittedTable]:
    tables = []
    names = _names(staging, report)
    for done, (name, staged) in enumerate(names.items()):
        progress(f"fitting {name}", done / len(names))
        _distinct_columns(staged, name, report)
        tables.append(fit(staging, staged, name, report))
        for parent in staged.table.inherits:
            report.note(f"{name} inherits from {parent[1]}, which holds its own rows alone here")
    return tables


def _names(staging: Staging, report: Report) -> dict[str, StagedTable]:
    """One name for each table, also where several schemas have one of that name."""
    named: dict[str, StagedTable] = {}
    counts = Counter(own.lower() for _, own in staging.tables)
    for (schema, own), staged in staging.tables.items():
        name = own
        if counts[own.lower()] > 1 and any(own.lower() == taken.lower() for taken in named):
            name = f"{schema}__{own}" if schema else f"{own}_2"
            while any(name.lower() == taken.lower() for taken in named):
                name += "_2"
            report.note(f"{own} of {schema or 'the dump'} is called {name}, since there are two of that name")
        named[name] = staged
    return named


def _distinct_columns(staged: StagedTable, table: str, report: Report) -> None:
    """Most targets know no difference between small and capital letters in a name."""
    seen: set[str] = set()
    for position, column in enumerate(staged.table.columns):
        name = column.name
        while name.lower() in seen:
            name += "_2"
        if name != column.name:
            report.note(f"{table}.{column.name} is called {name}, since there are two of that name")
            staged.table.columns[position] = replace(column, name=name)
        seen.add(name.lower())


def default_schema(path: Path) -> str:
    """raw_ and the file's name, as far as it makes a name."""
    stem = path.name.lower().removesuffix(".gz").removesuffix(".sql")
    return "raw_" + (re.sub(r"[^a-z0-9]+", "_", stem).strip("_")[:46] or "dump")

"""One load, whatever the engine: read the extract, decide when it was taken, replace the raw tables."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlift.errors import StarliftError
from starlift.load.engine import Engine, Landed, LoadRecord
from starlift.load.extract import read_extract, utc
from starlift.load.notes import KEYS_NOT_DECLARED, repeat_note
from starlift.load.summary import LoadSummary, TableSummary
from starlift.sources import Source

# An extract that states a moment this close to the last load's is taken as of the same moment.
_SAME_MOMENT = timedelta(seconds=1)


def load(
    source: Source,
    path: Path,
    engine: Engine,
    *,
    dirty: bool = False,
    as_of: datetime | None = None,
    fresh: bool = False,
    progress: Callable[[str, int, int], None] | None = None,
) -> LoadSummary:
    """Replace the source's raw tables by the extract at `path`: all of it, or nothing and a StarliftError.

    `as_of` is when the extract was taken (default: what its manifest says, else now). It may not lie before
    the last load's, which would turn history around, unless the load starts `fresh`: then nothing that was
    loaded before is compared with. The same moment again counts as a microsecond later.
    """
    extract = read_extract(source, path)
    now = datetime.now(UTC).replace(tzinfo=None)
    extracted_at = utc(as_of) if as_of else extract.extracted_at or now
    with engine:
        last = engine.last_load(source)
        if last and not fresh:
            extracted_at = _in_order(extracted_at, last.extracted_at)
        record = LoadRecord(
            load_id=last.load_id + 1 if last else 1,
            source_path=str(path),
            mode="dirty" if dirty else "strict",
            extracted_at=extracted_at,
            loaded_at=now,
        )
        landed = engine.replace(extract, record, compare=not fresh, progress=progress or (lambda *_: None))
    return LoadSummary(
        load_id=record.load_id,
        source=source.name,
        source_path=record.source_path,
        mode=record.mode,
        extracted_at=record.extracted_at,
        loaded_at=record.loaded_at,
        tables=tuple(TableSummary(name, rows) for name, rows in landed.rows.items()),
        notes=(*extract.notes, *_notes(record, landed)),
        violations=landed.violations,
    )


def _in_order(extracted_at: datetime, last: datetime) -> datetime:
    """When the extract counts as taken: a repeat or a correction of the last load's moment comes just after.

    Two loads of one moment would give a row two versions at the same time.
    """
    if abs(extracted_at - last) < _SAME_MOMENT:
        return last + timedelta.resolution
    if extracted_at < last:
        raise StarliftError(
            f"This extract is of {extracted_at}, before the last load's ({last}), and would turn history "
            "around: load a later one, or start afresh with --fresh (and new snapshots)."
        )
    return extracted_at


def _notes(record: LoadRecord, landed: Landed) -> Iterator[str]:
    for (table, columns), counts in landed.repeats.items():
        if counts[0]:
            yield repeat_note(table, columns, *counts)
    if record.mode == "strict" and not landed.keys_declared:
        yield KEYS_NOT_DECLARED

"""`starlift generate clinic`: the ten tables of the clinic as Parquet, from a seed."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from starlift.defaults import END, SEED, START
from starlift.errors import StarliftError
from starlift.generate.details import make_chunk
from starlift.generate.files import Manifest, TableEntry, TableWriter, integers, replaced_folder
from starlift.generate.making import Progress, checked, in_order
from starlift.generate.people import patient_table, provider_table, reference_tables
from starlift.generate.period import Period
from starlift.generate.timeline import CHUNK, Timeline, make_timeline
from starlift.sources import CLINIC

# name -> (patients, encounters)
SCALES = {
    "tiny": (300, 1_500),
    "lab": (10_000, 50_000),
    "100k": (20_000, 100_000),
    "1m": (200_000, 1_000_000),
    "10m": (2_000_000, 10_000_000),
}
_MAX_ENCOUNTERS = 100_000_000  # children's ids stay within 32 bits
_PIECE = 1 << 17  # rows of patients written at a time


def scale_size(scale: str) -> tuple[int, int]:
    """Patients and encounters of a named scale."""
    try:
        return SCALES[scale.lower()]
    except KeyError:
        raise StarliftError(f"There is no scale '{scale}': choose one of {', '.join(SCALES)}.") from None


def _check(patients: int, encounters: int) -> None:
    if patients < 1 or encounters < 1:
        raise StarliftError("Patients and encounters must be at least 1.")
    if max(patients, encounters) > _MAX_ENCOUNTERS:
        raise StarliftError(f"Patients and encounters must be at most {_MAX_ENCOUNTERS:,}.")


def generate_clinic(
    out: Path,
    *,
    patients: int,
    encounters: int,
    seed: int = SEED,
    start: date = START,
    end: date = END,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """Write the folder `out`, all or nothing: the same bytes on any number of threads."""
    _check(patients, encounters)
    period, threads, tell = checked(start, end, threads, progress)
    with replaced_folder(out, CLINIC) as folder, ThreadPoolExecutor(threads) as pool:
        made = 0

        def step(more: int) -> None:
            nonlocal made
            made += more
            tell("who comes when", made, encounters)

        timeline = make_timeline(seed, period, patients=patients, encounters=encounters, pool=pool, step=step)
        entries: dict[str, TableEntry] = {}
        for name, rows in reference_tables(period).items():
            entries[name] = _write_whole(folder, name, [rows])
        providers = provider_table(seed, period, timeline.staff)
        entries["providers"] = _write_whole(folder, "providers", [providers])
        making = _Making(folder, seed, period, timeline, threads, tell)
        entries["patients"] = _write_patients(making)
        entries |= _write_encounters(making)
        manifest = Manifest(
            source=CLINIC.name,
            seed=seed,
            sizes={"patients": patients, "encounters": encounters},
            start=start.isoformat(),
            end=end.isoformat(),
            extracted_at=f"{end.isoformat()}T23:59:59",
            tables={table.name: entries[table.name] for table in CLINIC.tables},
        )
        manifest.write(folder)
    return manifest


@dataclass(frozen=True)
class _Making:
    """What the steps after the timeline need."""

    folder: Path
    seed: int
    period: Period
    timeline: Timeline
    threads: int
    tell: Progress


def _write_whole(folder: Path, name: str, pieces: list[pa.Table]) -> TableEntry:
    writer = TableWriter(folder, CLINIC.table(name))
    for piece in pieces:
        writer.write(piece)
    return writer.close()


def _write_patients(making: _Making) -> TableEntry:
    first_visit = making.timeline.first_visit
    writer = TableWriter(making.folder, CLINIC.table("patients"))

    def make(lo: int) -> pa.Table:
        return patient_table(making.seed, making.period, first_visit[lo : lo + _PIECE], lo)

    for piece in in_order(making.threads, make, range(0, len(first_visit), _PIECE)):
        writer.write(piece)
        making.tell("patients", writer.rows, len(first_visit))
    return writer.close()


def _write_encounters(making: _Making) -> dict[str, TableEntry]:
    """Make the chunks and write each table's pieces in order; children get their ids here."""
    total = len(making.timeline.visits.start)
    names = ("encounters", "encounter_diagnoses", "encounter_procedures", "billing")
    writers = {name: TableWriter(making.folder, CLINIC.table(name)) for name in names}

    def make(lo: int) -> dict[str, pa.Table]:
        return make_chunk(making.seed, making.period, making.timeline, lo, min(lo + CHUNK, total))

    def write(name: str, rows: pa.Table) -> None:
        before = writers[name].rows
        ids = integers(np.arange(before + 1, before + rows.num_rows + 1))
        writers[name].write(rows.set_column(0, rows.schema.names[0], ids))

    with ThreadPoolExecutor(making.threads) as pool:
        writing: list[Future[None]] = []
        for chunk in in_order(making.threads, make, range(0, total, CHUNK)):
            for task in writing:
                task.result()
            making.tell("encounters and their details", writers["encounters"].rows, total)
            writing = [pool.submit(write, name, rows) for name, rows in chunk.items()]
        for task in writing:
            task.result()
    making.tell("encounters and their details", total, total)
    return {name: writer.close() for name, writer in writers.items()}

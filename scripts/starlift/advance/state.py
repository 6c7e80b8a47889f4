"""The tables of a folder in memory, the changes of a day, and how one becomes part of the other."""

import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from starlift.errors import StarliftError
from starlift.generate.files import Manifest, TableWriter, arrow_schema
from starlift.sources import Source, Table

Row = dict[str, Any]
_PIECE = 1 << 17  # rows of a row group


class Changes:
    """What a day does to the tables: whole rows by primary key, and keys that are gone."""

    def __init__(self, source: Source) -> None:
        self._keys = {table.name: table.primary_key for table in source.tables}
        names = list(self._keys)
        self.inserted: dict[str, dict[int, Row]] = {name: {} for name in names}
        self.updated: dict[str, dict[int, Row]] = {name: {} for name in names}
        self.deleted: dict[str, set[int]] = {name: set() for name in names}
        # New rows that are too many to name one by one, with keys that follow each other.
        self.appended: dict[str, pa.Table] = {}

    def insert(self, table: str, row: Row) -> None:
        self.inserted[table][row[self._keys[table]]] = row

    def update(self, table: str, row: Row) -> None:
        self.updated[table][row[self._keys[table]]] = row

    def delete(self, table: str, ids: Iterable[int]) -> None:
        self.deleted[table].update(ids)

    def append(self, table: str, rows: pa.Table) -> None:
        """Many new rows at once; their keys are in order and above all others of the table."""
        if rows.num_rows:
            self.appended[table] = rows

    def touched(self, table: str) -> set[int]:
        return self.inserted[table].keys() | self.updated[table].keys() | self.deleted[table]

    def summary(self) -> dict[str, dict[str, list[int]]]:
        """By table the keys that came, changed and went; of appended rows the first and the last."""
        return {
            name: {
                "inserted": sorted(self.inserted[name]),
                "updated": sorted(self.updated[name]),
                "deleted": sorted(self.deleted[name]),
            }
            | ({"appended": self._ends(name)} if name in self.appended else {})
            for name in self.inserted
        }

    def _ends(self, table: str) -> list[int]:
        keys = self.appended[table][self._keys[table]]
        return [keys[0].as_py(), keys[-1].as_py()]


class State:
    """All tables, each sorted by its primary key."""

    def __init__(self, folder: Path, manifest: Manifest, source: Source) -> None:
        self._folder, self._manifest, self.source = folder, manifest, source
        self._changed: set[str] = set()
        self.tables = {table.name: _read(folder, table, manifest) for table in source.tables}
        self._columns: dict[tuple[str, str], np.ndarray] = {}

    def ids(self, table: str) -> np.ndarray:
        return self.numbers(table, self.source.table(table).primary_key)

    def numbers(self, table: str, column: str) -> np.ndarray:
        """A column as integers: dates as days and timestamps as seconds since 1970; null is -1."""
        found = self._columns.get((table, column))
        if found is None:
            values = self.tables[table][column].combine_chunks()
            if pa.types.is_timestamp(values.type):
                values = values.cast(pa.int64())
                found = values.fill_null(-1_000_000).to_numpy() // 1_000_000
            else:
                found = values.cast(pa.int32()).fill_null(-1).to_numpy().astype(np.int64)
            self._columns[table, column] = found
        return found

    def equals(self, table: str, column: str, value: str) -> np.ndarray:
        """Where a text column has that value."""
        found = self._columns.get((table, f"{column} = {value}"))
        if found is None:
            found = pc.equal(self.tables[table][column], value).to_numpy(zero_copy_only=False)
            self._columns[table, f"{column} = {value}"] = found
        return found

    def positions(self, table: str, ids: Iterable[int]) -> np.ndarray:
        return np.searchsorted(self.ids(table), np.array(list(ids), dtype=np.int64))

    def rows(self, table: str, ids: Iterable[int]) -> list[Row]:
        """The rows with these ids, in the order asked for; every id must be there."""
        return self.tables[table].take(pa.array(self.positions(table, ids))).to_pylist()

    def children(self, table: str, column: str, parents: Iterable[int]) -> list[Row]:
        """The rows of a child table that belong to these parents, which `column` names."""
        wanted = np.array(sorted(parents), dtype=np.int64)
        if not len(wanted):
            return []
        of = self.numbers(table, column)
        found = np.flatnonzero(np.isin(of, wanted))
        return self.tables[table].take(pa.array(found)).to_pylist()

    def apply(self, changes: Changes) -> None:
        for table in self.source.tables:
            name = table.name
            appended = changes.appended.get(name)
            if not changes.touched(name) and appended is None:
                continue
            self._changed.add(name)
            old, ids = self.tables[name], self.ids(name)
            updated, inserted = changes.updated[name], changes.inserted[name]
            new = pa.Table.from_pylist([*updated.values(), *inserted.values()], schema=old.schema)
            source = np.arange(len(ids))
            source[self.positions(name, updated)] = len(ids) + np.arange(len(updated))
            keep = np.ones(len(ids), dtype=bool)
            keep[self.positions(name, changes.deleted[name])] = False
            first_new = len(ids) + len(updated)
            source = np.concatenate((source[keep], np.arange(first_new, first_new + len(inserted))))
            keys = np.concatenate((ids[keep], np.array(list(inserted), dtype=np.int64)))
            if (keys[1:] <= keys[:-1]).any():
                source = source[np.argsort(keys, kind="stable")]
            rows = [pa.concat_tables([old, new]).combine_chunks().take(pa.array(source))]
            rows += [] if appended is None else [appended.cast(old.schema)]
            self.tables[name] = pa.concat_tables(rows).combine_chunks()
            for key in [key for key in self._columns if key[0] == name]:
                del self._columns[key]

    def write(self, folder: Path) -> None:
        """Write what has changed, copy what has not, and put rows and digests into the manifest."""
        with ThreadPoolExecutor() as pool:
            entries = pool.map(
                lambda name: (name, _write(folder, self.source.table(name), self.tables[name])), self._changed
            )
            self._manifest.tables |= dict(entries)
        for name in self.tables.keys() - self._changed:
            shutil.copyfile(self._folder / f"{name}.parquet", folder / f"{name}.parquet")
        self._manifest.write(folder)


def _write(folder: Path, table: Table, rows: pa.Table) -> Any:  # noqa: ANN401
    writer = TableWriter(folder, table)
    for lo in range(0, rows.num_rows, _PIECE):
        writer.write(rows.slice(lo, _PIECE))
    return writer.close()


def _read(folder: Path, table: Table, manifest: Manifest) -> pa.Table:
    name, path = table.name, folder / f"{table.name}.parquet"
    try:
        found = pq.read_table(path, schema=arrow_schema(table))
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise StarliftError(f"{path} cannot be read ({reason}): make the data anew.") from error
    if name not in manifest.tables or found.num_rows != manifest.tables[name].rows:
        raise StarliftError(f"{path} is not the file its manifest speaks of: make the data anew.")
    return found.combine_chunks()  # rows are taken one by one, which is slow over many chunks

"""A source's folder: one Parquet file per table and a manifest, written so that equal rows give equal bytes.

Left out of the files because it changes with the library, not with the data: the Arrow schema, compression
(the encodings already pack numbers and repeated text) and, in the footer, the name of the writing library.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from starlift.errors import StarliftError
from starlift.sources import CLINIC, Source, Table

MANIFEST = "manifest.json"
_WRITER_NAME = b"starlift version 1.0.0 (build 1)"
_REPEATED_TEXT = {
    "encounter_type", "claim_status", "gender", "state", "city", "first_name", "last_name", "credential",
    "postal_code",
    "channel", "device", "promotion_code", "order_status", "payment_type", "payment_method", "payment_status",
    "return_reason",
    "country", "department", "position", "region", "status", "store_type", "tier",
}  # fmt: skip
_REPEATED_NUMBERS = {"diagnosis_id", "procedure_id", "diagnosis_sequence", "department_id", "provider_id"}


@dataclass
class TableEntry:
    rows: int
    digest: str


@dataclass
class Manifest:
    """What a folder holds: how it was made, how far it has come, and what each day since then changed."""

    source: str
    seed: int
    # What was asked for, such as how many patients and encounters; the file lists them among the others.
    sizes: dict[str, int]
    start: str
    end: str
    extracted_at: str
    tables: dict[str, TableEntry]
    days: list[dict[str, Any]] = field(default_factory=list)
    # Keys are never given twice, so those of deleted rows are kept in mind here.
    next_ids: dict[str, int] = field(default_factory=dict)

    def write(self, folder: Path) -> None:
        raw: dict[str, Any] = {}
        for name, value in asdict(self).items():
            raw |= value if name == "sizes" else {name: value}
        text = json.dumps(raw, indent=1, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder; a StarliftError if there is none or it is not one of ours."""
    path = folder / MANIFEST
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        raw["tables"] = {name: TableEntry(**entry) for name, entry in raw["tables"].items()}
        known = {f.name for f in fields(Manifest)}
        sizes = {name: int(raw.pop(name)) for name in list(raw) if name not in known}
        return Manifest(**raw, sizes=sizes)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StarliftError(
            f"{folder} holds no {MANIFEST}: make the data with `starlift generate`."
        ) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise StarliftError(
            f"{path} cannot be read as a manifest ({error}): make the data anew with `starlift generate`."
        ) from error


def arrow_type(type_name: str) -> pa.DataType:
    """The Arrow type of a column's type in the source's description."""
    if type_name.startswith("decimal"):
        precision, scale = type_name[8:-1].split(",")
        return pa.decimal128(int(precision), int(scale))
    simple = {"integer": pa.int32(), "date": pa.date32(), "timestamp": pa.timestamp("us")}
    return simple.get(type_name, pa.string())


def arrow_schema(table: Table) -> pa.Schema:
    return pa.schema([(column.name, arrow_type(column.type)) for column in table.columns])


# --- numpy to Arrow, without a detour over Python objects ---


def _validity(valid: np.ndarray | None) -> pa.Buffer | None:
    if valid is None or valid.all():
        return None
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def integers(values: np.ndarray) -> pa.Array:
    return pa.array(np.ascontiguousarray(values, dtype=np.int32))


def stamps(seconds: np.ndarray, valid: np.ndarray | None = None) -> pa.Array:
    """Seconds since 1970 as timestamps."""
    micros = seconds.astype(np.int64) * 1_000_000
    if valid is not None:
        micros = np.where(valid, micros, 0)
    return pa.Array.from_buffers(pa.timestamp("us"), len(micros), [_validity(valid), pa.py_buffer(micros)])


def dates(days: np.ndarray) -> pa.Array:
    """Days since 1970 as dates."""
    values = np.ascontiguousarray(days, dtype=np.int32)
    return pa.Array.from_buffers(pa.date32(), len(values), [None, pa.py_buffer(values)])


def money(cents: np.ndarray, valid: np.ndarray | None = None) -> pa.Array:
    """Non-negative cents as decimal(12,2)."""
    wide = np.zeros((len(cents), 2), dtype=np.int64)
    wide[:, 0] = cents if valid is None else np.where(valid, cents, 0)
    return pa.Array.from_buffers(pa.decimal128(12, 2), len(cents), [_validity(valid), pa.py_buffer(wide)])


def chosen(index: np.ndarray, values: list[str] | tuple[str, ...]) -> pa.Array:
    """`values[index]` as text, kept as a dictionary until it is written."""
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int16)), pa.array(list(values)))


def rows_of(table: Table, *columns: pa.Array) -> pa.Table:
    """The columns, in the order of the table's description; text may come as dictionaries."""
    return pa.table(list(columns), names=list(table.column_names))


# --- digest and file ---


def _zero(kind: pa.DataType) -> pa.Scalar:
    if pa.types.is_string(kind):
        return pa.scalar("", kind)
    return pa.scalar(Decimal(0) if pa.types.is_decimal(kind) else 0, kind)


class ColumnDigest:
    """sha256 over a column's content in row order, whatever the chunks, the Arrow version or the encoding."""

    def __init__(self) -> None:
        self._values, self._nulls, self._lengths = hashlib.sha256(), hashlib.sha256(), hashlib.sha256()

    def update(self, column: pa.Array) -> None:
        if pa.types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if column.null_count:
            self._nulls.update(np.ascontiguousarray(column.is_null().to_numpy(zero_copy_only=False)).data)
            column = column.fill_null(_zero(column.type))
        else:
            self._nulls.update(bytes(len(column)))
        if pa.types.is_string(column.type):
            _, offsets, data = column.buffers()
            edges = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
            self._lengths.update(np.diff(edges).data)
            if data is not None:
                self._values.update(memoryview(data)[edges[0] : edges[-1]])
            return
        width = column.type.bit_width // 8
        raw = memoryview(column.buffers()[1])[column.offset * width : (column.offset + len(column)) * width]
        if pa.types.is_decimal(column.type):
            raw = np.ascontiguousarray(np.frombuffer(raw, np.int64)[::2]).data
        self._values.update(raw)

    def hexdigest(self) -> str:
        return " ".join(part.hexdigest() for part in (self._values, self._nulls, self._lengths))


class TableDigest:
    """sha256 over the columns of a table, with their names and types."""

    def __init__(self, table: Table) -> None:
        self._columns = [(column, ColumnDigest()) for column in table.columns]

    def update(self, piece: pa.Table) -> None:
        """Append rows; the columns stand in the table's order."""
        for (_, digest), column in zip(self._columns, piece.columns, strict=True):
            for chunk in column.chunks:
                digest.update(chunk)

    def hexdigest(self) -> str:
        whole = hashlib.sha256()
        for column, digest in self._columns:
            whole.update(f"{column.name} {column.type} {digest.hexdigest()}\n".encode())
        return whole.hexdigest()


# pyarrow began to limit a page's rows; without the limit its pages are those of the versions before.
_NO_ROW_LIMIT = (
    {"max_rows_per_page": 1 << 30} if "max_rows_per_page" in signature(pq.ParquetWriter).parameters else {}
)


class TableWriter:
    """Writes one table's Parquet file piece by piece; each piece becomes a row group."""

    def __init__(self, folder: Path, table: Table) -> None:
        self._path = folder / f"{table.name}.parquet"
        self.schema = arrow_schema(table)
        self._digest = TableDigest(table)
        self.rows = 0
        repeated = [c.name for c in table.columns if c.name in _REPEATED_TEXT | _REPEATED_NUMBERS]
        repeated = [name for name in repeated if name != table.primary_key]
        numbers = {c.name: "DELTA_BINARY_PACKED" for c in table.columns if "char" not in c.type}
        text = {c.name: "PLAIN" for c in table.columns if "char" in c.type}
        self._writer = pq.ParquetWriter(
            self._path,
            self.schema,
            version="2.6",
            compression="NONE",
            use_dictionary=repeated,
            column_encoding={k: v for k, v in (numbers | text).items() if k not in repeated},
            data_page_size=1 << 20,
            dictionary_pagesize_limit=1 << 20,
            write_batch_size=1024,
            data_page_version="1.0",
            write_statistics=True,
            write_page_index=False,
            write_page_checksum=False,
            store_schema=False,
            store_decimal_as_integer=True,
            **_NO_ROW_LIMIT,
        )

    def write(self, piece: pa.Table) -> None:
        """Append rows; the columns stand in the table's order, text may come as dictionaries."""
        if not piece.num_rows:
            return
        self.rows += piece.num_rows
        self._digest.update(piece)
        self._writer.write_table(piece.cast(self.schema), row_group_size=piece.num_rows)

    def close(self) -> TableEntry:
        self._writer.close()
        _rename_writer(self._path)
        return TableEntry(self.rows, self._digest.hexdigest())


def _rename_writer(path: Path) -> None:
    """Put our own name over `created_by` in the footer, whose pyarrow version is the one thing that differs.

    The footer is a Thrift struct in the compact protocol: text is its length (one byte, below 128) and its
    bytes, nothing else in the struct depends on it, and the footer's length stands before the final magic.
    """
    with path.open("r+b") as file:
        file.seek(-8, os.SEEK_END)
        size = int.from_bytes(file.read(4), "little")
        start = file.seek(-8 - size, os.SEEK_END)
        footer = file.read(size)
        at = footer.rfind(b"parquet-cpp-arrow version ")
        if at < 1:
            return
        footer = footer[: at - 1] + bytes([len(_WRITER_NAME)]) + _WRITER_NAME + footer[at + footer[at - 1] :]
        file.seek(start)
        file.write(footer + len(footer).to_bytes(4, "little") + b"PAR1")
        file.truncate()


def digest_table(path: Path, source: Source = CLINIC) -> str:
    """The digest of a file's content, as `TableWriter.close` gives it (for checks)."""
    digest = TableDigest(source.table(path.stem))
    for batch in pq.ParquetFile(path).iter_batches():
        digest.update(pa.Table.from_batches([batch]))
    return digest.hexdigest()


@contextmanager
def replaced_folder(folder: Path, source: Source) -> Iterator[Path]:
    """A new folder beside `folder`, which takes its place when all went well and vanishes otherwise.

    StarliftError where `folder` is not ours to replace, and where the disk refuses (it is full, say).
    """
    folder = folder.resolve()
    if folder.exists():
        if not folder.is_dir():
            raise StarliftError(f"{folder} is a file: name a folder to write into.")
        ours = {MANIFEST} | {f"{table.name}.parquet" for table in source.tables}
        if {path.name for path in folder.iterdir()} - ours:
            raise StarliftError(f"{folder} holds other files: name an empty or a new folder to write into.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise StarliftError(f"Cannot write next to {folder}: {error.strerror}.") from error
    try:
        yield work
        work.chmod(0o755)
        _put_in_place(work, folder)
    except OSError as error:
        raise StarliftError(
            f"Cannot write {folder} ({error.strerror or error}); it is as it was: make room, or name another."
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _put_in_place(work: Path, folder: Path) -> None:
    """Rename `work` to `folder`; an older one goes, or comes back where that fails."""
    old = work.with_name(work.name + ".old")
    if folder.exists():
        folder.rename(old)
    try:
        work.rename(folder)
    except BaseException:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)

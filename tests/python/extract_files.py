"""A source's extract as files: what is in them, and what the manifest says of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from starlift.generate.files import Manifest
from starlift.sources import Source

Rows = dict[str, dict[int, dict[str, Any]]]


def digests(manifest: Manifest) -> dict[str, str]:
    return {name: entry.digest for name, entry in manifest.tables.items()}


def connect(folder: Path, source: Source) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for table in source.tables:
        con.execute(f"create view {table.name} as select * from '{folder / table.name}.parquet'")
    return con


def one(con: duckdb.DuckDBPyConnection, sql: str) -> Any:
    return con.execute(sql).fetchone()[0]


def read(folder: Path, source: Source) -> Rows:
    """All rows: table -> primary key -> row."""
    return {
        table.name: {
            row[table.primary_key]: row for row in pq.read_table(folder / f"{table.name}.parquet").to_pylist()
        }
        for table in source.tables
    }


def events(entries: Sequence[dict[str, Any]], name: str) -> list[tuple[int, Any]]:
    """(day number from 1, event) of all events of that name."""
    return [(day, event) for day, entry in enumerate(entries, 1) for event in entry["events"].get(name, [])]

"""Building: the whole star by dbt against the same tables by hand-written SQL in the same DuckDB.

Both start from a file that holds nothing but the raw tables. By hand means one connection that runs, in dbt's
order, `create table as` with the very SQL that dbt compiled, then adds the keys that the contract asks for.
"""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from starlift.bench.dbt import dbt_arguments, run_dbt_as_step
from starlift.bench.place import Place
from starlift.bench.steps import Tell
from starlift.errors import StarliftError
from starlift.manifest import primary_key
from starlift.sources import Source

GOAL_RATIO = 2.0
# Nodes whose SQL takes less than this by hand: the rest of their time is dbt's.
_TRIVIAL_SECONDS = 0.02


@dataclass(frozen=True)
class Node:
    """One thing that dbt built, and the statements that make the same by hand."""

    name: str
    kind: str  # table, view, snapshot or seed
    schema: str
    relation: str
    seconds: float
    # What selects its rows.
    sql: str
    keys: tuple[str, ...] = ()

    @property
    def create(self) -> str:
        return f"create {'view' if self.kind == 'view' else 'table'} {self.relation} as {self.sql}"

    @property
    def stored(self) -> bool:
        return self.kind in ("table", "snapshot")


def run_building(
    warehouse: Place, place_in: Callable[[Path], Place], *, runs: int, scratch: Path, tell: Tell
) -> dict[str, Any]:
    """Seconds of every node on both sides (medians), their sums and ratios, and dbt's overhead told apart."""
    by_dbt: list[list[Node]] = []
    by_hand: list[dict[str, tuple[float, float]]] = []
    walls = []
    with tempfile.TemporaryDirectory(prefix="starlift_") as folder:
        # the same file name in two folders, because the compiled SQL names the database
        dbt_file, hand_file = Path(folder) / "dbt" / "build.duckdb", Path(folder) / "hand" / "build.duckdb"
        for run in range(1, runs + 1):
            for file in (dbt_file, hand_file):
                _raw_only(warehouse.sources, Path(warehouse.label), file)
            tell(f"dbt builds the star ({run} of {runs})")
            nodes, wall = build_by_dbt(place_in(dbt_file), scratch / "build_target", scratch / "logs")
            by_dbt.append(nodes)
            walls.append(wall)
            tell(f"the same by hand ({run} of {runs})")
            by_hand.append(_build_by_hand(nodes, hand_file, dbt_file))
    return summary(by_dbt, by_hand, walls, goal=GOAL_RATIO, judged="ratio_aside")


def _raw_only(sources: Sequence[Source], warehouse: Path, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"attach '{warehouse}' as original (read_only)")
        for schema in (source.raw_schema for source in sources):
            connection.execute(f"create schema {schema}")
            tables = connection.execute(
                "select table_name from duckdb_tables() where database_name = 'original' and schema_name = ?",
                [schema],
            ).fetchall()
            for (table,) in tables:
                name = f"{schema}.{table}"
                connection.execute(f"create table {name} as select * from original.{name}")


def build_by_dbt(place: Place, target_path: Path, logs: Path) -> tuple[list[Node], float]:
    """What dbt made, each with its seconds, and the seconds of the whole command."""
    # one thread: with more, a node's time would include waiting for the others
    arguments = ["--threads", "1", "--full-refresh", "--exclude-resource-type", "test", "unit_test"]
    words = dbt_arguments("build", arguments, place, target_path)
    step = run_dbt_as_step("dbt build", words, place, logs / "build.log")
    results = json.loads((target_path / "run_results.json").read_text())["results"]
    manifest = json.loads((target_path / "manifest.json").read_text())["nodes"]
    nodes = [
        node_of(manifest[result["unique_id"]], result)
        for result in results
        if manifest.get(result["unique_id"], {}).get("relation_name") and result["status"] == "success"
    ]
    return nodes, step.seconds


def node_of(node: dict[str, Any], result: dict[str, Any]) -> Node:
    """The statements that make by hand what dbt made of a node of its manifest."""
    relation, sql = node["relation_name"], result.get("compiled_code") or ""
    kind = {"seed": "seed", "snapshot": "snapshot"}.get(node["resource_type"])
    kind = kind or ("view" if node["config"]["materialized"] == "view" else "table")
    if kind == "snapshot":
        sql = _snapshot_sql(node["config"], sql)
    schema = node.get("schema") or ""
    return Node(node["alias"], kind, schema, relation, result["execution_time"], sql, primary_key(node))


def _snapshot_sql(config: dict[str, Any], sql: str) -> str:
    """A first snapshot, on any engine: every row is the current version."""
    key, updated_at = config["unique_key"], config["updated_at"]
    version = f"md5(concat_ws('|', cast({key} as char(20)), cast({updated_at} as char(40))))"
    return (
        f"select snapped.*, {version} as dbt_scd_id, "
        f"{updated_at} as dbt_updated_at, {updated_at} as dbt_valid_from, "
        f"timestamp '9999-12-31 00:00:00' as dbt_valid_to, 'False' as dbt_is_deleted from ({sql}) as snapped"
    )


def _build_by_hand(nodes: list[Node], file: Path, dbt_file: Path) -> dict[str, tuple[float, float]]:
    """Seconds of (`create table as`, adding its key) by node; a StarliftError if the rows are not dbt's."""
    seconds = {}
    with duckdb.connect(str(file)) as connection:
        connection.execute(f"attach '{dbt_file}' as by_dbt (read_only)")
        for schema in sorted({node.relation.split(".")[1] for node in nodes}):
            connection.execute(f"create schema if not exists {schema}")
        _copy_log_of_runs(connection)
        for node in nodes:
            database, _, rest = node.relation.partition(".")
            started = time.perf_counter()
            if node.kind == "seed":  # reference lists: copied, and left out of both sums
                connection.execute(f"create table {node.relation} as select * from by_dbt.{rest}")
            else:
                connection.execute(node.create)
            created = time.perf_counter()
            if node.keys:
                connection.execute(f"alter table {node.relation} add primary key ({', '.join(node.keys)})")
            seconds[node.name] = (created - started, time.perf_counter() - created)
            if node.stored:
                _same_rows(connection, node.name, f"{database}.{rest}", f"by_dbt.{rest}")
    return seconds


def _copy_log_of_runs(connection: duckdb.DuckDBPyConnection) -> None:
    """Models read it, and dbt's hooks write it, before and after all models."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'by_dbt' and schema_name like '%\\_audit' escape '\\'"
    ).fetchall()
    for schema, table in tables:
        connection.execute(f"create schema if not exists {schema}")
        connection.execute(f"create table {schema}.{table} as select * from by_dbt.{schema}.{table}")


def _same_rows(connection: duckdb.DuckDBPyConnection, name: str, ours: str, theirs: str) -> None:
    query = f"select (select count(*) from {ours}), (select count(*) from {theirs})"
    ((by_hand, by_dbt),) = connection.execute(query).fetchall()
    if by_hand != by_dbt:
        raise StarliftError(
            f"By hand {name} has {by_hand:,} rows, by dbt {by_dbt:,}: the two builds cannot be compared."
        )


def summary(
    by_dbt: list[list[Node]],
    by_hand: list[dict[str, tuple[float, float]]],
    walls: list[float],
    *,
    goal: float,
    judged: str,
) -> dict[str, Any]:
    """Medians by node, sums and ratios; `judged` names the ratio that the goal speaks of."""
    rows: list[dict[str, Any]] = []
    for node in by_dbt[0]:
        if node.kind == "seed":
            continue
        dbt_seconds = [other.seconds for nodes in by_dbt for other in nodes if other.name == node.name]
        rows.append(
            {
                "name": node.name,
                "kind": node.kind,
                "stored": node.stored,
                "key": list(node.keys),
                "dbt": statistics.median(dbt_seconds),
                "create_table_as": statistics.median(times[node.name][0] for times in by_hand),
                "add_key": statistics.median(times[node.name][1] for times in by_hand),
            }
        )
    for row in rows:
        row["hand"] = row["create_table_as"] + row["add_key"]
    overhead = dbt_overhead(rows)
    stored = [row for row in rows if row["stored"]]
    dbt = sum(row["dbt"] for row in stored)
    aside = dbt - overhead * len(stored)
    plain, hand = (sum(row[part] for row in stored) for part in ("create_table_as", "hand"))
    return {
        "runs": len(by_dbt),
        "nodes": rows,
        "tables": len(stored),
        "dbt_command_seconds": statistics.median(walls),
        "dbt_seconds": dbt,
        "overhead_per_node": overhead,
        "dbt_seconds_aside": aside,
        "hand_seconds": hand,
        "create_table_as_seconds": plain,
        "ratio": dbt / hand,
        "ratio_aside": aside / hand,
        "ratio_aside_without_keys": aside / plain,
        "goal": goal,
        "judged": judged,
    }


def dbt_overhead(rows: list[dict[str, Any]]) -> float:
    """Seconds of a node that are dbt's own: the median over the nodes whose SQL takes next to nothing."""
    trivial = [row["dbt"] - row["hand"] for row in rows if row["hand"] < _TRIVIAL_SECONDS]
    return statistics.median(trivial) if trivial else 0.0

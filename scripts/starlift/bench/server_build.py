"""Building on a server: the whole star by dbt against the same tables and indexes by hand-written SQL.

Both read the same raw tables and write into schemas of their own. By hand means one connection that runs, in
dbt's order, the very SQL that dbt compiled, makes the keys and indexes that dbt's table has, and analyses.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from dbt.adapters.starlift_mysql.server import server_of
from starlift.bench.build_suite import Node, build_by_dbt, summary
from starlift.bench.place import Place
from starlift.bench.server import ServerEngine, text
from starlift.bench.steps import Tell
from starlift.errors import StarliftError

GOAL_RATIO = 1.5
# As long as each other, so that no name is cut off on one side only.
DBT_SCHEMA, HAND_SCHEMA = "bench_build_dbt", "bench_build_own"


class ByHand(Protocol):
    """How one kind of server makes a table like dbt's by hand."""

    def prepare(self, engine: ServerEngine) -> None:
        """Give the session the settings that dbt's has: the same SQL, planned in the same way."""
        ...

    def create(self, engine: ServerEngine, node: Node, schema: str, like: str) -> None:
        """Make and fill the table of that node in `schema`; dbt's own is in the schema `like`."""
        ...

    def finish(self, engine: ServerEngine, table: str, schema: str, like: str) -> None:
        """Give the table what dbt's has beyond its rows: keys, indexes, statistics."""
        ...


class PostgresByHand:
    def prepare(self, engine: ServerEngine) -> None:
        """Nothing: dbt changes no setting."""

    def create(self, engine: ServerEngine, node: Node, schema: str, like: str) -> None:
        engine.execute(f"create table {schema}.{node.name} as {node.sql}")

    def finish(self, engine: ServerEngine, table: str, schema: str, like: str) -> None:
        name = f"{schema}.{table}"
        required = engine.execute(
            "select column_name from information_schema.columns "
            "where table_schema = %s and table_name = %s and is_nullable = 'NO' order by ordinal_position",
            [like, table],
        )
        changes = [f"alter {column} set not null" for (column,) in required]
        constraints = engine.execute(
            "select pg_get_constraintdef(oid) from pg_constraint "
            "where conrelid = %s::regclass and contype in ('p', 'u', 'c') order by contype desc",
            [f"{like}.{table}"],
        )
        changes += [f"add {definition}" for (definition,) in constraints]
        if changes:
            engine.execute(f"alter table {name} {', '.join(changes)}")
        indexes = engine.execute(
            "select pg_get_indexdef(indexrelid) from pg_index where indrelid = %s::regclass "
            "and not exists (select 1 from pg_constraint where conindid = indexrelid)",
            [f"{like}.{table}"],
        )
        for (definition,) in indexes:
            engine.execute(definition.replace(DBT_SCHEMA, HAND_SCHEMA))
        engine.execute(f"vacuum (analyze) {name}")


class MySQLByHand:
    """InnoDB keeps rows in the primary key's order, so the keys are there before the rows, as with dbt."""

    def prepare(self, engine: ServerEngine) -> None:
        ((version,),) = engine.execute("select version()")
        for name, value in server_of(text(version)).variables.items():
            engine.execute(f"set session {name} = %s", [value])

    def create(self, engine: ServerEngine, node: Node, schema: str, like: str) -> None:
        ((_, ddl),) = engine.execute(f"show create table {like}.{node.name}")
        engine.execute(text(ddl).replace("CREATE TABLE ", f"create table {schema}.", 1))
        columns = engine.columns_of(node.sql)
        engine.execute(f"insert into {schema}.{node.name} ({', '.join(columns)}) {node.sql}")

    def finish(self, engine: ServerEngine, table: str, schema: str, like: str) -> None:
        engine.execute(f"analyze table {schema}.{table}")


def run_server_building(
    place_in: Callable[[str], Place],
    open_engine: Callable[[str], ServerEngine],
    by_hand: ByHand,
    *,
    runs: int,
    scratch: Path,
    tell: Tell,
) -> dict[str, Any]:
    """As `run_building` on DuckDB: seconds of every node on both sides, their sums and ratios.

    `place_in` gives the place on the same raw tables whose own schemas begin with a name.
    """
    by_dbt: list[list[Node]] = []
    ours: list[dict[str, tuple[float, float]]] = []
    walls = []
    try:
        for run in range(1, runs + 1):
            _clear(open_engine)
            tell(f"dbt builds the star ({run} of {runs})")
            nodes, wall = build_by_dbt(place_in(DBT_SCHEMA), scratch / "build_target", scratch / "logs")
            by_dbt.append(nodes)
            walls.append(wall)
            tell(f"the same by hand ({run} of {runs})")
            with open_engine(HAND_SCHEMA) as engine:
                by_hand.prepare(engine)
                ours.append(_build_by_hand(engine, nodes, by_hand))
    finally:
        _clear(open_engine)
    section = summary(by_dbt, ours, walls, goal=GOAL_RATIO, judged="ratio")
    return {**section, "finishing": "keys, indexes, statistics"}


def _clear(open_engine: Callable[[str], ServerEngine]) -> None:
    for schema in (DBT_SCHEMA, HAND_SCHEMA):
        with open_engine(schema) as engine:
            for one in engine.schemas():
                engine.drop_schema(one)


def _build_by_hand(
    engine: ServerEngine, nodes: list[Node], by_hand: ByHand
) -> dict[str, tuple[float, float]]:
    """Seconds of (creating and filling, finishing) by node; a StarliftError if the rows are not dbt's."""
    seconds = {}
    for schema in sorted({node.schema for node in nodes}):
        engine.create_schema(_own(schema))
    for node in nodes:
        like, schema = node.schema, _own(node.schema)
        mine = replace(node, sql=_own(node.sql))
        started = time.perf_counter()
        if node.kind == "view":
            engine.execute(f"create view {schema}.{node.name} as {mine.sql}")
        elif node.kind == "seed":  # reference lists: copied, and left out of both sums
            engine.execute(f"create table {schema}.{node.name} as select * from {like}.{node.name}")
        else:
            by_hand.create(engine, mine, schema, like)
        created = time.perf_counter()
        if node.stored:
            by_hand.finish(engine, node.name, schema, like)
        seconds[node.name] = (created - started, time.perf_counter() - created)
        if node.stored:
            _same_rows(engine, node.name, schema, like)
    return seconds


def _own(sql: str) -> str:
    """On our own schemas; what is read of the log of runs is dbt's, whose log it is."""
    return sql.replace(DBT_SCHEMA, HAND_SCHEMA).replace(f"{HAND_SCHEMA}_audit", f"{DBT_SCHEMA}_audit")


def _same_rows(engine: ServerEngine, name: str, schema: str, like: str) -> None:
    ours, theirs = engine.count(schema, name), engine.count(like, name)
    if ours != theirs:
        raise StarliftError(
            f"By hand {name} has {ours:,} rows, by dbt {theirs:,}: the two builds cannot be compared."
        )

"""The targets that can be timed: where their warehouses lie, and how one of our own comes and goes."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from starlift.bench.build_suite import run_building
from starlift.bench.connection import connection_facts
from starlift.bench.duckdb import DuckDB
from starlift.bench.files import remove_duckdb
from starlift.bench.goals import DUCKDB_GOALS, SERVER_GOALS, Goal
from starlift.bench.load_suite import run_loading
from starlift.bench.mysql import MariaDB, MySQL
from starlift.bench.place import DEFAULT_SCHEMA, INDEXED_SCHEMA, Place
from starlift.bench.postgres import Postgres
from starlift.bench.server import ServerEngine
from starlift.bench.server_build import ByHand, MySQLByHand, PostgresByHand, run_server_building
from starlift.bench.server_load import time_server_load
from starlift.bench.steps import Tell
from starlift.defaults import BENCH_FOLDER
from starlift.domains import Domain
from starlift.duckdb_file import duckdb_path
from starlift.errors import StarliftError
from starlift.servers import KINDS
from starlift.targets import read_target


class Target(Protocol):
    """One engine, as the benchmark uses it."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def goals(self) -> Mapping[str, Goal]: ...

    @property
    def has_server(self) -> bool:
        """Whether the benchmark can start one of its own."""
        ...

    @property
    def star_parts(self) -> tuple[str, ...]:
        """Parts of the project, beyond the models, that its star depends on."""
        ...

    def at_hand(self, domain: Domain) -> Place:
        """The warehouse that profiles.yml points at; the engine says so if it is not there."""
        ...

    def own(self, domain: Domain, scale: str) -> Place:
        """The place of the benchmark's own warehouse of that scale."""
        ...

    def is_there(self, place: Place) -> bool: ...

    def clear(self, place: Place) -> None:
        """Remove a warehouse of the benchmark's own."""
        ...

    def clear_star(self, place: Place) -> bool:
        """Remove only what dbt built, where that can be told from the rest; whether it was done."""
        ...

    def settle(self, place: Place) -> None:
        """After the build: nothing left to do for the server while queries are timed."""
        ...

    def tune(self) -> None:
        """Give a private server what a benchmark needs."""
        ...

    def time_loading(self, place: Place, data: Path, *, runs: int, tell: Tell) -> dict[str, Any]: ...

    def time_building(self, place: Place, *, runs: int, scratch: Path, tell: Tell) -> dict[str, Any]: ...


class DuckDBTarget:
    name = "duckdb"
    title = "DuckDB"
    goals = DUCKDB_GOALS
    has_server = False
    star_parts: tuple[str, ...] = ()

    def at_hand(self, domain: Domain) -> Place:
        return self.in_file(domain, duckdb_path())

    def own(self, domain: Domain, scale: str) -> Place:
        return self.in_file(domain, BENCH_FOLDER / f"{domain.name}_{scale}.duckdb")

    def in_file(self, domain: Domain, path: Path) -> Place:
        return Place(
            self.name, str(path), domain, lambda: DuckDB(path), environment={"STARLIFT_DUCKDB": str(path)}
        )

    def is_there(self, place: Place) -> bool:
        return Path(place.label).is_file()

    def clear(self, place: Place) -> None:
        remove_duckdb(Path(place.label))

    def clear_star(self, place: Place) -> bool:
        return False

    def settle(self, place: Place) -> None:
        """Nothing: DuckDB works only when it is asked."""

    def tune(self) -> None:
        """Nothing: there is no server."""

    def time_loading(self, place: Place, data: Path, *, runs: int, tell: Tell) -> dict[str, Any]:
        return run_loading(place.source, data, runs=runs, tell=tell)

    def time_building(self, place: Place, *, runs: int, scratch: Path, tell: Tell) -> dict[str, Any]:
        def place_in(file: Path) -> Place:
            return self.in_file(place.domain, file)

        return run_building(place, place_in, runs=runs, scratch=scratch, tell=tell)


class ServerTarget:
    """A server; the benchmark's own warehouses are schemas that begin with `bench_`."""

    goals = SERVER_GOALS
    has_server = True

    def __init__(self, engine: type[ServerEngine], by_hand: ByHand, star_parts: tuple[str, ...] = ()) -> None:
        self.name = engine.name
        self.title = KINDS[engine.name].title
        self.star_parts = star_parts
        self._engine = engine
        self._by_hand = by_hand

    def at_hand(self, domain: Domain) -> Place:
        return self._place(domain, connection_facts(self.name).schema, INDEXED_SCHEMA)

    def own(self, domain: Domain, scale: str) -> Place:
        return self.in_schema(domain, f"bench_{domain.name}_{scale}")

    def in_schema(self, domain: Domain, schema: str) -> Place:
        """A warehouse whose schemas all begin with `schema`, the raw ones too."""
        mine = domain.in_schemas(lambda source: f"{schema}_{source.raw_schema}")
        return self._place(mine, schema, f"{schema}_indexed")

    def _place(self, domain: Domain, schema: str, indexed: str) -> Place:
        label = f"{connection_facts(self.name)}, schema {schema}"
        return Place(
            self.name,
            label,
            domain,
            lambda: self._engine(schema),
            environment={"STARLIFT_SCHEMA": schema},
            schema=schema,
            indexed_schema=indexed,
        )

    def is_there(self, place: Place) -> bool:
        with self._engine(place.schema) as engine:
            try:
                for source in place.sources:
                    engine.raw_rows(source)
            except StarliftError:
                return False
            return bool(engine.tables())

    def clear(self, place: Place) -> None:
        self.clear_star(place)
        with self._engine(place.schema) as engine:
            for source in place.sources:
                engine.drop_schema(place.indexed_schema_of(source))
                engine.drop_schema(source.raw_schema)

    def clear_star(self, place: Place) -> bool:
        if not place.schema.startswith("bench_"):
            raise RuntimeError(f"{place.schema} is not the benchmark's own")
        with self._engine(place.schema) as engine:
            for schema in engine.schemas():
                engine.drop_schema(schema)
        return True

    def settle(self, place: Place) -> None:
        with self._engine(place.schema) as engine:
            engine.settle([*(source.raw_schema for source in place.sources), *engine.schemas()])

    def tune(self) -> None:
        with self._engine(DEFAULT_SCHEMA) as engine:
            engine.tune()

    def time_loading(self, place: Place, data: Path, *, runs: int, tell: Tell) -> dict[str, Any]:
        return time_server_load(read_target(self.name), place.source, data, runs=runs, tell=tell)

    def time_building(self, place: Place, *, runs: int, scratch: Path, tell: Tell) -> dict[str, Any]:
        def place_in(schema: str) -> Place:
            # the variables that name the raw schemas are always said, for the target schema is another
            return self._place(
                place.domain.in_schemas(lambda source: source.raw_schema), schema, INDEXED_SCHEMA
            )

        return run_server_building(
            place_in, self._engine, self._by_hand, runs=runs, scratch=scratch, tell=tell
        )


_MYSQL_PARTS = ("adapter/src",)
TARGETS: dict[str, Target] = {
    target.name: target
    for target in (
        DuckDBTarget(),
        ServerTarget(Postgres, PostgresByHand()),
        ServerTarget(MySQL, MySQLByHand(), _MYSQL_PARTS),
        ServerTarget(MariaDB, MySQLByHand(), _MYSQL_PARTS),
    )
}


def target_named(name: str) -> Target:
    if name not in TARGETS:
        raise StarliftError(f"There is no benchmark for the target {name!r}: choose {', '.join(TARGETS)}.")
    return TARGETS[name]

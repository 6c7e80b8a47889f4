"""A warehouse of the test's own: generated, loaded and built by the public commands, in a temporary folder."""

import argparse
import atexit
import fcntl
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from hashlib import md5
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract_files import Rows, read
from starlift.advance.run import advance
from starlift.dbt_command import dbt_command
from starlift.servers import NotInstalled, Server, private_server
from starlift.targets import Target
from warm_start import warm_start

PROJECT = Path(__file__).parents[2]

# What takes minutes starts first, so that no worker is left alone with it in the end.
LONG = (
    "test_parity",
    "test_as_of",
    "test_killed_builds",
    "test_refused_builds",
    "test_audit",
    "test_extracts",
    "test_backup",
    "test_two_builds",
    "test_retail_quality",
    "test_incremental_property_servers",
    "test_retail",
    "test_retail_corrections",
    "test_ultrasound",
    "test_warehouse",
    "test_slim",
    "test_bench_suites",
    "test_quality",
    "test_incremental_property",
)


def pytest_configure(config: pytest.Config) -> None:
    """dbt and starlift start warm, for all workers from one process; pidfds are Linux's."""
    if sys.platform == "linux" and not hasattr(config, "workerinput") and "STARLIFT_DBT" not in os.environ:
        ready = warm_start()
        commands = ready.__enter__()
        os.environ["STARLIFT_DBT"], os.environ["STARLIFT_TEST_CLI"] = commands["dbt"], commands["starlift"]
        config.add_cleanup(lambda: ready.__exit__(None, None, None))


def starlift_command(*words: str) -> list[str]:
    return [*shlex.split(os.environ.get("STARLIFT_TEST_CLI", f"{sys.executable} -m starlift.cli")), *words]


LANES = ("duckdb", "postgres", "mariadb")
# The servers that a lane has; MySQL's own is on few machines, where its tests run with MariaDB's.
LANE_OF = {"postgres": "postgres", "mariadb": "mariadb", "mysql": "mariadb"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--lane", choices=LANES, help="only the tests of this lane; each is in one")
    parser.addoption("--part", type=part_of_all, metavar="1/3", help="only this part of the files with tests")


def part_of_all(text: str) -> tuple[int, int]:
    """Which part, and of how many."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{text!r} is no part: write 1/3 for the first of three")
    return int(found[1]), int(found[2])


def dealt(files: Iterable[str], parts: int) -> dict[str, int]:
    """By file its part, from 1: the longest are dealt out first, there and back again, so that all take as long."""
    ordered = sorted(set(files), key=lambda name: (LONG.index(name) if name in LONG else len(LONG), name))
    there_and_back = [*range(1, parts + 1), *range(parts, 0, -1)]
    return {name: there_and_back[at % len(there_and_back)] for at, name in enumerate(ordered)}


def lane_of(item: pytest.Item) -> str:
    """The last of the lanes whose server the test names: as a parameter, or by a fixture."""
    called = getattr(item, "callspec", None)
    named = {str(one) for one in called.params.values()} if called else set()
    named |= {one.removesuffix("_server") for one in getattr(item, "fixturenames", ())}
    return max((LANE_OF[one] for one in named & LANE_OF.keys()), key=LANES.index, default="duckdb")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = list(items)
    if lane := config.getoption("--lane"):
        chosen = [item for item in chosen if lane_of(item) == lane]
    if part := config.getoption("--part"):
        part_of = dealt((item.path.stem for item in chosen), part[1])
        chosen = [item for item in chosen if part_of[item.path.stem] == part[0]]
    config.hook.pytest_deselected(items=list(set(items) - set(chosen)))
    items[:] = chosen
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


@dataclass
class DbtResult:
    """A run of dbt: did it succeed, how each node ended (by name), and what it said."""

    ok: bool
    status: dict[str, str]
    output: str


class Parsed:
    """What dbt has parsed, kept for the next warehouse of this process.

    dbt parses a project again, which takes most of the time of a small run, for every other path of the database: so
    all have the same one, a link that leads to the warehouse that is at work.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._link = folder / "warehouse"

    def path_of(self, file: Path) -> Path:
        """Where dbt finds the database from now on, until another is asked for."""
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(file.parent)
        return self._link / file.name

    def give(self, target: Path, arguments: Sequence[str], kind: str = "duckdb") -> None:
        if (kept := self._kept(arguments, kind)).exists():
            target.mkdir(exist_ok=True)
            shutil.copy(kept, target / "partial_parse.msgpack")

    def keep(self, target: Path, arguments: Sequence[str], kind: str = "duckdb") -> None:
        if (new := target / "partial_parse.msgpack").exists():
            shutil.copy(new, self._kept(arguments, kind))

    def _kept(self, arguments: Sequence[str], kind: str) -> Path:
        """Of the same engine and vars, as other ones are parsed again, too; dbt itself looks whether it fits."""
        given = [one for flag, one in pairwise(arguments) if flag in ("--vars", "--project-dir")]
        return self._folder / md5("".join([kind, *given]).encode()).hexdigest()


@cache
def parsed() -> Parsed:
    folder = tempfile.TemporaryDirectory(prefix="starlift_parsed_")
    atexit.register(folder.cleanup)
    return Parsed(Path(folder.name))


@dataclass
class Warehouse:
    """A DuckDB file and dbt's artifacts in `folder`, built from the project as it stands."""

    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "starlift.duckdb"

    @property
    def source(self) -> Path:
        return self.folder / "clinic"

    def _run(self, command: Sequence[str], file: Path | None = None) -> subprocess.CompletedProcess[str]:
        env = {
            **os.environ,
            "STARLIFT_DUCKDB": str(file or self.file),
            "DBT_PROFILES_DIR": str(self.folder),
            "STARLIFT_TARGET": "duckdb",
            "NO_COLOR": "1",
        }
        return subprocess.run(
            command,
            cwd=PROJECT,
            env=env,
            text=True,
            capture_output=True,
            check=False,
        )

    def starlift(self, *arguments: str) -> str:
        done = self._run(starlift_command(*arguments))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def dbt(self, *arguments: str) -> DbtResult:
        target = self.folder / "target"
        (target / "run_results.json").unlink(missing_ok=True)
        places = ["--target-path", str(target), "--log-path", str(self.folder / "logs")]
        parsed().give(target, arguments)
        done = self._run(dbt_command(*arguments, *places), file=parsed().path_of(self.file))
        parsed().keep(target, arguments)
        status = {}
        if (target / "run_results.json").exists():
            results = json.loads((target / "run_results.json").read_text())["results"]
            status = {
                result["unique_id"].split(".")[2]: result["status"]
                for result in results
                if not result["unique_id"].startswith("operation.")
            }
        return DbtResult(done.returncode == 0, status, done.stdout + done.stderr)

    def build(self, *arguments: str) -> DbtResult:
        """Without the unit tests, which do not look at the data: the first day's build has run them."""
        if "--exclude-resource-type" not in arguments:
            arguments = (*arguments, "--exclude-resource-type", "unit_test")
        result = self.dbt("build", *arguments)
        assert result.ok, result.output[-6000:]
        return result

    def load(self, *arguments: str) -> str:
        return self.starlift("load", "clinic", "--from", str(self.source), *arguments)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.file), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def one(self, sql: str) -> Any:
        ((value,),) = self.rows(sql)
        return value

    def change(self, *statements: str) -> None:
        """Change the data behind dbt's back, to see what notices."""
        with duckdb.connect(str(self.file)) as connection:
            for statement in statements:
                connection.execute(statement)

    def star(self, schema: str = "star") -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table of the star, free of its order and of the runs that wrote it."""
        tables = self.rows(
            f"select table_name from duckdb_tables() where schema_name = '{schema}' order by 1"
        )
        return {
            name: self.rows(f"select * exclude (audit_key) from {schema}.{name} order by all")
            for (name,) in tables
        }

    def copy(self, folder: Path) -> "Warehouse":
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Warehouse(folder)


def new_warehouse(folder: Path) -> Warehouse:
    folder.mkdir(parents=True, exist_ok=True)
    profile = (PROJECT / "profiles.yml.example").read_text()
    (folder / "profiles.yml").write_text(re.sub(r"threads: \d+", "threads: 2", profile))
    return Warehouse(folder)


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder that `make` fills for whichever worker comes first; all others wait and find it. To be copied."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, done = root / f"{name}_once", root / f"{name}_once.done"
    with (root / f"{name}_once.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            # what another worker may have left half made
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return folder


def _build_first_day(folder: Path) -> None:
    warehouse = new_warehouse(folder)
    warehouse.starlift("generate", "clinic", "--scale", "tiny", "--seed", "7", "--out", str(warehouse.source))
    warehouse.load()
    built = warehouse.dbt("build")
    assert built.ok, built.output[-6000:]


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The warehouse after the first load and build. Do not change it: copy it."""
    made = made_once(tmp_path_factory, "first_day", _build_first_day)
    # each worker has its own, since one process at a time can open it
    return Warehouse(made).copy(tmp_path_factory.mktemp("first_day"))


def required_or_skipped(missing: NotInstalled) -> None:
    """Skip for want of a server, unless all that CI needs has to be there."""
    if os.environ.get("STARLIFT_REQUIRE_SERVERS") == "1":
        raise missing
    pytest.skip(str(missing))


def _server(kind: str, required: bool) -> Iterator[Server]:
    try:
        with private_server(kind) as server:
            yield server
    except NotInstalled as missing:
        if required:
            required_or_skipped(missing)
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """A PostgreSQL for the session, shared by its tests: each takes a database or a schema of its own."""
    yield from _server("postgres", required=True)


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    """A MariaDB for the session, shared by its tests: a test leaves no database behind."""
    yield from _server("mariadb", required=True)


@pytest.fixture(scope="session")
def mysql_server() -> Iterator[Server]:
    """A MySQL of MySQL's own, which few machines have: its tests are skipped elsewhere."""
    yield from _server("mysql", required=False)


def target_of(server: Server, **other: Any) -> Target:
    """What a profile says of the server; `other` settings come on top."""
    settings = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    if server.kind == "postgres":
        return Target("postgres", "postgres", {**settings, "dbname": server.database, **other})
    return Target(server.kind, "starlift_mysql", {**settings, **other})


def run_on(server: Server, *statements: str) -> list[tuple[Any, ...]]:
    """The last statement's answer. Names stand in double quotes, which are backticks to MySQL."""
    words = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    if server.kind == "postgres":
        import psycopg2  # noqa: PLC0415

        connection = psycopg2.connect(dbname=server.database, **words)
        connection.autocommit = True
    else:
        import mysql.connector  # noqa: PLC0415

        connection = mysql.connector.connect(autocommit=True, use_pure=True, **words)
        statements = tuple(statement.replace('"', "`") for statement in statements)
    with closing(connection), closing(connection.cursor()) as cursor:
        for statement in statements:
            cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of the module's SOURCE after 0, 1, ..., DAYS days, moved on from what it generates one day at a time."""
    module, root = request.module, tmp_path_factory.mktemp("history")
    module.generate(root / "0")
    for day in range(1, module.DAYS + 1):
        shutil.copytree(root / str(day - 1), root / str(day))
        advance(module.SOURCE.name, root / str(day), days=1)
    return root


@pytest.fixture(scope="module")
def contents(request: pytest.FixtureRequest, history: Path) -> list[Rows]:
    """All rows after each of these days."""
    return [read(history / str(day), request.module.SOURCE) for day in range(request.module.DAYS + 1)]


@pytest.fixture(scope="module")
def entries(request: pytest.FixtureRequest, history: Path) -> list[dict[str, Any]]:
    """What the manifest says of each of these days."""
    return json.loads((history / str(request.module.DAYS) / "manifest.json").read_text())["days"]

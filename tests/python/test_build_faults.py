"""A build that is killed, or whose server is, and then runs again ends in the tables of an undisturbed one."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import PROJECT, required_or_skipped
from starlift.dbt_command import dbt_command
from starlift.parity.content import Part, departures, read_contents
from starlift.servers import NotInstalled, PrivateServer, Tuning

DONE = re.compile(r"^\S+\s+\d+ of \d+ (OK|NO-OP) ")
# How many nodes are through when it happens: in the checked rows, the snapshots, the dimensions, the facts.
MOMENTS = (14, 33, 42, 52)
MODELS = ("build", "--exclude-resource-type", "test", "unit_test", "exposure")


@dataclass
class Warehouse:
    """One warehouse on the server: a raw schema that it shares with others, a star of its own."""

    server: PrivateServer
    schema: str
    folder: Path

    def dbt(self, *words: str) -> subprocess.Popen[str]:
        running = self.server.running()
        environment = running.environment if running else {}
        options = ["--target", self.server.kind.name, "--profiles-dir", str(self.folder.parent)]
        paths = ["--target-path", str(self.folder / "target"), "--log-path", str(self.folder / "logs")]
        return subprocess.Popen(
            dbt_command("--no-use-colors", *words, *options, *paths),
            cwd=PROJECT,
            env={**os.environ, **environment, "STARLIFT_SCHEMA": self.schema},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def build(self) -> None:
        process = self.dbt(*MODELS)
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said

    def build_until(self, nodes: int) -> subprocess.Popen[str]:
        """A build that runs on after that many nodes."""
        process = self.dbt(*MODELS)
        seen = 0
        for line in process.stdout or ():
            seen += bool(DONE.match(line))
            if seen == nodes:
                return process
        raise AssertionError(f"the build was through after {seen} nodes")

    def contents(self) -> dict[str, Part]:
        process = self.dbt("--quiet", "run-operation", "content_checksums")
        said, _ = process.communicate(timeout=120)
        assert process.returncode == 0, said
        return read_contents(said.splitlines())


@pytest.fixture(scope="module", params=["postgres", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[PrivateServer]:
    # durable: a killed server that is tuned for throwaway data may lose what it has committed
    folder = Path(tempfile.mkdtemp(prefix="starlift_faults_"))
    folder.chmod(0o755)
    private = PrivateServer(request.param, folder / "server")
    try:
        private.start(tuning=Tuning.DURABLE, with_us=True)
    except NotInstalled as missing:
        required_or_skipped(missing)
    yield private
    private.remove()
    shutil.rmtree(folder)


def starlift(server: PrivateServer, *words: str) -> None:
    running = server.running()
    assert running
    subprocess.run(
        [sys.executable, "-m", "starlift.cli", *words],
        cwd=PROJECT,
        env={**os.environ, **running.environment},
        check=True,
        capture_output=True,
    )


def test_interrupted_builds_end_in_the_same_tables(server: PrivateServer, tmp_path: Path) -> None:
    shutil.copy(PROJECT / "profiles.yml.example", tmp_path / "profiles.yml")
    source = tmp_path / "clinic"
    starlift(server, "generate", "clinic", "--scale", "tiny", "--out", str(source))
    calm = Warehouse(server, "calm", tmp_path / "calm")
    rough = Warehouse(server, "rough", tmp_path / "rough")
    for day in range(2):
        if day:
            starlift(server, "advance", "clinic", "--from", str(source))
        starlift(server, "load", "clinic", "--target", server.kind.name, "--from", str(source))
        calm.build()
        *kills, crash = MOMENTS
        for moment in kills:
            process = rough.build_until(moment)
            process.kill()
            process.communicate()
        process = rough.build_until(crash)
        server.kill()
        said, _ = process.communicate(timeout=120)
        assert process.returncode != 0, said
        server.start(tuning=Tuning.DURABLE, with_us=True)
        rough.build()
        expected = calm.contents()
        assert all(part.rows for part in expected.values())
        assert departures(expected, rough.contents(), first="calm", target="rough") == []

"""Two builds that start at one time on one schema: one is refused in a sentence, and nothing is doubled."""

import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from any_target import AnyTarget, any_target
from conftest import PROJECT, starlift_command
from starlift.dbt_command import failure_reason
from starlift.parity.content import Part

MODELS = ("build", "--exclude-resource-type", "test", "unit_test", "exposure")


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extract") / "clinic"
    words = ["generate", "clinic", "--scale", "tiny", "--out", str(folder)]
    subprocess.run(starlift_command(*words), cwd=PROJECT, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def undisturbed(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Part]:
    """What one build makes of the extract, which is the same on every engine."""
    with any_target("duckdb", None, tmp_path_factory.mktemp("undisturbed"), "two") as target:
        target.load(extract)
        target.dbt(*MODELS)
        return target.contents()


@pytest.fixture(params=["duckdb", "postgres", "mariadb", "mysql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyTarget]:
    kind = request.param
    server = None if kind == "duckdb" else request.getfixturevalue(f"{kind}_server")
    with any_target(kind, server, tmp_path, "two") as target:
        yield target


def test_one_of_two_builds_is_refused_and_nothing_is_doubled(
    target: AnyTarget, extract: Path, undisturbed: Mapping[str, Part], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not target.server:
        # DuckDB names the process that builds, which has to be the one that is started here
        monkeypatch.delenv("STARLIFT_DBT", raising=False)
    target.load(extract)
    # both find the project read, and so are at the lock at once
    target.dbt("parse")
    both = [target.start(*MODELS, artifacts=name) for name in ("one", "other")]
    # on a server, what only reads goes on
    tests = ("test", "--select", "source:clinic", "--indirect-selection", "cautious")
    reader = target.start(*tests, artifacts="reader") if target.server else None
    said = {process: process.communicate(timeout=300)[0] for process in both}
    ran, refused = sorted(both, key=lambda process: process.returncode)
    assert ran.returncode == 0, said[ran][-4000:]
    assert refused.returncode != 0
    assert "Traceback" not in said[refused]
    sentence = failure_reason(said[refused].splitlines())
    who = f"process {ran.pid}" if target.kind == "duckdb" else "starlift from "
    assert "Another process is at work on " in sentence and who in sentence and ", since " in sentence
    if reader:
        said_to_reader, _ = reader.communicate(timeout=300)
        assert reader.returncode == 0, said_to_reader[-4000:]
    # the refused one has left no number behind
    builds = target.rows("select command, status from {schema}_audit.runs where command <> 'test'")
    assert builds == [("build", "success")]
    assert target.contents() == undisturbed

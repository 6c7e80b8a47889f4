"""Two builds that start at one time on one schema: one is refused in a sentence, and nothing is doubled."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from any_target import AnyTarget, any_target
from conftest import PROJECT

MODELS = ("build", "--exclude-resource-type", "test", "unit_test", "exposure")


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extract") / "clinic"
    words = ["generate", "clinic", "--scale", "tiny", "--out", str(folder)]
    subprocess.run(
        [sys.executable, "-m", "starlift.cli", *words], cwd=PROJECT, check=True, capture_output=True
    )
    return folder


@pytest.fixture(params=["duckdb", "postgres", "mariadb", "mysql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AnyTarget]:
    kind = request.param
    server = None if kind == "duckdb" else request.getfixturevalue(f"{kind}_server")
    with any_target(kind, server, tmp_path, "two") as target:
        yield target


def refusal(said: str) -> str:
    (sentence,) = [line.strip() for line in said.splitlines() if "Another process is at work on " in line]
    return sentence


def test_one_of_two_builds_is_refused_and_nothing_is_doubled(target: AnyTarget, extract: Path) -> None:
    target.load(extract)
    both = [target.start(*MODELS, artifacts=name) for name in ("one", "other")]
    said = {process: process.communicate(timeout=300)[0] for process in both}
    ran, refused = sorted(both, key=lambda process: process.returncode)
    assert ran.returncode == 0, said[ran][-4000:]
    assert refused.returncode != 0
    sentence = refusal(said[refused])
    who = f"process {ran.pid}" if target.kind == "duckdb" else "starlift from "
    assert who in sentence and ", since " in sentence
    assert "Traceback" not in said[refused]
    # the refused one has left no number behind
    assert target.rows("select audit_key, status from {schema}_audit.runs") == [(1, "success")]
    together = target.contents()

    # the lock went with its holder; what is built alone is the same
    target.dbt(*MODELS, "--full-refresh")
    assert target.contents() == together


def test_reading_goes_on_beside_a_build(target: AnyTarget, extract: Path) -> None:
    if target.kind == "duckdb":
        pytest.skip("one process at a time opens a DuckDB file")
    target.load(extract)
    build = target.start(*MODELS)
    for line in build.stdout or ():
        if "START" in line and "dim_month" in line:
            break
    refused = target.start("run", "--select", "dim_month", artifacts="beside")
    said, _ = refused.communicate(timeout=300)
    assert refused.returncode != 0
    refusal(said)
    beside = target.start("test", "--select", "source:clinic.specialties", artifacts="beside")
    said, _ = beside.communicate(timeout=300)
    assert beside.returncode == 0, said
    said, _ = build.communicate(timeout=300)
    assert build.returncode == 0, said

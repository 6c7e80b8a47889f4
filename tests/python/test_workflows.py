"""CI runs every test, in a job that is counted, and nothing that could change under its name."""

import argparse
import re
from collections import defaultdict
from typing import Any

import pytest
import yaml

from conftest import LANES, LONG, PROJECT, dealt, part_of_all

FILES = {file.name: file.read_text() for file in (PROJECT / ".github" / "workflows").glob("*.yml")}


@pytest.fixture(scope="module")
def jobs() -> dict[str, Any]:
    return yaml.safe_load(FILES["ci.yml"])["jobs"]


def test_every_part_of_every_lane_is_run(jobs):
    parts = defaultdict(set)
    for one in jobs["test"]["strategy"]["matrix"]["include"]:
        part, of = part_of_all(one["part"])
        parts[one["lane"], of].add(part)
    # one cut for each lane, and no part of it missing
    assert sorted(lane for lane, _ in parts) == sorted([*LANES, "adapter"])
    assert all(found == set(range(1, of + 1)) for (_, of), found in parts.items())


def test_what_a_pull_request_must_pass_is_every_job(jobs):
    assert set(jobs["passed"]["needs"]) == jobs.keys() - {"passed"}
    said = jobs["passed"]["steps"][0]["run"]
    assert said.count('"success"') == len(jobs["passed"]["needs"])


def test_actions_are_pinned_by_commit_and_no_token_stays_in_a_checkout():
    for name, text in FILES.items():
        for used in re.findall(r"uses: (.+)", text):
            assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), f"{name}: {used}"
        assert text.count("uses: actions/checkout") == text.count("persist-credentials: false"), name
        assert "secrets." not in text, name


def test_files_are_dealt_out_whole_the_longest_first():
    files = [*LONG, *(f"test_{at}" for at in range(50))]
    part_of = dealt(reversed(files), 3)
    assert part_of.keys() == set(files)
    counts = [list(part_of.values()).count(part) for part in (1, 2, 3)]
    assert max(counts) - min(counts) <= 1
    assert [part_of[name] for name in LONG[:6]] == [1, 2, 3, 3, 2, 1]
    assert set(dealt(files, 1).values()) == {1}


@pytest.mark.parametrize("text", ["3", "0/3", "4/3", "a/b"])
def test_what_is_no_part_is_refused(text):
    with pytest.raises(argparse.ArgumentTypeError, match="write 1/3"):
        part_of_all(text)

"""A build that is killed at any moment, or whose server is, and then runs again, ends in the tables of an undisturbed one.

Here four moments on each engine. Fifty on each take half an hour on a machine that does nothing else:

    STARLIFT_KILLS=50 pytest -s tests/python/test_killed_builds.py

Moments are spread evenly over a build's duration, from when it has read the project to its end. Each day's source has
news, a fifth of the builds are the warehouse's first, and every table and view is compared after each build that follows
a kill. The killed is dbt's process group; on a server every fifth time the server crashes, too, after that.
"""

import os
import random
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engines import ENGINES, Site, apart, start_or_skip

KILLS = int(os.environ.get("STARLIFT_KILLS", "4"))
# By hand one kill a day; where time is short, several before a build may run to its end.
KILLS_A_DAY = 1 if KILLS > 4 else 3
FIRST_BUILDS = max(1, KILLS // 5)
CRASH_EVERY = 5 if KILLS > 4 else 1
SEED = 20

READ_THE_PROJECT = re.compile(r"Found \d+ models?, ")
NODE_DONE = re.compile(r"\d+ of \d+ (OK|NO-OP) ")


@dataclass
class KillSite(Site):
    # When an undisturbed build said each of its lines, in seconds from when it had read the project, and when it ended.
    timeline: list[float] = field(default_factory=list)

    def begin(self, warehouse: str) -> "subprocess.Popen[str]":
        """A build that has read the project."""
        process = self.start_build(warehouse)
        assert process.stdout
        said = ""
        while not READ_THE_PROJECT.search(said):
            said = process.stdout.readline()
            assert said, "dbt could not read the project"
        return process

    def build_in_peace(self, warehouse: str) -> None:
        process = self.begin(warehouse)
        started = time.monotonic()
        assert process.stdout
        said, timeline = [], []
        for line in process.stdout:
            said.append(line)
            timeline.append(time.monotonic() - started)
        assert process.wait() == 0, "".join(said)[-6000:]
        self.timeline = [*timeline, time.monotonic() - started]

    def build_until(self, warehouse: str, moment: float) -> tuple[subprocess.Popen[str], int]:
        """A build at this part of its duration, and how many nodes are through by then.

        The line before that moment is waited for, so that another pace on a busy machine hardly matters.
        """
        process = self.begin(warehouse)
        assert process.stdout
        after = moment * self.timeline[-1]
        lines = sum(said <= after for said in self.timeline)
        nodes = sum(bool(NODE_DONE.search(process.stdout.readline())) for _ in range(lines))
        with suppress(subprocess.TimeoutExpired):
            process.wait(after - max((said for said in self.timeline if said <= after), default=0))
        return process, nodes

    def kill(self, warehouse: str, moment: float) -> str | None:
        """Where the killed build was; None where it was through before the moment came."""
        process, nodes = self.build_until(warehouse, moment)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        said, _ = process.communicate(timeout=60)
        assert process.returncode in (-signal.SIGKILL, 0), said[-4000:]
        return f"{moment:.2f} ({nodes} nodes)" if process.returncode else None

    def crash(self, warehouse: str, moment: float) -> str | None:
        process, nodes = self.build_until(warehouse, moment)
        self.engine.crash()
        process.communicate(timeout=120)
        return f"{moment:.2f} ({nodes} nodes, the server)" if process.returncode else None


@pytest.fixture(params=list(ENGINES))
def site(request: pytest.FixtureRequest) -> Iterator[KillSite]:
    # not pytest's folder, which a server's user may not enter
    folder = Path(tempfile.mkdtemp(prefix="starlift_kills_"))
    folder.chmod(0o755)
    site = KillSite(ENGINES[request.param](folder), folder)
    start_or_skip(site)
    yield site
    site.remove()


def moments(count: int, dice: random.Random) -> list[float]:
    """One in each of as many equal parts of a build, shuffled."""
    spread = [(part + dice.random()) / count for part in range(count)]
    dice.shuffle(spread)
    return spread


def test_killed_builds_lose_nothing(site: KillSite) -> None:
    dice = random.Random(SEED)
    first, later = moments(FIRST_BUILDS, dice), moments(KILLS - FIRST_BUILDS, dice)
    site.generate()
    site.load()
    site.build_in_peace("calm")
    expected = site.content("calm")
    assert sum(rows.total() for rows in expected.values()) > 1000
    faults: list[str] = []

    def disturb(kills: list[float], crash: bool) -> list[float]:
        """Kill a build at each moment, let one run, and compare; the moments that came too late, somewhat earlier."""
        ended = [site.kill("rough", moment) for moment in kills]
        if crash and site.engine.has_a_server:
            ended.append(site.crash("rough", dice.random()))
        site.build("rough")
        found = apart(expected, site.content("rough"))
        told = f"killed at {', '.join(one or 'its end' for one in ended)}"
        print(f"{site.engine.target}, {told}: {'; '.join(found) or 'the same'}", flush=True)
        faults.extend(f"{told}: {one}" for one in found)
        return [moment * 0.9 for moment, one in zip(kills, ended, strict=False) if one is None]

    while first:
        site.drop("rough")
        first += disturb([first.pop()], crash=len(first) % CRASH_EVERY == 0)
    while later:
        before = expected
        site.advance()
        site.load()
        site.build_in_peace("calm")
        expected = site.content("calm")
        assert expected != before, "the day brought nothing"
        today, later = sorted(later[:KILLS_A_DAY]), later[KILLS_A_DAY:]
        later += disturb(today, crash=len(later) % CRASH_EVERY == 0)
    assert faults == []

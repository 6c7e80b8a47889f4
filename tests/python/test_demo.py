"""The demo's refusals, and what is said when dbt fails; no dbt is started here."""

import subprocess
import sys

import pytest
from rich.console import Console

from starlift import dbt_progress
from starlift.dbt_command import failure_reason
from starlift.errors import StarliftError
from starlift.processes import ended_with_us

BROKEN_MODEL = """\
04:23:19  1 of 4 OK created sql view model main.m1 ....................................... [OK in 0.08s]
04:23:19  2 of 4 ERROR creating sql view model main.m2 ................................... [\x1b[31mERROR\x1b[0m in 0.02s]
04:23:19  4 of 4 SKIP relation main.m3 ................................................... [SKIP]
04:23:19
04:23:19  Completed with 1 error, 0 partial successes, and 0 warnings:
04:23:19
04:23:19  [ERROR]: in model m2 (models/m2.sql)
04:23:19    Runtime Error in model m2 (models/m2.sql)
  Catalog Error: Table with name nope does not exist!
04:23:19
04:23:19    compiled code at target/compiled/p/models/m2.sql
04:23:19  Done. PASS=1 WARN=0 ERROR=1 SKIP=1 NO-OP=0 REUSED=0 TOTAL=4
"""
FAILED_TEST = """\
04:24:21  2 of 4 FAIL 1 accepted_values_m1_a__7 .......................................... [FAIL 1 in 0.07s]
04:24:22  [ERROR]: in test accepted_values_m1_a__7 (models/s.yml)
04:24:22    Got 1 result, configured to fail if != 0
04:24:22
04:24:22  Done. PASS=1 WARN=0 ERROR=1 SKIP=2 NO-OP=0 REUSED=0 TOTAL=4
"""
UNREADABLE_PROJECT = """\
04:23:22  Registered adapter: duckdb=1.11.1
04:23:22  [ERROR]: Encountered an error:
Compilation Error
  Model 'model.p.m3' (models/m3.sql) depends on a node named 'm2' which was not found
"""


@pytest.mark.parametrize(
    "output, reason",
    [
        (
            BROKEN_MODEL,
            "creating sql view model main.m2: Runtime Error in model m2 (models/m2.sql) "
            "Catalog Error: Table with name nope does not exist!",
        ),
        (FAILED_TEST, "1 accepted_values_m1_a__7: Got 1 result, configured to fail if != 0"),
        (
            UNREADABLE_PROJECT,
            "Compilation Error Model 'model.p.m3' (models/m3.sql) depends on a node named 'm2' which was not found",
        ),
        ("04:23:22  Killed\n\n", "Killed"),
        ("", "it said nothing"),
    ],
)
def test_a_failure_of_dbt_names_the_first_node_and_its_reason(output, reason):
    assert failure_reason(output.splitlines()) == reason


def test_a_failed_dbt_under_the_bar_gives_its_reason_and_keeps_what_it_said(tmp_path, monkeypatch):
    said = tmp_path / "said"
    said.write_text(BROKEN_MODEL)
    script = f"import sys; print(open({str(said)!r}).read(), end=''); sys.exit(1)"
    monkeypatch.setattr(dbt_progress, "dbt_command", lambda *_: [sys.executable, "-c", script])
    log = tmp_path / "logs" / "demo.log"
    with pytest.raises(StarliftError, match=r"dbt build failed: creating .* main\.m2: .*nope.*demo\.log"):
        dbt_progress.run_dbt_with_bar(Console(quiet=True), "dbt build", ["build"], log)
    assert log.read_text() == BROKEN_MODEL


def test_a_child_process_does_not_outlive_what_started_it():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    with pytest.raises(SystemExit), ended_with_us(process):
        raise SystemExit(143)
    assert process.poll() is not None

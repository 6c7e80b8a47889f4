"""Whatever happens to the source, an incremental build gives the tables that a full refresh gives.

Hypothesis draws sequences of changes (clinic_cells.py), the same ones in every run; many share a warehouse
(incremental_cells.py). For more of them, and others each time, on DuckDB:

    STARLIFT_SEQUENCES=5000 pytest tests/python/test_incremental_property.py

What fails says what to set to draw the same again.
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_cells import DAYS, VALUES, Changes, Step, drawn
from conftest import new_warehouse
from incremental_cells import (
    SCHEDULE,
    TESTS,
    Builder,
    Contents,
    Difference,
    Verdict,
    differences,
    explain,
    reduced,
)
from starlift.bench.targets import DuckDBTarget
from starlift.domains import DOMAINS

IN_CI = 400
MOST_IN_ONE_WAREHOUSE = 500


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builder:
    warehouse = new_warehouse(tmp_path)
    place = DuckDBTarget().in_file(DOMAINS["clinic"], warehouse.file)
    monkeypatch.setenv("DBT_PROFILES_DIR", str(tmp_path))
    for name, value in place.environment.items():
        monkeypatch.setenv(name, value)
    return Builder(tmp_path, place, lambda: warehouse.file.unlink(missing_ok=True))


def how_many_and_which() -> tuple[int, int]:
    """The number of sequences and their seed."""
    number = os.environ.get("STARLIFT_SEQUENCES")
    seed = os.environ.get("STARLIFT_SEQUENCES_SEED") or (random.randrange(2**32) if number else 0)
    return int(number or IN_CI), int(seed)


def batches() -> Iterator[tuple[list[Changes], int]]:
    number, seed = how_many_and_which()
    for start in range(0, number, MOST_IN_ONE_WAREHOUSE):
        yield drawn(min(MOST_IN_ONE_WAREHOUSE, number - start), seed), seed
        seed += 1


def test_incremental_equals_full(builder: Builder) -> None:
    for sequences, seed in batches():
        verdict = builder.decide(sequences)
        if verdict.differences:
            again = f"STARLIFT_SEQUENCES={len(sequences)} STARLIFT_SEQUENCES_SEED={seed}"
            pytest.fail(f"{again}: {explain(builder, sequences, verdict)}")
        # what both builds could have wrong in the same way
        builder.dbt(*TESTS)


def test_the_drawing_reaches_every_column_and_every_moment_of_a_row() -> None:
    sequences = drawn(IN_CI, 0)
    steps = [step for changes in sequences for day in changes for step in day]
    changed = {(step.table, step.column) for step in steps if step.what == "change"}
    assert changed == {(table, column) for table in VALUES for column in (*VALUES[table], "created_at")}
    for what in ("insert", "delete", "repeat", "single", "touch"):
        assert {step.table for step in steps if step.what == what} == set(VALUES), what
    in_one_day = Counter(
        (number, at, step.table, step.id)
        for number, changes in enumerate(sequences)
        for at, day in enumerate(changes)
        for step in day
    )
    assert max(in_one_day.values()) > 1
    assert any(() in changes for changes in sequences)
    assert len(SCHEDULE) == DAYS


CHANGED = Step("change", "billing", 1, "claim_status", "Denied")
OTHER = Step("delete", "patients", 2)


def contents(**rows: int) -> Contents:
    counts = Counter({(int(name[1:]), amount): 1 for name, amount in rows.items()})
    return Contents({"fact": ("claim_id", "amount")}, {"fact": counts})


def test_a_row_that_differs_is_held_to_its_sequence() -> None:
    found = list(differences(contents(_1001=5, _2001=6), contents(_1001=5, _2001=7)))
    assert {str(difference) for difference in found} == {
        "  fact, only incremental: claim_id=2001, amount=6",
        "  fact, only full: claim_id=2001, amount=7",
    }
    assert set(Verdict(contents(), found).failing) == {2}
    named = Difference("dim_specialty", "full", {"specialty_name": "c12 a"})
    quarantined = Difference("quarantine", "full", {"row_text": "claim_id=null, encounter_id=31002"})
    assert (named.cells(), quarantined.cells()) == ({12}, {31})


def test_a_failing_sequence_is_cut_down_to_the_step_that_matters() -> None:
    class Fake:
        """In which billing that changes is what goes wrong."""

        def decide(self, sequences: list[Changes]) -> Verdict:
            wrong = [
                Difference("fact", "full", {"claim_id": number * 1000 + 1})
                for number, changes in enumerate(sequences, start=1)
                if any(CHANGED in day for day in changes)
            ]
            return Verdict(contents(), wrong)

    changes: Changes = ((OTHER, OTHER), (), (OTHER, CHANGED, OTHER), (OTHER,), (), (OTHER,))
    smallest, found = reduced(Fake(), changes, [])
    assert smallest == ((), (), (CHANGED,), (), (), ())
    assert found

"""How many times faster than the baseline star and aggregate are meant to be, by target."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlift.bench.words import times

# The goals speak of a million encounters, or sale lines and order items.
GOAL_SIZE = 1_000_000


@dataclass(frozen=True)
class Goal:
    """Of one question at a million encounters."""

    star: float
    aggregate: float


DUCKDB_GOALS = {
    "q1_monthly_encounters": Goal(2.5, 30),
    "q2_diagnosis_procedure_pairs": Goal(3, 30),
    "q3_readmission_rate": Goal(5, 30),
    "q4_revenue": Goal(3, 15),
}
SERVER_GOALS = {
    "q1_monthly_encounters": Goal(2.5, 100),
    "q2_diagnosis_procedure_pairs": Goal(4, 100),
    "q3_readmission_rate": Goal(3, 100),
    "q4_revenue": Goal(8, 100),
}


def missed_goals(section: dict[str, Any]) -> Iterator[str]:
    """Which question's star or aggregate is not as many times faster as it is meant to be."""
    for question in section["questions"]:
        ratios = question["ratios"]
        for side, goal in question["goals"].items():
            if side in ratios and ratios[side] < goal:
                yield f"{question['name']}, {side}: {times(ratios[side])} of {times(goal)}"
        if ratios["star"] < ratios.get("best", 0):
            yield f"{question['name']}: the star is slower than the best 3NF"

"""How many times faster than the baseline star and aggregate are meant to be, by target."""

from dataclasses import dataclass

# The goals speak of a million encounters.
GOAL_ENCOUNTERS = 1_000_000


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

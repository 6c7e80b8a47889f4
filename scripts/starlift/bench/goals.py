"""How many times faster than the baseline star and aggregate are meant to be, by target and question."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from starlift.bench.words import duration, times

# The goals speak of a million encounters, or sale lines and order items.
GOAL_SIZE = 1_000_000


@dataclass(frozen=True)
class Goal:
    """Of one question: times faster on star and aggregate, or on the quicker of them, and its seconds."""

    star: float | None = None
    aggregate: float | None = None
    either: float | None = None
    either_seconds: float | None = None

    def as_json(self) -> dict[str, float]:
        return {part: value for part, value in asdict(self).items() if value is not None}


# The retailer's questions ask for what a star does not always have at hand, but then an aggregate has.
_RETAIL_GOALS = dict.fromkeys(
    (
        "q01_sales_and_refunds",
        "q02_top_products",
        "q03_customer_value",
        "q04_low_stock",
        "q05_store_comparison",
        "q06_sales_trend",
        "q07_employee_ranking",
        "q08_rfm_segments",
        "q09_basket_pairs",
        "q10_return_rates",
        "q11_supplier_performance",
        "q12_cohort_retention",
    ),
    Goal(either=3, either_seconds=1),
)

DUCKDB_GOALS = {
    "q1_monthly_encounters": Goal(2.5, 30),
    "q2_diagnosis_procedure_pairs": Goal(3, 30),
    "q3_readmission_rate": Goal(5, 30),
    "q4_revenue": Goal(3, 15),
    **_RETAIL_GOALS,
}
SERVER_GOALS = {
    "q1_monthly_encounters": Goal(2.5, 100),
    "q2_diagnosis_procedure_pairs": Goal(4, 100),
    "q3_readmission_rate": Goal(3, 100),
    "q4_revenue": Goal(8, 100),
    **_RETAIL_GOALS,
}


def missed_goals(section: dict[str, Any]) -> Iterator[str]:
    """Which question's star or aggregate is not as many times faster as it is meant to be, or too slow."""
    for question in section["questions"]:
        name, ratios, goals = question["name"], question["ratios"], question["goals"]
        quicker = max(("star", "aggregate"), key=lambda side: ratios.get(side, 0))
        for side in ("star", "aggregate"):
            if side in ratios and ratios[side] < goals.get(side, 0):
                yield f"{name}, {side}: {times(ratios[side])} of {times(goals[side])}"
        if ratios[quicker] < goals.get("either", 0):
            yield f"{name}, {quicker}: {times(ratios[quicker])} of {times(goals['either'])}"
        if "either_seconds" in goals and question["timings"][quicker]["median"] > goals["either_seconds"]:
            seconds = question["timings"][quicker]["median"]
            yield f"{name}, {quicker}: {duration(seconds)} of {duration(goals['either_seconds'])}"
        if ratios[quicker if "either" in goals else "star"] < ratios.get("best", 0):
            yield f"{name}: the star is slower than the best 3NF"


def goals_in_words(section: dict[str, Any]) -> str:
    """Each goal once, with the questions that it is for."""
    said: dict[str, list[str]] = {}
    for question in section["questions"]:
        goals, words = question["goals"], []
        if "star" in goals:
            words.append(f"{times(goals['star'])} and {times(goals['aggregate'])}")
        if "either" in goals:
            words.append(f"{times(goals['either'])} and {duration(goals['either_seconds'])} on the quicker")
        if words:
            said.setdefault(", ".join(words), []).append(question["name"].split("_")[0])
    return ", ".join(f"{' '.join(names)} {words}" for words, names in said.items())

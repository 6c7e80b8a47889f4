"""Questions: prove that all sides agree, then time them side by side."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlift.bench.engine import Engine
from starlift.bench.goals import GOAL_SIZE, Goal
from starlift.bench.place import Place
from starlift.bench.proof import Answer, Difference, differences, type_notes
from starlift.bench.questions import BASELINE, SIDES, Question
from starlift.bench.timing import Timing, take_turns

SHOWN_ROWS = 5
WARMUPS = 2
# A question that takes long is asked less often: so many seconds, but no fewer than so many runs.
ENOUGH_SECONDS = 60.0
FEWEST_RUNS = 3
LABELS = {side.name: side.label for side in SIDES}

# What is being done, and how far it is: (words, steps done, steps in all or None).
Progress = Callable[[str, int, int | None], None]


@dataclass
class QuestionsResult:
    """Either differences, and then nothing was timed, or the timings."""

    differences: list[Difference] = field(default_factory=list)
    section: dict[str, Any] = field(default_factory=dict)


def run_questions(
    engine: Engine,
    place: Place,
    questions: list[Question],
    *,
    runs: int,
    plans: Path,
    keep_copy: bool,
    goals: Mapping[str, Goal] | None = None,
    progress: Progress = lambda *_: None,
) -> QuestionsResult:
    """Prove and time the questions on the open engine of a place; the plans go into the folder `plans`."""
    raw_rows = {source.name: engine.raw_rows(source) for source in place.sources}
    size = place.domain.size(raw_rows)
    tables, done = sum(map(len, raw_rows.values())), 0

    def copying(table: str) -> None:
        nonlocal done
        progress(f"indexing a copy of the raw tables: {table}", done, tables)
        done += 1

    try:
        for source in place.sources:
            engine.copy_indexed(source, place.indexed_schema_of(source), copying)
        answers, found = _prove(engine, questions, progress)
        if found:
            return QuestionsResult(differences=found)
        results = [
            {
                **_time(engine, question, answers[question.name], runs=runs, plans=plans, progress=progress),
                "goals": goals[question.name].as_json() if goals and question.name in goals else {},
            }
            for question in questions
        ]
    finally:
        if not keep_copy:
            for source in place.sources:
                engine.drop_schema(place.indexed_schema_of(source))
    return QuestionsResult(
        section={
            "runs": runs,
            "warmups": WARMUPS,
            "fewest_runs": min(len(timing["seconds"]) for one in results for timing in _timings(one)),
            "baseline": BASELINE,
            "labels": LABELS,
            "keys_declared": all(engine.keys_declared(source) for source in place.sources),
            "of": place.domain.title,
            "size": place.domain.in_words(size),
            "raw_rows": _by_table(raw_rows),
            "star_rows": [list(row) for row in engine.tables()],
            "goals_apply": size >= GOAL_SIZE,
            "questions": results,
        }
    )


def _by_table(raw_rows: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Rows by table, with the source's name where there are several."""
    return {
        table if len(raw_rows) == 1 else f"{source}.{table}": rows
        for source, tables in raw_rows.items()
        for table, rows in tables.items()
    }


def _prove(
    engine: Engine, questions: list[Question], progress: Progress
) -> tuple[dict[str, dict[str, Answer]], list[Difference]]:
    answers: dict[str, dict[str, Answer]] = {}
    found: list[Difference] = []
    for number, question in enumerate(questions):
        progress(f"proving {question.name}", number, len(questions))
        given = {side: engine.answer(sql) for side, sql in question.sql.items()}
        answers[question.name] = given
        found += differences(question.name, given)
    return answers, found


def _time(
    engine: Engine,
    question: Question,
    answers: dict[str, Answer],
    *,
    runs: int,
    plans: Path,
    progress: Progress,
) -> dict[str, Any]:
    total = (runs + WARMUPS) * len(question.sql)
    done = 0

    def tick() -> None:
        nonlocal done
        done += 1
        progress(f"timing {question.name}", done, total)

    # each side's own text is bound now: a closure over the loop's variable would run the last one only
    tasks = {side: (lambda sql=sql: engine.fetch(sql)) for side, sql in question.sql.items()}
    timings = take_turns(
        tasks,
        runs=runs,
        warmups=WARMUPS,
        enough_seconds=ENOUGH_SECONDS,
        fewest_runs=min(runs, FEWEST_RUNS),
        tick=tick,
    )
    plans.mkdir(parents=True, exist_ok=True)
    for side, sql in question.sql.items():
        (plans / f"{question.name}__{side}.txt").write_text(f"{sql.strip()}\n\n{engine.plan(sql)}\n")
    expected = next(iter(answers.values()))
    return {
        "name": question.name,
        "text": question.text,
        "columns": list(expected.columns),
        "rows": len(expected.rows),
        "first_rows": [[str(value) for value in row] for row in expected.rows[:SHOWN_ROWS]],
        "equal_sides": list(answers),
        "type_notes": type_notes(answers),
        "timings": {side: timing.as_json() for side, timing in timings.items()},
        "ratios": ratios(timings),
        "sql": question.sql,
    }


def _timings(result: dict[str, Any]) -> list[dict[str, Any]]:
    return list(result["timings"].values())


def ratios(timings: dict[str, Timing]) -> dict[str, float]:
    """How many times faster than the baseline each side is, by the medians."""
    baseline = timings[BASELINE].median
    return {side: baseline / timing.median for side, timing in timings.items()}

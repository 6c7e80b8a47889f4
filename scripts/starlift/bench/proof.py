"""The proof before the race: every side of a question must give the same rows in the same order."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

Row = tuple


@dataclass(frozen=True)
class Answer:
    """What a query returned: its columns' names and types, and all rows in order."""

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Difference:
    """How `side` departs from `against`; the examples are rows that only one of them has."""

    question: str
    side: str
    against: str
    reason: str
    only_in_side: tuple[Row, ...] = ()
    only_in_against: tuple[Row, ...] = ()


def differences(question: str, answers: Mapping[str, Answer], examples: int = 5) -> list[Difference]:
    """Every departure from the first answer; values, names and order count, types do not (see type_notes)."""
    (against, expected), *others = answers.items()
    found = []
    for side, answer in others:
        if answer.columns != expected.columns:
            reason = f"columns {', '.join(answer.columns)} instead of {', '.join(expected.columns)}"
            found.append(Difference(question, side, against, reason))
        elif answer.rows != expected.rows:
            found.append(
                _rows_differ(question, side, against, answer=answer, expected=expected, examples=examples)
            )
    return found


def _rows_differ(
    question: str, side: str, against: str, *, answer: Answer, expected: Answer, examples: int
) -> Difference:
    here, there = Counter(answer.rows), Counter(expected.rows)
    only_here, only_there = list((here - there).elements()), list((there - here).elements())
    if not only_here and not only_there:
        at = next(
            i for i, pair in enumerate(zip(answer.rows, expected.rows, strict=True)) if pair[0] != pair[1]
        )
        reason = f"the same {len(answer.rows):,} rows in another order, from row {at + 1:,} on"
        return Difference(question, side, against, reason, (answer.rows[at],), (expected.rows[at],))
    reason = (
        f"{len(only_here):,} of {len(answer.rows):,} rows are only here, "
        f"{len(only_there):,} of {len(expected.rows):,} only in {against}"
    )
    return Difference(
        question, side, against, reason, tuple(only_here[:examples]), tuple(only_there[:examples])
    )


def type_notes(answers: Mapping[str, Answer]) -> list[str]:
    """Columns whose type is not the same on every side: equal values, but a sloppy cast."""
    (against, expected), *others = answers.items()
    notes = []
    for side, answer in others:
        for column, kind, wanted in zip(answer.columns, answer.types, expected.types, strict=False):
            if kind != wanted:
                notes.append(f"{column} is {kind} in {side}, {wanted} in {against}")
    return notes

"""How an extract is broken: copies of rows that say something else."""

from collections.abc import Mapping
from dataclasses import dataclass

# What a copy of a row says in place of some columns, as SQL; its key is a new one unless it says otherwise.
Copy = Mapping[str, str]
# By table, the rule that a copy breaks first; none where it breaks no rule, though it is odd.
Breaks = Mapping[str, tuple[tuple[str | None, Copy], ...]]

FAR_PAST, FAR_FUTURE = "timestamp '1582-10-10 12:00:00.5'", "timestamp '9999-12-31 23:59:59.999999'"


@dataclass(frozen=True)
class OddTexts:
    """Where texts go that engines part over: into columns of valid rows, and into rows that are rejected."""

    table: str
    columns: tuple[str, ...]
    # The rule that a rejected row breaks, and what it says, as SQL: $1 is the text, $2 a number of its own.
    rule: str
    rejected: Copy

"""What a load reports though it is allowed, because a query that forgets it counts twice."""

# Columns whose values may come together more than once, by source and table.
MAY_REPEAT: dict[str, dict[str, tuple[str, ...]]] = {
    "clinic": {
        "encounter_diagnoses": ("encounter_id", "diagnosis_id"),
        "encounter_procedures": ("encounter_id", "procedure_id"),
    },
}


def repeat_note(table: str, columns: tuple[str, ...], combinations: int, rows: int) -> str:
    what = f"({', '.join(columns)}) pair{'s' * (combinations != 1)} occur{'s' * (combinations == 1)}"
    return f"{table}: {combinations:,} {what} more than once, {rows:,} rows too many; allowed, and kept"

"""What a load reports though it is allowed: pairs that count twice, files that may be cut off."""

from pathlib import Path

from starlift.load.rules import in_rows

# Columns whose values may come together more than once, by source and table.
MAY_REPEAT: dict[str, dict[str, tuple[str, str]]] = {
    "clinic": {
        "encounter_diagnoses": ("encounter_id", "diagnosis_id"),
        "encounter_procedures": ("encounter_id", "procedure_id"),
    },
}


KEYS_NOT_DECLARED = (
    "primary, unique and foreign keys hold: this load has checked them; the DDL does not declare them, "
    "because the indexes would take far longer than the rows (--keys declared does it all the same)"
)


def repeat_note(table: str, columns: tuple[str, str], combinations: int, rows: int) -> str:
    what = f"({', '.join(columns)}) pair{'s' * (combinations != 1)} occur{'s' * (combinations == 1)}"
    return f"{table}: {combinations:,} {what} more than once, {in_rows(rows)} too many; allowed, and kept"


def open_end_note(file: Path) -> str:
    return f"{file} does not end with a line break: if it was cut off there, get it whole and load it again"

"""What a load says about itself."""

from dataclasses import dataclass
from datetime import datetime

from starlift.load.rules import Violation


@dataclass(frozen=True)
class TableSummary:
    name: str
    rows: int


@dataclass(frozen=True)
class LoadSummary:
    load_id: int
    source: str
    source_path: str
    # strict or dirty
    mode: str
    # When the extract was taken, and when it was loaded: UTC, without a time zone.
    extracted_at: datetime
    loaded_at: datetime
    tables: tuple[TableSummary, ...]
    # Allowed, and worth knowing; one sentence each.
    notes: tuple[str, ...]
    # Broken rules, of a dirty load only.
    violations: tuple[Violation, ...]

    @property
    def row_count(self) -> int:
        return sum(table.rows for table in self.tables)

"""What a load of a dump has to say for itself."""

from dataclasses import dataclass, field

_MOST_SHOWN = 20


@dataclass
class Skipped:
    what: str
    why: str
    count: int = 0
    names: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class LoadedTable:
    name: str
    rows: int
    columns: int


@dataclass(frozen=True)
class CheckedKey:
    """A key of the dump, and how many rows break it."""

    table: str
    key: str
    violations: int
    # why it could not be checked; empty where it was
    problem: str = ""


@dataclass
class Report:
    dialects: list[str] = field(default_factory=list)
    files: int = 0
    place: str = ""
    tables: list[LoadedTable] = field(default_factory=list)
    foreign_keys: list[CheckedKey] = field(default_factory=list)
    # primary and unique keys that some rows break
    broken_keys: list[CheckedKey] = field(default_factory=list)
    skipped: dict[str, Skipped] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    # (where, what), the first of them
    not_understood: list[tuple[str, str]] = field(default_factory=list)
    not_understood_count: int = 0
    mended: int = 0

    def skip(self, what: str, why: str, name: str = "") -> None:
        skipped = self.skipped.setdefault(what, Skipped(what, why))
        skipped.count += 1
        if name and name not in skipped.names and len(skipped.names) < _MOST_SHOWN:
            skipped.names.append(name)

    def note(self, note: str) -> None:
        if note not in self.notes:
            self.notes.append(note)

    def not_understand(self, place: str, what: str) -> None:
        self.not_understood_count += 1
        if len(self.not_understood) < _MOST_SHOWN:
            self.not_understood.append((place, what))

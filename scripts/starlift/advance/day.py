"""What a day of any source is: changes drawn from dice, and the list of what happened."""

from abc import ABC, abstractmethod
from collections import defaultdict
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from starlift.advance.dice import Dice
from starlift.advance.state import Changes, Row, State
from starlift.generate.files import Manifest
from starlift.generate.period import DAY
from starlift.sources import Source


class Day(ABC):
    """Draws the changes of the day after the manifest's `extracted_at`."""

    source: ClassVar[Source]
    # The events that a line on the terminal has room for; the manifest has them all.
    highlights: ClassVar[dict[str, str]]
    # How much of the source there is, which says how much happens; set by each source's day.
    size = 0

    def __init__(self, state: State, manifest: Manifest, day: date, seed: int) -> None:
        self.state, self.manifest, self.day, self.seed = state, manifest, day, seed
        self.first_second = days_since_1970(day) * DAY
        self.changes = Changes(self.source)
        self.events: dict[str, list[dict[str, Any]]] = {}
        # By table what has happened today and must not happen again.
        self.busy: dict[str, set[int]] = defaultdict(set)
        for table in self.source.tables:
            manifest.next_ids.setdefault(table.name, int(state.ids(table.name).max(initial=0)) + 1)

    @abstractmethod
    def draw(self) -> None:
        """Let everything happen that happens today."""

    def run(self) -> dict[str, Any]:
        """Draw everything; the entry of the manifest's `days`."""
        self.draw()
        return {
            "date": self.day.isoformat(),
            "changes": self.changes.summary(),
            "events": {name: self.events[name] for name in sorted(self.events)},
        }

    def dice(self, purpose: str) -> Dice:
        return Dice(self.seed, self.day, purpose)

    def at(self, dice: Dice, first_hour: int = 7, last_hour: int = 19) -> datetime:
        """A second of this day between two hours."""
        return moment(self.first_second + dice.between(first_hour * 3600, last_hour * 3600))

    def many(self, per_million: int, least: int) -> int:
        """How often something happens today, from its rate per million of the source's size."""
        return max(least, self.size * per_million // 1_000_000)

    def listed(self, table: str) -> list[int]:
        """All keys of a small table."""
        return self.state.ids(table).tolist()

    def tell(self, event: str, **what: object) -> None:
        self.events.setdefault(event, []).append(what)

    def tell_change(self, event: str, key: str, row: Row, old: object, new: object) -> None:
        self.tell(event, **{key: row[key], "from": old, "to": new})

    def past(self, event: str) -> list[dict[str, Any]]:
        """Such events of earlier days, the oldest first."""
        return [what for day in self.manifest.days for what in day["events"].get(event, ())]

    def next_id(self, table: str) -> int:
        self.manifest.next_ids[table] += 1
        return self.manifest.next_ids[table] - 1

    def update(self, table: str, row: Row, dice: Dice, **values: object) -> None:
        # In the evening, so that it is the last thing that happens to the row today.
        self.changes.update(table, row | values | {"updated_at": self.at(dice, 19, 23)})

    def from_json(self, table: str, row: dict[str, Any]) -> Row:
        """The row that `to_json` made text of."""
        read = {"date": date.fromisoformat, "timestamp": datetime.fromisoformat}
        made: Row = {}
        for column in self.source.table(table).columns:
            value = row[column.name]
            convert = Decimal if column.type.startswith("decimal") else read.get(column.type)
            made[column.name] = convert(value) if convert and value is not None else value
        return made


def other(dice: Dice, values: list[Any], current: object) -> Any:  # noqa: ANN401
    """One of the values that is not the current one."""
    return dice.pick([value for value in values if value != current])


def plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def to_json(row: Row) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else plain(value) for name, value in row.items()}


def days_since_1970(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def moment(seconds: int) -> datetime:
    """Seconds since 1970 as a timestamp without a zone."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def dollars(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)

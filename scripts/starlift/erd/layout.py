"""Where everything stands: Graphviz lays out what hangs together, shelves hold the parts."""

from collections.abc import Sequence
from dataclasses import replace

import networkx as nx

from starlift.erd.diagram import Diagram, Group, Tie
from starlift.erd.graphviz import laid_out
from starlift.erd.sheet import TITLE_SIZE, PlacedBox, PlacedGroup, Sheet, size_of
from starlift.erd.text import width

_GAP, _FRAME, _FRAME_TITLE = 44.0, 22.0, 26.0
# Wider than high, as screens are.
_BEST_ASPECT = 1.5
_MOST_STEPS = 4
_LEAST_TO_HALVE = 4


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
    tried = [laid_out(boxes, ties, number, frozenset()) for number in steps]
    left = _half_of_the_last(tried[0], ties)
    if left:
        tried += [laid_out(boxes, ties, number, left) for number in steps[:2]]
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
    """Each below the one before while the shelf is high enough, else beside it, else on the next shelf."""
    placed: list[Sheet] = []
    x = y = column = filled = shelf = 0.0
    for one in sheets:
        if column and filled + _GAP + one.height <= shelf and x + one.width <= limit + _GAP:
            filled += _GAP
        else:
            x, filled = x + (column + _GAP if column else 0), 0.0
            column = 0.0
            if x and x + one.width > limit + _GAP:
                x, y, shelf = 0.0, y + shelf + _GAP, 0.0
        placed.append(one.moved(x, y + filled))
        filled += one.height
        column, shelf = max(column, one.width), max(shelf, filled)
    return Sheet(
        max(box.x + box.width for one in placed for box in (*one.boxes, *one.groups)),
        y + shelf,
        tuple(box for one in placed for box in one.boxes),
        tuple(tie for one in placed for tie in one.ties),
        tuple(group for one in placed for group in one.groups),
    )

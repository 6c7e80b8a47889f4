"""A sheet as SVG, which needs nothing else: text stays text."""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from starlift.erd.diagram import Diagram, Tie
from starlift.erd.sheet import (
    LINE_HEIGHT,
    LINE_SIZE,
    MARK_SIZE,
    NOTE_SIZE,
    PADDING,
    SUBTITLE_HEIGHT,
    TITLE_HEIGHT,
    TITLE_SIZE,
    PlacedBox,
    PlacedGroup,
    PlacedTie,
    Point,
    Sheet,
    head_height,
    mark_of,
    mark_width,
    more_columns,
    shown_name,
    shown_note,
)
from starlift.erd.text import FAMILY, width

_MARGIN, _TITLE_ROOM, _LEGEND_ROOM = 24.0, 40.0, 34.0
_LEAST_WIDTH = 640.0
# Of a box's frame, and of its head.
COLOURS = (
    ("#2f6690", "#dcebf5"),
    ("#b26a00", "#fde7c7"),
    ("#3f7d4e", "#dff0e2"),
    ("#7a4b94", "#eee2f4"),
    ("#a63d40", "#f8dfdf"),
    ("#4a6670", "#dfe8eb"),
    ("#8a6d1d", "#f3ebc8"),
    ("#1f7a7a", "#d6eeee"),
    ("#9c4a7d", "#f6dfed"),
    ("#5b5ea6", "#e3e4f5"),
)
_STYLE = (
    f"text{{font-family:system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,'{FAMILY}',sans-serif;"
    "fill:#1d2730}"
    ".note{fill:#5c6670}"
    ".mark{fill:#5c6670;font-weight:700}"
    ".tie path{fill:none;stroke:#7d8790;stroke-width:1.2}"
    ".tie circle{fill:#fff;stroke:#7d8790;stroke-width:1.2}"
    ".inferred path,.inferred circle{stroke:#b26a00}"
    ".inferred .line{stroke-dasharray:5 3}"
)


def draw(diagram: Diagram, sheet: Sheet) -> str:
    """The whole picture, with its title and what the signs mean."""
    wide = round(max(sheet.width, _LEAST_WIDTH) + 2 * _MARGIN)
    high = round(sheet.height + 2 * _MARGIN + _TITLE_ROOM + _LEGEND_ROOM)
    moved = sheet.moved(_MARGIN, _MARGIN + _TITLE_ROOM)
    parts = [
        f"<style>{_STYLE}</style>",
        _tag("rect", width=wide, height=high, fill="#fff"),
        _text(_MARGIN, _MARGIN + 14, diagram.title, 16, font_weight=600),
        *map(_group, moved.groups),
        *map(_tie, moved.ties),
        *map(_box, moved.boxes),
        *_legend(diagram, _MARGIN, high - _MARGIN),
    ]
    return (
        _tag(
            "svg",
            "\n" + "\n".join(parts) + "\n",
            xmlns="http://www.w3.org/2000/svg",
            width=wide,
            height=high,
            viewBox=f"0 0 {wide} {high}",
            role="img",
            aria_label=diagram.title,
        )
        + "\n"
    )


def _tag(name: str, inside: str = "", **attributes: str | float | None) -> str:
    """An element; `css` is its class, and an underscore in a name stands for a hyphen."""
    given = "".join(
        f" {'class' if key == 'css' else key.replace('_', '-')}={quoteattr(_value(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{given}>{inside}</{name}>" if inside else f"<{name}{given}/>"


def _value(value: str | float) -> str:
    return _clean(value) if isinstance(value, str) else _number(value)


def _number(value: float) -> str:
    """To half a dot, which no eye tells from less, and no machine rounds otherwise."""
    return f"{round(value * 2) / 2:.1f}".removesuffix(".0")


def _path(*words: str | float) -> str:
    return " ".join(word if isinstance(word, str) else _number(word) for word in words)


def _clean(text: str) -> str:
    """XML knows no control characters."""
    return "".join(one if one.isprintable() else " " for one in text)


def _text(x: float, y: float, text: str, size: float, **attributes: str | float | None) -> str:
    # sizes are no lengths, and keep their digits
    return _tag("text", escape(_clean(text)), x=x, y=y, font_size=f"{size:g}", **attributes)


def _group(one: PlacedGroup) -> str:
    frame = _tag(
        "rect", x=one.x, y=one.y, width=one.width, height=one.height, rx=10, fill="#f7f9fa", stroke="#d5dbe0"
    )
    return frame + _text(one.x + 14, one.y + 21, one.group.name, TITLE_SIZE, css="note", font_weight=600)


def _box(placed: PlacedBox) -> str:
    box = placed.box
    x, y, wide, high = placed.x, placed.y, placed.width, placed.height
    stroke, fill = COLOURS[box.colour % len(COLOURS)]
    look = {"stroke": stroke, "stroke_width": "1.3"}
    right, below = x + wide - 6, y + head_height(box)
    head = _path("M", x, below, "V", y + 6, "q 0 -6 6 -6 H", right, "q 6 0 6 6 V", below, "z")
    parts = [
        _tag("rect", x=x, y=y, width=wide, height=high, rx=6, fill="#fff", **look),
        _tag("path", d=head, fill=fill, **look),
        _text(x + 10, y + 16.5, shown_name(box.name), TITLE_SIZE, font_weight=600),
    ]
    if box.subtitle:
        parts.append(
            _text(x + 10, y + TITLE_HEIGHT + SUBTITLE_HEIGHT - 6, box.subtitle, NOTE_SIZE, css="note")
        )
    left = x + mark_width(box) + 4
    for at, line in enumerate(box.lines):
        base = placed.line_at(at) + 4
        if mark := mark_of(line):
            parts.append(_text(x + 9, base - 0.5, mark, MARK_SIZE, css="mark"))
        weight = 600 if line.is_primary else None
        parts.append(_text(left, base, shown_name(line.name), LINE_SIZE, font_weight=weight))
        if line.note:
            note = shown_note(line.note)
            told = _text(x + wide - 8, base, note, NOTE_SIZE, css="note", text_anchor="end")
            # a page that can be clicked goes there
            parts.append(_tag("g", told, data_to=line.leads_to) if line.leads_to else told)
    if box.more:
        base = below + PADDING + (len(box.lines) + 0.5) * LINE_HEIGHT + 4
        parts.append(_text(left, base, more_columns(box), NOTE_SIZE, css="note"))
    return _tag("g", "".join(parts), css="box", data_name=box.name)


def _tie(placed: PlacedTie) -> str:
    tie, (start, *rest) = placed.tie, placed.points
    told = f"{tie.child}.{', '.join(tie.columns)} → {tie.parent}.{', '.join(tie.parent_columns)}"
    curve = _path("M", *start, "C", *(number for point in rest for number in point))
    parts = [
        _tag("title", escape(_clean(told + " (inferred)" * tie.is_inferred))),
        _tag("path", css="line", d=curve),
        *_parent_end(placed.points[0], tie, placed.parent_side),
        *_child_end(placed.points[-1], tie, placed.child_side),
    ]
    css = "tie inferred" if tie.is_inferred else "tie"
    return _tag("g", "".join(parts), css=css, data_child=tie.child, data_parent=tie.parent)


def _parent_end(at: Point, tie: Tie, side: int) -> Iterator[str]:
    """One parent, or none where the child may do without."""
    x, y = at
    yield _bar(x + 6 * side, y)
    yield _tag("circle", cx=x + 12 * side, cy=y, r=3) if tie.is_optional else _bar(x + 10 * side, y)


def _child_end(at: Point, tie: Tie, side: int) -> Iterator[str]:
    """Many children, or at most one."""
    x, y = at
    if tie.is_one_to_one:
        yield _bar(x + 6 * side, y)
    else:
        tip = x + 9 * side
        yield _tag("path", d=_path("M", tip, y, "L", x, y - 5, "M", tip, y, "L", x, y + 5))


def _bar(x: float, y: float) -> str:
    return _tag("path", d=_path("M", x, y - 5, "V", y + 5))


def _legend(diagram: Diagram, x: float, y: float) -> Iterator[str]:
    for colour, means in (diagram.colours or {}).items():
        stroke, fill = COLOURS[colour % len(COLOURS)]
        yield _tag("rect", x=x, y=y - 9, width=12, height=10, rx=2, fill=fill, stroke=stroke)
        yield _text(x + 18, y, means, NOTE_SIZE, css="note")
        x += 36 + width(means, NOTE_SIZE)
    for is_inferred, means in (
        (False, "one to many; ○: may be none"),
        (True, "inferred from names and values"),
    ):
        if any(tie.is_inferred is is_inferred for tie in diagram.drawn):
            example = Tie("", ("",), "", ("",), is_inferred=is_inferred, is_optional=False)
            yield _tie(PlacedTie(example, tuple((x + step, y - 4) for step in (0, 15, 30, 45))))
            yield _text(x + 54, y, means, NOTE_SIZE, css="note")
            x += 72 + width(means, NOTE_SIZE)
    if any(tie.is_told for tie in diagram.ties):
        yield _text(x, y, "→ leads there, without a line", NOTE_SIZE, css="note")

"""A diagram as Mermaid's text, which GitHub and many editors draw."""

import re
from collections.abc import Iterator

from starlift.erd.diagram import Box, Diagram, Line, Tie


def mermaid(diagram: Diagram) -> str:
    return "\n".join(_lines(diagram)) + "\n"


def _lines(diagram: Diagram) -> Iterator[str]:
    yield "---"
    yield f"title: {_quoted(diagram.title)}"
    yield "---"
    yield "erDiagram"
    for box in diagram.boxes:
        yield from _box(box)
    # also those that a picture tells at the column
    for tie in diagram.ties:
        columns = _quoted(", ".join(tie.columns))
        yield f"    {_quoted(tie.parent)} {_signs(tie)} {_quoted(tie.child)} : {columns}"


def _box(box: Box) -> Iterator[str]:
    if not box.lines:
        yield f"    {_quoted(box.name)}"
        return
    yield f"    {_quoted(box.name)} {{"
    for line in box.lines:
        yield f"        {_word(_type(line))} {_word(line.name)}{_keys(line)}"
    yield "    }"


def _signs(tie: Tie) -> str:
    parent = "|o" if tie.is_optional else "||"
    child = "o|" if tie.is_one_to_one else "o{"
    return f"{parent}{'..' if tie.is_inferred else '--'}{child}"


def _type(line: Line) -> str:
    """A column's note is its type, or where it leads to."""
    return "key" if line.leads_to else line.note or "column"


def _keys(line: Line) -> str:
    keys = [name for name, is_one in (("PK", line.is_primary), ("FK", line.is_foreign)) if is_one]
    return f" {', '.join(keys)}" if keys else ""


def _word(text: str) -> str:
    """Mermaid takes letters, digits, hyphens, underscores, brackets; it begins with a letter."""
    word = re.sub(r"[^A-Za-z0-9_()\[\]-]+", "_", text.strip()).strip("_") or "_"
    return word if re.match(r"[A-Za-z_]", word) else f"_{word}"


def _quoted(text: str) -> str:
    clean = "".join(one if one.isprintable() else " " for one in text)
    return '"' + clean.replace('"', "'").replace("\\", "/") + '"'

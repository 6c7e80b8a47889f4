"""A report as the comment on a pull request: stable to find, short to read, never too long to post."""

from collections.abc import Iterable

from starlift.diff.report import Report, Section

# Whoever posts the comment looks for this line in those that are there, and replaces the one that has it.
MARKER = "<!-- starlift diff -->"
# GitHub takes 65,536 characters.
LIMIT = 60_000
_ROOM_FOR_THE_END = 200
_MOST_ROWS = 40


def as_markdown(report: Report, limit: int = LIMIT) -> str:
    """The comment; details that do not fit are left out, and it says so."""
    head = [
        MARKER,
        "## What this change does",
        "",
        f"From **{_plain(report.before.label)}** to **{_plain(report.now.label)}**. {report.summary()}",
        "",
    ]
    text, left_out = "\n".join([*head, ""]), 0
    for section in report.sections():
        part = "\n".join(_section(section)) + "\n"
        if len(text) + len(part) > limit - _ROOM_FOR_THE_END:
            left_out += 1
            continue
        text += part
    if left_out:
        tables = "table" if left_out == 1 else "tables"
        text += (
            f"\n*{left_out} more {tables} left out for length; `starlift diff` shows them on the terminal.*\n"
        )
    return text


def _section(section: Section) -> Iterable[str]:
    if section.detail:
        yield f"<details><summary>{_html(section.title)}</summary>"
        yield ""
    else:
        yield f"### {section.title}"
        yield ""
    if section.words:
        yield section.words
        yield ""
    for table in section.tables:
        yield _row(table.header)
        yield _row(["---:" if at in table.numbers else "---" for at in range(len(table.header))])
        yield from (_row(row) for row in table.rows[:_MOST_ROWS])
        if (rest := len(table.rows) - _MOST_ROWS) > 0:
            yield ""
            yield f"… and {rest} more"
        yield ""
    if section.detail:
        yield "</details>"
        yield ""


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _html(text: str) -> str:
    """A summary is HTML, in which Markdown's code is not read."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    parts = escaped.split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _plain(text: str) -> str:
    return "".join(f"\\{one}" if one in "\\`*_[]<>|#" else one for one in text)

"""A report on the terminal."""

from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from starlift.diff.report import Report
from starlift.diff.report import Table as Content

_MOST_ROWS = 40
_WIDTH = 160


def show(console: Console, report: Report) -> None:
    console.print(Text.assemble("From ", (report.before.label, "bold"), " to ", (report.now.label, "bold")))
    console.print(report.summary(), highlight=False)
    for section in report.sections():
        console.print()
        console.print(Text(style="bold").append_text(_text(section.title)))
        if section.words:
            console.print(_text(section.words))
        for table in section.tables:
            console.print(_table(table))


def as_text(report: Report) -> str:
    """The same, for a file."""
    text = StringIO()
    show(Console(file=text, width=_WIDTH), report)
    return text.getvalue()


def _table(content: Content) -> Table:
    table = Table()
    for at, heading in enumerate(content.header):
        table.add_column(
            _text(heading), justify="right" if at in content.numbers else "left", overflow="fold"
        )
    for row in content.rows[:_MOST_ROWS]:
        table.add_row(*map(_text, row))
    if (rest := len(content.rows) - _MOST_ROWS) > 0:
        table.add_row(f"... and {rest} more")
    return table


def _text(cell: str) -> Text:
    """A cell's `code` in colour; its ** go."""
    text = Text()
    for at, part in enumerate(cell.replace("**", "").split("`")):
        text.append(part, "cyan" if at % 2 else "")
    return text

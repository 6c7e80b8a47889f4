"""A report on the terminal."""

from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from starlift.diff.report import Report, Section

_MOST_ROWS = 40
_WIDTH = 160


def show(console: Console, report: Report) -> None:
    console.print(Text.assemble("From ", (report.before.label, "bold"), " to ", (report.now.label, "bold")))
    console.print(report.summary(), highlight=False)
    for section in report.sections():
        console.print()
        console.print(_table(section) if section.header else _text(f"{section.title}: {section.words}"))


def as_text(report: Report) -> str:
    """The same, for a file."""
    text = StringIO()
    show(Console(file=text, width=_WIDTH), report)
    return text.getvalue()


def _table(section: Section) -> Table:
    title = section.title + (f"\n{section.words}" if section.words else "")
    table = Table(title=_text(title), title_justify="left", title_style="bold")
    for at, heading in enumerate(section.header):
        table.add_column(
            _text(heading), justify="right" if at in section.numbers else "left", overflow="fold"
        )
    for row in section.rows[:_MOST_ROWS]:
        table.add_row(*map(_text, row))
    if (rest := len(section.rows) - _MOST_ROWS) > 0:
        table.add_row(f"... and {rest} more")
    return table


def _text(cell: str) -> Text:
    """A cell's `code` in colour; its ** go."""
    text = Text()
    for at, part in enumerate(cell.replace("**", "").split("`")):
        text.append(part, "cyan" if at % 2 else "")
    return text

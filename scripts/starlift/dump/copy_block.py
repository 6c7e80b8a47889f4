"""The lines between COPY ... FROM stdin and \\. in PostgreSQL's plain dumps."""

import re
from collections.abc import Iterator, Sequence

from starlift.dump.ddl import NotUnderstood, name_at, parts
from starlift.dump.lexer import FLAGS
from starlift.dump.literals import Literals, Staged, escaped_bytes
from starlift.dump.rows import Rows
from starlift.dump.scanner import Scanner, Statement
from starlift.dump.text import STRAY

COPY = re.compile(r"copy\s+(?P<what>.*?)\s+from\s+stdin\b\s*(?P<options>.*)\Z", FLAGS)
_END = re.compile(r"^\\\.\r?\n", re.MULTILINE)
_ESCAPE = re.compile(r"((?:\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}))+)|\\(.)", re.DOTALL)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def copy_rows(scanner: Scanner, rows: Rows, statement: Statement) -> None:
    """Stage the block that begins after the statement; NotUnderstood after it has been passed over."""
    found = COPY.match(statement.text)
    assert found  # the caller has seen it
    text = scanner.text
    scanner.rest_of_line()
    named = name_at(found["what"], scanner.dialect)
    options = found["options"].strip(" ;")
    plain = not options or re.fullmatch(r"with\s*\(?\s*(?:format\s+text)?\s*\)?", options, FLAGS)
    if not named or not plain:
        for _ in _blocks(scanner, statement):
            pass
        raise NotUnderstood(f"COPY {' '.join(found['what'].split())[:40]} with the options {options[:40]!r}")
    name, end = named
    if rows.staging.placed(name) in rows.staging.empty_tables:
        for _ in _blocks(scanner, statement):
            pass
        return
    columns = found["what"][end:].strip()
    written = parts(columns[1:], scanner.dialect)[0] if columns.startswith("(") else None
    complete = rows.plan(name, [] if written == [""] else written)
    families = complete.families
    for lines, first in _blocks(scanner, statement):
        batch: list[Sequence[Staged]] = []
        width = len(families)
        for number, line in enumerate(lines):
            values = line.removesuffix("\r").split("\t") if width else []
            if len(values) != width:
                raise text.refused(
                    f"line {first + number} has not the {width} values of {name[1]}'s columns: correct it"
                )
            batch.append(
                complete(
                    [
                        _value(each, family, rows.literals)
                        for each, family in zip(values, families, strict=True)
                    ]
                )
            )
        rows.staging.append(complete.staged, batch, sum(map(len, lines)))


def _blocks(scanner: Scanner, statement: Statement) -> Iterator[tuple[list[str], int]]:
    """The lines up to the one that ends the block, in large pieces, each with the number of its first."""
    text = scanner.text
    while True:
        end = _END.search(text.buffer, text.at)
        last = end.start() if end else text.buffer.rfind("\n", text.at) + 1
        if end is None and text.ended:
            raise scanner.truncated("COPY block", statement.line)
        if last > text.at:
            first = text.line()
            lines = text.buffer[text.at : last - 1].split("\n")
            yield lines, first
            text.at = last
        if end:
            text.at = end.end()
            return
        text.more()


def _value(written: str, family: str, literals: Literals) -> Staged:
    if written == "\\N":
        return None

    def meant(found: re.Match[str]) -> str:
        if found[1] is not None:
            return literals.text.of_bytes(escaped_bytes(found[1]))
        return _MEANT.get(found[2], found[2])

    value = _ESCAPE.sub(meant, written) if "\\" in written else written
    if family == "blob":
        return literals.hex_of_text(value)
    if literals.text.stray and STRAY.search(value):
        literals.mended += 1
        return literals.text.mended(value)
    return value

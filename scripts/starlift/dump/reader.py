"""Reads the files of a dump, statement by statement, into staging."""

import re
from collections.abc import Callable
from pathlib import Path

from starlift.dump.copy_block import COPY, copy_rows
from starlift.dump.ddl import NotUnderstood, name_at, parts
from starlift.dump.dialect import GENERIC, Dialect, recognise
from starlift.dump.lexer import FLAGS
from starlift.dump.report import Report
from starlift.dump.rows import Rows
from starlift.dump.scanner import Scanner, Statement
from starlift.dump.staging import Staging
from starlift.dump.statements import SETTINGS, is_sql, passed_over
from starlift.dump.tables import Tables
from starlift.dump.text import Text
from starlift.errors import StarliftError

_MOST_INCLUDES = 20
# A line that names a file: mysql's, psql's, sqlite3's.
_INCLUDE = re.compile(
    r"(?:source|\\\.|\\ir?|\\include(?:_relative)?|\.read)\s+(?P<file>.+?)\s*;?\s*\Z", FLAGS
)
_ENDED_BY = {
    # what the program writes at the beginning: what stands at the end of all that it writes
    r"^-- (?:MySQL|MariaDB) dump \d": r"^-- Dump completed",
    r"^-- Dumped by pg_dump version": r"^-- PostgreSQL database dump complete",
}
_MAKES_TABLES = re.compile(r"\bcreate\s+(?:\w+\s+){0,2}table\b", FLAGS)
_OPENS = re.compile(
    r"(?:begin(?:\s+(?:transaction|work|immediate|exclusive|deferred).*)?|start\s+transaction.*)\Z", FLAGS
)
_CLOSES = re.compile(r"(?:commit|end)(?:\s+(?:transaction|work))?\Z", FLAGS)
_STANDARD_STRINGS = re.compile(r"set\s+standard_conforming_strings\s*(?:=|to)\s*'?(off|on)\b", FLAGS)
_USE = re.compile(r"use\s+(?P<name>.+)\Z|set\s+(?:session\s+)?search_path\s*(?:=|to)\s*(?P<path>.+)\Z", FLAGS)
_ZERO_IS_ZERO = re.compile(r"set\b.*no_auto_value_on_zero", FLAGS)


class Reader:
    """One load's files, which together are one dump."""

    def __init__(self, staging: Staging, report: Report, progress: Callable[[str, float], None]) -> None:
        self.staging = staging
        self.report = report
        self.progress = progress
        self._tables: dict[str, Tables] = {}

    def read(self, paths: list[Path]) -> None:
        fallback = GENERIC
        without_tables = []
        for path in paths:
            # what cannot be loaded is known before anything is read
            text = Text(path)
            text.close()
            fallback = recognise(path, text.sample) or fallback
            if not _MAKES_TABLES.search(text.sample):
                without_tables.append(path)
        # rows need their tables, which may be in a file that was named later
        for path in sorted(paths, key=lambda path: path in without_tables):
            # each file is a session of its own
            self.staging.path = ()
            self._read(path, fallback, ())
        self.staging.path = ()
        self.staging.flush()

    def _read(self, path: Path, fallback: Dialect, including: tuple[Path, ...]) -> None:
        text = Text(path)
        try:
            dialect = recognise(path, text.sample) or fallback
            if dialect.name not in self.report.dialects:
                self.report.dialects.append(dialect.name)
            self.report.files += 1
            _File(self, Scanner(text, dialect), (*including, path.resolve())).read()
        finally:
            text.close()

    def include(self, named: str, line: Statement, dialect: Dialect, including: tuple[Path, ...]) -> None:
        """Read a file that another names: it is looked for beside that one, then where the command runs."""
        file = Path(named.strip("'\""))
        found = next((path for path in (including[-1].parent / file, file) if path.is_file()), None)
        if found is None:
            raise StarliftError(
                f"{line.place}: the file {named} that this line includes is not there: put it beside this "
                "one, and load it again. Nothing was loaded."
            )
        if found.resolve() in including or len(including) > _MOST_INCLUDES:
            raise StarliftError(f"{line.place}: {named} includes itself: leave that out. Nothing was loaded.")
        self._read(found, dialect, including)

    def tables(self, dialect: Dialect) -> Tables:
        return self._tables.setdefault(dialect.name, Tables(dialect, self.staging, self.report))


class _File:
    """Walks through one file."""

    def __init__(self, reader: Reader, scanner: Scanner, including: tuple[Path, ...]) -> None:
        self.reader = reader
        self.report = reader.report
        self.scanner = scanner
        self.including = including
        self.rows = Rows(scanner, reader.staging, reader.report)
        self.tables = reader.tables(scanner.dialect)
        self._opened: Statement | None = None

    def read(self) -> None:
        scanner, text = self.scanner, self.scanner.text
        while scanner.skip_space():
            self.reader.progress(f"reading {text.path.name}", text.read_share)
            scanner.ahead()
            if text.buffer.startswith(scanner.delimiter, text.at):
                text.at += len(scanner.delimiter)
            elif text.buffer[text.at] in "\\.":
                self._client(scanner.rest_of_line())
            else:
                self._word(scanner.word())
        if _is_cut_off(text):
            raise text.refused(
                "the file lacks the last line of a complete dump, so it was cut off: get it whole"
            )
        if self._opened:
            raise text.refused(
                f"the transaction that begins in line {self._opened.line} has no COMMIT, so the file was cut "
                "off: get it whole"
            )
        self.report.mended += self.rows.literals.mended

    def _word(self, word: str) -> None:
        if word in ("insert", "replace") and self.rows.insert():
            return
        if word == "delimiter":
            line = self.scanner.rest_of_line()
            self.scanner.set_delimiter(line.text.split()[1] if len(line.text.split()) > 1 else ";")
            return
        if word == "source":
            self._client(self.scanner.rest_of_line())
            return
        self._statement(self.scanner.statement())
        self.rows.forget()

    def _client(self, line: Statement) -> None:
        """A line that is the client's and not the server's."""
        if found := _INCLUDE.match(line.text):
            self.reader.include(found["file"], line, self.scanner.dialect, self.including)
        elif re.match(r"\\copy\b|\.import\b|\\lo_import\b", line.text):
            self.report.not_understand(line.place, f"rows from another file: {line.text[:60]}")
        elif re.match(r"[\\.]\w", line.text):
            self.report.skip("commands of a client (\\connect, .mode, ...)", "they change no row")
        else:
            raise self._no_sql(line)

    def _statement(self, statement: Statement) -> None:
        sql = statement.text
        try:
            if COPY.match(sql):
                copy_rows(self.scanner, self.rows, statement)
            elif re.match(r"rollback\b(?!\s+to)", sql, FLAGS):
                raise StarliftError(
                    f"{statement.place}: ROLLBACK takes back what stands before it, so this dump is not "
                    "whole: write it again. Nothing was loaded."
                )
            elif not self.tables.carry_out(statement):
                self._other(statement)
        except NotUnderstood as error:
            self.report.not_understand(statement.place, str(error))

    def _other(self, statement: Statement) -> None:
        sql = statement.text
        if skipped := passed_over(sql):
            self.report.skip(*skipped)
            if skipped[0] == SETTINGS:
                self._setting(statement)
        elif is_sql(sql):
            self.report.not_understand(statement.place, " ".join(sql.split())[:80])
        else:
            raise self._no_sql(statement)

    def _setting(self, statement: Statement) -> None:
        sql = statement.text
        if _OPENS.match(sql):
            self._opened = self._opened or statement
        elif _CLOSES.match(sql):
            self._opened = None
        elif strings := _STANDARD_STRINGS.match(sql):
            self.scanner.set_backslash(strings[1].lower() == "off")
            self.rows.dialect_changed()
        elif _ZERO_IS_ZERO.match(sql):
            self.rows.zero_counts = False
        elif used := _USE.match(sql):
            self.reader.staging.path = self._schemas(used["name"] or used["path"])

    def _schemas(self, written: str) -> tuple[str, ...]:
        """Without PostgreSQL's own catalogue, and the schema of whoever loads."""
        dialect = self.scanner.dialect
        names = [name_at(each.replace("'", '"'), dialect) for each in parts(written, dialect)[0]]
        known = [named[0][1] for named in names if named]
        return tuple(name for name in known if name and name not in ("pg_catalog", "$user"))

    def _no_sql(self, statement: Statement) -> StarliftError:
        shown = " ".join(statement.text.split())[:40]
        return StarliftError(
            f"{statement.place}: {shown!r} is no SQL, so the file is damaged, or no dump: get it whole, "
            "and load it again. Nothing was loaded."
        )


def _is_cut_off(text: Text) -> bool:
    """Whether a dump that says at its end that it is complete has not come to that."""
    for begin, end in _ENDED_BY.items():
        if re.search(begin, text.sample, re.MULTILINE):
            return not re.search(end, text.tail, re.MULTILINE)
    return False

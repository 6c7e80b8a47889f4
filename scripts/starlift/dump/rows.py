"""INSERT ... VALUES, row by row, however long the statement is."""

import re
from collections.abc import Sequence

from starlift.dump.ddl import NotUnderstood, name_at, parts
from starlift.dump.expressions import Expressions, as_staged
from starlift.dump.lexer import FLAGS, without_comments
from starlift.dump.literals import Literals, NoLiteral, Staged
from starlift.dump.model import Name
from starlift.dump.report import Report
from starlift.dump.scanner import Scanner
from starlift.dump.staging import StagedTable, Staging
from starlift.errors import StarliftError

_TAIL = re.compile(r"\s*(on\s+(?:duplicate\s+key|conflict)|as\s+\w+|returning)\b", FLAGS)
_BATCH = 2_000


def insert_head(scanner: Scanner) -> re.Pattern[str]:
    name = scanner.lexer.name
    return re.compile(
        r"(?P<verb>insert|replace)\s+(?:(?:ignore|low_priority|delayed|high_priority|or\s+\w+)\s+)*(?:into\s+)?"
        rf"(?P<table>{name}(?:\s*\.\s*{name})*+)\s*"
        rf"(?:\((?P<columns>\s*{name}\s*(?:,\s*{name}\s*)*+)\)\s*)?"
        rf"(?:overriding\s+\w+\s+value\s+)?values?{scanner.lexer.space.pattern}(?=\()",
        FLAGS,
    )


class Rows:
    """Stages the rows of one file's INSERTs."""

    def __init__(self, scanner: Scanner, staging: Staging, report: Report) -> None:
        self.scanner = scanner
        self.staging = staging
        self.report = report
        self.expressions = Expressions(scanner.dialect)
        # MySQL: a counting column takes 0 for no value
        self.zero_counts = scanner.dialect.conditional_comments
        # by what stands before the rows: dumps of one row each say it again and again
        self._plans: dict[str, Completed] = {}
        self._set()

    def _set(self) -> None:
        self.literals = Literals(self.scanner.dialect, self.scanner.text)
        self._head = insert_head(self.scanner)

    def dialect_changed(self) -> None:
        self.report.mended += self.literals.mended
        self._set()

    def insert(self) -> bool:
        """Stage what is inserted here; false where this is no INSERT of values, and nothing is read."""
        scanner = self.scanner
        text = scanner.text
        head = self._head.match(text.buffer, text.at)
        if not head:
            return False
        complete = self._plans.get(head[0])
        if complete is None:
            named = name_at(head["table"], scanner.dialect)
            assert named  # the pattern has seen a name
            if named[0][1].lower().startswith("sqlite_"):
                return False
            columns = head["columns"]
            written = None if columns is None else parts(columns, scanner.dialect)[0]
            complete = self._plans[head[0]] = self.plan(named[0], written)
        line = text.line()
        text.at = head.end()
        self._rows(complete, line)
        return True

    def plan(self, name: Name, columns: list[str] | None) -> "Completed":
        """How rows of these columns become rows of the table."""
        text = self.scanner.text
        staged = self.staging.find(name)
        if staged is None and (place := self.staging.not_made.get(self.staging.placed(name))):
            raise text.refused(
                f"rows for {name[1]}, whose CREATE TABLE ({place}) is not understood: write it otherwise"
            )
        if staged is None:
            raise text.refused(
                f"rows for {name[1]}, which no CREATE TABLE before them makes: name the file with the "
                "tables first"
            )
        if columns is None:
            return Completed(staged, list(range(len(staged.table.columns))), self)
        positions = []
        for column in columns:
            named = name_at(column, self.scanner.dialect)
            position = staged.table.position(named[0][1]) if named else None
            if position is None:
                raise text.refused(f"{name[1]} has no column {column}: correct it")
            positions.append(position)
        return Completed(staged, positions, self)

    def forget(self) -> None:
        """Tables may be others now."""
        self._plans.clear()

    def _rows(self, complete: "Completed", line: int) -> None:
        scanner, text, literals = self.scanner, self.scanner.text, self.literals
        staged, positions, families = complete.staged, complete.positions, complete.families
        row, value = literals.row, literals.value
        batch: list[Sequence[Staged]] = []
        characters = 0
        while True:
            if not scanner.skip_space():
                raise scanner.truncated("statement", line)
            found = row.match(text.buffer, text.at)
            begins = text.at
            values: list[Staged] | None
            try:
                if not found:
                    raise NoLiteral
                groups = value.findall(text.buffer, begins + 1, found.end() - 1)
                values = [
                    literals.staged(each, family) for each, family in zip(groups, families, strict=True)
                ]
                text.at = found.end()
            except ValueError as error:
                raise self._wrong_width(staged, len(families), begins) from error
            except NoLiteral:
                values = self._slow_row(staged, positions, families, line)
            if values is not None:
                batch.append(complete(values))
                characters += text.at - begins
            if not scanner.skip_space():
                raise scanner.truncated("statement", line)
            if len(batch) >= _BATCH or characters > 1 << 22:
                self.staging.append(staged, batch, characters)
                batch, characters = [], 0
            if text.buffer.startswith(",", text.at):
                text.at += 1
                continue
            break
        self.staging.append(staged, batch, characters)
        self._end(staged)

    def _end(self, staged: StagedTable) -> None:
        """What stands between the last row and the delimiter."""
        scanner, text = self.scanner, self.scanner.text
        if text.buffer.startswith(scanner.delimiter, text.at):
            text.at += len(scanner.delimiter)
            return
        if not _TAIL.match(text.buffer, text.at):
            shown = " ".join(text.buffer[text.at : text.at + 30].split())
            raise text.refused(f"{shown!r} where a comma or {scanner.delimiter!r} has to stand: correct it")
        scanner.statement()
        self.report.skip(
            "rules for rows that are there already (ON CONFLICT, ON DUPLICATE KEY)",
            "every row is kept; keys that then repeat are counted below",
            staged.table.name[1],
        )

    def _slow_row(
        self, staged: StagedTable, positions: list[int], families: list[str], line: int
    ) -> list[Staged] | None:
        """A row with something else than literals; None where it is not understood, which is counted."""
        scanner, text = self.scanner, self.scanner.text
        if not text.buffer.startswith("(", text.at):
            raise text.refused("no row where one has to stand: correct it")
        while True:
            written, end = parts(text.buffer, scanner.dialect, text.at + 1)
            if text.buffer.startswith(")", end):
                break
            if text.buffer.startswith(";", end):
                raise text.refused(f"a row of {staged.table.name[1]} that does not end: the file is damaged")
            if not text.more():
                raise scanner.truncated("statement", line)
        place, begins = text.place(), text.at
        text.at = end + 1
        if len(written) != len(families):
            raise self._wrong_width(staged, len(families), begins)
        try:
            return [
                self._value(sql, family, staged, position)
                for sql, family, position in zip(written, families, positions, strict=True)
            ]
        except NotUnderstood as error:
            self.report.not_understand(place, f"a row of {staged.table.name[1]}: {error}")
            return None

    def _wrong_width(self, staged: StagedTable, width: int, place: int) -> StarliftError:
        return self.scanner.text.refused(
            f"a row of {staged.table.name[1]} has not the {width} values of its columns: correct it", place
        )

    def _value(self, sql: str, family: str, staged: StagedTable, position: int) -> Staged:
        sql = without_comments(sql, self.scanner.dialect).strip()
        if sql.lower() == "default":
            return self.default(staged, position)
        found = self.literals.value.fullmatch(sql)
        if found:
            try:
                return self.literals.staged(tuple(group or "" for group in found.groups()), family)
            except NoLiteral:
                pass
        return as_staged(self.expressions.value(self.scanner.clean(sql)), family)

    def default(self, staged: StagedTable, position: int) -> Staged:
        """What a column holds where a row has no value for it; a counting column is seen to elsewhere."""
        column = staged.table.columns[position]
        if column.default is None or column.counts:
            return None
        try:
            return as_staged(self.expressions.value(column.default), column.type.family)
        except NotUnderstood:
            self.report.note(
                f"{staged.table.name[1]}.{column.name}: its default {column.default} cannot be worked out, "
                "so rows without a value have none"
            )
            return None


class Completed:
    """Makes a row of all the table's columns from the values of some, and counts where a column counts."""

    def __init__(self, staged: StagedTable, positions: list[int], rows: Rows) -> None:
        columns = staged.table.columns
        self.staged = staged
        self.zero_counts = rows.zero_counts
        self.as_is = positions == list(range(len(columns)))
        self.positions = positions
        self.families = [columns[position].type.family for position in positions]
        missing = set(range(len(columns))) - set(positions)
        self.template = [
            rows.default(staged, place) if place in missing else None for place in range(len(columns))
        ]
        self.counting = next((place for place, column in enumerate(columns) if column.counts), None)

    def __call__(self, values: list[Staged]) -> list[Staged]:
        row = values
        if not self.as_is:
            row = self.template.copy()
            for position, value in zip(self.positions, values, strict=True):
                row[position] = value
        if self.counting is not None:
            given = row[self.counting]
            if given is None or (self.zero_counts and given == "0"):
                self.staged.counter += 1
                row[self.counting] = str(self.staged.counter)
            elif given.isdigit() and len(given) < 20:
                self.staged.counter = max(self.staged.counter, int(given))
        return row

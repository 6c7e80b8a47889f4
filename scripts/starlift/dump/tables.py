"""CREATE, ALTER, DROP and TRUNCATE TABLE, carried out on what is staged."""

import re

from starlift.dump.alter import Alteration
from starlift.dump.ddl import Grammar, NotUnderstood, name_at, parts
from starlift.dump.dialect import Dialect
from starlift.dump.lexer import FLAGS
from starlift.dump.model import TEXT, Name, Table
from starlift.dump.report import Report
from starlift.dump.scanner import Statement
from starlift.dump.staging import StagedTable, Staging
from starlift.errors import StarliftError

_CREATE = re.compile(
    r"create\s+(?:or\s+replace\s+)?(?:(?:global|local|temp|temporary|unlogged|foreign)\s+)*table\s+(?P<exists>if\s+not\s+exists\s+)?",
    FLAGS,
)
_DROP = re.compile(r"drop\s+(?:temporary\s+)?table\s+(?:if\s+exists\s+)?", FLAGS)
_ALTER = re.compile(r"alter\s+(?:ignore\s+)?(?:foreign\s+)?table\s+(?:if\s+exists\s+)?(?:only\s+)?", FLAGS)
_TRUNCATE = re.compile(r"truncate\s+(?:table\s+)?(?:only\s+)?|delete\s+from\s+(?=\S+\s*\Z)", FLAGS)
_KIND = re.compile(r"create\s+(?P<what>domain|type)\s+", FLAGS)
_LIKE = re.compile(r"like\s+", FLAGS)
_INHERITS = re.compile(r"\binherits\s*(?=\()", FLAGS)


class Tables:
    """The tables of one dialect's files."""

    def __init__(self, dialect: Dialect, staging: Staging, report: Report) -> None:
        self.dialect = dialect
        self.staging = staging
        self.report = report
        self.grammar = Grammar(dialect)
        self.alteration = Alteration(self.grammar, staging, report)

    def carry_out(self, statement: Statement) -> bool:
        """True where the statement was about tables or types and is done; else it is none of these."""
        for opening, handler in (
            (_CREATE, self._create),
            (_ALTER, self._alter),
            (_DROP, self._drop),
            (_TRUNCATE, self._truncate),
            (_KIND, self._kind),
        ):
            found = opening.match(statement.text)
            if found:
                handler(statement, found)
                return True
        return False

    def _name(self, sql: str, position: int) -> tuple[Name, int]:
        named = name_at(sql, self.dialect, position)
        if not named:
            raise NotUnderstood("a table without a name")
        return named

    def _create(self, statement: Statement, found: re.Match[str]) -> None:
        sql = statement.text
        name, end = self._name(sql, found.end())
        name = self.staging.placed(name)
        there = self.staging.tables.get(name)
        if there is not None:
            if found["exists"]:
                self.report.skip(
                    "tables that are there already (IF NOT EXISTS)", "the first one stays", name[1]
                )
                return
            raise StarliftError(
                f"{statement.place}: {name[1]} is made for the second time: leave out one of them, and load "
                "it again. Nothing was loaded."
            )
        try:
            table = self._described(statement, name, end)
        except NotUnderstood:
            self.staging.not_made[name] = statement.place
            raise
        if table.columns:
            self.staging.make(table)
        else:
            self.staging.empty_tables.add(name)
            self.report.skip("tables without columns", "they hold no values", name[1])

    def _described(self, statement: Statement, name: Name, end: int) -> Table:
        sql = statement.text
        rest = sql[end:].lstrip()
        table = Table(name, [])
        if of := re.match(r"partition\s+of\s+", rest, FLAGS):
            whole = self._known(self._name(rest, of.end())[0]).table
            table.part_of, table.columns = whole.name, list(whole.columns)
            return table
        if _LIKE.match(rest):
            self._copy(rest, table)
            return table
        if not rest.startswith("("):
            raise NotUnderstood("CREATE TABLE without columns")
        written, closing = parts(rest, self.dialect, 1)
        options = rest[closing + 1 :]
        if not rest.startswith(")", closing) or re.match(r"\s*(?:as\s+)?select\b", options, FLAGS):
            raise NotUnderstood("CREATE TABLE from a query")
        for copied in [element for element in written if _LIKE.match(element)]:
            written.remove(copied)
            self._copy(copied, table)
        strange: list[str] = []
        elements = self.grammar.elements(written if written != [""] else [], strange)
        for what in strange:
            self.report.not_understand(statement.place, f"of the table {name[1]}, {what}")
        if inherits := _INHERITS.search(options):
            for parent_name in parts(options, self.dialect, inherits.end() + 1)[0]:
                parent, _ = self._name(parent_name, 0)
                table.inherits.append(self._known(parent).table.name)
                table.columns += [
                    column
                    for column in self._known(parent).table.columns
                    if table.position(column.name) is None
                ]
        # a column that is inherited, too, stays where it is
        own = {column.name: column for column in elements.columns}
        table.columns = [own.pop(column.name, column) for column in table.columns]
        elements.columns = list(own.values())
        elements.add_to(table)
        self.alteration.tell(elements)
        return table

    def _copy(self, written: str, table: Table) -> None:
        """LIKE: PostgreSQL leaves out the keys unless it is told otherwise."""
        found = _LIKE.match(written)
        name, end = self._name(written, found.end() if found else 0)
        model = self._known(name).table
        table.columns += model.columns
        if not self.dialect.folds_names or re.search(r"including\s+(?:all|indexes)\b", written[end:], FLAGS):
            table.primary_key, table.unique = model.primary_key, list(model.unique)

    def _known(self, name: Name) -> StagedTable:
        staged = self.staging.find(name)
        if staged is None:
            raise NotUnderstood(f"{name[1]} is not there")
        return staged

    def _alter(self, statement: Statement, found: re.Match[str]) -> None:
        sql = statement.text
        name, end = self._name(sql, found.end())
        staged = self.staging.find(name)
        if self.staging.placed(name) in self.staging.empty_tables:
            return
        for action in parts(sql, self.dialect, end)[0]:
            if staged is None:
                # a view's owner is changed in this way, too
                if re.match(r"owner\s", action, FLAGS):
                    continue
                raise NotUnderstood(f"ALTER TABLE of {name[1]}, which is not there")
            self.alteration.carry_out(staged, action)

    def _drop(self, statement: Statement, found: re.Match[str]) -> None:
        sql = re.sub(r"\b(?:cascade|restrict)\s*\Z", "", statement.text[found.end() :], flags=FLAGS)
        for written in parts(sql, self.dialect)[0]:
            name, _ = self._name(written, 0)
            staged = self.staging.find(name)
            if staged is None:
                continue
            if staged.rows:
                self.report.note(
                    f"{name[1]}: {staged.rows:,} rows are gone, since the dump drops it ({statement.place})"
                )
            self.staging.drop(staged)

    def _truncate(self, statement: Statement, found: re.Match[str]) -> None:
        for written in parts(statement.text[found.end() :], self.dialect)[0]:
            name, _ = self._name(written, 0)
            staged = self.staging.find(name)
            if staged is not None and staged.rows:
                self.report.note(
                    f"{name[1]}: {staged.rows:,} rows are gone, since the dump empties it ({statement.place})"
                )
                self.staging.empty(staged)

    def _kind(self, statement: Statement, found: re.Match[str]) -> None:
        """Domains and enums, which later columns have for a type."""
        (_, name), end = self._name(statement.text, found.end())
        base = re.match(
            r"\s*as\s+(?P<base>.*?)(?:\s+(?:not|null|default|check|constraint|collate)\b|\Z)",
            statement.text[end:],
            FLAGS,
        )
        if found["what"].lower() == "domain" and base:
            self.grammar.kinds[name.lower()] = self.grammar.type(base["base"])
            self.report.skip("domains", "their columns have the type that they stand on", name)
        elif base and base["base"].lower().startswith("enum"):
            self.grammar.kinds[name.lower()] = TEXT
            self.report.skip("types of their own", "their columns are text", name)
        else:
            self.report.skip("types of their own", "their columns are text", name)

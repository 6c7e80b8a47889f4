"""ALTER TABLE, action by action, on what is staged."""

import re

from starlift.dump.ddl import Elements, Grammar, NotUnderstood, name_at, parts
from starlift.dump.dialect import Dialect
from starlift.dump.expressions import Expressions, as_staged
from starlift.dump.lexer import FLAGS
from starlift.dump.model import Column
from starlift.dump.report import Report
from starlift.dump.staging import StagedTable, Staging

_WHYS = {"checks": "rows are as they are", "indexes": "the target indexes its own keys"}
_COLUMN = r"(?:column\s+)?(?:if\s+(?:not\s+)?exists\s+)?"
# What changes neither rows nor columns.
_WITHOUT_EFFECT = re.compile(
    rf"owner\s|alter\s+{_COLUMN}\S+\s+(?:set\s*\(|set\s+(?:statistics|storage|compression)|reset|restart|drop\s+identity)|"
    r"enable\s|disable\s|(?:no\s+)?force\b|cluster\s|set\s+(?!default)|reset\s|validate\s|replica\s|engine\b|"
    r"auto_increment\b|comment\b|convert\s|default\s|collate\b|character\s|order\s+by|row_format\b|checksum\b|"
    r"drop\s+(?:constraint|foreign|index|key|primary|check)\b|(?:no\s+)?inherit\s|stats_|key_block|pack_keys\b|delay_key|"
    r"max_rows|min_rows|avg_row|data\s+directory|alter\s+(?:constraint|index)|rename\s+(?:index|key|constraint)|partition\s+by",
    FLAGS,
)


class Alteration:
    """Carries out the actions of ALTER TABLE, the first that fits."""

    def __init__(self, grammar: Grammar, staging: Staging, report: Report) -> None:
        self.grammar = grammar
        self.dialect: Dialect = grammar.dialect
        self.staging = staging
        self.report = report
        self.expressions = Expressions(grammar.dialect)
        self._actions = [
            (re.compile(pattern, FLAGS), action)
            for pattern, action in (
                (
                    rf"(?:modify\s+{_COLUMN}(?P<column>\S+).*\bauto_increment\b|"
                    rf"alter\s+{_COLUMN}(?P<serial>\S+)\s+(?:set\s+default\s+nextval|add\s+generated))",
                    self._counts,
                ),
                (r"attach\s+partition\s+(?P<part>.*)", self._attach),
                (r"rename\s+(?:to|as)\s+(?P<name>.*)", self._rename),
                (r"rename\s+(?:column\s+)?(?P<column>\S+)\s+to\s+(?P<name>.*)", self._rename_column),
                (rf"modify\s+{_COLUMN}(?P<element>(?P<column>\S+)\s.*)", self._change),
                (rf"change\s+{_COLUMN}(?P<column>\S+)\s+(?P<element>.*)", self._change),
                (rf"alter\s+{_COLUMN}(?P<column>\S+)\s+(?:set\s+data\s+)?type\s+(?P<type>.*)", self._type),
                (rf"alter\s+{_COLUMN}(?P<column>\S+)\s+(?P<how>set|drop)\s+not\s+null", self._not_null),
                (rf"alter\s+{_COLUMN}(?P<column>\S+)\s+set\s+default\s+(?P<default>.*)", self._default),
                (rf"alter\s+{_COLUMN}(?P<column>\S+)\s+drop\s+default", self._default),
                (rf"add\s+{_COLUMN}(?P<element>.*)", self._add),
            )
        ]

    def carry_out(self, staged: StagedTable, action: str) -> None:
        for pattern, change in self._actions:
            if found := pattern.fullmatch(action):
                change(staged, found)
                return
        if not _WITHOUT_EFFECT.match(action):
            raise NotUnderstood(f"ALTER TABLE {staged.table.name[1]} {' '.join(action.split())[:60]}")

    def tell(self, elements: Elements) -> None:
        for what in elements.skipped:
            self.report.skip(what, _WHYS[what])

    def _name(self, written: str) -> tuple[str, str]:
        named = name_at(written, self.dialect)
        if not named:
            raise NotUnderstood(f"the name {written[:40]!r}")
        return named[0]

    def _column(self, staged: StagedTable, written: str) -> str:
        column = self._name(written)[1]
        if staged.table.position(column) is None:
            raise NotUnderstood(f"{staged.table.name[1]} has no column {column}")
        return column

    def _counts(self, staged: StagedTable, found: re.Match[str]) -> None:
        staged.table.change(self._column(staged, found["column"] or found["serial"]), counts=True)

    def _attach(self, staged: StagedTable, found: re.Match[str]) -> None:
        part = self.staging.find(self._name(found["part"]))
        if part is None:
            raise NotUnderstood(f"the partition {found['part'][:40]!r} is not there")
        part.table.part_of = staged.table.name

    def _rename(self, staged: StagedTable, found: re.Match[str]) -> None:
        schema, name = self._name(found["name"])
        self.staging.rename(staged, (schema or staged.table.name[0], name))

    def _rename_column(self, staged: StagedTable, found: re.Match[str]) -> None:
        old, new = self._column(staged, found["column"]), self._name(found["name"])[1]
        staged.table.rename_column(old, new)

    def _change(self, staged: StagedTable, found: re.Match[str]) -> None:
        """MySQL gives the column anew."""
        old = self._column(staged, found["column"])
        element = re.sub(r"\s+(?:first|after\s+\S+)\s*\Z", "", found["element"], flags=FLAGS)
        elements = self.grammar.elements([element])
        if len(elements.columns) != 1:
            raise NotUnderstood(f"the column {element[:40]!r}")
        (new,) = elements.columns
        self._keeps_bytes(staged, old, new.type.family)
        staged.table.change(
            old,
            type=new.type,
            written=new.written,
            not_null=new.not_null,
            default=new.default,
            counts=new.counts,
        )
        staged.table.rename_column(old, new.name)

    def _type(self, staged: StagedTable, found: re.Match[str]) -> None:
        column = self._column(staged, found["column"])
        written = re.sub(r"\s+using\s.*", "", found["type"], flags=FLAGS)
        type_ = self.grammar.type(written)
        self._keeps_bytes(staged, column, type_.family)
        staged.table.change(column, type=type_, written=written)

    def _keeps_bytes(self, staged: StagedTable, column: str, family: str) -> None:
        """Bytes are staged otherwise than text."""
        position = staged.table.position(column)
        before = staged.table.columns[position].type.family if position is not None else family
        if staged.rows and "blob" in (before, family) and before != family:
            raise NotUnderstood(f"{staged.table.name[1]}.{column} becomes {family} when it has rows")

    def _not_null(self, staged: StagedTable, found: re.Match[str]) -> None:
        staged.table.change(self._column(staged, found["column"]), not_null=found["how"].lower() == "set")

    def _default(self, staged: StagedTable, found: re.Match[str]) -> None:
        default = found.groupdict().get("default")
        staged.table.change(self._column(staged, found["column"]), default=default)

    def _add(self, staged: StagedTable, found: re.Match[str]) -> None:
        table = staged.table
        element = re.sub(r"\s+(?:not\s+valid|first|after\s+\S+)\s*\Z", "", found["element"], flags=FLAGS)
        # MySQL: several in parentheses
        written = parts(element, self.dialect, 1)[0] if element.startswith("(") else [element]
        elements = self.grammar.elements(written)
        columns, elements.columns = elements.columns, []
        elements.add_to(table)
        self.tell(elements)
        for column in columns:
            table.columns.append(column)
            self.staging.widen(staged, self._filled_in(staged, column))

    def _filled_in(self, staged: StagedTable, column: Column) -> str | None:
        """What a new column holds in the rows that are there."""
        if not staged.rows or column.default is None:
            return None
        try:
            value = self.expressions.value(column.default)
        except NotUnderstood:
            self.report.note(
                f"{staged.table.name[1]}.{column.name}: rows from before it was added have no value"
            )
            return None
        return as_staged(value, column.type.family)

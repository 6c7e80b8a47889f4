"""CREATE TABLE, read element by element: one that no grammar knows costs no other."""

import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from starlift.dump.dialect import Dialect
from starlift.dump.families import type_of, type_of_name
from starlift.dump.lexer import FLAGS, lexer, requoted, unquoted
from starlift.dump.model import Column, ForeignKey, Name, Table, Type

# it tells on the screen what it does not know; here that is counted
logging.getLogger("sqlglot").setLevel(logging.CRITICAL)

_CONSTRAINT = re.compile(
    r"(?:constraint|primary\s+key|unique|foreign\s+key|check|exclude|fulltext|spatial|period\s+for)\b|"
    r"(?:key|index)\b(?!\s*\w*\s*\(\s*[\d, ]+\)|\s+\w+(?:\s+\w+)*\s*\Z)",
    FLAGS,
)
_DOT = re.compile(r"\s*\.")
_TYPE_ENDS = (
    r"\s*(?:\(|\b(?:not|null|default|primary|unique|references|check|collate|constraint|generated|as)\b|\Z)"
)
_TYPE_NAME = re.compile(rf"(?P<type>.*?){_TYPE_ENDS}", FLAGS)


class NotUnderstood(Exception):
    """A statement, or a part of one, that this program cannot follow."""


@dataclass
class Elements:
    """What stands between the parentheses of a CREATE TABLE, or in the actions of an ALTER TABLE."""

    columns: list[Column] = field(default_factory=list)
    primary_key: tuple[str, ...] = ()
    unique: list[tuple[str, ...]] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    # checks and indexes: kinds
    skipped: list[str] = field(default_factory=list)

    def add_to(self, table: Table) -> None:
        table.columns += self.columns
        table.primary_key = self.primary_key or table.primary_key
        table.unique += self.unique
        table.foreign_keys += self.foreign_keys


def parts(sql: str, dialect: Dialect, position: int = 0) -> tuple[list[str], int]:
    """What commas part, from `position` up to the parenthesis that closes; and where that is.

    Without one: up to the end, a semicolon, or a piece that is cut off.
    """
    inner = lexer(dialect).inner
    found, begins, depth = [], position, 0
    while True:
        piece = inner.match(sql, position)
        position = piece.end() if piece else position
        character = sql[position : position + 1]
        if character in ("(", "["):
            depth += 1
        elif character in (")", "]"):
            depth -= 1
        if character not in ("(", ")", "[", "]", ",") or depth < 0:
            found.append(sql[begins:position].strip())
            return found, position
        if character == "," and not depth:
            found.append(sql[begins:position].strip())
            begins = position + 1
        position += 1


@lru_cache(maxsize=16)
def _name_pattern(dialect: Dialect) -> re.Pattern[str]:
    return re.compile(rf"\s*({lexer(dialect).name})", FLAGS)


def name_at(sql: str, dialect: Dialect, position: int = 0) -> tuple[Name, int] | None:
    """The name, perhaps with schemas before it, at `position`, and where it ends."""
    pattern = _name_pattern(dialect)
    words = []
    while found := pattern.match(sql, position):
        words.append(unquoted(found[1], dialect))
        position = found.end()
        dot = _DOT.match(sql, position)
        if not dot:
            break
        position = dot.end()
    return ((words[-2] if len(words) > 1 else "", words[-1]), position) if words else None


class Grammar:
    """Parses pieces of DDL with the first of sqlglot's grammars that knows them."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        # Types that the dump makes: domains and enums, by their names.
        self.kinds: dict[str, Type] = {}

    def elements(self, written: list[str], strange: list[str] | None = None) -> Elements:
        """What is written; constraints that no grammar knows go to `strange`, where that is given."""
        elements = Elements()
        for element in written:
            if not element:
                raise NotUnderstood("an empty column")
            if not _CONSTRAINT.match(element):
                self._column(element, elements)
                continue
            try:
                self._constraint(element, elements)
            except NotUnderstood as error:
                if strange is None:
                    raise
                strange.append(str(error))
        return elements

    def type(self, written: str) -> Type:
        for grammar, parsed in self._parsed(f"x {written}"):
            if isinstance(parsed, exp.ColumnDef) and parsed.kind is not None:
                return self._type(parsed.kind, grammar, written)
        return type_of_name(written, self._engine)

    def _parsed(self, element: str) -> Iterator[tuple[str, exp.Expression]]:
        for grammar in self.dialect.grammars:
            quoted = requoted(element, self.dialect, "`" if grammar == "mysql" else '"')
            try:
                parsed = sqlglot.parse_one(f"create table t (x0 int, {quoted})", read=grammar)
            except (SqlglotError, RecursionError, ValueError):
                continue
            schema = parsed.this if isinstance(parsed, exp.Create) else None
            if isinstance(schema, exp.Schema) and len(schema.expressions) == 2:
                yield grammar, schema.expressions[1]

    def _column(self, element: str, elements: Elements) -> None:
        named = name_at(element, self.dialect)
        if not named:
            raise NotUnderstood(f"the column {element[:40]!r}")
        (_, name), end = named
        rest = element[end:].strip()
        written = rest
        for grammar, parsed in self._parsed(f"x {rest}") if rest else ():
            if isinstance(parsed, exp.ColumnDef) and parsed.kind is not None:
                kind = _TYPE_NAME.match(rest)
                written = kind["type"].strip() if kind else rest
                type_ = self._type(parsed.kind, grammar, written)
                column = Column(name, type_, written, counts="serial" in written.lower())
                elements.columns.append(self._constrained(column, parsed, grammar, elements))
                return
        elements.columns.append(self._by_hand(name, rest, elements))

    def _by_hand(self, name: str, rest: str, elements: Elements) -> Column:
        """A column whose type no grammar knows, or that has none."""
        kind = _TYPE_NAME.match(rest)
        written = kind["type"].strip() if kind else rest
        if re.search(r"\bprimary\s+key\b", rest, FLAGS):
            elements.primary_key = (name,)
        elif re.search(r"\bunique\b", rest, FLAGS):
            elements.unique.append((name,))
        not_null = bool(re.search(r"\bnot\s+null\b", rest, FLAGS))
        return Column(name, type_of_name(written, self._engine), written, not_null)

    def _type(self, kind: exp.DataType, grammar: str, written: str) -> Type:
        if kind.this == exp.DataType.Type.USERDEFINED:
            own = str(kind.args.get("kind") or written).split(".")[-1].strip('"`[] ').lower()
            return self.kinds.get(own) or type_of_name(own, self._engine)
        return type_of(kind, grammar or self._engine)

    @property
    def _engine(self) -> str:
        return self.dialect.grammars[0]

    def _constrained(self, column: Column, parsed: exp.ColumnDef, grammar: str, elements: Elements) -> Column:
        changes: dict[str, object] = {}
        for constraint in parsed.constraints:
            kind = constraint.kind
            if isinstance(kind, exp.NotNullColumnConstraint):
                changes["not_null"] = not kind.args.get("allow_null")
            elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
                elements.primary_key = (column.name,)
                if self._engine == "sqlite" and column.type.family in ("integer", "bigint"):
                    changes["counts"] = True
            elif isinstance(kind, exp.UniqueColumnConstraint):
                elements.unique.append((column.name,))
            elif isinstance(kind, exp.Reference):
                elements.foreign_keys.append(self._reference((column.name,), kind))
            elif isinstance(kind, exp.AutoIncrementColumnConstraint):
                changes["counts"] = True
            elif isinstance(kind, exp.GeneratedAsIdentityColumnConstraint):
                changes["generated" if kind.args.get("expression") else "counts"] = True
            elif isinstance(kind, exp.ComputedColumnConstraint):
                changes["generated"] = True
            elif isinstance(kind, exp.DefaultColumnConstraint):
                default = kind.this.sql(grammar)
                changes.update({"counts": True} if "nextval" in default.lower() else {"default": default})
            elif isinstance(kind, exp.CheckColumnConstraint):
                elements.skipped.append("checks")
        return Column(**{**column.__dict__, **changes})  # type: ignore[arg-type]

    def _constraint(self, element: str, elements: Elements) -> None:
        handlers: dict[type[exp.Expression], Callable[[exp.Expression, Elements], None]] = {
            exp.PrimaryKey: self._primary_key,
            exp.UniqueColumnConstraint: self._unique,
            exp.ForeignKey: self._foreign_key,
            exp.CheckColumnConstraint: lambda _, to: to.skipped.append("checks"),
            exp.IndexColumnConstraint: lambda _, to: to.skipped.append("indexes"),
            exp.ExcludeColumnConstraint: lambda _, to: to.skipped.append("checks"),
        }
        for _, parsed in self._parsed(element):
            inner = (
                parsed.expressions[0] if isinstance(parsed, exp.Constraint) and parsed.expressions else parsed
            )
            handler = handlers.get(type(inner))
            if handler:
                handler(inner, elements)
                return
        if re.match(
            r"\s*(?:key|index|fulltext|spatial|check|exclude|constraint\s+\S+\s+check)\b", element, FLAGS
        ):
            elements.skipped.append("indexes" if "check" not in element.lower() else "checks")
            return
        raise NotUnderstood(f"the constraint {' '.join(element.split())[:60]!r}")

    def _primary_key(self, key: exp.Expression, elements: Elements) -> None:
        elements.primary_key = self._names(key.expressions)

    def _unique(self, key: exp.Expression, elements: Elements) -> None:
        schema = key.this
        names = self._names(schema.expressions if isinstance(schema, exp.Schema) else [schema])
        if names:
            elements.unique.append(names)

    def _foreign_key(self, key: exp.Expression, elements: Elements) -> None:
        reference = key.args.get("reference")
        if reference is None:
            raise NotUnderstood("a foreign key that refers to nothing")
        elements.foreign_keys.append(self._reference(self._names(key.expressions), reference))

    def _reference(self, columns: tuple[str, ...], reference: exp.Reference) -> ForeignKey:
        target = reference.this
        named = target.this if isinstance(target, exp.Schema) else target
        table = named.find(exp.Table) or named
        schema = table.args.get("db")
        parent = (self._name(schema) if schema else "", self._name(table.this))
        names = self._names(target.expressions) if isinstance(target, exp.Schema) else ()
        return ForeignKey(columns, parent, names)

    def _names(self, expressions: list[exp.Expression]) -> tuple[str, ...]:
        found = (expression.find(exp.Identifier) for expression in expressions)
        return tuple(self._name(identifier) for identifier in found if identifier is not None)

    def _name(self, identifier: exp.Expression) -> str:
        folds = self.dialect.folds_names and not identifier.args.get("quoted")
        return identifier.name.lower() if folds else identifier.name

"""One query: which columns of which tables its columns are made of, and which decide about its rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema

# Adapters whose SQL sqlglot knows by another name.
_DIALECTS = {"starlift_mysql": "mysql"}

# A table's schema and name, in lower case.
Place = tuple[str, str]
# A column of a table.
Leaf = tuple[Place, str]


class UnreadableQueryError(Exception):
    """SQL that sqlglot cannot follow."""


@dataclass(frozen=True)
class Query:
    """What a query's text says of its columns."""

    # By output column, in order: the columns that its values are made of.
    made_of: Mapping[str, frozenset[Leaf]]
    # The columns that say which rows there are, and how many: those of joins, filters, groups.
    decided_by: frozenset[Leaf]


def dialect_of(manifest: Mapping[str, Any]) -> str:
    """What sqlglot calls the SQL of a manifest's target."""
    adapter = manifest["metadata"]["adapter_type"]
    return _DIALECTS.get(adapter, adapter)


def read_query(sql: str, known: MappingSchema, dialect: str) -> Query:
    """Follow every column of `sql`; `known` has the columns of the tables, for what a star stands for."""
    try:
        tree = parse_one(sql, dialect=dialect)
        for table in tree.find_all(exp.Table):
            # one database: dbt writes its name out, and it is another in every place
            table.set("catalog", None)
        tree = qualify(tree, dialect=dialect, schema=known, validate_qualify_columns=False, identify=False)
        scopes = traverse_scope(tree)
        if not scopes:
            raise UnreadableQueryError("it is no query")
        origins = _Origins(known, dialect)
        decided_by = {leaf for scope in scopes for leaf in origins.of_conditions(scope)}
        return Query(dict(origins.of_columns(scopes[-1])), frozenset(decided_by))
    except (SqlglotError, ValueError, RecursionError) as error:
        raise UnreadableQueryError(str(error).strip().splitlines()[0]) from error


class _Origins:
    """Where the columns of a query's parts come from, asked of sqlglot once for each part."""

    def __init__(self, known: MappingSchema, dialect: str) -> None:
        self._known, self._dialect = known, dialect
        self._found: dict[int, Mapping[str, frozenset[Leaf]]] = {}

    def of_columns(self, scope: Scope) -> Mapping[str, frozenset[Leaf]]:
        if id(scope) not in self._found:
            columns = lineage(
                None,
                scope.expression,
                self._known,
                dialect=self._dialect,
                scope=scope,
                trim_selects=False,
                copy=False,
            )
            self._found[id(scope)] = {name: _leaves(top) for name, top in columns.items()}
        return self._found[id(scope)]

    def of_conditions(self, scope: Scope) -> set[Leaf]:
        """The origins of what stands outside the list of columns: `on`, `where`, `group by`, `having`."""
        found: set[Leaf] = set()
        for column in scope.columns:
            if _is_in_column_list(column, scope):
                continue
            source = scope.sources.get(column.table)
            if isinstance(source, exp.Table):
                found.add((place_of(source), column.name.lower()))
            elif isinstance(source, Scope):
                found |= self.of_columns(source).get(column.name, frozenset())
        return found


def _leaves(top: Node) -> frozenset[Leaf]:
    """The columns of tables at the end of what sqlglot found."""
    found = set()
    for node in top.walk():
        if isinstance(node.expression, exp.Star):
            # of a table whose columns are not known: what is asked of it has the same name there
            below = [(one, node.name) for one in node.downstream]
        else:
            below = [(one, one.name) for one in node.downstream]
        for leaf, name in below:
            if isinstance(leaf.expression, exp.Table):
                found.add((place_of(leaf.expression), name.rpartition(".")[2].strip('"`').lower()))
    return frozenset(found)


def place_of(table: exp.Table) -> Place:
    return (table.db.lower(), table.name.lower())


def _is_in_column_list(column: exp.Expression, scope: Scope) -> bool:
    """Whether a column is part of what the scope selects, rather than of a condition."""
    part = column
    while part.parent is not None and part.parent is not scope.expression:
        part = part.parent
    return part.arg_key == "expressions"

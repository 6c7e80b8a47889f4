from dataclasses import dataclass, field

from dbt.adapters.contracts.relation import RelationType
from dbt.adapters.starlift_mysql.compat import MySQLRelation

LONGEST_NAME = 64


@dataclass(frozen=True, eq=False, repr=False)
class StarliftMySQLRelation(MySQLRelation):
    """A table or view; its schema is what MySQL calls a database, and there is none above it."""

    renameable_relations: frozenset[RelationType] = field(
        default_factory=lambda: frozenset({RelationType.Table, RelationType.View})
    )
    replaceable_relations: frozenset[RelationType] = field(
        default_factory=lambda: frozenset({RelationType.View})
    )

    def relation_max_name_length(self) -> int:
        return LONGEST_NAME

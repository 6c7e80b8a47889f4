from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from dbt.adapters.base.relation import EventTimeFilter
from dbt.adapters.contracts.relation import RelationType

from dbt.adapters.starlift_mysql.compat import MySQLRelation

LONGEST_NAME = 64


def _without_offset(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC).replace(tzinfo=None)


@dataclass(frozen=True, eq=False, repr=False)
class StarliftMySQLRelation(MySQLRelation):
    """A table or view; its schema is what MySQL calls a database, and there is none above it."""

    renameable_relations: frozenset[RelationType] = field(
        default_factory=lambda: frozenset({RelationType.Table, RelationType.View})
    )
    replaceable_relations: frozenset[RelationType] = field(
        default_factory=lambda: frozenset({RelationType.View})
    )

    def _render_event_time_filtered(self, event_time_filter: EventTimeFilter) -> str:
        """Sampling and microbatches ask for a span in UTC, whose offset a datetime cannot bear."""
        return super()._render_event_time_filtered(
            replace(
                event_time_filter,
                start=_without_offset(event_time_filter.start),
                end=_without_offset(event_time_filter.end),
            )
        )

    def relation_max_name_length(self) -> int:
        return LONGEST_NAME

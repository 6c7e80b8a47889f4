"""Where a warehouse lies: what the engine, the load and dbt each need to know to find it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlift.sources import Source

if TYPE_CHECKING:
    from starlift.bench.engine import Engine

INDEXED_SCHEMA = "bench_indexed"
DEFAULT_SCHEMA = "star"


@dataclass(frozen=True)
class Place:
    """A warehouse's place; `environment` leads child processes to it, `schema` is dbt's target schema."""

    target: str
    # As it is named to people: a file, or a server with the schema.
    label: str
    # With the schema that its raw tables lie in.
    source: Source
    open: Callable[[], "Engine"]
    environment: Mapping[str, str] = field(default_factory=dict)
    schema: str = DEFAULT_SCHEMA
    indexed_schema: str = INDEXED_SCHEMA

    def dbt_vars(self, *, indexed: bool = False) -> dict[str, Any]:
        """The variables that lead dbt to the raw tables, or to their well-indexed copy."""
        if indexed:
            return {f"{self.source.name}_schema": self.indexed_schema}
        return {f"{self.source.name}_schema": self.source.schema} if self.source.schema else {}

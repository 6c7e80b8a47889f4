"""Where a warehouse lies: what the engine, the load and dbt each need to know to find it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlift.domains import Domain
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
    # Its sources have the schemas that their raw tables lie in.
    domain: Domain
    open: Callable[[], "Engine"]
    environment: Mapping[str, str] = field(default_factory=dict)
    schema: str = DEFAULT_SCHEMA
    indexed_schema: str = INDEXED_SCHEMA

    @property
    def sources(self) -> tuple[Source, ...]:
        return self.domain.sources

    @property
    def source(self) -> Source:
        """The only one, where the domain has no other."""
        (only,) = self.sources
        return only

    def indexed_schema_of(self, source: Source) -> str:
        """Where the well-indexed copy of a source lies: two of them may have tables of the same name."""
        return self.indexed_schema if len(self.sources) == 1 else f"{self.indexed_schema}_{source.name}"

    def dbt_vars(self, *, indexed: bool = False) -> dict[str, Any]:
        """The variables that lead dbt to the domain and its raw tables, or to their well-indexed copy."""
        told: dict[str, Any] = self.domain.vars_to_tell()
        for source in self.sources:
            if indexed:
                told[f"{source.name}_schema"] = self.indexed_schema_of(source)
            elif source.schema:
                told[f"{source.name}_schema"] = source.schema
        return told

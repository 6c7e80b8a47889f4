"""What MetricFlow, which dbt-core brings along, makes of the project's semantic models: names, and SQL."""

import difflib
import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metricflow.engine.metricflow_engine import (
    MetricFlowEngine,
    MetricFlowQueryRequest,
    OutputColumnOrderMode,
)
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow.sql.render.postgres import PostgresSQLSqlPlanRenderer
from metricflow.sql.render.sql_plan_renderer import SqlPlanRenderer
from metricflow_semantic_interfaces.errors import ParsingException
from metricflow_semantics.errors.error_classes import MetricFlowException
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from starlift.errors import StarliftError


@dataclass(frozen=True)
class _Dialect:
    """All that MetricFlow needs of a client to write SQL; it is run elsewhere."""

    sql_engine_type: SqlEngine
    sql_plan_renderer: SqlPlanRenderer


# By dbt's adapter type.
_DIALECTS = {
    "duckdb": _Dialect(SqlEngine.DUCKDB, DuckDbSqlPlanRenderer()),
    "postgres": _Dialect(SqlEngine.POSTGRES, PostgresSQLSqlPlanRenderer()),
}


# What MetricFlow could not find, in a condition or among what is grouped by.
_UNKNOWN = re.compile(
    r"does not match any of the available group-by-items"
    r".*?(?:Object Builder Input:\s+\w+\('(\w+)'|Query Input:\s+(\w+)\s*\n\s*\n\s*Issue Location)",
    re.DOTALL,
)
_UNREADABLE = "Error parsing where filter"
_HEADINGS = ("Got error(s) during query resolution.", "Message:")


@dataclass(frozen=True)
class Named:
    """A metric or a saved query."""

    name: str
    description: str


@dataclass(frozen=True)
class Ask:
    """What is asked: metrics by dimensions, or a saved query, which names both."""

    metrics: Sequence[str] = ()
    by: Sequence[str] = ()
    where: Sequence[str] = ()
    order: Sequence[str] = ()
    limit: int | None = None
    saved: str | None = None


class SemanticLayer:
    """The metrics of one target, from the semantic manifest that dbt wrote for it."""

    def __init__(self, manifest: str, adapter: str) -> None:
        if adapter not in _DIALECTS:
            raise StarliftError(
                f"MetricFlow writes no SQL for {adapter}: ask the metrics on {' or '.join(_DIALECTS)}, or "
                "take the aggregates and the analyses, which every target has."
            )
        # it tells of every step
        logging.getLogger("metricflow").setLevel(logging.ERROR)
        self._manifest = parse_manifest_from_dbt_generated_manifest(manifest)
        self._engine = MetricFlowEngine(
            SemanticManifestLookup(self._manifest),
            _DIALECTS[adapter],  # type: ignore[arg-type] - nothing is run by it
        )

    @property
    def metrics(self) -> list[Named]:
        return [Named(one.name, one.description or "") for one in self._manifest.metrics]

    @property
    def saved_queries(self) -> list[Named]:
        return [Named(one.name, one.description or "") for one in self._manifest.saved_queries]

    def dimensions(self, metrics: Sequence[str]) -> list[str]:
        """What these metrics can be asked by, all of them together."""
        self._known(metrics, self.metrics, "metric")
        names = {one.dunder_name for one in self._engine.list_dimensions(list(metrics))}
        # MetricFlow names a time at its finest
        return sorted(name.removesuffix("__day") for name in names)

    def sql(self, ask: Ask) -> str:
        """The SQL of the answer; StarliftError where there is none to what is asked."""
        self._known(ask.metrics, self.metrics, "metric")
        self._known([ask.saved] if ask.saved else [], self.saved_queries, "saved query")
        request = MetricFlowQueryRequest.create(
            saved_query_name=ask.saved,
            metric_names=list(ask.metrics) or None,
            group_by_names=list(ask.by) or None,
            where_constraints=list(ask.where) or None,
            order_by_names=list(ask.order) or None,
            limit=ask.limit,
            output_column_order_mode=OutputColumnOrderMode.INPUT_ORDER,
        )
        try:
            return self._engine.explain(request).sql_statement.without_descriptions.sql
        except (MetricFlowException, ParsingException) as error:
            raise StarliftError(self._why_not(ask, error)) from error

    @staticmethod
    def _known(names: Iterable[str], among: Sequence[Named], kind: str) -> None:
        known = [one.name for one in among]
        for name in names:
            if name not in known:
                near = difflib.get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else "`starlift metrics` lists what there is."
                raise StarliftError(f"There is no {kind} {name!r}: {hint}")

    def _why_not(self, ask: Ask, error: Exception) -> str:
        """MetricFlow says it on a page; the usual reason is a name."""
        said = str(error)
        if (unknown := _UNKNOWN.search(said)) and ask.metrics:
            name, metrics = unknown[1] or unknown[2], " ".join(ask.metrics)
            near = difflib.get_close_matches(name, self.dimensions(ask.metrics), n=1)
            return (
                f"{metrics} cannot be asked by {name}: {f'did you mean {near[0]}? ' if near else ''}"
                f"`starlift metrics {metrics} --dimensions` lists what is possible."
            )
        if _UNREADABLE in said:
            return (
                f"The condition {' and '.join(ask.where)} cannot be read: write it as in "
                "{{ Dimension('patient__state') }} = 'CA'."
            )
        return f"The metrics cannot be asked so: {_gist(said)}"


def _gist(said: str) -> str:
    """Its first sentence."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    told = [line for line in lines if line not in _HEADINGS and not line.startswith("Error #")]
    return f"{' '.join(told[:4])[:400].partition('. ')[0].rstrip('.')}."

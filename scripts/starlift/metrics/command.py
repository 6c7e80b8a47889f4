"""`starlift metrics`: list the metrics, or ask them."""

import json
import subprocess
from contextlib import closing
from numbers import Number
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.dbt_command import dbt_command, every_domain, failure_reason, project_folder
from starlift.errors import StarliftError
from starlift.metrics.semantic import Ask, SemanticLayer
from starlift.targets import read_target
from starlift.targets.warehouse import open_warehouse

# A folder of its own, since dbt parses the project again where a run has other vars than the one before.
_SCRATCH = Path("target/metrics")


def list_metrics(console: Console, target: str) -> None:
    """Metrics and saved queries with what they mean."""
    layer = _semantic_layer(target, None)
    for title, entries in (("metric", layer.metrics), ("saved query", layer.saved_queries)):
        table = Table(title, "what it is", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
        table.columns[0].no_wrap = True
        for one in sorted(entries, key=lambda one: one.name):
            table.add_row(one.name, escape(" ".join(one.description.split())))
        console.print(table)


def list_dimensions(console: Console, metrics: tuple[str, ...], target: str) -> None:
    """What the metrics can be asked by, one a line."""
    for name in _semantic_layer(target, None).dimensions(metrics):
        console.print(name, highlight=False)


def ask_metrics(console: Console, ask: Ask, target: str, *, as_of: str | None, sql: bool) -> None:
    """Print the answer, or the SQL that gives it."""
    text = _semantic_layer(target, as_of).sql(ask)
    if sql:
        console.print(text, highlight=False, markup=False, soft_wrap=True)
        return
    names, rows = run(text, target)
    table = Table(*names, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column, values in zip(table.columns, zip(*rows, strict=True), strict=False):
        column.justify = "right" if all(isinstance(one, Number | None) for one in values) else "left"
    # the SQL of a saved query says no order
    for row in rows if ask.order or ask.limit else sorted(rows, key=lambda row: [str(one) for one in row]):
        table.add_row(*(escape(_as_text(value)) for value in row))
    console.print(table)


def run(sql: str, target: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The answer's column names and rows."""
    connection, place = open_warehouse(read_target(target))
    with closing(connection), closing(connection.cursor()) as cursor:
        try:
            cursor.execute(sql)
            return [column[0] for column in cursor.description], cursor.fetchall()
        except Exception as error:
            said = str(error).strip().splitlines()[0]
            raise StarliftError(
                f"{place} has no answer ({said}): build what the metrics read, with `dbt build`."
            ) from error


def _semantic_layer(target: str, as_of: str | None) -> SemanticLayer:
    """As the project says now."""
    adapter = read_target(target).type
    # a domain that is off by default may have been built all the same
    told = {**every_domain(project_folder()), **({"as_of": as_of} if as_of else {})}
    words = ("--target", target, "--target-path", str(_SCRATCH), "--vars", json.dumps(told))
    done = subprocess.run(
        dbt_command("--no-use-colors", "parse", *words), text=True, capture_output=True, check=False
    )
    if done.returncode != 0:
        raise StarliftError(f"dbt cannot parse the project: {failure_reason(done.stdout.splitlines())}")
    return SemanticLayer((_SCRATCH / "semantic_manifest.json").read_text(encoding="utf-8"), adapter)


def _as_text(value: Any) -> str:  # noqa: ANN401 - as drivers give them
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value).removesuffix(" 00:00:00")

"""The business questions: which there are, in which variants, and the SQL that dbt makes of them."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlift.bench.dbt import dbt_arguments, run_dbt_as_step
from starlift.bench.place import INDEXED_SCHEMA, Place
from starlift.errors import StarliftError

__all__ = ["BASELINE", "INDEXED_SCHEMA", "SIDES", "Question", "arrange", "compile_questions"]


@dataclass(frozen=True)
class Side:
    """One way to answer a question: an analysis, on the raw schema or on its well-indexed copy."""

    name: str
    label: str
    analysis: str
    indexed: bool = False


# What is timed, in the order in which it is shown. Ratios are taken against BASELINE.
SIDES = (
    Side("given", "3NF as given", "3nf"),
    Side("indexed", "3NF well indexed", "3nf", indexed=True),
    Side("best", "3NF best written", "3nf_best", indexed=True),
    Side("star", "star", "star"),
    Side("aggregate", "aggregate", "aggregate"),
)
BASELINE = "indexed"


@dataclass(frozen=True)
class Question:
    """A question in words and, by side, the SQL that answers it."""

    name: str
    text: str
    sql: dict[str, str] = field(default_factory=dict)


def compile_questions(place: Place, *, project: Path, scratch: Path) -> list[Question]:
    """The domain's questions, compiled by dbt: once as they stand, once for the indexed copy."""
    analyses = place.domain.analyses
    compiled: dict[bool, Mapping[str, str]] = {}
    for indexed in (False, True):
        target_path = scratch / ("compiled_indexed" if indexed else "compiled")
        if not indexed:
            _take_parse_along(project / "target", target_path)
        arguments = ["--select", f"path:{analyses}", "--no-populate-cache", "--no-introspect"]
        words = dbt_arguments("compile", arguments, place, target_path, indexed=indexed)
        run_dbt_as_step("dbt compile", words, place, scratch / "logs" / f"{target_path.name}.log")
        files = (target_path / "compiled").glob(f"*/{analyses}/*.sql")
        compiled[indexed] = {file.stem: file.read_text() for file in files}
    return arrange(compiled[False], compiled[True], project / analyses)


def _take_parse_along(kept: Path, target_path: Path) -> None:
    """Let dbt start from what the project's last run has parsed; it sees by itself what has changed."""
    parsed = kept / "partial_parse.msgpack"
    if parsed.is_file():
        target_path.mkdir(parents=True, exist_ok=True)
        shutil.copy(parsed, target_path)


def arrange(plain: Mapping[str, str], indexed: Mapping[str, str], folder: Path) -> list[Question]:
    """Questions from compiled analyses by name; `folder` is only named where a needed side is missing."""
    questions = []
    for name in sorted({stem.split("__")[0] for stem in plain if "__" in stem}):
        sql = {}
        for side in SIDES:
            text = (indexed if side.indexed else plain).get(f"{name}__{side.analysis}")
            if text is not None:
                sql[side.name] = text
        for needed, analysis in ((BASELINE, "3nf"), ("star", "star")):
            if needed not in sql:
                raise StarliftError(
                    f"The question {name} has no {name}__{analysis}.sql in {folder}: "
                    "write it, or rename the others."
                )
        questions.append(Question(name, _words(name, sql[BASELINE]), sql))
    if not questions:
        raise StarliftError(f"There are no questions in {folder}: name them <question>__<3nf or star>.sql.")
    return questions


def _words(name: str, sql: str) -> str:
    first = sql.strip().splitlines()[0]
    return first.removeprefix("--").strip() if first.startswith("--") else name

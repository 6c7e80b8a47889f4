"""What a change does, in sections that the terminal and Markdown both show."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from starlift.diff.impact import Reached, downstream
from starlift.diff.project import NodeChange, ProjectChange, compare_projects
from starlift.diff.rows import Rows, TableChange
from starlift.diff.tables import Tell, compare_tables
from starlift.lineage import Lineage, read_lineage
from starlift.state import State
from starlift.state.stored import stored_columns

# The source that is the log of runs.
_RUNS = "audit"
_SHOWN_NAMES = 4
_SHOWN_OTHERS = 6
_LONGEST_VALUE = 60


@dataclass(frozen=True)
class Table:
    """Cells are Markdown, of which only `code` and ** are used."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    # Columns of numbers, by position.
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading, and what stands below it."""

    title: str
    tables: tuple[Table, ...] = ()
    # Above the tables.
    words: str = ""
    # Whether it can be folded away, and left out where there is no room.
    detail: bool = False


@dataclass(frozen=True)
class Report:
    """What the change from one state to another does."""

    before: State
    now: State
    project: ProjectChange
    # By node; of analyses the answers.
    tables: Mapping[str, TableChange]
    reached: Sequence[Reached]

    @property
    def is_empty(self) -> bool:
        project = self.project
        return not (project.nodes or project.others or project.variables or self.changed)

    @property
    def changed(self) -> dict[str, TableChange]:
        """What both sides have and is not the same, apart from answers."""
        return {
            node: table
            for node, table in self.tables.items()
            if table.differs and not _is_question(node) and self._on_both(node)
        }

    @property
    def answers(self) -> dict[str, TableChange]:
        """Of the questions that both sides have, but for those about runs, which differ in every build."""
        return {
            node: table
            for node, table in self.tables.items()
            if _is_question(node) and self._on_both(node) and not self._is_about_runs(node)
        }

    def _is_about_runs(self, node: str) -> bool:
        sources = self.now.manifest["sources"]
        parents = self.now.manifest["nodes"][node]["depends_on"]["nodes"]
        return any(sources[one]["source_name"] == _RUNS for one in parents if one in sources)

    def _on_both(self, node: str) -> bool:
        return node in self.before.manifest["nodes"] and node in self.now.manifest["nodes"]

    def node(self, unique_id: str) -> Mapping[str, Any]:
        return self.now.manifest["nodes"].get(unique_id) or self.before.manifest["nodes"][unique_id]

    def sections(self) -> Iterator[Section]:
        """From what matters most to the details."""
        yield from self._variables()
        yield from self._models()
        yield from self._columns()
        yield from self._downstream()
        for node in self._by_importance(self.changed):
            yield from self._rows(node)
        yield from self._others()

    def summary(self) -> str:
        """All of it in a sentence or two."""
        if self.is_empty:
            return "Nothing changes: no model, parameter or test, no column and no row."
        models = [one for one in self.project.nodes if one.kind != "analysis"]
        parts = [
            f"{_count(sum(one.change == change for one in models), 'model')} {change}"
            for change in ("added", "removed", "changed")
            if any(one.change == change for one in models)
        ]
        columns = [table.columns for table in self.changed.values()]
        for word, total in (
            ("added", sum(len(one.added) - len(one.renamed) for one in columns)),
            ("removed", sum(len(one.removed) - len(one.renamed) for one in columns)),
            ("renamed", sum(len(one.renamed) for one in columns)),
            ("retyped", sum(len(one.retyped) for one in columns)),
        ):
            if total:
                parts.append(f"{_count(total, 'column')} {word}")
        other_rows = sum(bool(table.rows.differing) for table in self.changed.values())
        parts.append(f"{_count(other_rows, 'table')} with other rows" if other_rows else "no row differs")
        answers = [table.rows for table in self.answers.values()]
        if differing := sum(bool(rows.differing) for rows in answers):
            parts.append(f"{_count(differing, 'question')} answered differently")
        if failing := sum(bool(rows.problem) for rows in answers):
            parts.append(f"{_count(failing, 'question')} {'fails' if failing == 1 else 'fail'}")
        return ", ".join(parts) + "."

    def _variables(self) -> Iterator[Section]:
        if self.project.variables:
            rows = tuple(
                (_code(name), _value(was), _value(is_)) for name, (was, is_) in self.project.variables.items()
            )
            yield Section("Parameters", (Table(("var", "before", "now"), rows),))

    def _models(self) -> Iterator[Section]:
        """What was edited, and what has other rows or columns because of it."""
        edited = {one.unique_id: one for one in self.project.nodes if one.kind != "analysis"}
        rows = []
        for node in self._by_importance({**edited, **self.changed}):
            table = self.tables.get(node)
            name, columns = _code(self.node(node)["name"]), _columns_in_short(table)
            rows.append((name, _how(edited.get(node)), columns, *_counts(table)))
        if rows:
            header = ("model", "change", "columns", "rows", "rows that differ")
            yield Section("Models", (Table(header, tuple(rows), numbers=(3, 4)),))

    def _columns(self) -> Iterator[Section]:
        rows = []
        for node in self._by_importance(self.changed):
            columns, name = self.changed[node].columns, _code(self.node(node)["name"])
            renamed = columns.renamed
            changes = {old: f"renamed to {_code(new)}, with the same values" for old, new in renamed.items()}
            changes |= dict.fromkeys([one for one in columns.removed if one not in renamed], "removed")
            changes |= dict.fromkeys([one for one in columns.added if one not in renamed.values()], "added")
            changes |= {one: f"{_code(was)} → {_code(is_)}" for one, (was, is_) in columns.retyped.items()}
            rows += [(name, _code(column), change) for column, change in changes.items()]
        if rows:
            yield Section("Columns", (Table(("model", "column", "change"), tuple(rows)),))

    def _downstream(self) -> Iterator[Section]:
        """Who reads what was edited, and whose answer differs for another reason."""
        known = {one.unique_id for one in self.reached}
        rows = [
            (
                one.kind,
                _code(one.name),
                self._fate_of(one),
                "; ".join(_reads(model, columns) for model, columns in one.reads.items()),
                _listed(one.origins),
            )
            for one in self.reached
        ]
        rows += [
            ("question", _code(self.node(node)["name"]), self._fate(node), "", "")
            for node, table in self.answers.items()
            if table.differs and node not in known
        ]
        if rows:
            rows.sort(key=lambda row: not row[2].startswith("**"))
            header = ("", "name", "its data", "reads", "changed in")
            words = (
                "Who reads what was edited, by column; exposures by model, since dbt knows no more of them."
            )
            yield Section("Downstream", (Table(header, tuple(rows)),), words)
        elif any(one.kind != "analysis" and not one.only_words for one in self.project.nodes):
            words = "No question, metric, exposure or aggregate reads a column in which anything differs."
            yield Section("Downstream", words=words)

    def _fate_of(self, one: Reached) -> str:
        if one.kind == "exposure":
            return self._fate_of_exposed(one)
        if one.kind == "metric":
            return "" if one.unique_id in self.now.manifest["metrics"] else "removed"
        return self._fate(one.unique_id)

    def _fate(self, node: str) -> str:
        """What became of a question's answer, or of an aggregate."""
        table = self.tables.get(node)
        if not self._on_both(node):
            return "removed" if node in self.before.manifest["nodes"] else "new"
        if table is None:
            return "not compared"
        rows = table.rows
        if rows.problem:
            return f"**fails**: {_value(rows.problem)}"
        if rows.before is None or rows.now is None:
            return "not compared"
        if rows.differing:
            return f"**differs**: {_came_to(rows)}"
        return "**other columns**" if table.differs else "same"

    def _fate_of_exposed(self, one: Reached) -> str:
        """What became of the models that an exposure reads."""
        exposure = self.now.manifest["exposures"].get(one.unique_id)
        if exposure is None:
            return "removed"
        read = [node for node in exposure["depends_on"]["nodes"] if not node.startswith("source.")]
        if any(node in self.changed for node in read):
            return "**differs**"
        if any(node not in self.before.manifest["nodes"] for node in read):
            return "reads a new model"
        return "same" if set(one.reads) & {self.node(node)["name"] for node in read} else "no longer reads it"

    def _rows(self, node: str) -> Iterator[Section]:
        """Totals by column, and some of the rows."""
        rows, name = self.changed[node].rows, _code(self.node(node)["name"])
        if rows.problem:
            yield Section(f"{name} could not be compared", words=_value(rows.problem), detail=True)
        if not rows.differing:
            return
        tables = []
        if rows.by_column:
            totals = sorted(rows.by_column.items(), key=lambda one: (-one[1], one[0]))
            header = ("column", "rows that differ in it", "of the changed rows")
            cells = tuple((_code(column), f"{n:,}", f"{n / rows.changed:.0%}") for column, n in totals)
            tables.append(Table(header, cells, numbers=(1, 2)))
        tables.append(Table(("", ", ".join(rows.key) or "row", "some of these rows"), tuple(_sample(rows))))
        yield Section(
            f"{name}: {_count(rows.differing, 'row')} of {_on_either_side(rows):,} ({_came_to(rows)})",
            tuple(tables),
            f"Compared by {', '.join(map(_code, rows.key))}."
            if rows.key
            else "Compared as wholes: there is no key.",
            detail=True,
        )

    def _others(self) -> Iterator[Section]:
        rows = [
            (kind, change, _listed(_grouped(names), _SHOWN_OTHERS))
            for kind, changes in self.project.others.items()
            for change, names in changes.items()
        ]
        questions = [one for one in self.project.nodes if one.kind == "analysis"]
        rows += [("question", _how(one), _code(one.name)) for one in questions]
        if rows:
            title = f"Also edited: {', '.join(dict.fromkeys(f'{kind}s' for kind, *_ in rows))}"
            yield Section(title, (Table(("kind", "change", "names"), tuple(rows)),), detail=True)

    def _by_importance(self, nodes: Iterable[str]) -> list[str]:
        """What was edited first, then what analysts query, then the rest; each by name."""
        edited = {one.unique_id for one in self.project.nodes}

        def place(node: str) -> tuple[bool, bool, str]:
            about = self.node(node)
            return node not in edited, (about.get("config") or {}).get("access") != "public", about["name"]

        return sorted(nodes, key=place)


def compare_states(before: State, now: State, tell: Tell = lambda *_: None) -> Report:
    """Compare text, rows and answers, and find who is downstream."""
    project = compare_projects(before.manifest, now.manifest, before.variables, now.variables)
    tables = compare_tables(before, now, tell)

    def lineage_of(state: State, nodes: Set[str]) -> Lineage:
        tell("following columns", 0, 1)
        return read_lineage(state.manifest, stored_columns(state.file), of=nodes)

    reached = downstream(project, tables, before, now, lineage_of)
    return Report(before, now, project, tables, reached)


def _is_question(node: str) -> bool:
    return node.startswith("analysis.")


def _how(change: NodeChange | None) -> str:
    if change is None:
        return "upstream"
    return f"changed: {', '.join(change.what)}" if change.what else f"**{change.change}**"


def _columns_in_short(table: TableChange | None) -> str:
    if table is None:
        return ""
    columns = table.columns
    signs = (("+", columns.added), ("-", columns.removed), ("~", columns.retyped))
    return " ".join(f"{sign}{len(names)}" for sign, names in signs if names)


def _counts(table: TableChange | None) -> tuple[str, str]:
    if table is None:
        return "", ""
    rows = table.rows
    if rows.problem:
        return "", "not compared"
    if rows.before is None or rows.now is None:
        return f"{rows.now if rows.before is None else rows.before:,}", ""
    counts = f"{rows.now:,}" if rows.before == rows.now else f"{rows.before:,} → {rows.now:,}"
    return counts, f"{rows.differing:,}"


def _sample(rows: Rows) -> Iterator[tuple[str, str, str]]:
    for one in rows.changed_rows:
        values = ", ".join(f"{name} {_value(was)} → {_value(is_)}" for name, (was, is_) in one.values.items())
        yield "changed", ", ".join(map(_value, one.key)), values
    for word, found in (("added", rows.added_rows), ("removed", rows.removed_rows)):
        for row in found:
            n = len(rows.key)
            values = ", ".join(
                f"{name} {_value(value)}" for name, value in zip(rows.columns[n:], row[n:], strict=True)
            )
            yield word, ", ".join(map(_value, row[:n])), values


def _on_either_side(rows: Rows) -> int:
    return (rows.before or 0) + rows.added


def _came_to(rows: Rows) -> str:
    counts = ((rows.changed, "changed"), (rows.added, "added"), (rows.removed, "removed"))
    return ", ".join(f"{n:,} {word}" for n, word in counts if n)


def _grouped(names: Sequence[str]) -> list[str]:
    return [f"{name} ({count})" if count > 1 else name for name, count in Counter(names).items()]


def _reads(model: str, columns: Sequence[str]) -> str:
    if not columns or len(columns) > _SHOWN_NAMES:
        return _code(model) + (f" ({len(columns)} columns)" if columns else "")
    return ", ".join(_code(f"{model}.{column}") for column in columns)


def _listed(names: Sequence[str], most: int = _SHOWN_NAMES) -> str:
    rest = len(names) - most
    return ", ".join(map(_code, names[:most])) + (f" and {rest} more" if rest > 0 else "")


def _count(n: int, word: str) -> str:
    return f"{n:,} {word}" if n == 1 else f"{n:,} {word}s"


def _value(value: Any) -> str:  # noqa: ANN401 - whatever the database holds
    if value is None:
        return "null"
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
    else:
        text = value.isoformat() if isinstance(value, date) else str(value)
    return _code(text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…")


def _code(text: str) -> str:
    """Text that neither Markdown nor HTML reads as anything else."""
    return "`" + " ".join(text.replace("`", "'").split()) + "`" if text.strip() else "(empty)"

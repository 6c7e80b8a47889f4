"""What differs between two manifests: the project's text, not its data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import parse_one
from sqlglot.errors import SqlglotError

from starlift.lineage.query import dialect_of
from starlift.state.variables import changed_variables, macros_called, variables_read

# What has rows or an answer.
COMPARED = ("model", "seed", "snapshot", "analysis")
# Of a node's configuration, what says how it is described and not what it is.
_WORDS = {"docs", "meta", "tags", "description"}
_LAYOUT = "SQL, in layout or comments only"
_SHOWN_MACROS = 3
# Where the manifest has them.
_DEFINED_ONCE = {
    "unit test": "unit_tests",
    "exposure": "exposures",
    "metric": "metrics",
    "semantic model": "semantic_models",
    "saved query": "saved_queries",
}
# They may override dbt's own, as a materialization does: what comes of them is not told by who calls them.
UNSEEN_MACROS = "macro that no model names"


@dataclass(frozen=True)
class NodeChange:
    """A model, seed, snapshot or analysis that is not what it was."""

    unique_id: str
    name: str
    kind: str
    # added, removed or changed
    change: str
    # Of a changed one, what is: such as "SQL", "config: materialized", "macro is_due".
    what: tuple[str, ...] = ()

    @property
    def only_words(self) -> bool:
        """Whether nothing changed but what people read."""
        return bool(self.what) and set(self.what) <= {"description", _LAYOUT}


@dataclass(frozen=True)
class ProjectChange:
    nodes: tuple[NodeChange, ...]
    # Names of what checks the data, and of who uses it, by kind: added, removed, changed.
    others: Mapping[str, Mapping[str, tuple[str, ...]]]
    variables: Mapping[str, tuple[Any, Any]]

    def of(self, unique_id: str) -> NodeChange | None:
        return next((one for one in self.nodes if one.unique_id == unique_id), None)


def compare_projects(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    variables_before: Mapping[str, Any],
    variables_now: Mapping[str, Any],
) -> ProjectChange:
    """Every difference of the two manifests that a reviewer wants to know of."""
    known = variables_before and variables_now
    variables = changed_variables(variables_before, variables_now) if known else {}
    macros = _changed_macros(before, now)
    reads = variables_read(now) if variables else {}
    dialect = dialect_of(now)
    changes = []
    nodes = (_compared(before), _compared(now))
    for unique_id in sorted(nodes[0].keys() | nodes[1].keys()):
        old, new = nodes[0].get(unique_id), nodes[1].get(unique_id)
        node = new or old or {}
        about = (unique_id, node["name"], node["resource_type"])
        if old is None or new is None:
            changes.append(NodeChange(*about, "added" if old is None else "removed"))
            continue
        called = sorted(macros & macros_called(now, new))
        what = (
            *_differences(old, new, dialect),
            *_in_short("macro", [name.rpartition(".")[2] for name in called]),
            *(f"var {name}" for name in variables if name in reads.get(unique_id, ())),
        )
        if what:
            changes.append(NodeChange(*about, "changed", what))
    others = {
        "test": _others(_tests(before), _tests(now)),
        **{
            kind: _others(_by_name(before.get(place, {})), _by_name(now.get(place, {})))
            for kind, place in _DEFINED_ONCE.items()
        },
        "source": _others(_sources(before), _sources(now)),
        UNSEEN_MACROS: _unseen_macros(now, macros),
    }
    return ProjectChange(tuple(changes), {kind: one for kind, one in others.items() if one}, variables)


def _compared(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {
        unique_id: node for unique_id, node in manifest["nodes"].items() if node["resource_type"] in COMPARED
    }


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], dialect: str) -> Iterator[str]:
    if _text(old) != _text(new):
        is_seed = new["resource_type"] == "seed"
        yield "data" if is_seed else _LAYOUT if _same_query(old, new, dialect) else "SQL"
    if keys := _config_keys(old, new):
        yield f"config: {', '.join(keys)}"
    if _contract(old) != _contract(new):
        yield "contract"
    if _words(old) != _words(new):
        yield "description"


def _text(node: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the manifest has it
    """What the file says; of a seed, whose rows the manifest has not, the checksum."""
    return node["checksum"]["checksum"] if node["resource_type"] == "seed" else node["raw_code"].strip()


def _same_query(old: Mapping[str, Any], new: Mapping[str, Any], dialect: str) -> bool:
    """Whether the compiled SQL is the same but for its layout and comments."""
    one, other = old.get("compiled_code"), new.get("compiled_code")
    if not one or not other:
        return False
    try:
        # a tree is written out without regard to how it was written before
        return (
            len({parse_one(sql, dialect=dialect).sql(dialect, comments=False) for sql in (one, other)}) == 1
        )
    except SqlglotError:
        return False


def _config_keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    one, other = old.get("unrendered_config") or {}, new.get("unrendered_config") or {}
    return sorted(str(key) for key in (one.keys() | other.keys()) - _WORDS if one.get(key) != other.get(key))


def _contract(node: Mapping[str, Any]) -> str:
    """What an enforced contract promises: types and constraints."""
    if not (node.get("contract") or {}).get("enforced"):
        return ""
    columns = {
        name: (column.get("data_type"), column.get("constraints"))
        for name, column in sorted(node["columns"].items())
    }
    return json.dumps([columns, node.get("constraints")], sort_keys=True)


def _words(node: Mapping[str, Any]) -> Any:  # noqa: ANN401 - as the manifest has it
    return node["description"], {name: column["description"] for name, column in node["columns"].items()}


def _changed_macros(before: Mapping[str, Any], now: Mapping[str, Any]) -> set[str]:
    old, new = before["macros"], now["macros"]
    return {
        name
        for name, macro in new.items()
        if name not in old or old[name]["macro_sql"].strip() != macro["macro_sql"].strip()
    }


def _unseen_macros(now: Mapping[str, Any], changed: set[str]) -> dict[str, tuple[str, ...]]:
    called: set[str] = set()
    if changed:
        called.update(*(macros_called(now, node) for node in now["nodes"].values()))
    unseen = sorted(name.rpartition(".")[2] for name in changed - called)
    return {"changed": tuple(unseen)} if unseen else {}


def _in_short(kind: str, names: list[str]) -> Iterator[str]:
    shown = names[:_SHOWN_MACROS]
    yield from (f"{kind} {name}" for name in shown)
    if len(names) > len(shown):
        yield f"{len(names) - len(shown)} more {kind}s"


def _tests(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        unique_id: (
            _test_name(node),
            node["raw_code"],
            node.get("test_metadata"),
            node["config"].get("severity"),
        )
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] == "test"
    }


def _test_name(node: Mapping[str, Any]) -> str:
    """A generic test's own name, and what it is on; dbt's name for it has all of its arguments."""
    about = node.get("test_metadata")
    if not about:
        return node["name"]
    on = (node.get("attached_node") or "").rpartition(".")[2]
    return f"{about['name']}: {'.'.join(filter(None, (on, about['kwargs'].get('column_name'))))}"


def _sources(manifest: Mapping[str, Any]) -> dict[str, Any]:
    return {
        unique_id: (f"{node['source_name']}.{node['name']}", sorted(node["columns"]))
        for unique_id, node in manifest["sources"].items()
    }


def _by_name(things: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What is defined once, with what says how it is, apart from when and where it was read."""
    # the database bears the name of its file
    passing = ("created_at", "root_path", "original_file_path", "path", "patch_path", "node_relation")
    return {
        unique_id: (
            thing["name"],
            {key: value for key, value in thing.items() if key not in passing},
        )
        for unique_id, thing in things.items()
    }


def _others(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    def names(ids: set[str], of: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(sorted(of[one][0] for one in ids))

    both = before.keys() & now.keys()
    found = {
        "added": names(now.keys() - before.keys(), now),
        "removed": names(before.keys() - now.keys(), before),
        "changed": names({one for one in both if before[one] != now[one]}, now),
    }
    return {change: listed for change, listed in found.items() if listed}

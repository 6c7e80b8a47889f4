"""The project's vars, which dbt's own comparison of states does not look at."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

_READ = re.compile(r"""\bvar\(\s*['"](\w+)['"]""")


def project_variables(project: Path, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The vars that vars.yml has, and those that are given for a run on top."""
    file = project / "vars.yml"
    said = yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else None
    return {**((said or {}).get("vars") or {}), **(given or {})}


def changed_variables(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """By name the value before and now, of those that differ; None where there is none."""
    return {
        name: (before.get(name), now.get(name))
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    }


def variables_read(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    """By node the vars that its SQL reads, or a macro that it calls."""
    of_macros = {name: set(_READ.findall(macro["macro_sql"])) for name, macro in manifest["macros"].items()}
    found = {}
    for unique_id, node in manifest["nodes"].items():
        read = set(_READ.findall(node.get("raw_code") or ""))
        for macro in macros_called(manifest, node):
            read |= of_macros.get(macro, set())
        found[unique_id] = read
    return found


def macros_called(manifest: Mapping[str, Any], node: Mapping[str, Any]) -> set[str]:
    """The macros that a node calls, and those that they call."""
    waiting, called = list(_macros(node)), set()
    while waiting:
        if (name := waiting.pop()) not in called:
            called.add(name)
            waiting += _macros(manifest["macros"].get(name) or {})
    return called


def _macros(node: Mapping[str, Any]) -> Iterable[str]:
    return [name for name in (node.get("depends_on") or {}).get("macros", ()) if name]

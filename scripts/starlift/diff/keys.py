"""What identifies a row of a table, as the project says it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from starlift.manifest import primary_key

Node = Mapping[str, Any]


def keys_of(manifest: Mapping[str, Any]) -> dict[str, list[tuple[str, ...]]]:
    """By node the keys that it may have, the surest first.

    A primary key of the contract, then columns with a unique test, then what an incremental model or a
    snapshot is updated by.
    """
    keys = {
        unique_id: [_columns(key) for key in (primary_key(node),) if key]
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed", "snapshot")
    }
    for test in manifest["nodes"].values():
        if (node := test.get("attached_node")) in keys and (key := _tested(test)):
            keys[node].append(key)
    return {
        unique_id: list(dict.fromkeys([*found, *_updated_by(manifest["nodes"][unique_id])]))
        for unique_id, found in keys.items()
    }


def _tested(test: Node) -> tuple[str, ...] | None:
    about = test.get("test_metadata") or {}
    said = about.get("kwargs") or {}
    if about.get("name") == "unique" and not (test["config"].get("where")):
        return _columns([str(said.get("column_name", ""))])
    several = said.get("combination_of_columns") or said.get("columns")
    if "unique" in str(about.get("name")) and isinstance(several, list):
        return _columns(several)
    return None


def _updated_by(node: Node) -> Iterator[tuple[str, ...]]:
    key = node["config"].get("unique_key")
    if key:
        columns = _columns([key] if isinstance(key, str) else key)
        yield (*columns, "dbt_valid_from") if node["resource_type"] == "snapshot" else columns


def _columns(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.lower().strip('"`') for name in names)

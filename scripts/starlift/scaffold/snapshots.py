"""Snapshots: the history of the tables that say when a row was changed."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlift.inspect.model import Column, Database, Table
from starlift.scaffold.naming import Names
from starlift.scaffold.roles import group_of, is_updated_at, key_of, ordered
from starlift.scaffold.words import one_of, scalar

# Some engine has types among these of which it cannot say whether two values are the same.
_NOT_COMPARED = ("json", "other")


@dataclass(frozen=True)
class Snapshot:
    """One that can be kept: the model that it reads, its key, and by which column a row's change is dated."""

    table: Table
    name: str
    model: str
    key: str
    updated_at: str
    checked: tuple[str, ...]


def snapshots_of(
    system: str, database: Database, models: Mapping[str, str], names: Mapping[str, Names]
) -> tuple[list[Snapshot], dict[str, str]]:
    """The snapshots, and by table why others have none."""
    found, without = [], {}
    for table in database.tables:
        column = next((column for column in table.columns if is_updated_at(column)), None)
        why = _why_not(table, column)
        if why or column is None:
            without[table.name] = why or ""
            continue
        own, (key,) = names[table.name], key_of(table)
        checked = [
            own[one.name]
            for one in ordered(table)
            if one.name != key and group_of(table, one) != "audit" and one.family not in _NOT_COMPARED
        ]
        found.append(
            Snapshot(
                table,
                f"snap_{system}__{models[table.name]}",
                f"stg_{system}__{models[table.name]}",
                own[key],
                own[column.name],
                tuple(checked),
            )
        )
    return found, without


def _why_not(table: Table, column: Column | None) -> str | None:
    key = key_of(table)
    if column is None:
        return "no column says when a row was changed"
    nulls = column.statistics.nulls if column.statistics else 0
    reasons = {
        "no key tells its rows apart": not key,
        f"its key has {len(key)} columns": len(key) > 1,
        f"{column.name} is of the type {column.type}": column.family != "timestamp",
        f"{column.name} is null in {nulls:,} rows": nulls > 0,
        "it has nothing that could change": all(
            one.name in key or group_of(table, one) == "audit" or one.family in _NOT_COMPARED
            for one in table.columns
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def house_snapshot(system: str, snapshot: Snapshot) -> str:
    """By the macros of a Starlift project: what changed by content, when by the source's clock."""
    checked = "".join(f"                '{name}',\n" for name in snapshot.checked)
    dated = (
        "" if snapshot.updated_at == "updated_at" else f"            updated_at='{snapshot.updated_at}',\n"
    )
    staged = f"ref('{snapshot.model}')"
    return (
        f"{{% snapshot {snapshot.name} %}}\n\n"
        "    {{\n"
        "        config(\n"
        f"            unique_key='{snapshot.key}',\n"
        f"            check_cols=[\n{checked}            ],\n"
        f"{dated}"
        "            dbt_valid_to_current=end_of_time(),\n"
        f'            pre_hook="{{{{ find_due_members({staged}, {staged}) }}}}",\n'
        "            post_hook=\"{{ drop_due_table('known') }}\",\n"
        f"            meta={{'source': '{system}'}},\n"
        "        )\n"
        "    }}\n\n"
        f"{{{{ snapshot_rows({staged}) }}}}\n\n"
        "{% endsnapshot %}\n"
    )


def house_yaml(snapshots: list[Snapshot]) -> str:
    return "snapshots:\n" + "\n".join(
        f"  - name: {one.name}\n    description: {scalar(_about(one, _unseen(one)))}\n" for one in snapshots
    )


def plain_yaml(snapshots: list[Snapshot]) -> str:
    """dbt's own snapshots, which need nothing but YAML."""
    return "snapshots:\n" + "\n".join(
        f"  - name: {one.name}\n"
        f"    description: {scalar(_about(one))}\n"
        f"    relation: ref('{one.model}')\n"
        "    config:\n"
        f"      unique_key: {one.key}\n"
        "      strategy: timestamp\n"
        f"      updated_at: {one.updated_at}\n"
        "      hard_deletes: invalidate\n"
        for one in snapshots
    )


def _about(snapshot: Snapshot, also: str = "") -> str:
    return f"Every version of every {one_of(snapshot.table)} that a run has seen.{also}"


def _unseen(snapshot: Snapshot) -> str:
    unseen = [column.name for column in snapshot.table.columns if column.family in _NOT_COMPARED]
    return f" A change in nothing but {', '.join(unseen)} is not seen." if unseen else ""

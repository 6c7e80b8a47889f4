"""Imports dbt-mysql 1.7.0, which was written for dbt-core 1.7, on today's dbt.

The names that dbt-mysql imports have moved. While it is imported, stand-ins under the old names are put where
it looks for them; each falls back to the module that has this name today. Afterwards they are taken away, so
that nobody else sees them. Only dbt-mysql's own modules keep one: they read `dbt.exceptions.X` in an
error.
"""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType, SimpleNamespace
from typing import Any

MOVED: dict[str, dict[str, str]] = {
    "dbt.contracts.connection": {
        "AdapterResponse": "dbt.adapters.contracts.connection",
        "Connection": "dbt.adapters.contracts.connection",
        "Credentials": "dbt.adapters.contracts.connection",
    },
    "dbt.contracts.graph.nodes": {"ConstraintType": "dbt_common.contracts.constraints"},
    "dbt.contracts.graph.manifest": {},
    "dbt.clients.agate_helper": {"DEFAULT_TYPE_TESTER": "dbt_common.clients.agate_helper"},
    "dbt.events": {"AdapterLogger": "dbt.adapters.events.logging"},
    "dbt.utils": {"executor": "dbt_common.utils.executor"},
    "dbt.exceptions": {
        "CompilationError": "dbt_common.exceptions",
        "DbtDatabaseError": "dbt_common.exceptions",
        "DbtRuntimeError": "dbt_common.exceptions",
        "FailedToConnectError": "dbt.adapters.exceptions",
    },
}


class _StandIn(ModuleType):
    """A module under an old name: the moved names, and whatever today's module of that name has."""

    def __init__(self, name: str, moved: dict[str, str], today: ModuleType | None) -> None:
        super().__init__(name)
        self._today = today
        if today is not None and hasattr(today, "__path__"):
            self.__path__ = today.__path__
        for attribute, home in moved.items():
            setattr(self, attribute, getattr(importlib.import_module(home), attribute))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._today, name)


def _import_if_there(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


@contextmanager
def _stand_ins() -> Iterator[dict[str, ModuleType]]:
    # today's modules first, so that none of them is imported while the stand-ins are in place
    today = {name: _import_if_there(name) for name in MOVED}
    stand_ins: dict[str, ModuleType] = {
        name: _StandIn(name, moved, today[name]) for name, moved in MOVED.items()
    }
    sys.modules.update(stand_ins)
    try:
        yield stand_ins
    finally:
        for name, module in today.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def _import_dbt_mysql() -> ModuleType:
    if "dbt.adapters.mysql" in sys.modules:
        return sys.modules["dbt.adapters.mysql"]
    with _stand_ins() as stand_ins:
        package = importlib.import_module("dbt.adapters.mysql")
    old_dbt = SimpleNamespace(exceptions=stand_ins["dbt.exceptions"])
    for module in ("connections", "impl"):
        sys.modules[f"dbt.adapters.mysql.{module}"].dbt = old_dbt  # type: ignore[attr-defined]
    return package


_package = _import_dbt_mysql()
MySQLAdapter = _package.MySQLAdapter
MySQLColumn = _package.MySQLColumn
MySQLConnectionManager = _package.MySQLConnectionManager
MySQLCredentials = _package.MySQLCredentials
MySQLRelation = _package.MySQLRelation

"""The README's table of the public suite says what the tests do."""

import importlib
import inspect
import re
import sys
from pathlib import Path

import dbt.tests.adapter

HERE = Path(__file__).parent
ROW = re.compile(r"^\| `([\w.]+)` \| (as it is|adapted|no) \| (.*?) *\|$", re.MULTILINE)
PREFIX = "dbt.tests.adapter."


def public_modules():
    """The modules of the suite that hold tests."""
    found = set()
    for root in map(Path, dbt.tests.adapter.__path__):
        for path in root.glob("*/**/*.py"):
            name = PREFIX + ".".join(path.relative_to(root).with_suffix("").parts)
            if "fixture" in name or path.stem.startswith(("_", "base_")):
                continue
            classes = [c for _, c in inspect.getmembers(importlib.import_module(name), inspect.isclass)]
            own = [c for c in classes if c.__module__ == name]
            if any(attribute.startswith("test") for c in own for attribute in dir(c)):
                found.add(name.removeprefix(PREFIX))
    return found


def test_table():
    sys.path.insert(0, str(HERE.parent / "functional"))
    try:
        suite, adapted = (importlib.import_module(name) for name in ("test_public_suite", "test_adapted"))
    finally:
        sys.path.pop(0)
    ours = {
        base.__module__.removeprefix(PREFIX)
        for name, test in vars(adapted).items()
        if name.startswith("Test") and inspect.isclass(test)
        for base in test.__bases__
        if base.__module__.startswith(PREFIX)
    }
    readme = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
    rows = {module: (state, note) for module, state, note in ROW.findall(readme)}

    expected = {
        module: "adapted" if module in ours else "as it is" if module in suite.UNCHANGED else "no"
        for module in public_modules()
    }
    assert {module: state for module, (state, _) in rows.items()} == expected
    assert [module for module, (state, note) in rows.items() if state != "as it is" and not note] == []

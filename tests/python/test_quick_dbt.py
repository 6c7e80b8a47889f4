"""What is done once for many processes must be told apart from what differs, and say what is wrong each time."""

import io
import json
from typing import Any

import pytest
from dbt_common.clients.jinja import MacroFuzzEnvironment, NativeSandboxEnvironment

from quick_dbt import _compiled_once, _dump, _validated_once


def test_a_file_says_what_json_writes_value_by_value():
    data = {"a": [1, 2.5, None, True, "é\n"], "b": {"1": {}, "c": ()}}
    quick, slow = io.StringIO(), io.StringIO()
    _dump(data, quick, sort_keys=True, indent=2)
    json.dump(data, slow, sort_keys=True, indent=2)
    assert quick.getvalue() == slow.getvalue()


def test_a_text_is_compiled_once_for_each_kind_of_environment():
    made: list[tuple[type, str]] = []

    def compiled(environment: Any, source: str, name: Any, filename: Any) -> object:
        made.append((type(environment), source))
        return object()

    once = _compiled_once(compiled)
    text, native = MacroFuzzEnvironment(), NativeSandboxEnvironment()
    assert once(text, "{{ a }}") is once(MacroFuzzEnvironment(), "{{ a }}")
    assert once(text, "{{ a }}") is not once(native, "{{ a }}")
    assert once(text, "{{ a }}") is not once(MacroFuzzEnvironment(extensions=["jinja2.ext.do"]), "{{ a }}")
    assert once(text, "{{ a }}") is not once(text, "{{ b }}")
    assert len(made) == 4


def test_only_what_was_valid_is_not_validated_again():
    seen: list[tuple[type, Any]] = []

    def validated(cls: type, data: Any) -> None:
        seen.append((cls, data))
        if data == {"wrong": 1}:
            raise ValueError(data)

    class One:
        validate: Any = _validated_once(validated)

    class Other(One):
        pass

    for _ in range(2):
        One.validate({"right": True})
        Other.validate({"right": True})
        # which is no JSON
        One.validate({"right": {1}})
        with pytest.raises(ValueError, match="wrong"):
            One.validate({"wrong": 1})
    assert seen.count((One, {"right": True})) == seen.count((Other, {"right": True})) == 1
    assert seen.count((One, {"right": {1}})) == seen.count((One, {"wrong": 1})) == 2

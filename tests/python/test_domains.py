"""What Python says of a domain is what the dbt project has."""

import pytest
import yaml

from conftest import PROJECT
from starlift.domains import DOMAINS, domain_named
from starlift.errors import StarliftError

VARS = yaml.safe_load((PROJECT / "vars.yml").read_text())["vars"]


def test_every_domain_has_its_switch_its_schemas_and_its_questions():
    assert {name for name in VARS if name.endswith("_enabled")} == {f"{name}_enabled" for name in DOMAINS}
    for domain in DOMAINS.values():
        assert all(VARS[f"{source.name}_schema"] == source.raw_schema for source in domain.sources)
        assert list((PROJECT / domain.analyses).glob("*__3nf.sql"))
        assert domain.sources[0].table(domain.counted)
        assert domain.size_of("1m") == 1_000_000


def test_dbt_is_told_only_what_differs_from_the_projects_own(monkeypatch):
    monkeypatch.chdir(PROJECT)
    assert DOMAINS["clinic"].vars_to_tell() == {}
    assert DOMAINS["retail"].vars_to_tell() == {"clinic_enabled": False, "retail_enabled": True}


def test_an_unknown_domain_is_refused():
    with pytest.raises(StarliftError, match="no domain 'bank': choose clinic, retail"):
        domain_named("bank")

"""The documentation says something of everything that there is, and is one page."""

import json

import pytest

from conftest import PROJECT, Warehouse
from starlift.checks.descriptions import undescribed
from starlift.checks.overview import overview
from starlift.site import LINEAGE_PAGE, with_pictures


@pytest.fixture(scope="module")
def manifest(first_day: Warehouse) -> dict:
    """Of a warehouse that stands, with its catalog beside it."""
    made = first_day.dbt("docs", "generate", "--static")
    assert made.ok, made.output[-3000:]
    return json.loads((first_day.folder / "target" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def catalog(first_day: Warehouse, manifest: dict) -> dict:
    return json.loads((first_day.folder / "target" / "catalog.json").read_text())


def test_every_column_of_every_table_is_described(manifest: dict, catalog: dict) -> None:
    wanted, missing = 0, []
    for kind in ("nodes", "sources"):
        for unique_id, table in catalog[kind].items():
            known = {
                name.lower(): one["description"] for name, one in manifest[kind][unique_id]["columns"].items()
            }
            wanted += len(table["columns"])
            missing += [f"{unique_id}.{name}" for name in table["columns"] if not known.get(name.lower())]
    assert wanted > 500
    assert not missing


def test_every_model_is_in_the_catalog_and_has_its_sql(manifest: dict, catalog: dict) -> None:
    models = {name for name, one in manifest["nodes"].items() if one["resource_type"] == "model"}
    assert models <= catalog["nodes"].keys()
    assert all(manifest["nodes"][name]["compiled_code"].strip() for name in models)


def test_every_layer_has_a_colour_of_its_own(manifest: dict) -> None:
    colours: dict[str, set[str]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "model":
            colours.setdefault(node["fqn"][1], set()).add(node["config"]["docs"]["node_color"])
    assert all(len(one) == 1 for one in colours.values())
    assert len(set().union(*colours.values())) == len(colours) > 4


def test_what_lacks_a_description_is_named() -> None:
    def model(name: str, description: str, **columns: str) -> dict:
        return {
            "resource_type": "model",
            "name": name,
            "fqn": ["starlift", "star", "clinic", name],
            "description": description,
            "columns": {one: {"name": one, "description": said} for one, said in columns.items()},
        }

    grain = "**Grain**: one row per visit."
    nodes = {
        "a": model("fact_a", grain, key="Key."),
        "b": model("fact_b", grain, key=""),
        "c": model("fact_c", "Visits."),
    }
    metric = {"resource_type": "metric", "name": "visits", "description": ""}
    assert undescribed({"nodes": nodes, "metrics": {"m": metric}}) == [
        "fact_c does not begin its description with its grain: **Grain**: one row per ...",
        "the column fact_b.key has no description",
        "the metric visits has no description",
    ]


def test_the_first_page_is_how_to_read_the_star(first_day: Warehouse, manifest: dict) -> None:
    said = overview(PROJECT, manifest)
    for line in (PROJECT / "models" / "star" / "README.md").read_text().splitlines():
        if line.startswith("## "):
            assert line in said
    assert "[`fact_encounters`](#!/model/model.starlift.fact_encounters) | encounter |" in said
    assert "(#!/analysis/analysis.starlift.q4_revenue__star_as_was)" in said
    assert "(#!/metric/metric.starlift.readmission_rate)" in said
    assert f"({LINEAGE_PAGE})" in said
    assert manifest["docs"]["doc.starlift.__overview__"]["block_contents"].startswith("# Starlift")


def test_all_sides_of_a_question_ask_it_in_the_same_words() -> None:
    asked: dict[str, set[str]] = {}
    for file in (PROJECT / "analyses").glob("*/*__*.sql"):
        asked.setdefault(file.stem.partition("__")[0], set()).add(file.read_text().partition("\n")[0])
    assert len(asked) > 20
    assert {question: words for question, words in asked.items() if len(words) > 1} == {}
    assert all(words.startswith("-- ") and words.endswith("?") for (words,) in asked.values())


def test_the_page_has_its_pictures_inside(first_day: Warehouse, manifest: dict) -> None:
    page = (first_day.folder / "target" / "static_index.html").read_text()
    assert "(docs/star_clinic.svg)" in page
    alone = with_pictures(page, PROJECT)
    assert "(docs/star_" not in alone
    assert alone.count("](data:image/svg+xml;base64,") == page.count("](docs/star_")

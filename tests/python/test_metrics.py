"""The semantic layer gives the answers that the questions have on the star, and says what it cannot answer."""

import json
from collections import Counter
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from typer.testing import CliRunner

from conftest import Warehouse
from starlift.cli import app
from starlift.errors import StarliftError
from starlift.metrics.semantic import Ask, SemanticLayer
from starlift.servers import Server

# The analysis on the star that a saved query answers.
ANSWERS = {
    "q1_monthly_encounters": "q1_monthly_encounters__star",
    "q1_monthly_encounters_as_was": "q1_monthly_encounters__star_as_was",
    "q3_readmission_rate": "q3_readmission_rate__star",
    "q3_readmission_rate_as_was": "q3_readmission_rate__star_as_was",
    "q4_revenue": "q4_revenue__star",
    "q4_revenue_as_was": "q4_revenue__star_as_was",
}
READ_BY_METRICS = (
    "fact_encounters",
    "agg_diagnosis_procedure_pairs",
    "dim_specialty",
    "dim_specialty_current",
    "dim_encounter_type",
)


@pytest.fixture(scope="module")
def clinic(first_day: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse whose as-was answers are others than those of now, and its analyses compiled."""
    warehouse = first_day.copy(tmp_path_factory.mktemp("metrics"))
    members = "select specialty_key from star.dim_specialty where specialty_key > 0 order by 1 limit 2"
    (one, other) = [key for (key,) in warehouse.rows(members)]
    warehouse.change(
        "update star.fact_encounters set specialty_key = "
        f"case specialty_key when {one} then {other} else specialty_key end where mod(encounter_id, 3) = 0"
    )
    assert warehouse.dbt("compile", "--select", "path:analyses/clinic").ok
    return warehouse


def layer(warehouse: Warehouse, adapter: str = "duckdb") -> SemanticLayer:
    return SemanticLayer((warehouse.folder / "target" / "semantic_manifest.json").read_text(), adapter)


def analysis(warehouse: Warehouse, name: str) -> list[tuple[Any, ...]]:
    (file,) = (warehouse.folder / "target" / "compiled").glob(f"*/analyses/clinic/{name}.sql")
    return warehouse.rows(file.read_text())


def alike(rows: list[tuple[Any, ...]]) -> Counter[tuple[Any, ...]]:
    """Rows free of their order and their columns', of types, and of more digits than an analysis gives."""

    def plain(value: Any) -> str:
        if isinstance(value, (int, float, Decimal)):
            return str(Decimal(str(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP))
        return str(value).partition(" 00:00:00")[0]

    return Counter(tuple(sorted(plain(value) for value in row)) for row in rows)


@pytest.mark.parametrize("saved", ANSWERS)
def test_a_saved_query_answers_as_its_question_does(clinic: Warehouse, saved: str) -> None:
    answer = clinic.rows(layer(clinic).sql(Ask(saved=saved)))
    assert answer
    assert alike(answer) == alike(analysis(clinic, ANSWERS[saved]))


def test_as_was_is_another_answer(clinic: Warehouse) -> None:
    now, then = (clinic.rows(layer(clinic).sql(Ask(saved=f"q4_revenue{end}"))) for end in ("", "_as_was"))
    assert alike(now) != alike(then)


def test_the_top_pairs_are_those_of_the_question(clinic: Warehouse) -> None:
    pair = "diagnosis_procedure_pair__"
    wanted = analysis(clinic, "q2_diagnosis_procedure_pairs__star")
    found = clinic.rows(
        layer(clinic).sql(
            Ask(
                metrics=("encounters_with_both",),
                by=[
                    pair + name for name in ("icd10_code", "icd10_description", "cpt_code", "cpt_description")
                ],
                order=("-encounters_with_both", f"{pair}icd10_code", f"{pair}cpt_code"),
                limit=len(wanted),
            )
        )
    )
    assert found == wanted


def test_every_question_has_a_saved_query(clinic: Warehouse) -> None:
    questions = {file.stem.partition("__")[0] for file in Path("analyses/clinic").glob("*__star.sql")}
    assert {one.name.removesuffix("_as_was") for one in layer(clinic).saved_queries} == questions


def test_a_metric_can_be_asked_by_what_no_question_asks(clinic: Warehouse) -> None:
    sql = layer(clinic).sql(
        Ask(
            metrics=("encounters", "revenue"),
            by=("metric_time__year", "patient__state"),
            where=("{{ Dimension('encounter_kind__is_inpatient') }}",),
        )
    )
    wanted = clinic.rows(
        "select date_trunc('year', started_at), state, count(*), "
        "sum(revenue_amount) filter (where claim_count > denied_claim_count) "
        "from star.fact_encounters join star.dim_patient_current using (patient_durable_key) "
        "join star.dim_encounter_type using (encounter_type_key) where is_inpatient group by all"
    )
    assert wanted
    assert alike(clinic.rows(sql)) == alike(wanted)


def test_postgresql_gives_the_same_answers(
    clinic: Warehouse, postgres_server: Server, tmp_path: Path
) -> None:
    server = postgres_server
    words = {"host": server.host, "port": server.port, "user": server.user, "password": server.password}
    with (
        closing(psycopg2.connect(dbname=server.database, **words)) as connection,
        connection.cursor() as cursor,
    ):
        # not committed: nothing of it stays
        cursor.execute("create schema if not exists star")
        for table in READ_BY_METRICS:
            columns = clinic.rows(f"select column_name, column_type from (describe star.{table})")
            cursor.execute(f"create table star.{table} ({', '.join(' '.join(one) for one in columns)})")
            clinic.rows(f"copy star.{table} to '{tmp_path / table}' (header false)")
            with (tmp_path / table).open() as rows:
                cursor.copy_expert(f"copy star.{table} from stdin (format csv)", rows)
        there = layer(clinic, "postgres")
        for saved in there.saved_queries:
            sql = there.sql(Ask(saved=saved.name)).replace('"starlift".', f'"{server.database}".')
            cursor.execute(sql)
            here = clinic.rows(layer(clinic).sql(Ask(saved=saved.name)))
            assert alike(cursor.fetchall()) == alike(here), saved.name


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (Ask(metrics=("revenu",)), "no metric 'revenu': did you mean revenue"),
        (Ask(saved="q5"), "no saved query 'q5'"),
        (
            Ask(metrics=("revenue",), by=("specialty__name",)),
            "revenue cannot be asked by specialty__name: did you",
        ),
        (
            Ask(metrics=("revenue",), where=("{{ Dimension('patient') }} = 1",)),
            "= 1 cannot be read: write it",
        ),
        (
            Ask(metrics=("revenue",), order=("encounters",)),
            "cannot be asked so: The order-by item 'encounters'",
        ),
        # wherever the name stands
        (
            Ask(metrics=("revenue",), where=("{{ Dimension('patient__stat') }} = 'CA'",)),
            "revenue cannot be asked by patient__stat: did you mean patient__state",
        ),
        (
            Ask(metrics=("revenue",), by=("specialty", "metric_time__century")),
            "cannot be asked by metric_time__century: did you",
        ),
        (Ask(metrics=("revenue",), where=("{{ Dimension( }} = 1",)), "= 1 cannot be read: write it as in"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(clinic: Warehouse, ask: Ask, said: str) -> None:
    with pytest.raises(StarliftError, match=said) as error:
        layer(clinic).sql(ask)
    assert "\n" not in str(error.value)


def test_a_condition_without_a_metric_is_no_list_of_metrics() -> None:
    asked = CliRunner().invoke(app, ["metrics", "--by", "patient__state"])
    assert isinstance(asked.exception, StarliftError)
    assert "Name the metrics" in str(asked.exception)


def test_a_target_that_metricflow_does_not_know_is_refused() -> None:
    with pytest.raises(
        StarliftError, match="no SQL for starlift_mysql: ask the metrics on duckdb or postgres"
    ):
        SemanticLayer("{}", "starlift_mysql")


def test_the_command_asks_the_warehouse(clinic: Warehouse) -> None:
    said = clinic.starlift("metrics", "encounters", "--by", "metric_time__year", "--limit", "1")
    year, count = clinic.rows(
        "select min(date_trunc('year', started_at)), count(*) from star.fact_encounters "
        "group by date_trunc('year', started_at) order by 1 limit 1"
    )[0]
    assert str(count) in said
    assert str(year)[:10] in said


def test_only_what_is_switched_on_has_metrics(clinic: Warehouse) -> None:
    manifest = json.loads((clinic.folder / "target" / "manifest.json").read_text())
    assert {one["fqn"][2] for kind in ("semantic_models", "metrics") for one in manifest[kind].values()} == {
        "clinic"
    }

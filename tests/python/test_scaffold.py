"""`starlift scaffold` writes what builds and lints at once, in this project's style and in an empty project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml

from conftest import PROJECT, run_on
from inspected_databases import PRACTICE, SCHEMA, make_duckdb, make_sqlite, odd_names, on_server
from starlift.cli import app
from starlift.dbt_command import dbt_command
from starlift.errors import StarliftError
from starlift.inspect.read import inspect
from starlift.scaffold.project import Project
from starlift.scaffold.proposal import proposals
from starlift.scaffold.run import scaffold
from starlift.servers import Server

# What a Starlift project is made of, without its models.
HOUSE = (
    "dbt_project.yml",
    "vars.yml",
    "selectors.yml",
    ".sqlfluff",
    "macros",
    "tests/generic",
    "models/groups.yml",
)


def empty_project(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dbt_project.yml").write_text("name: fresh\nprofile: starlift\n")
    shutil.copy(PROJECT / "profiles.yml.example", folder / "profiles.yml")
    return folder


def house_project(folder: Path) -> Path:
    for part in HOUSE:
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
        copy(PROJECT / part, folder / part)
    # selectors and dbt's config name models that are not here
    (folder / "selectors.yml").unlink()
    shutil.copy(PROJECT / "profiles.yml.example", folder / "profiles.yml")
    return folder


def run(project: Path, *words: str, **environment: str) -> str:
    """The output of a command in the project; it has to end well."""
    done = subprocess.run(
        words,
        cwd=project,
        env={**os.environ, "NO_COLOR": "1", "DBT_PROFILES_DIR": str(project), **environment},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]
    return done.stdout + done.stderr


def scaffolded(project: Path, place: str, name: str, *words: str) -> None:
    app(["scaffold", place, "--name", name, "--project", str(project), *words], standalone_mode=False)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_duckdb(tmp_path_factory.mktemp("odd") / "odd.duckdb", odd_names("duckdb", SCHEMA))


@pytest.fixture(scope="module")
def fresh(odd: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty project with the scaffold of the odd names. Do not change it: copy it."""
    project = empty_project(tmp_path_factory.mktemp("fresh"))
    scaffolded(project, str(odd), "odd", "--schema", SCHEMA)
    return project


def test_an_empty_project_builds_and_lints_at_once(fresh: Path, odd: Path, tmp_path: Path):
    database = tmp_path / "w.duckdb"
    shutil.copy(odd, database)
    said = run(fresh, *dbt_command("build", "--select", "source:odd+"), STARLIFT_DUCKDB=str(database))
    # three rows of order details without a customer: the test warns, all else passes
    assert "WARN=1 ERROR=0 SKIP=0" in said
    sqlfluff = str(Path(sys.executable).with_name("sqlfluff"))
    run(fresh, sqlfluff, "lint", "models", "snapshots", STARLIFT_DUCKDB=str(database))
    with duckdb.connect(str(database)) as connection:
        assert connection.execute(
            "select customer_id, customer_name, customer_order, customer_group, strasse, column_2nd_line, mood "
            "from star.stg_odd__customer order by 1 limit 1"
        ).fetchall() == [(1, "Ann", 3, "a", "Weg", None, "sad")]
        assert connection.execute("select count(*) from star.snap_odd__customer").fetchall() == [(3,)]


def test_what_is_written_is_what_a_developer_would_write(fresh: Path):
    model = (fresh / "models/staging/odd/stg_odd__order_details.sql").read_text()
    assert model == (
        "with source as (\n\n"
        "    select * from {{ source('odd', 'order_details') }}\n\n"
        "),\n\n"
        "renamed as (\n\n"
        "    select\n"
        "        -- ids\n"
        "        {{ adapter.quote('OrderNo') }} as order_no,\n"
        "        {{ adapter.quote('Line No') }} as line_no,\n"
        "        {{ adapter.quote('customerId') }} as customer_id,\n\n"
        "        -- text\n"
        "        {{ clean_text(adapter.quote('select')) }} as order_detail_select,\n\n"
        "        -- numbers\n"
        "        amount,\n\n"
        "        -- dates\n"
        "        {{ adapter.quote('PaidOn') }} as paid_on\n\n"
        "    from source\n\n"
        ")\n\n"
        "select * from renamed\n"
    )
    (source,) = yaml.safe_load((fresh / "models/staging/odd/_sources.yml").read_text())["sources"]
    table = next(table for table in source["tables"] if table["name"] == "order_details")
    assert table["identifier"] == "Order Details"
    customer = next(column for column in table["columns"] if column["name"] == "customerId")
    assert customer["quote"] is True
    assert customer["data_tests"] == [
        "not_null",
        {
            "relationships": {
                "arguments": {
                    "to": "source('odd', 'customer')",
                    "field": "{{ adapter.quote('CustomerID') }}",
                },
                "config": {"severity": "warn"},
            }
        },
    ]
    models = yaml.safe_load((fresh / "models/staging/odd/_staging.yml").read_text())["models"]
    assert models[1]["data_tests"] == [
        {"unique_combination": {"arguments": {"columns": ["order_no", "line_no"]}}}
    ]
    (snapshot,) = yaml.safe_load((fresh / "snapshots/odd/_snapshots.yml").read_text())["snapshots"]
    assert snapshot["config"]["unique_key"] == "customer_id"


def test_this_project_keeps_history_by_its_own_macros(odd: Path, tmp_path: Path):
    project = house_project(tmp_path / "house")
    database = tmp_path / "w.duckdb"
    shutil.copy(odd, database)
    scaffolded(project, str(odd), "odd", "--schema", SCHEMA)
    build = dbt_command("build", "--select", "source:odd+")
    run(project, *build, STARLIFT_DUCKDB=str(database))
    with duckdb.connect(str(database)) as connection:
        connection.execute(
            f'update {SCHEMA}."Customer" set "Group" = \'new\', updated_at = \'2025-02-01\' where "CustomerID" = 1'
        )
    said = run(project, *build, STARLIFT_DUCKDB=str(database))
    assert "WARN=1 ERROR=0 SKIP=0" in said
    with duckdb.connect(str(database)) as connection:
        versions = connection.execute(
            "select customer_id, count(*) from star_history.snap_odd__customer group by 1 order by 1"
        ).fetchall()
    assert versions == [(1, 2), (2, 1), (3, 1)]


@pytest.mark.parametrize("kind", ["postgres", "mariadb"])
def test_servers_build_it_twice(kind: str, request: pytest.FixtureRequest, tmp_path: Path):
    server: Server = request.getfixturevalue(f"{kind}_server")
    project = house_project(tmp_path / "house")
    name = kind.upper()
    environment = {
        "STARLIFT_TARGET": kind,
        "STARLIFT_SCHEMA": "starlift_scaffolded",
        f"STARLIFT_{name}_HOST": server.host,
        f"STARLIFT_{name}_PORT": str(server.port),
        f"STARLIFT_{name}_USER": server.user,
        f"STARLIFT_{name}_PASSWORD": server.password,
        "STARLIFT_POSTGRES_DATABASE": server.database or "",
    }
    with on_server(server, odd_names(kind, SCHEMA)), pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        for variable, value in environment.items():
            patch.setenv(variable, value)
        scaffolded(project, kind, "odd", "--schema", SCHEMA)
        try:
            for _ in range(2):
                said = run(project, *dbt_command("build", "--select", "source:odd+"))
                assert "WARN=1 ERROR=0 SKIP=0" in said
            found = run_on(
                server,
                "select customer_name, customer_group, column_2nd_line from "
                "starlift_scaffolded_staging.stg_odd__customer where customer_id = 1",
            )
        finally:
            cascade = "cascade" if kind == "postgres" else ""
            for part in ("staging", "history", "audit"):
                run_on(server, f"drop schema if exists starlift_scaffolded_{part} {cascade}")
    assert found == [("Ann", "a", None)]


def test_nothing_is_overwritten_unless_one_says_so_and_then_all_or_nothing(
    fresh: Path,
    odd: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    project = tmp_path / "project"
    shutil.copytree(fresh, project, ignore=shutil.ignore_patterns("target", "logs"))
    model = project / "models/staging/odd/stg_odd__customer.sql"
    model.write_text("-- mine\n")
    (project / "snapshots/odd/_snapshots.yml").unlink()
    before = contents(project)
    with pytest.raises(StarliftError, match="is there already"):
        scaffolded(project, str(odd), "odd", "--schema", SCHEMA)
    assert contents(project) == before
    # the disk fills up in the midst of it
    write, written = Path.write_text, []

    def failing(path: Path, *arguments, **named) -> int:
        written.append(path)
        if len(written) == 4:
            raise OSError(28, "No space left on device")
        return write(path, *arguments, **named)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_text", failing)
        with pytest.raises(StarliftError, match="No space left"):
            scaffolded(project, str(odd), "odd", "--schema", SCHEMA, "--force")
    assert contents(project) == before
    old = model.with_name("stg_odd__gone.sql")
    old.touch()
    capsys.readouterr()
    scaffolded(project, str(odd), "odd", "--schema", SCHEMA, "--force")
    assert "-- mine" not in model.read_text()
    assert "stg_odd__gone.sql is of a table that is no longer there" in capsys.readouterr().out


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_cannot_be_scaffolded_is_said_in_a_sentence(odd: Path, tmp_path: Path):
    with pytest.raises(StarliftError, match=r"no dbt_project\.yml"):
        scaffolded(tmp_path, str(odd), "odd", "--schema", SCHEMA)
    project = empty_project(tmp_path / "project")
    with pytest.raises(StarliftError, match="--name 'Odd'"):
        scaffolded(project, str(odd), "Odd", "--schema", SCHEMA)
    (project / "models").mkdir()
    (project / "models" / "mine.yml").write_text("sources: [{name: odd}]\n")
    with pytest.raises(StarliftError, match=r"There is a source 'odd' in .*mine\.yml already"):
        scaffolded(project, str(odd), "odd", "--schema", SCHEMA)
    assert not (project / "models" / "staging").exists()


def test_tables_get_a_role_with_reasons(tmp_path: Path):
    database = inspect(str(make_sqlite(tmp_path / "practice.sqlite")))
    found = {one.table.name: one for one in proposals(database)}
    assert {name: (one.role, one.model) for name, one in found.items()} == {
        "patients": ("dimension", "dim_patient"),
        "radiographers": ("dimension", "dim_radiographer"),
        "radiologist": ("dimension", "dim_radiologist"),
        "companies": ("dimension", "dim_company"),
        "studies": ("fact", "fact_studies"),
        "invoices": ("fact", "fact_invoices"),
        "study_tags": ("bridge", "bridge_study_tag"),
    }
    assert [column.name for column in found["studies"].measures] == ["price"]
    assert any("study_date" in reason for reason in found["studies"].reasons)


def test_bridges_extensions_and_things_are_told_from_facts(tmp_path: Path):
    script = (
        PRACTICE
        + """
        create table study_companies (study_id integer, company_id integer, primary key (study_id, company_id));
        insert into study_companies values (1, 7), (2, 7), (2, 8);
        create table machines (machine_id integer primary key, company_id integer references companies,
            radiographer_id integer references radiographers, price decimal(8, 2));
        create table repairs (machine_id integer references machines, repaired_on date, cost decimal(8, 2));
        create table patient_notes (PatientID integer primary key references patients (PatientID), allergies text);
    """
    )
    found = {
        one.table.name: one for one in proposals(inspect(str(make_sqlite(tmp_path / "b.sqlite", script))))
    }
    assert found["study_companies"].role == "bridge"
    # a thing with a price and two parents, to which an event refers
    assert (found["machines"].role, found["repairs"].role) == ("dimension", "fact")
    assert (found["patient_notes"].role, found["patient_notes"].model) == ("extension", "dim_patient")


def test_jinja_in_a_comment_and_names_that_meet_do_no_harm(tmp_path: Path):
    path = make_duckdb(tmp_path / "j.duckdb", [
        'create table "Order Item" ("A b" integer, "a_b" varchar, "A-B" varchar)',
        "create table order_item (i integer)",
        """comment on table order_item is 'Says {{ this }} and {% that %}: "so", # it does'""",
    ])  # fmt: skip
    project = Project(empty_project(tmp_path / "project"))
    made = scaffold(inspect(str(path)), "meet", project)
    folder = Path("models/staging/meet")
    assert {path.name for path in made.files if path.parent == folder} >= {
        "stg_meet__order_item.sql",
        "stg_meet__order_item_2.sql",
    }
    assert "as a_b_2" in made.files[folder / "stg_meet__order_item.sql"]
    tables = yaml.safe_load(made.files[folder / "_sources.yml"])["sources"][0]["tables"]
    assert tables[1]["description"] == 'Says { { this } } and { % that % }: "so", # it does'

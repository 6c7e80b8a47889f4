"""`starlift inspect` finds what a database does not declare, says how sure it is, and changes nothing."""

import json
from pathlib import Path

import psycopg2
import pytest
from rich.console import Console

from conftest import run_on
from inspected_databases import (
    PRACTICE,
    SCHEMA,
    make_duckdb,
    make_sqlite,
    odd_names,
    on_server,
    url_of,
)
from starlift.cli import app
from starlift.errors import StarliftError
from starlift.inspect.model import Database
from starlift.inspect.names import singular, snake_case, words
from starlift.inspect.page import as_json, as_markdown
from starlift.inspect.places import opened
from starlift.inspect.read import inspect
from starlift.inspect.reader import Unreadable
from starlift.inspect.show import show
from starlift.sources import SOURCES, Source

KINDS = ["postgres", "mariadb", "mysql"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_sqlite(tmp_path_factory.mktemp("practice") / "practice.sqlite")


@pytest.fixture(scope="module")
def practice(file: Path) -> Database:
    return inspect(str(file))


def relations(database: Database) -> dict[str, tuple[str, str]]:
    return {
        f"{key.table}.{'+'.join(key.columns)}": (f"{key.parent}.{'+'.join(key.parent_columns)}", key.origin)
        for key in database.foreign_keys
    }


def key_of(database: Database, table: str, column: str):
    return next(key for key in database.table(table).foreign_keys if key.columns == (column,))


def test_foreign_keys_are_found_however_they_are_named(practice: Database):
    assert relations(practice) == {
        "studies.patientId": ("patients.PatientID", "declared"),
        "studies.radiographer_id": ("radiographers.id", "inferred"),
        "studies.reporting_radiologist_no": ("radiologist.radiologist_no", "inferred"),
        "studies.parent_study": ("studies.study_id", "inferred"),
        "invoices.StudyID": ("studies.study_id", "inferred"),
        "invoices.companyid": ("companies.company_id", "inferred"),
        "study_tags.study_id": ("studies.study_id", "inferred"),
    }


def test_orphans_are_counted_of_declared_and_inferred_keys(practice: Database):
    declared = key_of(practice, "studies", "patientId")
    assert (declared.orphans, declared.checked, declared.orphan_values) == (1, 5, (("99", 1),))
    # what stands for "none" has no parent, and is no evidence against the relation either
    inferred = key_of(practice, "studies", "radiographer_id")
    assert (inferred.orphans, inferred.checked, inferred.orphan_values) == (2, 5, (("0", 2),))
    assert inferred.confidence > 0.85
    assert "stand for none" in inferred.reason
    # a null is no orphan
    assert key_of(practice, "studies", "reporting_radiologist_no").checked == 4


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_undeclared_keys_of_whole_systems_are_found(source: Source, tmp_path: Path):
    data = tmp_path / "data"
    assert run("generate", source.name, "--scale", "tiny", "--out", str(data)) == 0
    tables = [f"create table {table.name} as from '{data / table.name}.parquet'" for table in source.tables]
    database = inspect(str(make_duckdb(tmp_path / "bare.duckdb", tables)))
    declared = {
        f"{table.name}.{key.column}": f"{key.references}.{source.table(key.references).primary_key}"
        for table in source.tables
        for key in table.foreign_keys
    }
    if source.name == "pos":
        # which is so, and nowhere declared
        declared["employees.manager_id"] = "employees.employee_id"
    assert {child: parent for child, (parent, _) in relations(database).items()} == declared
    assert {table.name: table.key for table in database.tables} == {
        table.name: (table.primary_key,) for table in source.tables
    }


@pytest.mark.parametrize(("values", "found"), [("(1), (2)", True), ("(1), (9)", False), ("(8), (9)", False)])
def test_values_have_a_say_beside_the_names(values: str, found: bool, tmp_path: Path):
    script = "create table clients (id integer primary key); insert into clients values (1), (2), (3);"
    script += f"create table visits (client_id integer); insert into visits values {values};"
    keys = list(inspect(str(make_sqlite(tmp_path / "v.sqlite", script))).foreign_keys)
    assert bool(keys) is found


def test_of_two_tables_with_one_key_the_details_point_at_the_whole(tmp_path: Path):
    database = inspect(str(make_duckdb(tmp_path / "o.duckdb", [
        "create table employees (emp_no integer primary key, hired date)",
        "create table managers (emp_no integer primary key, since date)",
        "create table parts (a integer, b integer, primary key (a, b))",
        "create table uses (use_id integer primary key, a integer, b integer)",
        "insert into employees values (1, null), (2, null), (3, null)",
        "insert into managers values (2, null), (3, null)",
        "insert into parts values (1, 1), (1, 2), (2, 1)",
        "insert into uses values (1, 1, 1), (2, 1, 2), (3, 2, 1), (4, 2, 1)",
    ])))  # fmt: skip
    assert relations(database) == {
        "managers.emp_no": ("employees.emp_no", "inferred"),
        "uses.a+b": ("parts.a+b", "inferred"),
    }


def test_keys_that_could_be_declared(practice: Database, tmp_path: Path):
    assert [key.columns for key in practice.table("invoices").candidate_keys] == [("invoice_no",)]
    # two columns together, where none is unique alone
    assert [key.columns for key in practice.table("study_tags").candidate_keys] == [("study_id", "tag")]
    # unique in five rows says nothing, unless the name does
    assert practice.table("studies").candidate_keys == ()
    assert practice.table("studies").key == ("study_id",)


def test_personal_data_by_name_and_by_values_and_hidden(practice: Database, file: Path):
    found = {
        f"{table.name}.{column.name}": column.personal.kind
        for table in practice.tables
        for column in table.columns
        if column.personal
    }
    assert found == {
        "patients.FullName": "name",
        # the name of the column does not say so
        "patients.Contact": "e-mail",
        "patients.Born": "birth date",
        "patients.SSN": "identity number",
        "radiographers.name": "name",
    }
    contact = practice.table("patients").column("Contact")
    assert contact.personal.reason == "by 100% of its values"
    for told in (as_json(practice), as_markdown(practice)):
        assert "ann@example.com" not in told
        assert "Smith" not in told
    assert "ann@example.com" in as_json(inspect(str(file), personal_samples=True))


def test_columns_have_shares_and_values(practice: Database):
    studies = practice.table("studies")
    assert (studies.rows, studies.rows_read, studies.is_sampled) == (5, 5, False)
    parent = studies.column("parent_study").statistics
    assert (parent.nulls, parent.null_share, parent.distinct, parent.distinct_share) == (1, 0.2, 2, 0.5)
    price = studies.column("price").statistics
    assert (price.smallest, price.largest) == ("10", "50")
    assert practice.table("invoices").column("note").statistics.samples == ("paid", "open")


def test_structure_alone_asks_no_row(file: Path):
    database = inspect(f"sqlite:///{file}", statistics=False)
    assert relations(database) == {"studies.patientId": ("patients.PatientID", "declared")}
    assert all(table.rows is None for table in database.tables)


def test_all_of_a_large_table_is_not_read_and_that_is_said(tmp_path: Path):
    path = make_duckdb(tmp_path / "large.duckdb", [
        "create table customers as select i as customer_id from range(1000) t(i)",
        "create table orders as select i as order_id, i % 1100 as customer_id from range(200000) t(i)",
    ])  # fmt: skip
    sampled = inspect(str(path), sample_rows=20_000)
    orders = sampled.table("orders")
    assert (orders.rows, orders.is_sampled) == (200_000, True)
    assert 5_000 < orders.rows_read < 60_000
    assert key_of(sampled, "orders", "customer_id").checked == orders.rows_read
    assert "a sample of" in as_markdown(sampled)
    whole = inspect(str(path), sample_rows=None)
    assert not whole.table("orders").is_sampled
    assert key_of(whole, "orders", "customer_id").orphans == sum(i % 1100 >= 1000 for i in range(200_000))


@pytest.mark.parametrize("kind", ["", "without rowid"])
def test_sqlite_samples_the_same_rows_each_time(kind: str, tmp_path: Path):
    rows = ", ".join(f"({i})" for i in range(5_000))
    script = f"create table t (a integer primary key) {kind}; insert into t values {rows};"
    path = make_sqlite(tmp_path / "s.sqlite", script)
    one, other = (inspect(str(path), sample_rows=1_000).table("t") for _ in range(2))
    assert one == other
    assert 500 < one.rows_read < 2_000


def test_what_sqlite_lets_pass_is_told(tmp_path: Path):
    database = inspect(str(make_sqlite(tmp_path / "w.sqlite", """
        create virtual table docs using fts5 (title);
        create table loose (id, word, anything);
        insert into loose values (1, 'a', 1), (2, 'b', 'x');
        create table lost (id integer primary key, loose_id integer references missing (id));
    """)))  # fmt: skip
    # without the tables that the full-text index keeps its words in
    assert [table.name for table in database.tables] == ["docs", "loose", "lost"]
    assert [column.family for column in database.table("loose").columns] == ["integer", "text", "other"]
    assert "lost.loose_id refers to missing, which is not there" in as_markdown(database).replace("\\_", "_")


def test_the_file_is_as_it_was(file: Path):
    before = file.read_bytes(), sorted(file.parent.iterdir()), file.stat().st_mtime_ns
    inspect(str(file))
    assert (file.read_bytes(), sorted(file.parent.iterdir()), file.stat().st_mtime_ns) == before


@pytest.mark.parametrize("kind", ["sqlite", "duckdb"])
def test_a_file_cannot_be_written_to(kind: str, tmp_path: Path):
    path = tmp_path / "x"
    if kind == "sqlite":
        make_sqlite(path, "pragma journal_mode = wal; create table t (a integer);")
    else:
        make_duckdb(path, ["create table t (a integer)"])
    with opened(str(path)) as (reader, _), pytest.raises(Unreadable, match=r"read.?only"):
        reader.rows("create table u (a integer)")
    assert list(tmp_path.iterdir()) == [path]


def test_a_dump_is_inspected_without_a_server(tmp_path: Path):
    dump = tmp_path / "old.sql"
    dump.write_text(PRACTICE)
    database = inspect(str(dump))
    assert (database.place, database.schema) == (str(dump), "raw_old")
    assert database.table("studies").rows == 5


@pytest.mark.parametrize(
    ("name", "as_words", "snake", "one"),
    [
        ("PatientID", ("patient", "id"), "patient_id", "id"),
        ("HTTPServers", ("http", "servers"), "http_servers", "server"),
        ("Order-Details ", ("order", "details"), "order_details", "detail"),
        ("2nd line", ("2nd", "line"), "column_2nd_line", "line"),
        ("Straße", ("strasse",), "strasse", "strasse"),
        ("categories", ("categories",), "categories", "category"),
        ("addresses", ("addresses",), "addresses", "address"),
        ("status", ("status",), "status", "status"),
    ],
)
def test_names_are_taken_apart(name: str, as_words: tuple[str, ...], snake: str, one: str):
    assert (words(name), snake_case(name), singular(words(name)[-1])) == (as_words, snake, one)


def test_the_page_shows_values_as_they_are(tmp_path: Path):
    path = make_sqlite(
        tmp_path / "m.sqlite",
        'create table "a|b" ("<x>" text); insert into "a|b" values (\'1 | 2 <b>`c`</b>\');',
    )
    page = as_markdown(inspect(str(path)))
    assert r"| a\|b | 1 | 1 |" in page
    assert r"1 \| 2 &lt;b&gt;\`c\`&lt;/b&gt;" in page


def test_json_is_the_model(practice: Database):
    told = json.loads(as_json(practice))
    (studies,) = [table for table in told["tables"] if table["name"] == "studies"]
    assert [key["orphan_values"] for key in studies["foreign_keys"]] == [[["99", 1]], [], [["0", 2]], []]
    assert (told["engine"], told["schema"]) == ("sqlite", "main")


def test_the_terminal_says_what_matters_last(practice: Database, capsys: pytest.CaptureFixture[str]):
    show(Console(width=200), practice)
    shown = capsys.readouterr().out
    assert "2 of 5 rows: 0 (2)" in shown
    assert shown.rstrip().endswith("7 tables, 24 rows, 1 foreign key declared and 6 inferred")


def test_a_report_is_written_whole_or_not_at_all(file: Path, tmp_path: Path):
    out = tmp_path / "new" / "report.md"
    assert run("inspect", str(file), "--out", str(out)) == 0
    assert out.read_text().startswith("# main\n")
    assert [one.name for one in out.parent.iterdir()] == ["report.md"]
    with pytest.raises(StarliftError, match=r"cannot be written"):
        run("inspect", str(file), "--out", str(out / "below.md"))
    with pytest.raises(StarliftError, match=r"--format"):
        run("inspect", str(file), "--out", str(tmp_path / "report.txt"))


def run(*arguments: str) -> int:
    try:
        return app(arguments, standalone_mode=False) or 0
    except SystemExit as ended:
        return int(ended.code or 0)


def test_what_cannot_be_inspected_is_said_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    empty, text = tmp_path / "empty.db", tmp_path / "text.db"
    empty.touch()
    text.write_text("no database at all")
    make_duckdb(tmp_path / "none.duckdb", [])
    make_duckdb(tmp_path / "two.duckdb", ["create schema a", "create schema b", "create table a.t (i int)",
        "create table b.t (i int)"])  # fmt: skip
    damaged = tmp_path / "damaged.sqlite"
    damaged.write_bytes(b"SQLite format 3\x00" + b"x" * 500)
    for place, said in {
        "missing.db": "There is no file missing.db",
        "missing": "missing is no file, and cannot be read as a dbt target",
        "sqlite:///gone.db": "There is no file gone.db",
        str(empty): "is empty",
        str(text): "neither a DuckDB nor a SQLite file",
        str(tmp_path): "There is no .sql file in the folder",
        "none.duckdb": "has no table",
        "two.duckdb": "in several schemas: name one of a, b with --schema",
        "damaged.sqlite": "cannot be read as a SQLite file",
        "oracle://me:secret@host/db": "begins with oracle://",
        "postgresql://me:secret@host:port/db": "is none of the form",
        "postgresql://me:sec@ret@host/db": "%40",
        "mysql://me:secret@127.0.0.1:1/db": "cannot be inspected",
        "mysql://me:secret@127.0.0.1:1/db?nonsense=1": "Unsupported argument 'nonsense'",
        "postgresql://me:secret@127.0.0.1:1/db?sslpassword=hidden": "cannot be inspected",
    }.items():
        with pytest.raises(StarliftError) as error:
            inspect(place)
        assert said in str(error.value), place
        assert not any(word in str(error.value) for word in ("secret", "hidden", "ret@"))
    with pytest.raises(StarliftError, match="no tables in a schema 'c'"):
        inspect("two.duckdb", "c")


def test_a_password_that_the_driver_repeats_is_not(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: object, **__: object) -> None:
        raise psycopg2.OperationalError("cannot read 'password=secret sslpassword=hidden'")

    monkeypatch.setattr(psycopg2, "connect", refuse)
    with pytest.raises(StarliftError) as error:
        inspect("postgresql://me:secret@host/db?sslpassword=hidden")
    assert "password=*** sslpassword=***" in str(error.value)


@pytest.fixture(params=KINDS)
def server(request: pytest.FixtureRequest):
    return request.getfixturevalue(f"{request.param}_server")


def test_servers_are_inspected_like_files(server, tmp_path: Path):
    here = inspect(str(make_duckdb(tmp_path / "o.duckdb", odd_names("duckdb", SCHEMA))), SCHEMA)
    with on_server(server, odd_names(server.kind, SCHEMA)):
        there = inspect(url_of(server), SCHEMA)
        with opened(url_of(server), SCHEMA) as (reader, _), pytest.raises(Unreadable):
            reader.rows(f"create table {SCHEMA}.t (i integer)")
        tables = run_on(
            server, f"select count(*) from information_schema.tables where table_schema = '{SCHEMA}'"
        )
    assert tables == [(2,)]
    assert (
        relations(there)
        == relations(here)
        == {
            "Order Details.customerId": ("Customer.CustomerID", "inferred"),
        }
    )
    assert key_of(there, "Order Details", "customerId").orphans == 1
    for table in here.tables:
        one = there.table(table.name)
        assert (one.rows, one.primary_key) == (table.rows, table.primary_key)
        facts = [
            [(column.name, column.family, column.nullable, column.personal, column.statistics and (
                column.statistics.nulls, column.statistics.distinct))
                for column in each.columns if column.name.lower() not in ("mood", "extra")]
            for each in (one, table)
        ]  # fmt: skip
        assert facts[0] == facts[1]


def test_a_wrong_password_is_said_and_not_shown(server):
    with pytest.raises(StarliftError, match="refuses the user") as error:
        inspect(url_of(server, password="not_this_one"))
    assert "not_this_one" not in str(error.value)


def test_a_sample_of_a_server_is_of_all_its_table(server):
    ten = " union all ".join(f"select {digit} as d" for digit in range(10))
    thousands = (
        f"select a.d + 10 * b.d + 100 * c.d + 1000 * e.d as i from ({ten}) a, ({ten}) b, ({ten}) c, ({ten}) e"
    )
    statements = [
        f"create schema {SCHEMA}",
        f"create table {SCHEMA}.t (i integer primary key, filler char(200))",
        f"insert into {SCHEMA}.t select i, 'x' from ({thousands}) n where i < 5000",
    ]
    with on_server(server, statements):
        found = inspect(url_of(server), SCHEMA, sample_rows=1_000).table("t")
    assert found.rows == 5_000
    assert 300 < found.rows_read < 2_000
    assert int(found.column("i").statistics.largest) > 3_000


def test_a_column_that_the_engine_cannot_compare_costs_no_other(postgres_server):
    statements = [
        f"create schema {SCHEMA}",
        f"create table {SCHEMA}.t (i integer primary key, p point, d xml)",
        f"insert into {SCHEMA}.t values (1, point(1, 2), '<a/>')",
        f"create table {SCHEMA}.parts (i integer) partition by range (i)",
        f"create table {SCHEMA}.parts_1 partition of {SCHEMA}.parts for values from (0) to (9)",
        f"create view {SCHEMA}.v as select 1",
    ]
    with on_server(postgres_server, statements):
        database = inspect(url_of(postgres_server), SCHEMA)
    assert [table.name for table in database.tables] == ["parts", "t"]
    assert database.notes == ("1 view left out: only tables are inspected",)
    assert [column.statistics.distinct for column in database.table("t").columns] == [1, 1, 1]

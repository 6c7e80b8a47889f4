"""What needs no server."""

import subprocess
import sys

import agate
import pytest
from dbt_common.exceptions import CompilationError, DbtRuntimeError
from mysql.connector import Error

from dbt.adapters.starlift_mysql import ddl, errors, seeds
from dbt.adapters.starlift_mysql.column import StarliftMySQLColumn
from dbt.adapters.starlift_mysql.credentials import StarliftMySQLCredentials
from dbt.adapters.starlift_mysql.server import server_of
from dbt.adapters.starlift_mysql.types import cast_type, ddl_type


@pytest.mark.parametrize(
    ("portable", "column", "cast"),
    [
        ("varchar(20)", "varchar(20)", "char(20)"),
        ("varchar", "text", "char"),
        ("string", "text", "char"),
        ("text", "text", "char"),
        ("character varying(20)", "varchar(20)", "char(20)"),
        ("integer", "int", "signed"),
        ("INT", "int", "signed"),
        ("bigint", "bigint", "signed"),
        ("bigint unsigned", "bigint unsigned", "unsigned"),
        ("smallint", "smallint", "signed"),
        ("boolean", "tinyint(1)", "signed"),
        ("decimal(12, 2)", "decimal(12,2)", "decimal(12,2)"),
        ("numeric", "decimal(28,6)", "decimal(28,6)"),
        ("timestamp", "datetime(6)", "datetime(6)"),
        ("timestamp(3)", "datetime(3)", "datetime(3)"),
        ("timestamp without time zone", "datetime(6)", "datetime(6)"),
        ("date", "date", "date"),
        ("float", "double", "double"),
        ("double precision", "double", "double"),
        ("real", "float", "double"),
        ("json", "json", "json"),
        ("enum('a','b')", "enum('a','b')", "char"),
        ("longblob", "longblob", "binary"),
        # what the type macros give, should it end up in a table's definition
        ("signed", "bigint", "signed"),
        ("char", "text", "char"),
        ("char(2)", "char(2)", "char(2)"),
    ],
)
def test_types(portable, column, cast):
    assert ddl_type(portable) == column
    assert cast_type(portable) == cast


def test_a_key_cannot_be_on_text():
    assert ddl_type("varchar", in_key=True) == "varchar(255)"
    assert ddl_type("varchar(20)", in_key=True) == "varchar(20)"


def test_a_fixtures_text_is_cast_whole():
    assert cast_type("varchar(2)", keep_length=False) == "char"


def test_mariadb_casts_json_to_text():
    assert cast_type("json", casts_to_json=False) == "char"


@pytest.mark.parametrize(
    ("shown", "data_type"),
    [
        ("int(11)", "int"),
        ("bigint(20) unsigned", "bigint unsigned"),
        ("tinyint(1)", "tinyint(1)"),
        ("varchar(20)", "varchar(20)"),
        ("decimal(12,2)", "decimal(12,2)"),
        ("datetime(6) /* mariadb-5.3 */", "datetime(6)"),
        ("longtext", "longtext"),
    ],
)
def test_columns_as_the_servers_show_them(shown, data_type):
    assert StarliftMySQLColumn.from_server("c", shown).data_type == data_type


def test_texts_widen():
    short, long = (StarliftMySQLColumn.from_server("c", t) for t in ("varchar(20)", "text"))
    assert short.can_expand_to(long)
    assert not long.can_expand_to(short)
    assert StarliftMySQLColumn.string_type(30) == "varchar(30)"
    assert StarliftMySQLColumn.string_type(65_535) == "text"


def test_literals_are_the_standards():
    assert ddl.literal("it's a \\ text") == "'it''s a \\ text'"
    assert ddl.literal(None) == "null"
    assert ddl.literal(True) == "1"


def test_long_names_stay_apart():
    one, two = (ddl.name_beside("m" * 60 + letter, "__dbt_tmp") for letter in "ab")
    assert len(one) == len(two) == 64
    assert one != two
    assert ddl.name_beside("model", "__dbt_tmp") == "model__dbt_tmp"


def test_indexes():
    quote = "`{}`".format
    assert ddl.index_definitions([{"columns": ["a", "b"], "unique": True}, {"columns": ["c"]}], quote) == [
        "unique index using btree (`a`, `b`)",
        "index using btree (`c`)",
    ]
    with pytest.raises(CompilationError, match="needs a list of `columns`"):
        ddl.index_definitions([{"columns": "a"}], quote)
    with pytest.raises(CompilationError, match="btree or hash"):
        ddl.index_definitions([{"columns": ["a"], "type": "brin"}], quote)


@pytest.mark.parametrize("mark", ["`", '"'])
def test_comments_keep_a_columns_definition(mark):
    shown = "CREATE TABLE `t` (\n  `id` int NOT NULL DEFAULT '1' COMMENT 'old, it''s',\n  `b` text,\n  PRIMARY KEY (`id`)\n)"
    clauses = ddl.column_comments(shown.replace("`", mark), {"ID": "new"}, "`{}`".format)
    assert clauses == ["modify column `id` int NOT NULL DEFAULT '1' comment 'new'"]


def test_a_widened_column_keeps_what_else_it_is():
    shown = (
        'CREATE TABLE "t" (\n'
        "  \"a\" varchar(5) COLLATE x NOT NULL DEFAULT 'd''\\\\' COMMENT 'one,\\ntwo NOT NULL',\n"
        '  "n" decimal(5,2) NOT NULL,\n'
        '  PRIMARY KEY ("a")\n)'
    )
    columns = ddl.column_definitions(shown)
    assert ddl.widened(columns["a"], "varchar(9)", may_be_null=False) == (
        "varchar(9) COLLATE x NOT NULL DEFAULT 'd''\\' COMMENT 'one,\ntwo NOT NULL'"
    )
    assert ddl.widened(columns["n"], None, may_be_null=True) == "decimal(5,2)"


def test_what_a_build_leaves_beside_its_table():
    longest = "m" * 60
    for name in (
        "__dbt_tmp",
        "__dbt_tmp_r01ab23cd",
        "__dbt_backup",
        "__dbt_tmp_2020",
        "__dbt_tmp_202001",
        "__dbt_tmp_20200131T23",
    ):
        for identifier in ("m", longest):
            assert ddl.is_beside(ddl.name_beside(identifier, name), identifier)
    for name in ("m", "m__dbt_tmp_notes", "m2__dbt_tmp", "m__dbt_tmp_2020_copy", "mm__dbt_tmp_20200131"):
        assert not ddl.is_beside(name, "m")


def test_accounts():
    assert ddl.accounts(["ann", "bob@10.0.%"]) == ["'ann'@'%'", "'bob'@'10.0.%'"]


def test_a_views_text_casts_keep_their_collation_on_mariadb():
    mariadb, mysql = server_of("5.5.5-10.11.6-MariaDB"), server_of("9.7.4")
    sql = "select cast(a as char(10)), cast(b as CHAR ), cast(c as signed), a as character_name"
    assert mysql.view_sql(sql) == sql
    assert mariadb.view_sql(sql) == (
        "select cast(a as char(10)) collate utf8mb4_nopad_bin, cast(b as CHAR ) collate utf8mb4_nopad_bin, "
        "cast(c as signed), a as character_name"
    )
    assert mariadb.view_sql(mariadb.view_sql(sql)) == mariadb.view_sql(sql)
    text = "select 'say cast(x as char) please' as t"
    assert mariadb.view_sql(text) == text
    assert (mariadb.version, mariadb.name, mysql.name) == ("10.11.6-MariaDB", "MariaDB", "MySQL")


def test_a_views_texts_are_left_alone_on_mysql():
    sql = (
        "select interval '1''' day, group_concat(a separator '''') as b from t where a like '!''' escape '!'"
    )
    assert server_of("8.4.0").view_sql(sql) == sql


def test_seed_types_and_batches():
    table = agate.Table(
        [[1, "a'b"], [2**40, None]], ["n", "t"], [agate.Number(), agate.Text(cast_nulls=False)]
    )
    assert seeds.number_type(table, 0) == "bigint"
    assert seeds.text_type(table, 1) == "varchar(255)"
    assert list(seeds.inserts("s.t", "n, t", table)) == [
        "insert into s.t (n, t) values\n(1, 'a''b'),\n(1099511627776, null)"
    ]


def test_large_seeds_are_split(monkeypatch):
    monkeypatch.setattr(seeds, "_BATCH_CHARACTERS", 10)
    table = agate.Table([[number] for number in range(100)], ["n"], [agate.Number()])
    statements = list(seeds.inserts("t", "n", table))
    assert len(statements) > 1
    assert sum(statement.count("(") - 1 for statement in statements) == 100


@pytest.mark.parametrize(
    ("number", "says"),
    [
        (1045, "check the profile's `user` and `password`"),
        (2003, "correct `host` and `port`"),
        (1040, "lower `threads`"),
    ],
)
def test_why_there_is_no_connection(number, says):
    credentials = StarliftMySQLCredentials(
        server="db", port=3307, username="ann", password="secret", schema="s"
    )
    sentence = errors.about_connecting(Error("no", errno=number), credentials)
    assert says in sentence
    assert "db:3307" in sentence
    assert "secret" not in sentence


@pytest.mark.parametrize(
    ("number", "message", "says"),
    [
        (1290, "The MySQL server is running with the --read-only option", "takes writes"),
        (1290, "The MySQL server is running with the --super-read-only option", "takes writes"),
        (1290, "The MariaDB server is running with the --read_only option", "takes writes"),
        (1290, "The MySQL server is running with the --secure-file-priv option", "secure_file_priv"),
        (1290, "The MySQL server is running with the --of-another-day option", None),
        (1836, "Running in read-only mode", "takes writes"),
        (1792, "Cannot execute statement in a READ ONLY transaction.", "transaction_read_only"),
        (1044, "Access denied for user 'ann'@'%' to database 'star'", "Grant the profile's user"),
        (1142, "CREATE command denied to user 'ann'@'%' for table 't'", "Grant the profile's user"),
        (1049, "Unknown database 'star'", "Create the schema, or correct its name"),
    ],
)
def test_what_to_do_about_an_error(number, message, says):
    told = errors.about_query(Error(message, errno=number))
    assert message in told
    assert (says in told) if says else told.endswith(message)


def test_a_missing_md5_says_where_it_went():
    assert "component_classic_hashing" in errors.about_query(
        Error("FUNCTION star.md5 does not exist", errno=1305)
    )


def test_a_database_beside_the_schema_is_refused():
    with pytest.raises(DbtRuntimeError, match="leave `database` out"):
        StarliftMySQLCredentials(schema="star", database="other")
    assert StarliftMySQLCredentials(schema="star", database="star").database is None


def test_the_stand_ins_are_gone_after_the_import():
    """In a process of its own: what dbt-mysql imports under old names must not be there for anyone else."""
    code = (
        "import dbt.adapters.starlift_mysql, sys, dbt.exceptions, dbt.utils, dbt.events\n"
        "assert 'dbt.contracts.connection' not in sys.modules\n"
        "assert 'dbt.clients.agate_helper' not in sys.modules\n"
        "assert dbt.exceptions.__file__ and dbt.utils.__file__ and dbt.events.__file__\n"
        "assert not hasattr(dbt.events, 'AdapterLogger')\n"
        "import dbt.adapters.mysql.impl as old\n"
        "assert issubclass(old.dbt.exceptions.FailedToConnectError, Exception)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

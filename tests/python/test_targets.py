"""Targets: read from the dbt profile as dbt reads it, and the compose file that serves what the profile expects."""

import os
import re
import subprocess

import adbc_driver_manager
import mysql.connector
import pytest
import yaml

from conftest import PROJECT
from starlift.errors import StarliftError
from starlift.servers import KINDS
from starlift.targets import default_target, read_target, server_of
from starlift.targets.mysql import MARIADB, MySQL
from starlift.targets.postgres import Postgres

COMPOSE = yaml.safe_load((PROJECT / "compose.yaml").read_text())


@pytest.fixture(autouse=True)
def profile(tmp_path, monkeypatch):
    """The example as the profile in use, and no variables of the user's."""
    for name in list(os.environ):
        if name.startswith("STARLIFT_"):
            monkeypatch.delenv(name)
    (tmp_path / "profiles.yml").write_text((PROJECT / "profiles.yml.example").read_text())
    monkeypatch.setenv("DBT_PROFILES_DIR", str(tmp_path))
    monkeypatch.chdir(PROJECT)
    return tmp_path / "profiles.yml"


def test_the_examples_servers_are_this_machines(profile):
    for name, kind in KINDS.items():
        target = read_target(name)
        assert (target.get("host"), target.get("port")) == ("127.0.0.1", kind.default_port)
        assert target.get("user") == "starlift"
        assert target.get("password") is None
    assert read_target("duckdb").type == "duckdb"


def test_the_environment_fills_in_the_profile(profile, monkeypatch):
    monkeypatch.setenv("STARLIFT_POSTGRES_HOST", "db.example.com")
    monkeypatch.setenv("STARLIFT_POSTGRES_PORT", "6000")
    monkeypatch.setenv("STARLIFT_POSTGRES_PASSWORD", r"it's a \ secret")
    monkeypatch.setenv("STARLIFT_POSTGRES_SSLMODE", "verify-full")
    monkeypatch.setenv("STARLIFT_POSTGRES_SSLROOTCERT", "/etc/ca.pem")
    monkeypatch.setenv("STARLIFT_SCHEMA", "other")
    target = read_target("postgres")
    assert target.settings["schema"] == "other"
    server = Postgres(target)
    assert str(server) == "PostgreSQL at db.example.com:6000"
    words = server.conninfo()
    assert r"password='it\'s a \\ secret'" in words
    assert "sslmode='verify-full'" in words
    assert "sslrootcert='/etc/ca.pem'" in words
    assert "sslcert" not in words
    assert "secret" not in server.conninfo(with_password=False)


def test_a_ca_makes_mysqls_certificate_be_verified(profile, monkeypatch):
    assert read_target("mysql").settings["ssl_verify_cert"] is False
    monkeypatch.setenv("STARLIFT_MYSQL_SSL_CA", "/etc/ca.pem")
    assert read_target("mysql").settings["ssl_verify_cert"] is True
    assert read_target("mariadb").settings["ssl_verify_cert"] is False
    assert MySQL(read_target("mariadb")).flavor is MARIADB


def test_the_default_target_is_a_variable(profile, monkeypatch):
    assert default_target() == "duckdb"
    monkeypatch.setenv("STARLIFT_TARGET", "mariadb")
    assert default_target() == "mariadb"


def test_what_is_missing_in_the_profile_is_named(profile, monkeypatch):
    with pytest.raises(
        StarliftError, match="has no target 'oracle': choose duckdb, postgres, mysql, mariadb"
    ):
        read_target("oracle")
    text = profile.read_text()
    profile.write_text(text.replace("'STARLIFT_POSTGRES_PASSWORD', ''", "'STARLIFT_POSTGRES_PASSWORD'"))
    with pytest.raises(
        StarliftError, match="needs the environment variable STARLIFT_POSTGRES_PASSWORD: set it"
    ):
        read_target("postgres")
    assert read_target("mysql").type == "starlift_mysql"
    profile.write_text(text.replace("'5432') | as_number", "'5432') | as_nothing"))
    with pytest.raises(
        StarliftError, match=r"The target 'postgres' in .* cannot be read \(.*as_nothing.*\): correct"
    ):
        read_target("postgres")
    profile.write_text("starlift: [")
    with pytest.raises(StarliftError, match="is not readable YAML: correct it"):
        read_target("postgres")
    profile.write_text("")
    with pytest.raises(StarliftError, match=r"profiles.yml"):
        read_target("postgres")
    profile.unlink()
    with pytest.raises(
        StarliftError, match=r"There is no profile 'starlift' in .*: copy profiles.yml.example"
    ):
        read_target("postgres")


# compose.yaml


def test_compose_serves_what_the_profile_expects():
    assert set(COMPOSE["services"]) == set(KINDS)
    for name, service in COMPOSE["services"].items():
        (port,) = service["ports"]
        assert port.startswith(f"127.0.0.1:${{STARLIFT_{name.upper()}_PORT:-{KINDS[name].default_port}}}:")
        assert service["healthcheck"]["test"]
        assert (name == "postgres") != ("--local-infile=1" in service["command"])
        assert service["volumes"][0].partition(":")[0] in COMPOSE["volumes"]


def test_compose_has_no_password_of_its_own():
    for name, service in COMPOSE["services"].items():
        variable = f"STARLIFT_{name.upper()}_PASSWORD"
        given = [value for key, value in service["environment"].items() if "PASSWORD" in key]
        assert any(value.startswith(f"${{{variable}:?") for value in given)
        assert all(re.fullmatch(rf"\$\{{{variable}(:\?[^}}]+)?\}}", value) for value in given)


@pytest.mark.parametrize("password", ["plain", "it's", "back\\slash", 'a "b" $c `d`'])
def test_composes_users_password_is_quoted(password):
    """The script as the images' entrypoints run it, with a stand-in for what they offer."""
    script = COMPOSE["configs"]["user"]["content"].replace("$$", "$")
    done = subprocess.run(
        ["bash", "-euc", f"docker_process_sql() {{ cat; }}\n{script}"],
        env={"STARLIFT_USER": "starlift", "STARLIFT_PASSWORD": password, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    quoted = password.replace("\\", "\\\\").replace("'", "''")
    assert f"create user 'starlift'@'%' identified by '{quoted}';" in done.stdout


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            'FATAL:  no pg_hba.conf entry for host "10.0.0.1", database "starlift", SSL off',
            "does not let the user",
        ),
        ('FATAL:  permission denied for database "starlift"', "does not let the user 'starlift' in"),
        ('FATAL:  database "starlift" does not exist', "has no database 'starlift'"),
        ('FATAL:  role "starlift" does not exist', "has no user 'starlift'"),
        ("FATAL:  the database system is starting up", "takes no connections yet"),
        (
            'connection to server at "db", port 1 failed: server does not support SSL, but SSL was required',
            r"cannot be reached as sslmode asks \(server does not support SSL, but SSL was required\)",
        ),
        ("FATAL:  sorry, too many clients already", r"cannot be used \(sorry, too many clients already\)"),
    ],
)
def test_why_postgres_lets_nobody_in(profile, monkeypatch, said, told):
    def refuse(_):
        raise adbc_driver_manager.OperationalError(said, status_code=10)

    monkeypatch.setattr("adbc_driver_postgresql.dbapi.connect", refuse)
    with pytest.raises(StarliftError, match=told):
        Postgres(read_target("postgres")).connect()


@pytest.mark.parametrize(
    ("number", "said", "told"),
    [
        (1045, "Access denied for user", "refuses the user 'starlift': .* STARLIFT_MARIADB_PASSWORD"),
        (2013, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed", "cannot be reached with TLS"),
        (
            2003,
            "Can't connect",
            "No MariaDB answers at 127.0.0.1:3307: start it .*starlift server start mariadb",
        ),
        (1040, "Too many connections", r"MariaDB at 127.0.0.1:3307 refused that \(Too many connections\)"),
    ],
)
def test_why_mariadb_lets_nobody_in(profile, monkeypatch, number, said, told):
    def refuse(**_):
        raise mysql.connector.Error(msg=said, errno=number)

    monkeypatch.setattr("mysql.connector.connect", refuse)
    with pytest.raises(StarliftError, match=told):
        MySQL(read_target("mariadb")).connect()


@pytest.mark.parametrize(
    ("number", "said", "told"),
    [
        (
            1290,
            "The MariaDB server is running with the --read-only option so it cannot execute this statement",
            "is read-only .*: name a server that takes writes",
        ),
        (
            1290,
            "The MySQL server is running with the --secure-file-priv option so it cannot execute this",
            "an option that forbids this .*: start it without, or name another server",
        ),
        (1792, "Cannot execute statement in a READ ONLY transaction", "is read-only"),
        (1836, "Running in read-only mode", "is read-only"),
        (1030, 'Got error 28 "No space left on device" from storage engine', "The disk of .* is full"),
        (1005, 'Can\'t create table (errno: 28 "No space left")', "make room, and repeat"),
        (-1, "MySQL Connection not available", "went away .*: start it again, and repeat"),
        (1064, "You have an error in your SQL syntax", "put it right, and repeat"),
    ],
)
def test_what_mariadb_means(profile, number, said, told):
    error = mysql.connector.Error(msg=said, errno=number)
    assert re.search(told, MySQL(read_target("mariadb")).what_is_wrong(error, "repeat"))


class Psycopg2Error(Exception):
    """As psycopg2 raises it: the state has another name than in ADBC's."""

    def __init__(self, said, state):
        super().__init__(said)
        self.pgcode = state


@pytest.mark.parametrize(
    ("state", "said", "told"),
    [
        ("42501", "permission denied for schema raw", "lacks a privilege on .*: grant it"),
        ("25006", "cannot execute INSERT in a read-only transaction", "is read-only"),
        ("53100", "could not extend file", "make room, and repeat"),
        (None, "connection already closed", "went away .*: start it again, and repeat"),
        ("42601", "syntax error", "put it right, and repeat"),
    ],
)
def test_what_postgres_means_whichever_driver_says_it(profile, state, said, told):
    server = Postgres(read_target("postgres"))
    assert re.search(told, server.what_is_wrong(Psycopg2Error(said, state), "repeat"))
    from_adbc = adbc_driver_manager.Error(said, status_code=10, sqlstate=state)
    assert re.search(told, server.what_is_wrong(from_adbc, "repeat"))


def test_a_target_has_the_server_of_its_type(profile):
    assert server_of(read_target("duckdb")) is None
    assert isinstance(server_of(read_target("postgres")), Postgres)
    assert isinstance(server_of(read_target("mysql")), MySQL)

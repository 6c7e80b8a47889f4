"""Private servers: set up, started, stopped and found again, and what is said where that cannot be."""

import os
import socket
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import pytest
from typer.testing import CliRunner

from starlift.cli import app
from starlift.errors import StarliftError
from starlift.servers import NotInstalled, PrivateServer, Tuning, private, private_server, quickest_folder
from starlift.servers.mysql import MySQL
from starlift.servers.postgres import Postgres


@pytest.fixture
def folder():
    """One that any user may enter, as pytest's own may not."""
    with tempfile.TemporaryDirectory(prefix="starlift_test_", dir=quickest_folder(Tuning.THROWAWAY)) as made:
        Path(made).chmod(0o755)
        yield Path(made)


def query(server, sql):
    connection = psycopg2.connect(
        host=server.host,
        port=server.port,
        user=server.user,
        password=server.password,
        dbname=server.database,
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_data_outlives_a_stop_and_a_kill(postgres_server, folder):
    private = PrivateServer("postgres", folder / "made" / "pg")
    server = private.start(tuning=Tuning.THROWAWAY)
    try:
        query(server, "create table kept as select 1 as one")
        assert private.start().pid == server.pid
        assert private.stop()
        assert not private.stop()
        assert not is_open(server.port)
        assert private.running() is None
        anew = PrivateServer("postgres", private.folder)
        again = anew.start()
        assert (again.port, again.password) == (server.port, server.password)
        anew.kill()
        assert not is_open(server.port)
        assert query(PrivateServer("postgres", private.folder).start(), "select one from kept") == [(1,)]
    finally:
        PrivateServer("postgres", private.folder).remove()
    assert not private.folder.exists()


def test_the_password_is_the_owners_alone(postgres_server):
    about = postgres_server.folder / "server.json"
    assert postgres_server.password in about.read_text()
    assert stat.S_IMODE(about.stat().st_mode) == 0o600
    for file in postgres_server.folder.iterdir():
        if file.is_file() and file != about:
            assert postgres_server.password not in file.read_text()


@pytest.mark.parametrize("kind", ["postgres", "mariadb", "mysql"])
def test_only_this_machine_is_served_and_never_by_root(kind, request):
    server = request.getfixturevalue(f"{kind}_server")
    with socket.socket() as probe:
        probe.settimeout(5)
        # every machine has another address of its own
        assert probe.connect_ex(("127.0.0.2", server.port)) != 0
    assert server.environment[f"STARLIFT_{kind.upper()}_PORT"] == str(server.port)
    if os.geteuid() == 0:
        assert Path(f"/proc/{server.pid}").stat().st_uid != 0


def test_a_wrong_password_is_no_way_in(postgres_server):
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(
            host=postgres_server.host,
            port=postgres_server.port,
            user="starlift",
            password="x",
            dbname="starlift",
        )


def test_a_server_goes_with_the_process_that_started_it(postgres_server):
    program = (
        "import os, signal\n"
        "from starlift.servers import private_server\n"
        "with private_server('postgres') as server:\n"
        "    print(server.port, server.folder, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    port, made = done.stdout.split()
    private = PrivateServer("postgres", Path(made))
    if sys.platform == "linux":
        deadline = 100
        while private.running() and deadline:
            deadline -= 1
            subprocess.run(["sleep", "0.1"], check=True)
        assert not is_open(int(port))
    private.remove()


def test_a_folder_of_other_things_is_left_alone(folder):
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(StarliftError, match="holds something other than a server"):
        PrivateServer("postgres", folder).start()
    assert [file.name for file in folder.iterdir()] == ["letter.txt"]


def test_a_folder_of_another_kind_is_refused(postgres_server, mariadb_server):
    with pytest.raises(StarliftError, match="holds a PostgreSQL, not a MariaDB"):
        PrivateServer("mariadb", postgres_server.folder).start()


def test_a_port_that_is_taken_is_refused(postgres_server, folder):
    with pytest.raises(StarliftError, match=f"Port {postgres_server.port} is taken"):
        PrivateServer("postgres", folder / "pg").start(postgres_server.port)
    assert not (folder / "pg").exists()


def test_a_server_that_cannot_start_says_why(postgres_server, folder, monkeypatch):
    private = PrivateServer("postgres", folder / "pg")
    command = Postgres.command
    monkeypatch.setattr(Postgres, "command", lambda self, place: [*command(self, place), "-c", "nonsense=1"])
    with pytest.raises(StarliftError, match=r"PostgreSQL does not start: .*nonsense"):
        private.start(tuning=Tuning.THROWAWAY)
    private.remove()


def test_what_is_not_installed_is_said_with_what_to_install(monkeypatch, folder):
    monkeypatch.setattr("starlift.servers.postgres.found_binary", lambda *_: None)
    with pytest.raises(NotInstalled, match="install it, for example with `apt-get install postgresql`"):
        PrivateServer("postgres", folder / "pg").start()
    with pytest.raises(NotInstalled), private_server("postgres"):
        pass
    assert not (folder / "pg").exists()


def test_a_mysqld_of_mariadb_is_no_mysql(monkeypatch, tmp_path):
    fake = tmp_path / "mysqld"
    fake.write_text("#!/bin/sh\necho mysqld Ver 10.11.19-MariaDB\n")
    fake.chmod(0o755)
    monkeypatch.setenv("STARLIFT_MYSQLD", str(fake))
    with pytest.raises(NotInstalled, match="a mysqld of MariaDB is no MySQL"):
        MySQL().find()
    monkeypatch.setenv("STARLIFT_MYSQLD", str(tmp_path / "none"))
    with pytest.raises(StarliftError, match=r"STARLIFT_MYSQLD names .*none, which is no program"):
        MySQL().find()


def test_the_command_prints_what_a_shell_takes(postgres_server, folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("STARLIFT_POSTGRES_PASSWORD", "it's mine")
    runner = CliRunner()
    assert "postgres: not set up" in runner.invoke(app, ["server", "status"]).stdout
    started = runner.invoke(app, ["server", "start", "postgres"])
    try:
        assert started.exit_code == 0, started.output
        told = subprocess.run(
            ["sh", "-c", f'{started.stdout}\nprintf %s "$STARLIFT_POSTGRES_PASSWORD"'],
            capture_output=True,
            text=True,
            check=True,
        )
        assert told.stdout == "it's mine"
        assert "postgres: runs on 127.0.0.1:" in runner.invoke(app, ["server", "status"]).stdout
    finally:
        stopped = runner.invoke(app, ["server", "stop", "postgres"])
    assert "has stopped; its data stays" in stopped.stdout
    assert "postgres: stopped; its data is kept" in runner.invoke(app, ["server", "status"]).stdout
    unknown = runner.invoke(app, ["server", "start", "oracle"])
    assert isinstance(unknown.exception, StarliftError)


def test_a_port_that_is_taken_in_the_same_moment_is_exchanged(postgres_server, monkeypatch):
    ports = iter([postgres_server.port, postgres_server.port])
    pick = private._any_port
    monkeypatch.setattr(private, "_any_port", lambda: next(ports, None) or pick())
    with private_server("postgres") as server:
        assert server.port != postgres_server.port
        assert query(server, "select 1") == [(1,)]

"""A private MySQL, a private MariaDB: the two differ in where they are and how they are set up."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from starlift.errors import StarliftError
from starlift.servers.kinds import (
    HOST,
    USER,
    NotInstalled,
    Place,
    Tuning,
    found_binary,
    run_quietly,
    socket_in,
)

_SETTINGS = {
    "bind-address": HOST,
    "skip-name-resolve": None,
    "local-infile": "1",
    "default-time-zone": "+00:00",
    "character-set-server": "utf8mb4",
    "max-allowed-packet": "256M",
    "innodb-buffer-pool-size": "1G",
    "innodb-log-file-size": "512M",
}
_TUNED: dict[Tuning, dict[str, str | None]] = {
    Tuning.DURABLE: {"sync-binlog": "1", "innodb-flush-log-at-trx-commit": "1"},
    Tuning.THROWAWAY: {
        "innodb-buffer-pool-size": "128M",
        "innodb-log-file-size": "64M",
        "innodb-flush-log-at-trx-commit": "0",
        "innodb-doublewrite": "0",
        "innodb-fast-shutdown": "2",
        "skip-log-bin": None,
    },
}
_SBIN = tuple(
    Path(folder) for folder in ("/usr/sbin", "/usr/local/sbin", "/usr/libexec", "/usr/local/libexec")
)
_FIRST_START = "first_start.sql"


def _temporary_folder(place: Place) -> Path:
    """A server that starts deletes temporary tables that it takes for its own: no two share a folder."""
    folder = place.folder / "tmp"
    folder.mkdir(mode=0o700, exist_ok=True)
    place.account.own(folder)
    return folder


class _MySQLLike:
    """What MySQL and MariaDB have in common."""

    name: str
    title: str
    default_port: int
    accounts = ("mysql", "nobody")
    still_ending = "nable to lock"

    def find(self) -> Path:
        raise NotImplementedError

    def find_client(self, *names: str) -> Path:
        raise NotImplementedError

    def _own_settings(self, place: Place) -> dict[str, str | None]:
        raise NotImplementedError

    def command(self, place: Place) -> list[str]:
        socket = socket_in(place.data, "server.sock")
        settings: dict[str, str | None] = {
            **_SETTINGS,
            **_TUNED[place.tuning],
            **self._own_settings(place),
            "datadir": str(place.data),
            "port": str(place.port),
            "pid-file": str(self.pid_file(place)),
            # a path is required; a relative one is taken from the data folder
            "socket": str(socket or "server.sock"),
        }
        settings["tmpdir"] = str(_temporary_folder(place))
        first = place.folder / _FIRST_START
        if first.exists():
            settings["init-file"] = str(first)
        words = [f"--{name}" if value is None else f"--{name}={value}" for name, value in settings.items()]
        return [str(self.find()), "--no-defaults", *words]

    def pid_file(self, place: Place) -> Path:
        return place.data / "server.pid"

    def is_ready(self, place: Place) -> bool:
        import mysql.connector  # noqa: PLC0415 - slow to import

        try:
            self._connect(place).close()
        except mysql.connector.Error:
            return False
        return True

    def prepare(self, place: Place) -> None:
        (place.folder / _FIRST_START).unlink(missing_ok=True)

    def environment(self, place: Place) -> Mapping[str, str]:
        prefix = f"STARLIFT_{self.name.upper()}"
        return {
            f"{prefix}_HOST": HOST,
            f"{prefix}_PORT": str(place.port),
            f"{prefix}_USER": USER,
            f"{prefix}_PASSWORD": place.password,
        }

    def _connect(self, place: Place) -> Any:  # noqa: ANN401 - a connection of the driver's, which has many kinds
        import mysql.connector  # noqa: PLC0415 - slow to import

        return mysql.connector.connect(
            host=HOST, port=place.port, user=USER, password=place.password, connection_timeout=5
        )

    def _write_first_start(self, place: Place) -> None:
        """Statements for the first start: the user, and no way in for anybody else."""
        file = place.folder / _FIRST_START
        file.touch(mode=0o600)
        password = place.password.replace("\\", "\\\\").replace("'", "''")
        statements = [
            f"create user '{USER}'@'%' identified by '{password}'",
            f"grant all privileges on *.* to '{USER}'@'%' with grant option",
            f"alter user 'root'@'localhost' identified by '{password}'",
        ]
        file.write_text("".join(f"{statement};\n" for statement in statements))
        place.account.own(file)


class MySQL(_MySQLLike):
    name = "mysql"
    title = "MySQL"
    default_port = 3306

    def find(self) -> Path:
        missing = NotInstalled(
            "MySQL's server (mysqld) is not installed: install it (see https://dev.mysql.com/downloads), or "
            "name its binary in STARLIFT_MYSQLD; a mysqld of MariaDB is no MySQL."
        )
        named = os.environ.get("STARLIFT_MYSQLD")
        if named:
            binary = Path(named)
            if not os.access(binary, os.X_OK):
                raise StarliftError(f"STARLIFT_MYSQLD names {named}, which is no program: name a mysqld.")
        else:
            binary = found_binary("mysqld", (*_SBIN, *_homebrew("mysql"), Path("/usr/local/mysql/bin")))
        if binary is None or _is_mariadb(binary):
            raise missing
        return binary

    def find_client(self, *names: str) -> Path:
        named = os.environ.get("STARLIFT_MYSQLD")
        beside = [Path(named).parent] if named else []
        folders = (*beside, *_homebrew("mysql"), Path("/usr/local/mysql/bin"))
        found = _client(names, folders, of_mariadb=False)
        if found is None:
            raise NotInstalled(
                f"MySQL's client ({names[-1]}) is not installed: install it (see "
                "https://dev.mysql.com/downloads); that of MariaDB is another."
            )
        return found

    def initialise(self, place: Place) -> None:
        command = [str(self.find()), "--no-defaults", "--initialize-insecure", f"--datadir={place.data}"]
        command.append(f"--tmpdir={_temporary_folder(place)}")
        if place.tuning is Tuning.THROWAWAY:
            command += ["--innodb-doublewrite=0", "--innodb-redo-log-capacity=64M"]
        run_quietly(self.title, command, place.account)
        self._write_first_start(place)

    def prepare(self, place: Place) -> None:
        super().prepare(place)
        import mysql.connector  # noqa: PLC0415 - slow to import

        connection = self._connect(place)
        try:
            cursor = connection.cursor()
            try:
                cursor.execute("select md5('')")
                cursor.fetchall()
            except mysql.connector.Error:
                # since 9.6, and the star's keys are made with it
                cursor.execute("install component 'file://component_classic_hashing'")
        finally:
            connection.close()

    def _own_settings(self, place: Place) -> dict[str, str | None]:
        # NULL: no files of the server's machine are read or written, and no folder for them has to exist
        return {"collation-server": "utf8mb4_0900_bin", "mysqlx": "0", "secure-file-priv": "NULL"}

    def command(self, place: Place) -> list[str]:
        # since 8.0.30 one setting, of the whole log
        return [
            word.replace("--innodb-log-file-size=", "--innodb-redo-log-capacity=")
            for word in super().command(place)
        ]


class MariaDB(_MySQLLike):
    name = "mariadb"
    title = "MariaDB"
    default_port = 3307

    def find(self) -> Path:
        binary = found_binary("mariadbd", (*_SBIN, *_homebrew("mariadb")))
        if binary is None:
            raise NotInstalled(
                "MariaDB's server (mariadbd) is not installed: install it, for example with "
                "`apt-get install mariadb-server` or `brew install mariadb`."
            )
        return binary

    def find_client(self, *names: str) -> Path:
        found = _client(names, _homebrew("mariadb"), of_mariadb=True)
        if found is None:
            raise NotInstalled(
                f"MariaDB's client ({names[0]}) is not installed: install it, for example with "
                "`apt-get install mariadb-client` or `brew install mariadb`."
            )
        return found

    def initialise(self, place: Place) -> None:
        beside = (self.find().resolve().parent, self.find().resolve().parents[1] / "bin")
        installer = found_binary("mariadb-install-db", beside)
        if installer is None:
            raise NotInstalled(
                "MariaDB's mariadb-install-db is not installed: install MariaDB's whole server package."
            )
        command = [
            str(installer),
            "--no-defaults",
            f"--datadir={place.data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            "--skip-name-resolve",
            f"--tmpdir={_temporary_folder(place)}",
        ]
        run_quietly(self.title, command, place.account)
        self._write_first_start(place)

    def _own_settings(self, place: Place) -> dict[str, str | None]:
        return {"collation-server": "utf8mb4_nopad_bin"}


def _client(names: Sequence[str], folders: Sequence[Path], *, of_mariadb: bool) -> Path | None:
    """The two call some of their programs alike, and cannot do each other's work."""
    on_path = [Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder]
    for folder in (*on_path, *folders):
        for name in names:
            binary = folder / name
            if os.access(binary, os.X_OK) and _is_mariadb(binary) == of_mariadb:
                return binary
    return None


def _homebrew(formula: str) -> list[Path]:
    roots = (Path("/opt/homebrew/opt"), Path("/usr/local/opt"))
    return [folder for root in roots for folder in root.glob(f"{formula}*/bin")]


def _is_mariadb(binary: Path) -> bool:
    """Whether a program is MariaDB's, such as mysqld on Debian."""
    said = subprocess.run(
        [str(binary), "--no-defaults", "--version"], capture_output=True, text=True, check=False
    )
    return "mariadb" in (said.stdout + said.stderr).lower()

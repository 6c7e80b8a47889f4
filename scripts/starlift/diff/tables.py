"""The tables, views and answers of two states, compared."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import duckdb

from starlift.diff.keys import keys_of
from starlift.diff.project import COMPARED
from starlift.diff.rows import Columns, Relation, Rows, TableChange, compare, quoted
from starlift.duckdb_file import first_line, use_of_duckdb
from starlift.state import State
from starlift.state.stored import stored_relations

# The work, how much of it is done, and how much there is.
Tell = Callable[[str, int, int], None]


def compare_tables(before: State, now: State, tell: Tell = lambda *_: None) -> dict[str, TableChange]:
    """By node what became of its rows: of models, seeds and snapshots, and of the answers to analyses."""
    with (
        TemporaryDirectory(prefix="starlift_diff_", ignore_cleanup_errors=True) as spilled,
        use_of_duckdb(now.file),
        # what does not fit into memory would go to a folder where the user is
        duckdb.connect(config={"temp_directory": spilled}) as connection,
    ):
        connection.execute("set timezone = 'UTC'")
        sides = _Side(connection, "before", before), _Side(connection, "now", now)
        for side in sides:
            side.read(tell)
        old, new = sides
        keys = {**keys_of(before.manifest), **keys_of(now.manifest)}
        nodes = sorted(old.relations.keys() | new.relations.keys())
        found = {}
        with old.attached("before"), new.attached("now"):
            for at, node in enumerate(nodes):
                tell("comparing tables", at, len(nodes))
                found[node] = compare(
                    connection, old.relations.get(node), new.relations.get(node), keys.get(node, [])
                )
        for side in sides:
            side.find_missing(nodes)
        for node in old.problems.keys() | new.problems.keys():
            # what fails on both sides is no change
            both = node in old.problems and node in new.problems
            problem = "" if both else old.problems.get(node) or new.problems[node]
            found[node] = TableChange(Columns(), Rows(None, None, problem=problem))
        return found


class _Side:
    """One state: its tables are read where they are, its views and answers into temporary tables."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, name: str, state: State) -> None:
        self._connection, self._name, self._state = connection, name, state
        self.relations: dict[str, Relation] = {}
        # Views and analyses that the database cannot answer, and what it says.
        self.problems: dict[str, str] = {}

    @contextmanager
    def attached(self, name: str) -> Iterator[None]:
        file = str(self._state.file).replace("'", "''")
        with use_of_duckdb(self._state.file):
            self._connection.execute(f"attach '{file}' as {quoted(name)} (read_only)")
        try:
            yield
        finally:
            self._connection.execute(f"detach {quoted(name)}")

    def read(self, tell: Tell) -> None:
        """Find the relations, under the name that views and compiled SQL have for the database."""
        database = self._state.database
        with self.attached(database):
            stored = stored_relations(self._connection, database)
            nodes = [
                (unique_id, node)
                for unique_id, node in sorted(self._state.manifest["nodes"].items())
                if node["resource_type"] in COMPARED
            ]
            for at, (unique_id, node) in enumerate(nodes):
                tell(f"reading views and answers, {self._name}", at, len(nodes))
                place = (node["schema"].lower(), (node.get("alias") or node["name"]).lower())
                if node["resource_type"] == "analysis":
                    if sql := (node.get("compiled_code") or "").strip().rstrip(";"):
                        self._copy(unique_id, sql)
                elif place in stored:
                    is_view, columns = stored[place]
                    if is_view:
                        self._copy(unique_id, f"select * from {quoted(database, *place)}")
                    else:
                        self.relations[unique_id] = Relation(quoted(self._name, *place), columns)

    def find_missing(self, nodes: Iterable[str]) -> None:
        """What the other side has, and this one's project, too, but not its database."""
        for node in set(nodes) & self._state.manifest["nodes"].keys() - self.relations.keys():
            if self._state.manifest["nodes"][node]["resource_type"] != "analysis":
                self.problems.setdefault(node, f"it is not in the database, {self._name}")

    def _copy(self, unique_id: str, sql: str) -> None:
        name = quoted("temp", "main", f"{self._name} {unique_id}")
        try:
            self._connection.execute(f"create temp table {name} as {sql}")
        except duckdb.Error as error:
            self.problems[unique_id] = first_line(error)
            return
        described = self._connection.execute(f"describe {name}").fetchall()
        self.relations[unique_id] = Relation(name, {row[0].lower(): row[1] for row in described})

"""An extract as no database with keys gives it: every rule broken, texts and dates that engines part over."""

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from starlift.parity.breaks import BREAKS, ODD_TEXTS, Copy
from starlift.sources import Source, Table

_FIRST_NEW_KEY = 900_001
_FIRST_ODD_KEY = 901_001
# Rows that get odd texts are not those that are copied.
_COPIED = 20

# Those that quoting, trimming, comparing or counting letters can get wrong.
_TEXTS = (
    "it's",
    'say "hi"',
    "back\\slash",
    "\\",
    "\\N",
    "\\n",
    "NULL",
    "",
    " ",
    "  leading and trailing  ",
    "\u00a0no-break\u00a0",
    "\u3000wide\u3000",
    "two\nlines",
    "two\r\nlines",
    "\ttab\t",
    "tab\tcomma,semicolon;",
    "emoji 😀 é ß ﷺ",
    "e\u0301",
    "\u2028\ufeff",
    "\x01\x1a\x7f",
    "%s {} {{ x }} $1 :name",
    "a=1, b=2",
    "<b>&amp;</b>",
    "x" * 100,
    "é" * 100,
)


def break_extract(source: Source, clean: Path, broken: Path) -> None:
    """A copy of the extract `clean` in which every rule of the source is broken at least once."""
    shutil.rmtree(broken, ignore_errors=True)
    shutil.copytree(clean, broken)
    with duckdb.connect() as connection:
        for table in source.tables:
            file = str(broken / f"{table.name}.parquet")
            connection.execute(f"create table {table.name} as select * from read_parquet($1)", [file])
            _add(connection, table, BREAKS[source.name][table.name])
        _write_odd_texts(connection, source)
        for table in source.tables:
            file = str(broken / f"{table.name}.parquet").replace("'", "''")
            connection.execute(f"copy {table.name} to '{file}' (format parquet)")


def broken_rows(source: Source) -> Iterator[tuple[str, str | None, str | None]]:
    """Table, the rule that is broken first, and the new key as text, of every row that `break_extract` adds.

    There is no new key where the rule is about the key.
    """
    for table, copies in BREAKS[source.name].items():
        key = source.table(table).primary_key
        for number, (rule, said) in enumerate(copies):
            yield table, rule, None if key in said else str(_FIRST_NEW_KEY + number)
    odd = ODD_TEXTS[source.name]
    for number in range(len(_TEXTS)):
        yield odd.table, odd.rule, str(_FIRST_ODD_KEY + number)


def _add(
    connection: duckdb.DuckDBPyConnection, table: Table, copies: Iterable[tuple[str | None, Copy]]
) -> None:
    """Copies of the table's first rows, one of each; of a short table some rows are copied again."""
    (rows,) = connection.execute(f"select count(*) from {table.name}").fetchone() or (0,)
    for number, (_, said) in enumerate(copies):
        columns = {table.primary_key: str(_FIRST_NEW_KEY + number), **said}
        replaced = ", ".join(f"{sql} as {column}" for column, sql in columns.items())
        connection.execute(
            f"insert into {table.name} select * replace ({replaced}) from {table.name} "
            f"where {table.primary_key} < {_FIRST_NEW_KEY} "
            f"order by {table.primary_key} limit 1 offset {number % rows}"
        )


def _write_odd_texts(connection: duckdb.DuckDBPyConnection, source: Source) -> None:
    """Each text in a row that is valid, and in one that goes to quarantine as it is."""
    odd = ODD_TEXTS[source.name]
    key = source.table(odd.table).primary_key
    written = ", ".join(f"{column} = $1" for column in odd.columns)
    replaced = ", ".join(f"{sql} as {column}" for column, sql in ({key: "$2"} | dict(odd.rejected)).items())
    for number, text in enumerate(_TEXTS):
        connection.execute(
            f"update {odd.table} set {written} where {key} = "
            f"(select {key} from {odd.table} order by {key} limit 1 offset $2)",
            [text, _COPIED + number],
        )
        connection.execute(
            f"insert into {odd.table} select * replace ({replaced}) from {odd.table} "
            f"where {key} is not null order by {key} limit 1",
            [text, _FIRST_ODD_KEY + number],
        )

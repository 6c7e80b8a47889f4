"""A schema of a PostgreSQL database: one transaction makes all of it."""

from contextlib import suppress

import adbc_driver_manager

from starlift.dump.fit import FittedTable
from starlift.dump.model import Type
from starlift.dump.sinks.sink import Landing, quoted_names, taken
from starlift.errors import StarliftError
from starlift.load.extract import quoted, text_literal
from starlift.load.interrupts import Interruptible, signals_ignored
from starlift.targets.postgres import Postgres

_BATCH = 65_536
_TYPES = {"double": "double precision", "blob": "bytea", "text": "text"}
# Views that stand on tables of the schema and are not in it: replacing it would take them, too.
_VIEWS_ELSEWHERE = """
select distinct views.relnamespace::regnamespace || '.' || views.relname
from pg_depend
join pg_rewrite on pg_rewrite.oid = pg_depend.objid
join pg_class as views on views.oid = pg_rewrite.ev_class
join pg_class as tables on tables.oid = pg_depend.refobjid
where tables.relnamespace = to_regnamespace({schema}) and views.relnamespace <> tables.relnamespace
order by 1 limit 3
"""


class PostgresSink:
    def __init__(self, server: Postgres) -> None:
        self.server = server
        self.place = f"the database {server.place}"
        self.committed = False

    def check(self, schema: str, *, replace: bool) -> None:
        connection = self.server.connect()
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "select count(*) from pg_class "
                    f"where relnamespace = to_regnamespace({text_literal(schema)})"
                )
                ((there,),) = cursor.fetchall()
                if there and not replace:
                    raise StarliftError(taken(self.place, schema))
                cursor.execute(_VIEWS_ELSEWHERE.format(schema=text_literal(schema)))
                views = [name for (name,) in cursor.fetchall()]
        except adbc_driver_manager.Error as error:
            raise StarliftError(self.server.what_is_wrong(error)) from error
        finally:
            connection.close()
        if views:
            raise StarliftError(
                f"Views stand on tables of {schema} of {self.place} ({', '.join(views)}): drop them, and "
                "load again."
            )

    def land(self, landing: Landing, *, replace: bool) -> list[str]:
        connection = self.server.connect()
        cursor = connection.cursor()
        run = Interruptible(cursor.adbc_cancel)
        try:
            for statement in (
                "set timezone = 'UTC'",
                "set statement_timeout = 0",
                "set lock_timeout = '30s'",
                "set client_min_messages = warning",
                f"drop schema if exists {quoted(landing.schema)} cascade",
                f"create schema {quoted(landing.schema)}",
            ):
                run(lambda statement=statement: cursor.execute(statement))
            for done, table in enumerate(landing.tables):
                landing.progress(f"writing {table.name}", done / len(landing.tables))
                self._fill(cursor, run, landing, table)
            for statement in _keys(landing):
                run(lambda statement=statement: cursor.execute(statement))
            with signals_ignored():
                connection.commit()
                self.committed = True
        except adbc_driver_manager.Error as error:
            raise StarliftError(self.server.what_is_wrong(error)) from error
        finally:
            run.close()
            for resource in (cursor, connection):
                with suppress(adbc_driver_manager.Error):
                    resource.close()
        return []

    def _fill(self, cursor, run: Interruptible, landing: Landing, table: FittedTable) -> None:  # noqa: ANN001 - ADBC's
        lines = [
            f"{quoted(column.name)} {_type(column.type)}{' not null' if column.not_null else ''}"
            for column in table.columns
        ]
        run(
            lambda: cursor.execute(
                f"create table {quoted(landing.schema)}.{quoted(table.name)} ({', '.join(lines)})"
            )
        )
        texts = [column.name for column in table.columns if column.type.family == "text"]
        connection = landing.staging.connection
        nul = " or ".join(f"contains({quoted(name)}, chr(0))" for name in texts)
        if nul and connection.execute(f"select 1 from {table.relation} where {nul} limit 1").fetchone():
            raise StarliftError(
                f"{table.name} has the character NUL in a text, which PostgreSQL cannot store: take it "
                "out of the dump, or load it into another target."
            )
        rows = connection.sql(f"select * from {table.relation}").to_arrow_reader(_BATCH)
        run(lambda: cursor.adbc_ingest(table.name, rows, mode="append", db_schema_name=landing.schema))


def _type(kind: Type) -> str:
    return _TYPES.get(kind.family, str(kind))


def _keys(landing: Landing) -> list[str]:
    """Primary and unique keys, then what stands on them; last what the planner wants to know."""
    schema = quoted(landing.schema)
    own, foreign, known = [], [], []
    for table in landing.tables:
        name, keys = f"{schema}.{quoted(table.name)}", landing.keys[table.name]
        if keys.primary:
            own.append(f"alter table {name} add primary key ({quoted_names(keys.primary)})")
        own += [f"alter table {name} add unique ({quoted_names(unique)})" for unique in keys.unique]
        foreign += [
            f"alter table {name} add foreign key ({quoted_names(key.columns)}) "
            f"references {schema}.{quoted(key.parent)} ({quoted_names(key.parent_columns)})"
            for key in keys.foreign
        ]
        known.append(f"analyze {name}")
    return own + foreign + known

"""created_at and updated_at for extracts that have none: they change only when the row's content does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlift.load.extract import TableInput
from starlift.load.fit import typed_columns
from starlift.sources.model import AUDIT_COLUMNS, Table


def missing_stamps(table_input: TableInput) -> bool:
    """Whether the model has stamps that the input has not."""
    return any(
        name in table_input.table.column_names and name not in table_input.columns for name in AUDIT_COLUMNS
    )


def plain_select(table_input: TableInput) -> str:
    """The input's rows, typed, for one that has both stamps."""
    columns = (f"{sql} as {name}" for name, sql in typed_columns(table_input).items())
    return f"select {', '.join(columns)} from {table_input.relation}"


def stamped_select(table_input: TableInput, extracted_at: datetime, before: str | None) -> str:
    """The input's rows with stamps; `before` names the table with the last load's rows, if there is one.

    A row keeps updated_at where a row of the same key and content was there before, and created_at where the
    key was. Repeated keys, which only dirty loads have, are matched by their content.
    """
    table = table_input.table
    given = typed_columns(table_input)
    key = table.primary_key
    content = [name for name in table.column_names if name not in AUDIT_COLUMNS]
    incoming = ", ".join(f"{sql} as {name}" for name, sql in given.items())
    created, updated = AUDIT_COLUMNS
    taken = f"timestamp '{extracted_at}'"
    new_created = taken if updated not in table_input.columns else f"least(incoming.{updated}, {taken})"
    if before is None:
        stamps = {created: new_created, updated: taken}
        joins = ""
    else:
        stamps = {
            created: f"coalesce(by_key.{created}, {new_created})",
            updated: f"coalesce(same.{updated}, {taken})",
        }
        same = " and ".join(
            f"same.{name} is not distinct from incoming.{name}" for name in content if name != key
        )
        joins = (
            f" left join (select {key}, min({created}) as {created} from {before} group by {key}) as by_key"
            f" on by_key.{key} is not distinct from incoming.{key}"
            f" left join (select {', '.join(content)}, min({updated}) as {updated} from {before}"
            " group by all) as same"
            f" on same.{key} is not distinct from incoming.{key} and {same}"
        )
    outgoing = ", ".join(
        f"{stamps[name]} as {name}"
        if name in stamps and name not in table_input.columns
        else f"incoming.{name}"
        for name in table.column_names
    )
    return f"select {outgoing} from (select {incoming} from {table_input.relation}) as incoming{joins}"


@dataclass(frozen=True)
class Dialect:
    """How a server compares two values, null equal to null."""

    same: Callable[[str, str], str]
    # For keys: in a way that the server can look up or hash.
    same_key: Callable[[str, str], str]


def repeated_rows(table: Table, before: str) -> str:
    """A query for the rows of `before` whose key is missing or not theirs alone: dirty loads leave some."""
    key = table.primary_key
    repeated = f"select {key} from {before} group by {key} having count(*) > 1"
    return f"select * from {before} where {key} is null or {key} in ({repeated})"


def restamped_select(
    table_input: TableInput, incoming: str, before: str, repeated: str | None, dialect: Dialect
) -> str:
    """As `stamped_select`, on a server: rows that `incoming` has stamped as new keep what `before` had.

    `incoming` and `before` are tables of the server with the described columns; `repeated` is one with the
    `repeated_rows`, if there are any. The others are looked up by their key, which costs far less.
    """
    table = table_input.table
    key = table.primary_key
    content = [name for name in table.column_names if name not in AUDIT_COLUMNS]
    created, updated = AUDIT_COLUMNS

    def same(relation: str) -> str:
        return " and ".join(dialect.same(f"{relation}.{name}", f"incoming.{name}") for name in content[1:])

    kept = {
        created: [f"alone.{created}"],
        updated: [f"case when {same('alone')} then alone.{updated} end"],
    }
    joins = f" left join {before} as alone on alone.{key} = incoming.{key}"
    if repeated:
        kept[created].append(f"by_key.{created}")
        kept[updated].append(f"same.{updated}")
        listed = ", ".join(content)
        joins += (
            f" and not exists (select 1 from {repeated} as again where again.{key} = alone.{key})"
            f" left join (select {key}, min({created}) as {created} from {repeated} group by {key}) as by_key"
            f" on {dialect.same_key(f'by_key.{key}', f'incoming.{key}')}"
            f" left join (select {listed}, min({updated}) as {updated} from {repeated} group by {listed})"
            f" as same on {dialect.same_key(f'same.{key}', f'incoming.{key}')} and {same('same')}"
        )
    columns = ", ".join(
        f"coalesce({', '.join(kept[name])}, incoming.{name}) as {name}"
        if name in kept and name not in table_input.columns
        else f"incoming.{name}"
        for name in table.column_names
    )
    return f"select {columns} from {incoming} as incoming{joins}"

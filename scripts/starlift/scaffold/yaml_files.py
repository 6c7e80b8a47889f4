"""The YAML beside the models: the source with its tests, the staging models with their columns."""

from collections.abc import Iterator, Mapping

from starlift.inspect import describe
from starlift.inspect.model import Column, Database, ForeignKey, Table
from starlift.scaffold.naming import Names, needs_quotes
from starlift.scaffold.roles import key_of
from starlift.scaffold.words import about_column, about_table, scalar

# What each family must give on every engine; the others differ from engine to engine.
_DATA_TYPES = {
    "integer": "integer",
    "decimal": "decimal",
    "text": "text",
    "enum": "text",
    "date": "date",
    "timestamp": "timestamp",
}


# Types of one engine that give numbers under a name of their own.
_OWN_TYPES = ("year", "uinteger", "money")


def sources_yaml(system: str, database: Database, models: Mapping[str, str]) -> str:
    about = f"{describe.counted(len(database.tables), 'table')} of the schema {database.schema}."
    tables = "\n\n".join(
        "\n".join(_source_table(system, database, table, models)) for table in database.tables
    )
    return (
        "sources:\n"
        f"  - name: {system}\n"
        f"    description: {scalar(about)}\n"
        f"    schema: \"{{{{ var('{system}_schema', '{database.schema}') }}}}\"\n\n"
        f"    tables:\n{tables}\n"
    )


def _source_table(system: str, database: Database, table: Table, models: Mapping[str, str]) -> Iterator[str]:
    name = models[table.name]
    yield f"      - name: {name}"
    if name != table.name:
        yield f"        identifier: {scalar(table.name)}"
    yield f"        description: {scalar(about_table(table))}"
    yield "        columns:"
    for column in table.columns:
        yield f"          - name: {scalar(column.name)}"
        if needs_quotes(column.name):
            yield "            quote: true"
        yield f"            description: {scalar(about_column(table, column))}"
        if column.personal:
            yield f"            config: {{meta: {{personal_data: {scalar(column.personal.kind)}}}}}"
        yield from _tests(system, database, table, column, models)


def _tests(
    system: str, database: Database, table: Table, column: Column, models: Mapping[str, str]
) -> Iterator[str]:
    """What the keys promise, declared or inferred; a promise that the data break warns."""
    simple: list[str] = []
    long: list[str] = []
    known = column.statistics

    def add(test: str, broken: str | None) -> None:
        if broken:
            long.extend([f"              # {broken}", f"              - {test}:", _WARN])
        else:
            simple.append(test)

    is_key = (column.name,) == key_of(table)
    if not column.nullable or column.primary_key or is_key:
        nulls = known.nulls if known else 0
        add("not_null", f"null in {describe.counted(nulls, 'row')}" if nulls else None)
    if is_key or (column.name,) in [key.columns for key in table.unique_keys]:
        there = (table.rows_read or 0) - known.nulls if known else 0
        twice = there - (known.distinct or 0) if known and known.distinct is not None else 0
        add("unique", f"{describe.counted(twice, 'row')} too many" if twice else None)
    parents = [table.name for table in database.tables]
    for key in table.foreign_keys:
        if key.columns == (column.name,) and not key.parent_schema and key.parent in parents:
            long += _relationship(system, key, models)
    if long:
        yield "            data_tests:"
        yield from (f"              - {test}" for test in simple)
        yield from long
    elif simple:
        yield f"            data_tests: [{', '.join(simple)}]"


_WARN = "                  config: {severity: warn}"


def _relationship(system: str, key: ForeignKey, models: Mapping[str, str]) -> Iterator[str]:
    field = key.parent_columns[0]
    if needs_quotes(field):
        field = "{{ adapter.quote('" + field.replace("'", "\\'") + "') }}"
    if key.orphans:
        yield f"              # without a parent: {_one_line(describe.orphans(key))}"
    elif key.origin == "inferred":
        yield f"              # not declared; inferred, {key.confidence:.0%}"
    to = f"source('{system}', '{models[key.parent]}')"
    yield "              - relationships:"
    yield f"                  arguments: {{to: {scalar(to)}, field: {scalar(field)}}}"
    if key.orphans:
        yield _WARN


def _one_line(text: str) -> str:
    return " ".join(text.split())


def staging_yaml(
    system: str, database: Database, models: Mapping[str, str], names: Mapping[str, Names]
) -> str:
    found = []
    for table in database.tables:
        own = names[table.name]
        about = scalar(f"{table.name}, renamed and trimmed; one row per row of the source.")
        lines = [f"  - name: stg_{system}__{models[table.name]}", f"    description: {about}"]
        if len(key_of(table)) > 1:
            listed = ", ".join(own[name] for name in key_of(table))
            lines += [
                "    data_tests:",
                f"      - unique_combination: {{arguments: {{columns: [{listed}]}}}}",
            ]
        lines.append("    columns:")
        lines += [_staging_column(table, column, own[column.name]) for column in table.columns]
        found.append("\n".join(lines))
    return "models:\n" + "\n\n".join(found) + "\n"


def _staging_column(table: Table, column: Column, name: str) -> str:
    kind = None if column.type.lower().startswith(_OWN_TYPES) else _DATA_TYPES.get(column.family)
    parts = [f"name: {name}", *([f"data_type: {kind}"] if kind else [])]
    parts.append(f"description: {scalar(about_column(table, column))}")
    return f"      - {{{', '.join(parts)}}}"

"""Staging models: one view for each table, which renames, trims and orders its columns."""

from starlift.inspect.model import Column, Table
from starlift.scaffold.naming import Names, expression, needs_quotes
from starlift.scaffold.roles import group_of, ordered

_LONGEST_LINE = 120
_INDENT = " " * 8


def staging_model(system: str, source_table: str, table: Table, names: Names) -> str:
    lines: list[str] = []
    columns = ordered(table)
    group = None
    for column in columns:
        if group_of(table, column) != group:
            group = group_of(table, column)
            lines += [""] * bool(lines) + [f"{_INDENT}-- {group}"]
        comma = "" if column is columns[-1] else ","
        lines.append(_line(column, names[column.name], comma))
    listed = "\n".join(lines)
    return (
        "with source as (\n\n"
        f"    select * from {{{{ source('{system}', '{source_table}') }}}}\n\n"
        "),\n\n"
        "renamed as (\n\n"
        f"    select\n{listed}\n\n"
        "    from source\n\n"
        ")\n\n"
        "select * from renamed\n"
    )


def _line(column: Column, name: str, comma: str) -> str:
    written = _value(column)
    if written == name:
        return f"{_INDENT}{name}{comma}"
    line = f"{_INDENT}{written} as {name}{comma}"
    return line if len(line) <= _LONGEST_LINE else f"{_INDENT}{written}\n{_INDENT}    as {name}{comma}"


def _value(column: Column) -> str:
    if column.family == "text":
        return f"{{{{ clean_text({expression(column)}) }}}}"
    plain = f"{{{{ {expression(column)} }}}}" if needs_quotes(column.name) else column.name
    # a list of words that the engine knows is a type of its own there, which no other engine has
    return f"cast({plain} as {{{{ dbt.type_string() }}}})" if column.family == "enum" else plain

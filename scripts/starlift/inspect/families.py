"""An engine's type in one word."""

import re

from starlift.inspect.model import Family

# By the first word of the type, in small letters.
_FAMILIES: dict[str, Family] = {
    **dict.fromkeys(
        (
            "tinyint",
            "smallint",
            "mediumint",
            "int",
            "integer",
            "bigint",
            "hugeint",
            "utinyint",
            "usmallint",
            "uinteger",
            "ubigint",
            "uhugeint",
            "int2",
            "int4",
            "int8",
            "serial",
            "bigserial",
            "smallserial",
            "year",
        ),
        "integer",
    ),
    **dict.fromkeys(("decimal", "numeric", "number", "dec", "money"), "decimal"),
    **dict.fromkeys(("float", "double", "real", "float4", "float8"), "float"),
    **dict.fromkeys(
        (
            "char",
            "character",
            "varchar",
            "varchar2",
            "nvarchar",
            "nchar",
            "bpchar",
            "text",
            "tinytext",
            "mediumtext",
            "longtext",
            "string",
            "clob",
            "citext",
            "name",
        ),
        "text",
    ),
    **dict.fromkeys(("enum", "set"), "enum"),
    **dict.fromkeys(("uuid", "uniqueidentifier"), "uuid"),
    **dict.fromkeys(("boolean", "bool", "logical"), "boolean"),
    "date": "date",
    **dict.fromkeys(
        (
            "timestamp",
            "datetime",
            "datetime2",
            "smalldatetime",
            "timestamp_s",
            "timestamp_ms",
            "timestamp_ns",
        ),
        "timestamp",
    ),
    "timestamptz": "timestamp with time zone",
    **dict.fromkeys(("time", "timetz"), "time"),
    **dict.fromkeys(
        (
            "blob",
            "tinyblob",
            "mediumblob",
            "longblob",
            "bytea",
            "binary",
            "varbinary",
            "image",
            "bit",
            "bytes",
        ),
        "binary",
    ),
    **dict.fromkeys(("json", "jsonb"), "json"),
}


def family_of(type_name: str) -> Family:
    """The family of a type as an engine or a DDL writes it."""
    name = type_name.lower().strip()
    if name.endswith("]") or name.startswith(("struct", "map", "union", "list")):
        return "other"
    if "with time zone" in name and name.startswith("timestamp"):
        return "timestamp with time zone"
    first = re.match(r"[a-z_0-9]*", name)
    return _FAMILIES.get(first[0] if first else "", "other")

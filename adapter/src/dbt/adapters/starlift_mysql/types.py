"""Type names: from portable ones (and the servers' own) to what CREATE TABLE, CAST and contracts want.

MySQL's CAST knows other names than its CREATE TABLE (`signed`, `char`), and neither knows `timestamp` with
microseconds or a `numeric` that keeps decimals, so each use has its own function.
"""

import re

from mysql.connector.constants import FieldType

_WITH_ARGUMENTS = re.compile(
    r"^\s*([a-z_][a-z0-9_ ]*?)\s*(?:\(\s*([^)]*?)\s*\))?\s*(unsigned|signed|zerofill|)\s*$"
)

_TEXTS = {"varchar", "character varying", "char varying", "nvarchar", "varchar2", "string"}
_INTEGERS = {
    "int": "int",
    "integer": "int",
    "int4": "int",
    "int32": "int",
    "bigint": "bigint",
    "int8": "bigint",
    "int64": "bigint",
    "long": "bigint",
    "smallint": "smallint",
    "int2": "smallint",
    "mediumint": "mediumint",
    "tinyint": "tinyint",
}
_TIMESTAMPS = {
    "timestamp",
    "datetime",
    "timestamp without time zone",
    "timestamp with time zone",
    "timestamptz",
    "timestamp_ntz",
    "timestamp_tz",
}
_DECIMALS = {"decimal", "numeric", "number", "dec", "fixed"}
_DOUBLES = {"float", "float8", "float64", "double", "double precision"}
_OTHERS = {
    "boolean": "tinyint(1)",
    "bool": "tinyint(1)",
    "real": "float",
    "float4": "float",
    "jsonb": "json",
    "uuid": "char(36)",
    "bytea": "longblob",
    # what `dbt.type_string()` and `dbt.type_int()` give, which is right in a CAST
    "char": "text",
    "signed": "bigint",
    "unsigned": "bigint unsigned",
}

# a numeric without digits keeps decimals elsewhere, and is decimal(10, 0) here
_DEFAULT_DECIMAL = "decimal(28,6)"
# a key cannot be on `text`
_KEY_TEXT = "varchar(255)"


def _parts(data_type: str) -> tuple[str, str, bool] | None:
    match = _WITH_ARGUMENTS.match(data_type.lower())
    if match is None:
        return None
    base, arguments, sign = match.groups()
    return base, (arguments or "").replace(" ", ""), sign == "unsigned"


def ddl_type(data_type: str, *, in_key: bool = False) -> str:  # noqa: PLR0911 - a rule a line
    """The column type for a portable type name; a type that only the server knows stays as it is."""
    parts = _parts(data_type)
    if parts is None:
        return data_type
    base, arguments, unsigned = parts
    if base in _TEXTS or base == "text":
        if arguments and base != "text":
            return f"varchar({arguments})"
        return _KEY_TEXT if in_key else "text"
    if base in _DECIMALS:
        return f"decimal({arguments})" if arguments else _DEFAULT_DECIMAL
    if base in _TIMESTAMPS:
        return f"datetime({arguments or 6})"
    if base in _INTEGERS and base != "tinyint":
        return _INTEGERS[base] + (" unsigned" if unsigned else "")
    if base in _DOUBLES:
        return "double"
    if base in _OTHERS and not arguments:
        if base == "char" and in_key:
            return _KEY_TEXT
        return _OTHERS[base]
    return data_type


def cast_type(  # noqa: PLR0911 - a rule a line
    data_type: str, *, casts_to_json: bool = True, keep_length: bool = True
) -> str:
    """The name that CAST wants. Without its length a text is cast whole; a shorter type would cut it."""
    column_type = ddl_type(data_type)
    parts = _parts(column_type)
    if column_type.lower().startswith(("enum(", "set(")):
        return "char"
    if parts is None:
        return column_type
    base, arguments, unsigned = parts
    if base in ("varchar", "char"):
        return f"char({arguments})" if arguments and keep_length else "char"
    if base.endswith("text"):
        return "char"
    if base in _INTEGERS or base == "year":
        return "unsigned" if unsigned else "signed"
    if base == "bit":
        return "unsigned"
    if base == "float":
        return "double"
    if base.endswith("blob") or base in ("binary", "varbinary"):
        return "binary"
    if base == "json":
        return "json" if casts_to_json else "char"
    return column_type.removesuffix(" unsigned")


# A query's result tells only the family: an integer of any size, a boolean among them, reads alike.
_FAMILIES: dict[str, tuple[int, ...]] = {
    "integer": (
        FieldType.TINY,
        FieldType.SHORT,
        FieldType.INT24,
        FieldType.LONG,
        FieldType.LONGLONG,
        FieldType.YEAR,
        FieldType.BIT,
    ),
    "decimal": (FieldType.DECIMAL, FieldType.NEWDECIMAL),
    "double": (FieldType.FLOAT, FieldType.DOUBLE),
    "text": (
        FieldType.VARCHAR,
        FieldType.VAR_STRING,
        FieldType.STRING,
        FieldType.TINY_BLOB,
        FieldType.MEDIUM_BLOB,
        FieldType.LONG_BLOB,
        FieldType.BLOB,
        FieldType.ENUM,
        FieldType.SET,
    ),
    "date": (FieldType.DATE, FieldType.NEWDATE),
    "datetime": (FieldType.DATETIME, FieldType.TIMESTAMP),
    "time": (FieldType.TIME,),
    "json": (FieldType.JSON,),
    "geometry": (FieldType.GEOMETRY,),
    "null": (FieldType.NULL,),
}
_FAMILY_OF_CODE = {code: family for family, codes in _FAMILIES.items() for code in codes}


def family_of(type_code: int) -> str:
    """The family of a result column, by which contracts compare."""
    return _FAMILY_OF_CODE.get(type_code, f"unknown type {type_code}")

"""What kind of values a type's name stands for, on any engine."""

from starlift.relations.model import Column, Kind

_FAMILIES = {
    Kind.TEXT: ("char character varchar text string tinytext mediumtext longtext bpchar enum name citext"),
    Kind.INTEGER: (
        "tinyint smallint mediumint int integer bigint int2 int4 int8 utinyint usmallint uinteger ubigint "
        "year serial bigserial oid"
    ),
    Kind.DECIMAL: "decimal numeric hugeint",
    Kind.FLOAT: "real float double float4 float8",
    Kind.BOOLEAN: "boolean bool",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp datetime timestamptz timestamp_s timestamp_ms timestamp_ns",
    Kind.TIME: "time",
    Kind.BINARY: "blob tinyblob mediumblob longblob binary varbinary bytea",
}
_KINDS = {family: kind for kind, families in _FAMILIES.items() for family in families.split()}
_HUGE = 38


def described(name: str, type_name: str) -> Column:
    """A column of that type, written as one of the engines writes it, such as `character varying(10)`."""
    written = type_name.strip().lower()
    family, _, rest = written.partition("(")
    size, _, after = rest.partition(")")
    words = family.split()
    first = words[0] if words else ""
    kind = _KINDS.get(first, Kind.OTHER)
    if written.endswith("[]") or (
        kind is Kind.TIME and "zone" in f"{family} {after}" and "without" not in after
    ):
        kind = Kind.OTHER
    if kind is Kind.DECIMAL:
        if first == "hugeint":
            return Column(name, kind, type_name, _HUGE, 0)
        digits = [int(part) for part in size.split(",") if part.strip().isdigit()]
        precision, scale = (*digits, 0)[:2] if digits else (None, None)
        return Column(name, kind, type_name, precision, scale)
    return Column(name, kind, type_name)

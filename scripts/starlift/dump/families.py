"""Types of the dialects, as the few families that every target has."""

import re

from sqlglot import exp

from starlift.dump.model import TEXT, Type

_T = exp.DataType.Type
_SHAPE_NAMES = (
    "GEOMETRY",
    "POINT",
    "LINESTRING",
    "POLYGON",
    "MULTIPOINT",
    "MULTIPOLYGON",
    "MULTILINESTRING",
    "GEOMETRYCOLLECTION",
)
_FAMILIES: dict[str, tuple[str, ...]] = {
    "smallint": ("TINYINT", "SMALLINT", "UTINYINT", "YEAR", "SMALLSERIAL"),
    "integer": ("INT", "MEDIUMINT", "USMALLINT", "UMEDIUMINT", "SERIAL"),
    "unsigned": ("UBIGINT",),
    "bigint": ("BIGINT", "UINT", "BIGSERIAL"),
    "double": ("FLOAT", "DOUBLE", "UDOUBLE", "BIGDECIMAL", "DECFLOAT"),
    "boolean": ("BOOLEAN",),
    "date": ("DATE", "DATE32"),
    "timestamp": ("TIMESTAMP", "DATETIME", "DATETIME2", "SMALLDATETIME", "TIMESTAMPNTZ"),
    "timestamptz": ("TIMESTAMPTZ", "TIMESTAMPLTZ"),
    "time": ("TIME",),
    "blob": (
        "BINARY",
        "VARBINARY",
        "BLOB",
        "TINYBLOB",
        "MEDIUMBLOB",
        "LONGBLOB",
        *_SHAPE_NAMES,
    ),
}
_BY_TYPE = {
    getattr(_T, name): family for family, names in _FAMILIES.items() for name in names if hasattr(_T, name)
}
_SHAPES = {getattr(_T, name) for name in _SHAPE_NAMES if hasattr(_T, name)}
# What means something else there than by its name.
_OF_DIALECTS = {
    ("mysql", _T.BIT): "bits",
    # in a dump it has no offset
    ("mysql", _T.TIMESTAMPTZ): "timestamp",
    ("sqlite", _T.TIMESTAMPTZ): "timestamp",
    # whatever it is called there, it has eight bytes
    **{("sqlite", kind): "bigint" for kind, family in _BY_TYPE.items() if family in ("smallint", "integer")},
    # PostGIS writes them as digits
    **{("postgres", kind): "text" for kind in _SHAPES},
}
_DECIMALS = {
    _T.DECIMAL,
    *(getattr(_T, name) for name in ("UDECIMAL", "DECIMAL64", "DECIMAL128") if hasattr(_T, name)),
}
_TEXTS = {_T.VARCHAR, _T.NVARCHAR, _T.CHAR, _T.NCHAR}
# SQLite's rule for type names that it has never heard of; the first that fits wins.
_AFFINITIES = {
    r"INT": Type("bigint"),
    r"CHAR|CLOB|TEXT": TEXT,
    r"BLOB": Type("blob"),
    r"REAL|FLOA|DOUB": Type("double"),
}


def type_of(kind: exp.DataType, dialect: str) -> Type:
    """The family of a parsed type; what no target shares (arrays, enums, intervals, ...) is kept as text."""
    sizes = [int(size) for size in (_number(each) for each in kind.expressions) if size is not None]
    if kind.this in _DECIMALS:
        return _decimal(sizes, dialect)
    if kind.this in _TEXTS:
        return Type("text", sizes[0] if sizes else None)
    return Type(_OF_DIALECTS.get((dialect, kind.this)) or _BY_TYPE.get(kind.this, "text"))


def type_of_name(written: str, dialect: str) -> Type:
    """The family of a type that no grammar knows; any where the values are to tell."""
    name = written.strip("\"'`[] ").upper()
    if dialect in ("mysql", "postgres"):
        own = "blob" if dialect == "mysql" and name in _SHAPE_NAMES else "text"
        return Type({"OID": "bigint"}.get(name, own))
    for sign, kind in _AFFINITIES.items():
        if re.search(sign, name):
            return kind
    return Type("any")


def _decimal(sizes: list[int], dialect: str) -> Type:
    if not sizes or sizes[0] > 38:
        # MySQL's decimal is one of ten digits, elsewhere it holds what it gets
        return Type("decimal", 10) if dialect == "mysql" and not sizes else Type("number")
    return Type("decimal", sizes[0], sizes[1] if len(sizes) > 1 else 0)


def _number(size: exp.Expression) -> str | None:
    return size.name if isinstance(size, exp.DataTypeParam) and size.name.isdigit() else None

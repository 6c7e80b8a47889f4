"""The 3NF models of the source systems, one module each; `SOURCES` finds them by name."""

from starlift.sources.clinic import CLINIC
from starlift.sources.model import Check, Column, ForeignKey, Source, Table, sql_name
from starlift.sources.pos import POS
from starlift.sources.shop import SHOP
from starlift.sources.ultrasound import ULTRASOUND

SOURCES: dict[str, Source] = {source.name: source for source in (CLINIC, POS, SHOP, ULTRASOUND)}

__all__ = [
    "CLINIC",
    "POS",
    "SHOP",
    "SOURCES",
    "ULTRASOUND",
    "Check",
    "Column",
    "ForeignKey",
    "Source",
    "Table",
    "sql_name",
]

"""The 3NF models of the source systems, one module each; `SOURCES` finds them by name."""

from starlift.sources.clinic import CLINIC
from starlift.sources.model import Check, Column, ForeignKey, Source, Table
from starlift.sources.pos import POS
from starlift.sources.shop import SHOP

SOURCES: dict[str, Source] = {source.name: source for source in (CLINIC, POS, SHOP)}

__all__ = ["CLINIC", "POS", "SHOP", "SOURCES", "Check", "Column", "ForeignKey", "Source", "Table"]

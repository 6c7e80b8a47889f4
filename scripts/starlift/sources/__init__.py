"""The 3NF models of the source systems, one module each; `SOURCES` finds them by name."""

from starlift.sources.clinic import CLINIC
from starlift.sources.model import Check, Column, ForeignKey, Source, Table

SOURCES: dict[str, Source] = {CLINIC.name: CLINIC}

__all__ = ["CLINIC", "SOURCES", "Check", "Column", "ForeignKey", "Source", "Table"]

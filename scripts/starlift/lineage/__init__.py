"""Column-level lineage, from dbt's compiled SQL, for `starlift lineage` and `starlift diff`."""

from starlift.lineage.columns import Column, Lineage, read_lineage

__all__ = ["Column", "Lineage", "read_lineage"]

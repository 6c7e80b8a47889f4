"""Tables and views of a target's database: found by name, described, and read as a stream."""

from starlift.relations.catalog import find_relation
from starlift.relations.model import Column, Kind, Relation, Rows
from starlift.relations.readers import Reader, open_reader

__all__ = ["Column", "Kind", "Reader", "Relation", "Rows", "find_relation", "open_reader"]

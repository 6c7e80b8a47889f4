"""Raw data into the warehouse: an extract of a source system becomes the tables of its raw schema."""

from starlift.load.engine import Engine, Progress
from starlift.load.run import load
from starlift.load.summary import LoadSummary, TableSummary

__all__ = ["Engine", "LoadSummary", "Progress", "TableSummary", "load"]

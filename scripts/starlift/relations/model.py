"""What is said of a table or a view, whichever engine holds it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow


class Kind(StrEnum):
    """What a column's values are; `other` is whatever is read as text."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    TIME = "time"
    BINARY = "binary"
    OTHER = "other"


NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
MOMENTS = (Kind.DATE, Kind.TIMESTAMP)


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    # As the engine writes its type.
    type: str = ""
    # Of a decimal whose type says so.
    precision: int | None = None
    scale: int | None = None


@dataclass(frozen=True)
class Relation:
    schema: str
    name: str
    is_view: bool = False
    columns: tuple[Column, ...] = ()

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Rows:
    """The rows of a query, to be read once."""

    reader: "pyarrow.RecordBatchReader"
    columns: tuple[Column, ...]
    # The type that a column is to get in DuckDB's words, where its batches have another.
    casts: Mapping[str, str] = field(default_factory=dict)

    def watched(self, tell: Callable[[int], None], failures: list[BaseException]) -> "Rows":
        """The same rows; `tell` is told how many have been read, and `failures` gets what ended the reading.

        Whoever reads them from a program in another language gets its words instead of the error itself.
        """
        import pyarrow as pa  # noqa: PLC0415 - slow to import

        def batches() -> Iterable["pyarrow.RecordBatch"]:
            read = 0
            try:
                for batch in self.reader:
                    read += batch.num_rows
                    tell(read)
                    yield batch
            except (Exception, KeyboardInterrupt) as error:
                failures.append(error)
                raise

        reader = pa.RecordBatchReader.from_batches(self.reader.schema, batches())
        return replace(self, reader=reader)

"""Exports a relation: all of it to a file that is whole, or no file."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from starlift.errors import StarliftError
from starlift.export.formats import Format, write
from starlift.relations import Reader, Relation, find_relation

# What is being done, how many rows of it are done, and how many there are, where that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True)
class Exported:
    relation: Relation
    rows: int
    file: Path
    bytes: int


def export(reader: Reader, name: str, out: Path, format_: Format, progress: Progress) -> Exported:
    """Write the relation of that name to `out`, in whose place an older file stays until all is written."""
    relation = find_relation(reader, name)
    place = f"{reader.name(relation.schema)}.{reader.name(relation.name)}"
    # what a view has can take as long to count as to read
    total = None if relation.is_view else int(reader.rows(f"select count(*) from {place}")[0][0])
    rows = reader.stream(f"select * from {place}", relation.columns)
    with whole_file(out) as temporary:
        count = write(rows, temporary, format_, lambda done: progress(f"exporting {relation}", done, total))
        return Exported(relation, count, out, temporary.stat().st_size)


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A path to write to, which becomes `out` when the block ends well; nothing is left of it otherwise."""
    try:
        folder = Path(mkdtemp(dir=out.parent, prefix=f".{out.name}."))
    except OSError as error:
        raise StarliftError(f"{out} cannot be written ({error.strerror}): name another file.") from error
    try:
        temporary = folder / out.name
        yield temporary
        temporary.replace(out)
    except OSError as error:
        raise StarliftError(
            f"{out} cannot be written ({error.strerror}): make room, or name another file."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)

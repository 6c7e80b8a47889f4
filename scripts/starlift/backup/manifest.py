"""The manifest of a backup: what it was made from and holds, and what its files were when written."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlift.backup.content import Content, Progress, Table
from starlift.errors import StarliftError

MANIFEST = "manifest.json"
# Below the backup's folder: what the engine's own tool wrote.
DUMP = "dump"
_FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    # duckdb, postgres, mysql or mariadb.
    engine: str
    versions: Mapping[str, str]
    made_at: str
    schemas: tuple[str, ...]
    tables: tuple[Content, ...]
    # As <schema>.<view>.
    views: tuple[str, ...]
    # The dump's files by their path in it, with their size and SHA-256.
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(content.rows for content in self.tables)

    @property
    def bytes(self) -> int:
        return sum(size for size, _ in self.files.values())

    def write(self, folder: Path) -> None:
        told = {
            "starlift_backup": _FORMAT,
            "engine": self.engine,
            "versions": dict(self.versions),
            "made_at": self.made_at,
            "schemas": list(self.schemas),
            "tables": [
                {
                    "schema": content.table.schema,
                    "name": content.table.name,
                    "rows": content.rows,
                    "checksum": content.checksum,
                    "columns": [list(column) for column in content.table.columns],
                }
                for content in self.tables
            ],
            "views": list(self.views),
            "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in self.files.items()},
        }
        (folder / MANIFEST).write_text(json.dumps(told, indent=1) + "\n")

    def check_files(self, folder: Path, progress: Progress) -> None:
        """StarliftError unless every file of the dump is what it was."""
        elsewhere = "restore another backup"
        for done, (name, (size, digest)) in enumerate(self.files.items()):
            progress("checking the files", done, len(self.files))
            file = folder / DUMP / name
            if not file.is_file():
                raise StarliftError(f"{file} of the backup is missing: {elsewhere}.")
            if (found := file.stat().st_size) != size:
                raise StarliftError(
                    f"{file} of the backup has {found:,} bytes instead of {size:,}: {elsewhere}."
                )
            if sha256(file) != digest:
                raise StarliftError(f"{file} of the backup has been changed or is damaged: {elsewhere}.")


def read_manifest(folder: Path) -> Manifest:
    file = folder / MANIFEST
    try:
        told = json.loads(file.read_text())
        if told["starlift_backup"] != _FORMAT:
            raise StarliftError(
                f"{folder} was written by another version of Starlift: restore it with that version."
            )
        return Manifest(
            told["engine"],
            told["versions"],
            told["made_at"],
            tuple(told["schemas"]),
            tuple(_content(one) for one in told["tables"]),
            tuple(told["views"]),
            {name: (one["bytes"], one["sha256"]) for name, one in told["files"].items()},
        )
    except FileNotFoundError:
        raise StarliftError(
            f"{folder} holds no backup (there is no {MANIFEST}): name a folder that `starlift backup` wrote."
        ) from None
    except OSError as error:
        raise StarliftError(f"{file} cannot be read ({error.strerror}): put that right.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StarliftError(f"{file} is damaged: restore another backup.") from error


def files_in(dump: Path) -> dict[str, tuple[int, str]]:
    """What the dump's files are now."""
    files = sorted(file for file in dump.rglob("*") if file.is_file())
    return {str(file.relative_to(dump)): (file.stat().st_size, sha256(file)) for file in files}


def sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _content(told: Mapping) -> Content:
    columns = tuple((str(name), str(type_name)) for name, type_name in told["columns"])
    return Content(Table(told["schema"], told["name"], columns), int(told["rows"]), str(told["checksum"]))

"""What backup and restore ask of an engine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from starlift.backup.content import Content, Progress
from starlift.backup.manifest import Manifest


@dataclass(frozen=True)
class Dumped:
    """What a dump holds."""

    schemas: tuple[str, ...]
    tables: tuple[Content, ...]
    views: tuple[str, ...]
    versions: Mapping[str, str]


class Engine(Protocol):
    """A target's warehouse; expected trouble is a StarliftError."""

    @property
    def name(self) -> str:
        """duckdb, postgres, mysql or mariadb: a backup of the one cannot be restored to another."""
        ...

    @property
    def place(self) -> str:
        """Where it is, in words."""
        ...

    def open(self) -> None:
        """See that it can be reached, and that the tools are there; not in use before."""
        ...

    def dump(self, folder: Path, besides: tuple[str, ...], progress: Progress) -> Dumped:
        """Write the warehouse into the empty folder; what is told of it is of the same moment."""
        ...

    def occupied(self, schemas: tuple[str, ...]) -> list[str]:
        """What of these a restore would replace, in words."""
        ...

    def restore(self, folder: Path, manifest: Manifest, progress: Progress) -> None:
        """Put the backup in place, once it has been found to be what the manifest says."""
        ...

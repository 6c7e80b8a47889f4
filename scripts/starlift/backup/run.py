"""A backup is a folder: a manifest and the dump that the engine's own tool wrote."""

import shutil
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from starlift.backup.content import Progress
from starlift.backup.engine import Engine
from starlift.backup.manifest import DUMP, Manifest, files_in, read_manifest
from starlift.errors import StarliftError


def back_up(engine: Engine, folder: Path, besides: tuple[str, ...], progress: Progress) -> Manifest:
    """Write a backup into a new folder, all of it or nothing."""
    folder = folder.absolute()
    if folder.exists():
        raise StarliftError(f"{folder} is there already: name a new folder, or remove it.")
    # what a killed backup has left is written over
    beside = folder.with_name(f".{folder.name}.unfinished")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        (beside / DUMP).mkdir(parents=True, mode=0o700)
        beside.chmod(0o700)
        dumped = engine.dump(beside / DUMP, besides, progress)
        progress("reading the files again", 0, 0)
        manifest = Manifest(
            engine.name,
            {"starlift": version("starlift"), **dumped.versions},
            datetime.now(UTC).isoformat(timespec="seconds"),
            dumped.schemas,
            dumped.tables,
            dumped.views,
            files_in(beside / DUMP),
        )
        manifest.write(beside)
        beside.rename(folder)
    except OSError as error:
        raise StarliftError(
            f"The backup cannot be written into {folder} ({error.strerror}): put that right, or name "
            "another folder."
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return manifest


def restore(engine: Engine, folder: Path, *, replace: bool, progress: Progress) -> Manifest:
    """Put the backup in place, and with `replace` what it stands for out of the way."""
    manifest = read_manifest(folder)
    if manifest.engine != engine.name:
        raise StarliftError(
            f"{folder} is a backup of {manifest.engine}, and {engine.place} is {engine.name}: name a target "
            f"of {manifest.engine}."
        )
    manifest.check_files(folder, progress)
    there = engine.occupied(manifest.schemas)
    if there and not replace:
        raise StarliftError(
            f"There is a warehouse already ({', '.join(there)} of {engine.place}): restore with --replace to "
            "put the backup in its place."
        )
    engine.restore(folder / DUMP, manifest, progress)
    return manifest


def differs(folder: Path, difference: str) -> StarliftError:
    return StarliftError(
        f"What came back from {folder} is not what was backed up ({difference}), and nothing was changed: "
        "restore another backup."
    )

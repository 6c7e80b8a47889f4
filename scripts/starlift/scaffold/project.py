"""The dbt project that a scaffold goes into: what it has already, and how files get there together."""

import configparser
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from starlift.dbt_command import project_folder
from starlift.errors import StarliftError

# Where this package's own project lies: its macros are the house's style.
_HOUSE = Path(__file__).parents[3]
_DIALECTS = {"postgresql": "postgres", "sqlite": "duckdb"}


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder = project_folder(folder)
        try:
            self._config: dict[str, Any] = yaml.safe_load((self.folder / "dbt_project.yml").read_text()) or {}
        except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
            raise StarliftError(f"{self.folder / 'dbt_project.yml'} cannot be read: correct it.") from error
        self.models = self._path("model-paths", "models")
        self.snapshots = self._path("snapshot-paths", "snapshots")
        self.macros = self._path("macro-paths", "macros")
        self.tests = self._path("test-paths", "tests")

    def _path(self, name: str, default: str) -> Path:
        paths = self._config.get(name) or [default]
        return Path(str(paths[0]))

    def has_macro(self, name: str) -> bool:
        """Whether the project itself has a macro or a generic test of that name."""
        wanted = re.compile(rf"\{{%-?\s*(?:macro|test)\s+{name}\b")
        places = [self.folder / self.macros, self.folder / self.tests / "generic"]
        return any(
            wanted.search(file.read_text(encoding="utf-8", errors="replace"))
            for place in places
            if place.is_dir()
            for file in place.rglob("*.sql")
        )

    def dialect(self, engine: str) -> str:
        """SQLFluff's word for the SQL of the project, else of the engine that was inspected."""
        config = configparser.ConfigParser(interpolation=None)
        with suppress(configparser.Error, OSError):
            config.read(self.folder / ".sqlfluff")
        return config.get("sqlfluff", "dialect", fallback=_DIALECTS.get(engine, engine))

    def has_sqlfluff(self) -> bool:
        files = (".sqlfluff", "setup.cfg", "tox.ini", "pyproject.toml")
        return any(
            "sqlfluff" in (self.folder / name).read_text(encoding="utf-8", errors="replace")
            for name in files
            if (self.folder / name).is_file()
        )

    def source_elsewhere(self, system: str, own: Path) -> Path | None:
        """The file, other than `own`, that has a source of that name."""
        place = self.folder / self.models
        for file in sorted((*place.rglob("*.yml"), *place.rglob("*.yaml"))):
            if file.relative_to(self.folder) == own:
                continue
            with suppress(OSError, yaml.YAMLError, UnicodeDecodeError):
                found = yaml.safe_load(file.read_text(encoding="utf-8"))
                sources = found.get("sources") if isinstance(found, dict) else None
                if any(isinstance(one, dict) and one.get("name") == system for one in sources or []):
                    return file
        return None

    def left_over(self, files: Iterable[Path]) -> list[Path]:
        """Models and snapshots of an earlier scaffold that are not among these files of a later one."""
        folders = {path.parent: path.name.split("__")[0] for path in files if "__" in path.name}
        there = [
            file.relative_to(self.folder)
            for folder, start in folders.items()
            for file in sorted((self.folder / folder).glob(f"{start}__*.sql"))
        ]
        return [path for path in there if path not in set(files)]

    def write(self, files: Mapping[Path, str], *, force: bool) -> None:
        """All of the files, or none: what is there stays, unless `force`."""
        there = [path for path in files if (self.folder / path).exists()]
        if there and not force:
            more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
            raise StarliftError(
                f"{there[0]}{more} is there already: choose another --name, or overwrite with --force. "
                "Nothing was written."
            )
        before = {path: (self.folder / path).read_bytes() for path in there}
        made: list[Path] = []
        written: list[Path] = []
        try:
            for path, text in files.items():
                file = self.folder / path
                made += _missing_folders(file)
                file.parent.mkdir(parents=True, exist_ok=True)
                written.append(path)
                file.write_text(text, encoding="utf-8")
        except BaseException as error:
            self._take_back(written, before, made)
            if isinstance(error, OSError):
                raise StarliftError(
                    f"{written[-1] if written else self.folder} cannot be written ({error.strerror}). "
                    "Nothing was changed."
                ) from error
            raise

    def _take_back(self, written: Iterable[Path], before: Mapping[Path, bytes], made: list[Path]) -> None:
        for path in written:
            with suppress(OSError):
                if path in before:
                    (self.folder / path).write_bytes(before[path])
                else:
                    (self.folder / path).unlink()
        for folder in reversed(made):
            with suppress(OSError):
                folder.rmdir()


def house_file(path: str) -> str:
    """A macro or a test of the house's own, for a project that has none like it."""
    return (_HOUSE / path).read_text(encoding="utf-8")


def _missing_folders(file: Path) -> list[Path]:
    return [folder for folder in reversed(file.parents) if not folder.exists()]

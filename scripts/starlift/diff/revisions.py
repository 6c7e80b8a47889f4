"""Two revisions of the project, each checked out and built on the same raw data, in a folder that goes."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from starlift.advance.run import advance
from starlift.dbt_command import every_domain
from starlift.domains import DOMAINS, Domain
from starlift.errors import StarliftError
from starlift.generate.generators import generator
from starlift.load import load
from starlift.load.duckdb import DuckDB
from starlift.state import State, read_state
from starlift.state.build import Place, build_places

LOG = Path("logs/diff.log")
_SEED = 1


@dataclass(frozen=True)
class Data:
    """The raw data that both revisions are built on."""

    scale: str = "tiny"
    # Days to move on after the first build; each is loaded and built.
    days: int = 1
    # A folder of extracts to take instead of generated data.
    path: Path | None = None
    domains: Sequence[Domain] = tuple(DOMAINS.values())


@dataclass(frozen=True)
class Revision:
    """A commit, or the working tree, whose commit is then empty."""

    name: str
    commit: str = ""

    @property
    def label(self) -> str:
        if not self.commit:
            return "the working tree"
        short = self.commit[:8]
        return short if self.commit.startswith(self.name) else f"{self.name} ({short})"


def find_revision(project: Path, name: str) -> Revision:
    """The commit that git knows by that name."""
    if not _git(project, "rev-parse", "--is-inside-work-tree"):
        raise StarliftError(
            f"{project} is in no git repository, so it has no revision {name!r}: name a folder with a state."
        )
    commit = _git(project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    if not commit:
        raise StarliftError(
            f"git knows no revision {name!r} here, and there is no state in a folder of that name: see "
            "`git branch --all`, and in a shallow clone fetch it first."
        )
    return Revision(name, commit)


@contextmanager
def built_revisions(
    console: Console, project: Path, revisions: Sequence[Revision], data: Data, scratch: Path
) -> Iterator[list[State]]:
    """The states of the revisions, built in `scratch`; what git has to know of them is gone afterwards."""
    with ExitStack() as checked_out:
        places = []
        for number, revision in enumerate(revisions):
            folder = scratch / str(number)
            source = project
            if revision.commit:
                source = checked_out.enter_context(_checked_out(project, revision, folder / "project"))
            if not (source / "dbt_project.yml").is_file():
                raise StarliftError(
                    f"There is no dbt project in {revision.label}: it has no dbt_project.yml here."
                )
            domains = {f"{one.name}_enabled": True for one in data.domains}
            known = every_domain(source)
            variables = {name: name in domains for name in known}
            places.append(Place(source, folder / "state", revision.label, variables, LOG))
        _build(console, places, data, scratch)
        yield [read_state(place.folder) for place in places]


def _build(console: Console, places: Sequence[Place], data: Data, scratch: Path) -> None:
    raw = scratch / "raw.duckdb"
    sources = [(domain, source) for domain in data.domains for source in domain.sources]
    extracts = {}
    for domain, source in sources:
        with console.status(f"{source.name}: raw data"):
            if data.path:
                extracts[source.name] = _given(data, domain, source.name)
            else:
                extracts[source.name] = scratch / "raw" / source.name
                made = generator(source.name)
                made.make(extracts[source.name], seed=_SEED, **made.asked(data.scale, {}))
            load(source, extracts[source.name], DuckDB(raw))
    for place in places:
        place.prepare()
        shutil.copyfile(raw, place.file)
    build_places(console, places, first=True)
    for _ in range(0 if data.path else data.days):
        with console.status("a day goes by"):
            for _, source in sources:
                advance(source.name, extracts[source.name], days=1)
                for place in places:
                    load(source, extracts[source.name], DuckDB(place.file))
        build_places(console, places, first=False)


def _given(data: Data, domain: Domain, source: str) -> Path:
    """A folder with one per source, or the one extract itself."""
    assert data.path is not None
    if (data.path / source).is_dir():
        return data.path / source
    if len(data.domains) == 1 and len(domain.sources) == 1:
        return data.path
    raise StarliftError(
        f"There is no folder {data.path / source}: make one with the extract, or choose another --domain."
    )


@contextmanager
def _checked_out(project: Path, revision: Revision, folder: Path) -> Iterator[Path]:
    """The project at a revision, in a worktree of git's that is gone afterwards."""
    within = _git(project, "rev-parse", "--show-prefix")
    folder.parent.mkdir(parents=True, exist_ok=True)
    added = _run(project, "worktree", "add", "--detach", "--quiet", str(folder), revision.commit)
    try:
        if added.returncode != 0:
            raise StarliftError(
                f"git cannot check {revision.label} out ({added.stderr.strip()}): see `git worktree list`."
            )
        yield folder / within
    finally:
        _run(project, "worktree", "remove", "--force", str(folder))


def _git(project: Path, *words: str) -> str:
    """What git says; nothing where it has nothing good to say."""
    done = _run(project, *words)
    return done.stdout.strip() if done.returncode == 0 else ""


def _run(project: Path, *words: str) -> subprocess.CompletedProcess[str]:
    # a hook of git's names the repository that it runs in
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        return subprocess.run(
            ["git", "-C", str(project), *words], text=True, capture_output=True, check=False, env=environment
        )
    except FileNotFoundError as error:
        raise StarliftError(
            "There is no git on the path: install it, or name folders with states."
        ) from error

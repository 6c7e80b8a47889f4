"""A warehouse that is lost comes back from its backup and goes on from there; a backup that is not whole changes nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from conftest import PROJECT
from engines import ENGINES, MODELS, Content, Site, apart, start_or_skip
from starlift.backup import command
from starlift.errors import StarliftError


class BackupSite(Site):
    """A warehouse of one day, and its backup."""

    before: Content

    @property
    def folder_of_backup(self) -> Path:
        return self.folder / "backup"

    def restore(self, folder: Path | None = None, *, replace: bool = False) -> str:
        """What it says."""
        console = Console(file=StringIO(), width=1000)
        command.restore(console, folder or self.folder_of_backup, target=self.engine.target, replace=replace)
        return console.file.getvalue()

    def back_up(self, folder: Path) -> None:
        command.backup(Console(file=StringIO()), folder, target=self.engine.target)

    def build_star(self) -> None:
        self.build("star")

    def destroy(self) -> None:
        self.drop("star")
        self.drop("raw_clinic")

    def spoiled(self, change: Callable[[Path], None]) -> Path:
        """A copy of the backup with something done to it."""
        copy = Path(tempfile.mkdtemp(dir=self.folder)) / "backup"
        shutil.copytree(self.folder_of_backup, copy)
        change(copy)
        return copy


@pytest.fixture(scope="module", params=list(ENGINES))
def site(request: pytest.FixtureRequest) -> Iterator[BackupSite]:
    # not pytest's folder, which a server's user may not enter
    folder = Path(tempfile.mkdtemp(prefix="starlift_backup_test_"))
    folder.chmod(0o755)
    one = BackupSite(ENGINES[request.param](folder), folder)
    start_or_skip(one)
    one.generate()
    one.load()
    one.build_star()
    one.before = one.everything()
    with pytest.MonkeyPatch.context() as patch:
        # the commands run in this process, and find the warehouse as they do from a shell
        patch.chdir(PROJECT)
        for name, value in one.environment_of("star").items():
            patch.setenv(name, value)
        one.back_up(one.folder_of_backup)
        yield one
    one.remove()


def largest_file(backup: Path) -> Path:
    return max((file for file in (backup / "dump").iterdir()), key=lambda file: file.stat().st_size)


def cut_off(backup: Path) -> None:
    file = largest_file(backup)
    file.write_bytes(file.read_bytes()[:-100])


def change_a_byte(backup: Path) -> None:
    content = bytearray(largest_file(backup).read_bytes())
    content[len(content) // 2] ^= 1
    largest_file(backup).write_bytes(content)


def remove_a_file(backup: Path) -> None:
    largest_file(backup).unlink()


def remove_the_manifest(backup: Path) -> None:
    (backup / "manifest.json").unlink()


def cut_off_the_manifest(backup: Path) -> None:
    told = (backup / "manifest.json").read_text()
    (backup / "manifest.json").write_text(told[:-50])


def name_another_engine(backup: Path) -> None:
    told = json.loads((backup / "manifest.json").read_text())
    (backup / "manifest.json").write_text(json.dumps({**told, "engine": "oracle"}))


def expect_other_rows(backup: Path) -> None:
    """As if the engine had brought back something else."""
    told = json.loads((backup / "manifest.json").read_text())
    table = next(one for one in told["tables"] if one["name"] == "snap_clinic__patients")
    table["checksum"] = str(int(table["checksum"]) + 1)
    (backup / "manifest.json").write_text(json.dumps(told))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (cut_off, "bytes instead of"),
        (change_a_byte, "has been changed or is damaged"),
        (remove_a_file, "is missing: restore another backup"),
        (remove_the_manifest, "holds no backup"),
        (cut_off_the_manifest, "manifest.json is damaged"),
        (name_another_engine, "is a backup of oracle"),
        (expect_other_rows, r"star_history.snap_clinic__patients has other rows\), and nothing was changed"),
    ],
)
def test_a_backup_that_is_not_whole_changes_nothing(site: BackupSite, change, told: str) -> None:
    with pytest.raises(StarliftError, match=told):
        site.restore(site.spoiled(change), replace=True)
    assert site.everything() == site.before


def test_a_warehouse_that_is_there_stays_unless_it_is_to_be_replaced(site: BackupSite) -> None:
    done = site.starlift("restore", "--target", site.engine.target, "--from", str(site.folder_of_backup))
    assert done.returncode == 1
    assert done.stderr.startswith("Error: There is a warehouse already")
    assert len(done.stderr.splitlines()) == 1
    assert site.everything() == site.before


def test_a_backup_is_not_written_over(site: BackupSite) -> None:
    with pytest.raises(StarliftError, match="is there already: name a new folder"):
        site.back_up(site.folder_of_backup)


def test_without_its_server_there_is_no_half_a_backup(site: BackupSite, tmp_path: Path, monkeypatch) -> None:
    if not site.engine.has_a_server:
        pytest.skip("there is none")
    monkeypatch.setenv(f"STARLIFT_{site.engine.target.upper()}_PORT", "1")
    told = "answers at 127.0.0.1:1: start it"
    with pytest.raises(StarliftError, match=told):
        site.restore()
    with pytest.raises(StarliftError, match=told):
        site.back_up(tmp_path / "another")
    assert list(tmp_path.iterdir()) == []


def test_without_the_servers_own_tools_it_says_what_to_install(
    site: BackupSite, tmp_path, monkeypatch
) -> None:
    if not site.engine.has_a_server:
        pytest.skip("it needs none")
    monkeypatch.setattr("starlift.servers.postgres._folders", list)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StarliftError, match=r"client .* is not installed: install it"):
        site.back_up(tmp_path / "another")


def test_a_lost_warehouse_comes_back_and_goes_on(site: BackupSite) -> None:
    constraints = site.constraints()
    site.advance()
    site.load()
    site.build_star()
    expected = site.everything()
    assert expected != site.before
    site.destroy()
    assert site.everything() == {}
    said = site.restore()
    assert "every table holds what it held then" in said
    assert apart(site.before, site.everything()) == []
    assert site.constraints() == constraints
    site.load()
    site.build_star()
    found = site.everything()
    assert apart(without_times(expected), without_times(found)) == []


def test_a_full_refresh_keeps_every_version(site: BackupSite) -> None:
    before = site.everything()
    site.build("star", *MODELS, "--full-refresh")
    found = site.everything()
    # what is summed up of a history beside it is not history: it names the run that summed it up
    histories = [
        name for name in before if name.startswith("star_history.") and not name.endswith("__blocks")
    ]
    assert histories
    assert apart({name: before[name] for name in histories}, {name: found[name] for name in histories}) == []


def test_a_killed_restore_leaves_one_warehouse_or_the_other(site: BackupSite) -> None:
    restore = [sys.executable, "-m", "starlift.cli", "restore", "--replace"]
    restore += ["--from", str(site.folder_of_backup), "--target", site.engine.target]
    newer = site.everything()
    copy = site.folder / "newer"
    site.back_up(copy)
    started = time.monotonic()
    subprocess.run(restore, cwd=PROJECT, check=True, capture_output=True)
    seconds = time.monotonic() - started
    for part in (0.5, 0.9):
        site.restore(copy, replace=True)
        process = subprocess.Popen(
            restore,
            cwd=PROJECT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(part * seconds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        site.settle()
        found = site.everything()
        assert [] in (apart(newer, found), apart(site.before, found)), part


def without_times(content: Content) -> Content:
    """Without the logs of loads and of runs, which say when these were."""
    logs = ("raw_clinic.loads", "star_audit.")
    return {name: rows for name, rows in content.items() if not name.startswith(logs)}

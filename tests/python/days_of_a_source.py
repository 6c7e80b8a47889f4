"""What holds of the days of any source: the manifest says what happened, and nothing else did.

A test module has these tests by a class that inherits them. It says which SOURCE it is, what `generate(folder)` begins with, how
many DAYS go by, which values (GOLDEN) they end in, which events each day has (EVERY_DAY, FROM_THE_SECOND_DAY, NOW_AND_THEN), and
which of them CHANGES_SAID tell a column's value before and after: event, table and column.
"""

import shutil
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pyarrow.parquet as pq
import pytest

from extract_files import Rows, digests, events
from starlift.advance.run import advance
from starlift.generate.files import digest_table, read_manifest

Entries = Sequence[dict[str, Any]]


def inserted(change: dict[str, Any]) -> list[int]:
    """The keys of the rows that a day brought; of many in a row the manifest has the first and the last."""
    first, last = change.get("appended", (1, 0))
    return change["inserted"] + list(range(first, last + 1))


class DaysOfASource:
    @pytest.fixture
    def module(self, request: pytest.FixtureRequest) -> ModuleType:
        return request.module

    def test_values_are_the_agreed_ones(self, module: ModuleType, history: Path) -> None:
        assert digests(read_manifest(history / str(module.DAYS))) == module.GOLDEN

    def test_several_days_at_once_are_the_same_as_one_by_one(
        self, module: ModuleType, history: Path, tmp_path: Path
    ) -> None:
        shutil.copytree(history / "0", tmp_path / "moved")
        advance(module.SOURCE.name, tmp_path / "moved", days=module.DAYS)
        for file in (history / str(module.DAYS)).iterdir():
            assert file.read_bytes() == (tmp_path / "moved" / file.name).read_bytes(), file.name

    def test_another_seed_gives_another_day(self, module: ModuleType, history: Path, tmp_path: Path) -> None:
        shutil.copytree(history / "0", tmp_path / "moved")
        other = digests(advance(module.SOURCE.name, tmp_path / "moved", days=1, seed=99))
        usual = digests(read_manifest(history / "1"))
        last = module.SOURCE.tables[-1].name
        assert other[last] != usual[last]

    def test_changes_are_exactly_those_listed(
        self, module: ModuleType, contents: list[Rows], entries: Entries
    ) -> None:
        for day, entry in enumerate(entries, 1):
            for table in module.SOURCE.tables:
                before, after = contents[day - 1][table.name], contents[day][table.name]
                change = entry["changes"][table.name]
                updated = sorted(key for key in after.keys() & before.keys() if after[key] != before[key])
                assert sorted(after.keys() - before.keys()) == inserted(change), (day, table.name)
                assert updated == change["updated"], (day, table.name)
                assert sorted(before.keys() - after.keys()) == change["deleted"], (day, table.name)

    def test_manifest_follows_the_files(self, module: ModuleType, history: Path) -> None:
        for day in range(1, module.DAYS + 1):
            manifest = read_manifest(history / str(day))
            assert manifest.extracted_at == f"{date(2025, 12, 31) + timedelta(days=day)}T23:59:59"
            for name, entry in manifest.tables.items():
                path = history / str(day) / f"{name}.parquet"
                assert entry.rows == pq.read_metadata(path).num_rows
                assert entry.digest == digest_table(path, module.SOURCE), name

    def test_every_kind_of_event_happens(self, module: ModuleType, entries: Entries) -> None:
        for day, entry in enumerate(entries, 1):
            expected = module.EVERY_DAY | (module.FROM_THE_SECOND_DAY if day > 1 else set())
            assert expected - entry["events"].keys() == set(), day
        seen = {name for entry in entries for name in entry["events"]}
        assert seen == module.EVERY_DAY | module.FROM_THE_SECOND_DAY | module.NOW_AND_THEN

    def test_updated_rows_carry_the_day(
        self, module: ModuleType, contents: list[Rows], entries: Entries
    ) -> None:
        for day, entry in enumerate(entries, 1):
            first, last = day_of(entry)
            for table in module.SOURCE.tables:
                before, after = contents[day - 1][table.name], contents[day][table.name]
                for key in entry["changes"][table.name]["updated"]:
                    assert first <= after[key]["updated_at"] <= last
                    assert after[key]["updated_at"] > before[key]["updated_at"]
                    assert after[key]["created_at"] == before[key]["created_at"]

    def test_events_say_from_and_to(self, module: ModuleType, contents: list[Rows], entries: Entries) -> None:
        for event, table, column in module.CHANGES_SAID:
            key = module.SOURCE.table(table).primary_key
            for day, told in events(entries, event):
                values = [contents[at][table][told[key]][column] for at in (day - 1, day)]
                assert values[0] != values[1], (event, told)
                plain = [value if isinstance(value, int | None) else str(value) for value in values]
                assert plain == [told["from"], told["to"]], (event, told)


def day_of(entry: dict[str, Any]) -> tuple[datetime, datetime]:
    """The first and the last second of a manifest's day."""
    first = datetime.fromisoformat(entry["date"])
    return first, first + timedelta(hours=23, minutes=59, seconds=59)

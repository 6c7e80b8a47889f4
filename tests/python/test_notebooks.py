"""Every notebook runs from its first cell to its last, on a small warehouse that has what it reads."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from conftest import PROJECT, Warehouse

NOTEBOOKS = sorted((PROJECT / "analyses" / "notebooks").glob("*.ipynb"))
MODELS_ALONE = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@pytest.fixture(scope="module")
def both_clinics(first_day: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    warehouse = first_day.copy(tmp_path_factory.mktemp("both_clinics"))
    extract = str(warehouse.folder / "ultrasound")
    warehouse.starlift("generate", "ultrasound", "--scale", "tiny", "--out", extract)
    warehouse.starlift("load", "ultrasound", "--from", extract)
    warehouse.build("--vars", "{ultrasound_enabled: true}", *MODELS_ALONE)
    return warehouse


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_a_notebook_runs_to_its_end(
    file: Path, both_clinics: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STARLIFT_DUCKDB", str(both_clinics.file))
    notebook = nbformat.read(file, as_version=4)
    place = {"metadata": {"path": str(file.parent)}}
    # a cell that fails is an error of the client
    NotebookClient(notebook, timeout=120, kernel_name="python3", resources=place).execute()
    last = [cell for cell in notebook.cells if cell.cell_type == "code"][-1]
    assert last.execution_count


def test_there_are_notebooks_and_their_outputs_are_kept() -> None:
    assert NOTEBOOKS
    for file in NOTEBOOKS:
        cells = [one for one in nbformat.read(file, as_version=4).cells if one.cell_type == "code"]
        assert any(one.outputs for one in cells), f"{file.name} was committed without having run"

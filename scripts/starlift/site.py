"""`starlift docs`: dbt's documentation as one page, pictures and all, and beside it one of all columns."""

import base64
import json
import mimetypes
import re
import shutil
from pathlib import Path

from rich.console import Console

from starlift.dbt_command import every_domain, project_folder
from starlift.dbt_progress import run_dbt_with_bar
from starlift.errors import StarliftError
from starlift.lineage.command import project_lineage
from starlift.lineage.page import write_page
from starlift.targets import read_target
from starlift.targets.warehouse import refuse_without_file

LOG = Path("logs/docs.log")
# Beside the page, which links to it.
LINEAGE_PAGE = "lineage.html"
# A folder of its own, since dbt parses the project again where a run has other vars than the one before.
_SCRATCH = Path("target/docs_site")


def write_site(console: Console, target: str, out: Path) -> None:
    """Write the documentation of every domain, as the target's warehouse has it, to one HTML file."""
    project = project_folder()
    refuse_without_file(read_target(target))
    words = ["docs", "generate", "--static", "--target", target, "--target-path", str(_SCRATCH)]
    domains = ["--vars", json.dumps(every_domain(project))]
    run_dbt_with_bar(console, "dbt docs generate", [*words, *domains], LOG)
    page = _SCRATCH / "static_index.html"
    if not page.is_file():
        raise StarliftError(f"dbt wrote no {page}: see {LOG}.")
    text = with_pictures(page.read_text(encoding="utf-8"), project)
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = out.with_suffix(".part")
    scratch.write_text(text, encoding="utf-8")
    shutil.move(scratch, out)
    write_page(project_lineage(console, target, domains[1]), out.with_name(LINEAGE_PAGE))
    console.print(
        f"{out}: {len(text) / 1e6:.1f} MB, opens in any browser, needs no server; {LINEAGE_PAGE} beside it "
        "follows every column",
        highlight=False,
        soft_wrap=True,
    )


def with_pictures(page: str, project: Path) -> str:
    """The page with the pictures that its Markdown links to in docs put in as data."""

    def embedded(found: re.Match[str]) -> str:
        file = project / found[1]
        if not file.is_file():
            return found[0]
        data = base64.b64encode(file.read_bytes()).decode()
        return f"](data:{mimetypes.guess_type(file)[0]};base64,{data})"

    return re.sub(r"\]\((docs/[\w./-]+\.(?:svg|png))\)", embedded, page)

"""The page of all columns: one HTML file that needs nothing else."""

from pathlib import Path

from starlift.lineage.graph import NamedLineage
from starlift.pages import page_templates


def write_page(found: NamedLineage, path: Path) -> None:
    """A page on which every column leads to what it is made of and to what it goes into."""
    ordered = sorted(found.lineage.columns, key=lambda node: (not found.is_public(node), found.name(node)))
    nodes = {node: at for at, node in enumerate(ordered)}
    data = {
        "nodes": [
            {"name": found.name(node), "kind": found.kind(node), "columns": found.lineage.columns[node]}
            for node in ordered
        ],
        # By node and column: where its values come from.
        "made": [
            [nodes[column.node], column.name, [[nodes[one.node], one.name] for one in sorted(parents)]]
            for column, parents in sorted(found.lineage.made_of.items())
            if parents
        ],
        # By node: the columns that say which rows it has.
        "rows": [
            [nodes[node], [[nodes[one.node], one.name] for one in sorted(parents)]]
            for node, parents in found.lineage.decided_by.items()
            if parents
        ],
    }
    html = (
        page_templates(Path(__file__).parent)
        .get_template("page.html.j2")
        .render(data=data, count=sum(map(len, found.lineage.columns.values())))
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(html, encoding="utf-8")

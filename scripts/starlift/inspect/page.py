"""An inspection as Markdown and as JSON."""

import json
import re
from dataclasses import asdict
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from starlift.inspect import describe
from starlift.inspect.model import Database


def as_json(database: Database) -> str:
    """The model as it is, in its own words."""
    return json.dumps(asdict(database), indent=2, ensure_ascii=False) + "\n"


def as_markdown(database: Database) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # Markdown; `md` is what keeps values from being read as markup
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["md"] = escaped
    personal = [
        (f"{table.name}.{column.name}", column.personal)
        for table in database.tables
        for column in table.columns
        if column.personal
    ]
    return environment.get_template("page.md.j2").render(database=database, d=describe, personal=personal)


def escaped(text: str) -> str:
    """Text that a table's cell shows as it is."""
    plain = " ".join(text.split()).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_|\[\]])", r"\\\1", plain)

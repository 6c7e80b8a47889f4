"""A diagram as one HTML file that needs nothing else: to move, zoom, search, and see what leads where."""

from pathlib import Path

from markupsafe import Markup

from starlift.erd.diagram import Diagram
from starlift.pages import page_templates


def page(diagram: Diagram, svg: str) -> str:
    template = page_templates(Path(__file__).parent).get_template("page.html.j2")
    names = sorted((box.name for box in diagram.boxes), key=str.lower)
    # the SVG has escaped all names itself
    return template.render(title=diagram.title, names=names, svg=Markup(svg))

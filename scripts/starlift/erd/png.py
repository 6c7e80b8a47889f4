"""A picture of an SVG as PNG, without a browser."""

import re

import resvg_py

from starlift.erd.text import FAMILY, font_folder

# Sharp on screens with two dots per pixel, as long as the picture stays one that programs open.
_ZOOM = 2.0
_MOST_DOTS = 60_000_000


def png(svg: str) -> bytes:
    found = re.search(r'width="(\d+)" height="(\d+)"', svg)
    wide, high = (int(found[1]), int(found[2])) if found else (1, 1)
    zoom = min(_ZOOM, (_MOST_DOTS / (wide * high)) ** 0.5)
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        width=round(wide * zoom),
        height=round(high * zoom),
        # the system's serve for letters that this one lacks
        font_dirs=[str(font_folder())],
        font_family=FAMILY,
        sans_serif_family=FAMILY,
        style_sheet=f"text {{ font-family: '{FAMILY}' }}",
    )

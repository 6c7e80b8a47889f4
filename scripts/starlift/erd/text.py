"""How wide a text is drawn, the same on every machine: by the font that comes with matplotlib."""

from functools import cache
from pathlib import Path
from typing import Any

# Wider than the fonts that browsers take for "sans-serif", so what fits here fits there.
FAMILY = "DejaVu Sans"
_REGULAR, _BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"


def font_folder() -> Path:
    import matplotlib  # noqa: PLC0415 - slow to import

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


@cache
def _widths(file: str) -> tuple[dict[int, str], Any, int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    font = TTFont(font_folder() / file, lazy=True)
    head: Any = font["head"]
    return font.getBestCmap() or {}, font["hmtx"], head.unitsPerEm


def width(text: str, size: float, *, bold: bool = False) -> float:
    glyphs, advances, em = _widths(_BOLD if bold else _REGULAR)
    units = sum(advances[glyphs[code]][0] if (code := ord(one)) in glyphs else em for one in text)
    return units * size / em


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"

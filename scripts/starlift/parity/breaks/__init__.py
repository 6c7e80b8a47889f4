"""The rules of each source, broken one by one."""

from starlift.parity.breaks import clinic, pos, shop, ultrasound
from starlift.parity.breaks.model import Breaks, Copy, OddTexts

BREAKS: dict[str, Breaks] = {
    "clinic": clinic.BREAKS,
    "pos": pos.BREAKS,
    "shop": shop.BREAKS,
    "ultrasound": ultrasound.BREAKS,
}
ODD_TEXTS: dict[str, OddTexts] = {
    "clinic": clinic.ODD_TEXTS,
    "pos": pos.ODD_TEXTS,
    "shop": shop.ODD_TEXTS,
    "ultrasound": ultrasound.ODD_TEXTS,
}

__all__ = ["BREAKS", "ODD_TEXTS", "Breaks", "Copy", "OddTexts"]

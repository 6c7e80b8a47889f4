"""Which sources can be generated, and what each is asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlift.errors import StarliftError
from starlift.generate import clinic, ultrasound
from starlift.generate.files import Manifest
from starlift.generate.retail import pos, shop, world


@dataclass(frozen=True)
class Generator:
    """`make(out, seed=, start=, end=, threads=, progress=, ...)`; what else it takes is in `asked`."""

    make: Callable[..., Manifest]
    # (scale, counts given instead of the scale's) -> further keywords of `make`
    asked: Callable[[str, dict[str, int]], dict[str, Any]]
    # What was made, in words.
    told: Callable[[Manifest], str]


def _clinic_size(scale: str, given: dict[str, int]) -> dict[str, int]:
    patients, encounters = clinic.scale_size(scale)
    if "encounters" in given:
        patients = max(1, given["encounters"] // 5)  # as the named scales have it
    return {"patients": patients, "encounters": encounters} | given


def _size(scale_size: Callable[[str], object]) -> Callable[[str, dict[str, int]], dict[str, Any]]:
    """For the generators that know no counts but those of their scales."""

    def asked(scale: str, given: dict[str, int]) -> dict[str, Any]:
        if given:
            raise StarliftError("--patients and --encounters are the clinic's: give a --scale instead.")
        return {"size": scale_size(scale)}

    return asked


GENERATORS = {
    "clinic": Generator(
        clinic.generate_clinic,
        _clinic_size,
        lambda made: f"{made.sizes['encounters']:,} encounters of {made.sizes['patients']:,} patients",
    ),
    "shop": Generator(
        shop.generate_shop,
        _size(world.scale_size),
        lambda made: f"{made.sizes['order_items']:,} order items and {made.sizes['customers']:,} customers",
    ),
    "pos": Generator(
        pos.generate_pos,
        _size(world.scale_size),
        lambda made: f"{made.sizes['sale_lines']:,} sale lines in {made.sizes['stores']:,} stores",
    ),
    "ultrasound": Generator(
        ultrasound.generate_ultrasound,
        _size(ultrasound.scale_size),
        lambda made: f"{made.sizes['appointments']:,} appointments of {made.sizes['patients']:,} patients",
    ),
}


def generator(source: str) -> Generator:
    """The generator of that source."""
    try:
        return GENERATORS[source]
    except KeyError:
        listed = ", ".join(GENERATORS)
        raise StarliftError(f"There is no generator for '{source}': choose one of {listed}.") from None

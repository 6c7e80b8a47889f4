"""What customers write on the card they fill in at the till: numbers and addresses, each in their own way."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from starlift.generate import rng
from starlift.generate.retail import typed

# plain, dashes, brackets, with the country in front, without the area, none
_PHONE_SHARE = (46, 20, 18, 5, 1, 10)
# of the ways that `typed` knows: mostly as it is, none for some
_EMAIL_SHARE = (890, 6, 8, 6, 10, 0, 80)


def phone(bits16: np.ndarray, ten: pa.Array) -> pa.Array:
    """The ten digits as somebody notes them; null for one in ten, too short for one in a hundred."""
    area, three, four = (pc.utf8_slice_codeunits(ten, lo, hi) for lo, hi in ((0, 3), (3, 6), (6, 10)))
    short = pc.binary_join_element_wise(three, four, "-")
    ways = (
        ten,
        pc.binary_join_element_wise(area, short, "-"),
        pc.binary_join_element_wise(pc.binary_join_element_wise("(", area, ")", ""), short, " "),
        pc.binary_join_element_wise("+1", area, three, four, " "),
        short,
        pa.scalar(None, pa.string()),
    )
    return pc.choose(pa.array(rng.lookup(_PHONE_SHARE)[bits16].astype(np.int64)), *ways)


def email(bits16: np.ndarray, address: pa.Array) -> pa.Array:
    """The address with a slip now and then; null for who gives none."""
    return typed.emails(address, rng.lookup(_EMAIL_SHARE)[bits16])

"""Random numbers that are a function of (seed, purpose, counter), in integer arithmetic alone.

splitmix64 (Steele, Lea, Flood 2014: "Fast Splittable Pseudorandom Number Generators") over numpy's
uint64: no state, so any chunk can be made by any thread; no floats, so no library version can change
a bit. One draw of 64 bits serves up to four decisions of 16 bits each (`part`).
"""

from collections.abc import Sequence

import numpy as np

U64 = np.uint64
_GOLDEN = 0x9E3779B97F4A7C15
_MASK = (1 << 64) - 1


def _mix(z: np.ndarray) -> np.ndarray:
    """splitmix64's finaliser, in place."""
    z ^= z >> U64(30)
    z *= U64(0xBF58476D1CE4E5B9)
    z ^= z >> U64(27)
    z *= U64(0x94D049BB133111EB)
    z ^= z >> U64(31)
    return z


def key(seed: int, purpose: str) -> int:
    """The 64-bit key of one stream of random numbers."""
    value = seed & _MASK
    for byte in purpose.encode():
        value = (value ^ byte) * 0x100000001B3 & _MASK
        value ^= value >> 29
    mixed = _mix(np.array([value + _GOLDEN & _MASK], dtype=U64))
    return int(mixed[0])


def draw(stream: int, counter: np.ndarray) -> np.ndarray:
    """64 random bits for each counter."""
    z = counter.astype(U64)
    z *= U64(_GOLDEN)
    z += U64(stream)
    return _mix(z)


def draw_one(stream: int, counter: int) -> int:
    """`draw` of a single counter, as a Python integer."""
    z = (counter * _GOLDEN + stream) & _MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
    return z ^ z >> 31


def part(bits: np.ndarray, index: int) -> np.ndarray:
    """The 16-bit number 0..65535 at position `index` (0..3) of each draw."""
    return (bits >> U64(16 * index)).astype(np.uint16)


def below(bits: np.ndarray, limit: np.ndarray | int) -> np.ndarray:
    """0..limit-1 from the upper 32 bits of each draw; `limit` is below 2**31."""
    high = (bits >> U64(32)).astype(np.int64)
    return (high * limit) >> 32


def scale16(number: np.ndarray, limit: np.ndarray | int) -> np.ndarray:
    """0..limit-1 from a 16-bit number; `limit` is far below 65536."""
    return (number.astype(np.int32) * limit) >> 16


def lookup(weights: Sequence[int]) -> np.ndarray:
    """A table of 65536 entries in which index i takes its weight's share: `table[part(bits, k)]`."""
    cumulative = [0]
    for weight in weights:
        cumulative.append(cumulative[-1] + weight)
    total = cumulative[-1]
    edges = [edge * 65536 // total for edge in cumulative]
    kind = np.uint8 if len(weights) <= 256 else np.uint16
    return np.repeat(np.arange(len(weights), dtype=kind), np.diff(edges))


def zipf(count: int) -> list[int]:
    """Integer weights that fall like 1/rank."""
    return [60000 // (rank + 3) for rank in range(count)]

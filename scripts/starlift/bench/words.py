"""Numbers as people read them."""

from typing import Any


def duration(seconds: float) -> str:
    """Three significant digits with a fitting unit: 1.23 ms, 123 ms, 1.23 s, 2 min 3 s."""
    if seconds < 0.9995:
        return f"{significant(seconds * 1000)} ms"
    if seconds < 99.95:
        return f"{significant(seconds)} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def times(ratio: float) -> str:
    """A ratio with a multiplication sign: 0.82x, 3.4x, 57x."""
    if ratio < 0.995:
        return f"{ratio:.2f}x"
    return f"{ratio:.1f}x" if ratio < 9.95 else f"{ratio:,.0f}x"


def significant(value: float) -> str:
    """Three significant digits without an exponent: 0.123, 1.23, 12.3, 123, 1,230."""
    if value == 0:
        return "0"
    for limit, places in ((0.9995, 3), (9.995, 2), (99.95, 1)):
        if abs(value) < limit:
            return f"{value:.{places}f}"
    return f"{value:,.0f}"


def gibibytes(size: float) -> str:
    return f"{size / 2**30:.2f} GiB"


def runs_in_words(section: dict[str, Any]) -> str:
    """7, or 3 to 7 where a question took so long that it was asked less often."""
    most, fewest = section["runs"], section.get("fewest_runs", section["runs"])
    return str(most) if fewest == most else f"{fewest} to {most}"

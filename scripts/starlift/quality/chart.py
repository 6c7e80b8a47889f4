"""The charts of the quality page, as SVG text to stand inside it."""

from collections.abc import Sequence
from datetime import datetime
from io import StringIO

import matplotlib as mpl

mpl.use("svg")  # before pyplot, which else looks for a display

from matplotlib import pyplot as plt

from starlift.pages import CHART_SETTINGS
from starlift.quality.read import Extract, Quality

# Told apart by people who see colours differently, too; the last is for all other rules.
_COLOURS = ("#2f6fde", "#e08a1e", "#12a594", "#8e4ec6", "#c4314b", "#7a8a2a", "#5b6472")
_OTHER = "#c9ced6"
_NEW, _LEFT = "#c4314b", "#0b7a4b"
_SPARK_WIDTH, _SPARK_HEIGHT = 120, 24


def when(moments: Sequence[datetime]) -> list[str]:
    """Days, with the time where two moments are of one day."""
    days = [moment.date() for moment in moments]
    by_time = len(set(days)) < len(days)
    return [f"{moment:%Y-%m-%d %H:%M}" if by_time else f"{moment:%Y-%m-%d}" for moment in moments]


def rules_chart(quality: Quality) -> str:
    """Above, the rows in quarantine after each extract by rule; below, those that came and went with it."""
    extracts = quality.extracts
    shown = most_broken(quality, len(_COLOURS))
    with mpl.rc_context(CHART_SETTINGS):
        figure, (standing, moved) = plt.subplots(
            2, 1, figsize=(9.2, 5.4), sharex=True, height_ratios=(2, 1), layout="constrained"
        )
        places = range(len(extracts))
        bottom = [0] * len(extracts)
        width = 0.72 if len(extracts) > 2 else 0.3
        for rule, colour in [*zip(shown, _COLOURS, strict=False), (None, _OTHER)]:
            heights = [_standing(extract, rule, shown) for extract in extracts]
            if any(heights):
                label = rule.replace("_", " ") if rule else "all other rules"
                standing.bar(
                    places, heights, width, bottom=bottom, color=colour, label=label, linewidth=0, zorder=2
                )
            bottom = [below + height for below, height in zip(bottom, heights, strict=True)]
        moved.bar(
            places, [extract.total("new") for extract in extracts], width, color=_NEW, label="new", zorder=2
        )
        moved.bar(
            places,
            [-extract.total("left") for extract in extracts],
            width,
            color=_LEFT,
            label="repaired or gone",
            zorder=2,
        )
        moved.axhline(0, color="#5b6472", linewidth=0.8, zorder=3)
        for axes, title in ((standing, "rows in quarantine"), (moved, "rows that came and went")):
            axes.set_title(title, loc="left", fontsize=10, fontweight="bold", color="#1c2330")
            axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(5, integer=True))
            axes.yaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
            axes.grid(axis="y", color="#e3e6eb", zorder=0)
            axes.tick_params(length=0, labelcolor="#5b6472")
            for edge in ("top", "right", "left", "bottom"):
                axes.spines[edge].set_visible(False)
            if axes.get_legend_handles_labels()[0]:
                axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
        standing.set_ylim(0, max(*bottom, 1) * 1.05)
        moved.margins(y=0.12)
        # so that one extract is no wall of colour
        moved.set_xlim(-0.8, max(len(extracts), 5) - 0.2)
        labels = when([extract.at for extract in extracts])
        step = -(-len(labels) // 12)
        moved.set_xticks(list(places)[::step], labels[::step], rotation=30, ha="right")
        svg = StringIO()
        figure.savefig(svg, format="svg", metadata={"Date": None})
        plt.close(figure)
    return svg.getvalue()[svg.getvalue().index("<svg") :]


def most_broken(quality: Quality, count: int) -> list[str]:
    """The rules that most rows broke at any time shown, the most broken first."""
    most: dict[str, int] = {}
    for extract in quality.extracts:
        for rule, counts in extract.rules.items():
            most[rule] = max(most.get(rule, 0), counts.standing)
    return sorted((rule for rule in most if most[rule]), key=lambda rule: (-most[rule], rule))[:count]


def _standing(extract: Extract, rule: str | None, shown: Sequence[str]) -> int:
    if rule:
        return extract.rules[rule].standing if rule in extract.rules else 0
    return sum(counts.standing for name, counts in extract.rules.items() if name not in shown)


def trend(values: Sequence[int]) -> str:
    """A line of the values, small enough for a cell of a table, on a scale of its own that starts at zero."""
    highest = max(*values, 1)
    step = (_SPARK_WIDTH - 6) / max(len(values) - 1, 1)
    points = [
        (3 + number * step, _SPARK_HEIGHT - 3 - value / highest * (_SPARK_HEIGHT - 6))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    (x, y), size = points[-1], f'width="{_SPARK_WIDTH}" height="{_SPARK_HEIGHT}"'
    return (
        f'<svg {size} role="img" aria-label="{", ".join(map(str, values))}">'
        f'<polyline points="{line}" fill="none" stroke="#858d9b" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="#2f6fde"/></svg>'
    )

"""The chart of the report: medians on a log scale, as SVG text to stand inside the page."""

from io import StringIO
from typing import Any

import matplotlib as mpl

mpl.use("svg")  # before pyplot, which else looks for a display

from matplotlib import pyplot as plt

from starlift.bench.words import duration, times
from starlift.pages import CHART_SETTINGS

COLOURS = {
    "given": "#b9bec7",
    "indexed": "#858d9b",
    "best": "#545c6b",
    "star": "#2f6fde",
    "aggregate": "#12a594",
}


def questions_chart(section: dict[str, Any]) -> str:
    """One group of bars a question, one bar a side; whiskers from the 25th to the 75th percentile."""
    questions, labels = section["questions"], section["labels"]
    with mpl.rc_context(CHART_SETTINGS):
        figure, axes = plt.subplots(
            figsize=(9.2, 0.5 + 0.36 * sum(len(q["timings"]) + 1.2 for q in questions))
        )
        position, ticks = 0.0, []
        longest = max(t["p75"] for q in questions for t in q["timings"].values())
        shortest = min(t["p25"] for q in questions for t in q["timings"].values())
        for question in questions:
            top = position
            for side, timing in question["timings"].items():
                milliseconds = timing["median"] * 1000
                spread = [
                    [(timing["median"] - timing["p25"]) * 1000],
                    [(timing["p75"] - timing["median"]) * 1000],
                ]
                axes.barh(position, milliseconds, height=0.82, color=COLOURS.get(side, "#888"), zorder=2)
                axes.errorbar(
                    milliseconds, position, xerr=spread, color="#1c2330", linewidth=1, capsize=2, zorder=3
                )
                ratio = (
                    "" if side in (section["baseline"], "given") else f" · {times(question['ratios'][side])}"
                )
                axes.text(
                    max(milliseconds, timing["p75"] * 1000) * 1.06,
                    position,
                    f"{duration(timing['median'])}{ratio}",
                    va="center",
                    fontsize=9,
                    zorder=4,
                )
                position += 1
            ticks.append(((top + position - 1) / 2, question["name"].split("_")[0].upper()))
            position += 1.0
        axes.set_xscale("log")
        axes.set_xlim(shortest * 1000 / 2, longest * 1000 * 4)
        axes.set_yticks([tick for tick, _ in ticks], [name for _, name in ticks], fontweight="bold")
        axes.set_ylim(position - 1.4, -0.6)
        axes.set_xlabel("milliseconds, median (log scale: each gridline is ten times the one before)")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}" if value >= 1 else f"{value:g}")
        axes.grid(axis="x", color="#e3e6eb", zorder=0)
        for edge in ("top", "right", "left"):
            axes.spines[edge].set_visible(False)
        axes.tick_params(axis="y", length=0)
        handles = [mpl.patches.Patch(color=colour, label=labels[side]) for side, colour in COLOURS.items()]
        figure.legend(handles=handles, loc="upper center", ncols=len(handles), frameon=False, fontsize=9)
        figure.tight_layout(rect=(0, 0, 1, 0.955))
        svg = StringIO()
        figure.savefig(svg, format="svg", metadata={"Date": None})
        plt.close(figure)
    return svg.getvalue()[svg.getvalue().index("<svg") :]

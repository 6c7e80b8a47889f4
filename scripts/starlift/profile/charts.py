"""The charts of a profile, as SVG text to stand inside its page."""

from collections.abc import Callable, Sequence
from datetime import date
from io import StringIO
from itertools import pairwise
from typing import Any

import matplotlib as mpl

mpl.use("svg")  # before pyplot, which else looks for a display

from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from starlift.pages import CHART_SETTINGS
from starlift.profile.model import Bar, ColumnProfile, Delay, Gap, Trend
from starlift.relations.model import MOMENTS, NUMBERS

_INK, _SOFT, _LINE, _BLUE = "#1c2330", "#5b6472", "#e3e6eb", "#2f6fde"
_RED = "#c4314b"
_GAPS = {
    Gap.MISSING: "#c4314b",
    Gap.UNKNOWN: "#e08a1e",
    Gap.NOT_YET: "#8e4ec6",
    Gap.NOT_APPLICABLE: "#c9ced6",
}
_SUMS = ("#12a594", "#e08a1e", "#8e4ec6")
_WIDTH, _ACROSS = 9.2, 3
_LONGEST_LABEL = 22
# so many days are told apart by their day, not their month
_SHORT = 90


def missing_chart(columns: Sequence[ColumnProfile], rows: int) -> str:
    """The share of rows without a value, by column and reason; the fullest gap first."""
    shown = sorted((one for one in columns if one.without_value), key=lambda one: one.without_value)

    def draw() -> Figure:
        figure, axes = plt.subplots(figsize=(_WIDTH, 0.7 + 0.27 * len(shown)), layout="constrained")
        left = [0.0] * len(shown)
        for gap, colour in _GAPS.items():
            shares = [one.gaps.get(gap, 0) / rows * 100 for one in shown]
            if any(shares):
                axes.barh(
                    range(len(shown)), shares, left=left, color=colour, label=gap.value, height=0.66, zorder=2
                )
            left = [one + more for one, more in zip(left, shares, strict=True)]
        for at, (end, one) in enumerate(zip(left, shown, strict=True)):
            axes.text(
                end + 0.8, at, _percent(one.without_value, rows), va="center", fontsize=8.5, color=_SOFT
            )
        axes.set_yticks(range(len(shown)), [one.name for one in shown])
        axes.set_xlim(0, 108)
        axes.set_ylim(-0.6, len(shown) - 0.4)
        axes.set_xticks([0, 25, 50, 75, 100], ["0", "25%", "50%", "75%", "100%"])
        _plain(axes, "x")
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize=9)
        return figure

    return _svg(draw)


def trend_chart(trend: Trend) -> str:
    """Rows by month above, and each sum below on a scale of its own."""

    def draw() -> Figure:
        count = 1 + len(trend.sums)
        figure, all_axes = plt.subplots(
            count,
            1,
            figsize=(_WIDTH, 1.7 + 1.25 * (count - 1)),
            sharex=True,
            layout="constrained",
            height_ratios=[1.3, *[1] * (count - 1)],
            squeeze=False,
        )
        first, *others = all_axes[:, 0]
        width = 0.9 if trend.unit == "day" else 25
        first.bar(trend.starts, trend.rows, width=width, color=_BLUE, zorder=2)
        _titled(first, f"rows by {trend.unit} of {trend.column}")
        for axes, (name, values), colour in zip(others, trend.sums.items(), _SUMS, strict=False):
            axes.plot(trend.starts, values, color=colour, linewidth=1.6, zorder=2)
            axes.fill_between(trend.starts, values, color=colour, alpha=0.12, linewidth=0)
            _titled(axes, f"sum of {name}")
        for axes, values in zip(all_axes[:, 0], (trend.rows, *trend.sums.values()), strict=False):
            axes.set_ylim(bottom=min(0, axes.get_ylim()[0]))
            whole = all(float(value).is_integer() for value in values)
            axes.yaxis.set_major_locator(_ticks(4, whole=whole))
            axes.yaxis.set_major_formatter(lambda value, _: short(value))
            _plain(axes, "y")
        _date_axis(first)
        return figure

    return _svg(draw)


def delay_chart(delays: Sequence[Delay]) -> str:
    """How many days passed, one small chart for each pair; the line is the median."""

    def draw_one(axes: Axes, delay: Delay) -> None:
        _numbers(axes, delay.bars)
        axes.axvline(delay.median, color=_RED, linewidth=1.4, zorder=3)
        _titled(axes, f"{_cut(delay.start)}\nto {_cut(delay.end)}")
        axes.set_xlabel("days", fontsize=8.5, color=_SOFT)

    return _grid([lambda axes, one=one: draw_one(axes, one) for one in delays], 1.75)


def distribution_chart(columns: Sequence[ColumnProfile]) -> str:
    """One small chart for each column that has more than one value."""

    def draw_one(axes: Axes, column: ColumnProfile) -> None:
        _titled(axes, _cut(column.name))
        if column.kind in MOMENTS:
            lows, rows = [one.low or 0 for one in column.bars], [one.rows for one in column.bars]
            axes.bar(lows, rows, _step(column.bars), color=_BLUE, zorder=2)
            # a day where the months would all be one
            spelled = "%Y-%m" if max(lows) - min(lows) > _SHORT else "%m-%d"
            axes.xaxis.set_major_locator(_ticks(4))
            axes.xaxis.set_major_formatter(
                lambda value, _: f"{date.fromordinal(max(1, int(value))):{spelled}}"
            )
            axes.yaxis.set_major_locator(_ticks(3))
            _plain(axes, "y")
        elif column.kind in NUMBERS and column.bars[0].low is not None:
            _numbers(axes, column.bars)
            if column.beyond:
                axes.text(
                    0.99,
                    0.97,
                    f"{column.beyond:,} beyond",
                    transform=axes.transAxes,
                    ha="right",
                    va="top",
                    fontsize=8,
                    color=_SOFT,
                )
        else:
            _categories(axes, column)

    shown = [column for column in columns if column.is_drawn]
    return _grid([lambda axes, one=one: draw_one(axes, one) for one in shown], 1.95)


def _step(bars: Sequence[Bar]) -> float:
    places = [one.low or 0 for one in bars]
    return min((after - before for before, after in pairwise(places)), default=1) * 0.95


def _numbers(axes: Axes, bars: Sequence[Bar]) -> None:
    lows = [one.low or 0 for one in bars]
    widths = [(one.high or 0) - (one.low or 0) or 1 for one in bars]
    axes.bar(
        lows,
        [one.rows for one in bars],
        widths,
        align="edge",
        color=_BLUE,
        zorder=2,
        edgecolor="white",
        linewidth=0.4,
    )
    axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
    axes.xaxis.set_major_formatter(lambda value, _: short(value))
    axes.yaxis.set_major_locator(_ticks(3))
    axes.yaxis.set_major_formatter(lambda value, _: short(value))
    _plain(axes, "y")


def _categories(axes: Axes, column: ColumnProfile) -> None:
    bars = [(one.label, one.rows, _BLUE) for one in column.bars]
    if column.beyond:
        more = column.distinct - len(column.bars)
        bars.append((f"{more:,} others", column.beyond, "#c9ced6"))
    bars.reverse()
    axes.barh(
        range(len(bars)),
        [rows for _, rows, _ in bars],
        color=[colour for *_, colour in bars],
        height=0.72,
        zorder=2,
    )
    axes.set_yticks(
        range(len(bars)), [_cut(label) for label, *_ in bars], fontsize=8 if len(bars) < 12 else 6
    )
    axes.xaxis.set_major_locator(_ticks(3))
    axes.xaxis.set_major_formatter(lambda value, _: short(value))
    _plain(axes, "x")


def _grid(draws: Sequence[Callable[[Axes], None]], height: float) -> str:
    def draw() -> Figure:
        down = -(-len(draws) // _ACROSS)
        figure, all_axes = plt.subplots(
            down, _ACROSS, figsize=(_WIDTH, height * down), squeeze=False, layout="constrained"
        )
        for axes, fill in zip(all_axes.flat, draws, strict=False):
            fill(axes)
            axes.tick_params(labelsize=8)
        for axes in all_axes.flat[len(draws) :]:
            axes.set_visible(False)
        return figure

    return _svg(draw)


def _svg(draw: Callable[[], Figure]) -> str:
    with mpl.rc_context(CHART_SETTINGS):
        figure = draw()
        svg = StringIO()
        figure.savefig(svg, format="svg", metadata={"Date": None})
        plt.close(figure)
    return svg.getvalue()[svg.getvalue().index("<svg") :]


def _titled(axes: Axes, title: str) -> None:
    axes.set_title(title.replace("$", r"\$"), loc="left", fontsize=9.5, fontweight="bold", color=_INK)


def _plain(axes: Axes, grid: Any) -> None:  # noqa: ANN401 - matplotlib's own literal
    axes.grid(axis=grid, color=_LINE, zorder=0)
    axes.tick_params(length=0, labelcolor=_SOFT)
    for edge in ("top", "right", "left", "bottom"):
        axes.spines[edge].set_visible(False)


def _ticks(most: int, *, whole: bool = True) -> mpl.ticker.MaxNLocator:
    """Places for labels; of what is counted there are no parts."""
    return mpl.ticker.MaxNLocator(most, integer=whole, min_n_ticks=1 if whole else 2)


def _date_axis(axes: Axes) -> None:
    locator = mpl.dates.AutoDateLocator(maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(mpl.dates.ConciseDateFormatter(locator))


def _cut(text: str, longest: int = _LONGEST_LABEL) -> str:
    shown = text.replace("$", r"\$")
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def _percent(part: int, whole: int) -> str:
    share = part / whole * 100
    return "< 0.1%" if 0 < share < 0.1 else f"{share:.1f}%"


def short(value: float) -> str:
    """12,300,000 as 12.3M, so that it fits beside an axis."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.1f}".removesuffix(".0") + letter
    return f"{value:,.2f}".rstrip("0").rstrip(".") if value else "0"

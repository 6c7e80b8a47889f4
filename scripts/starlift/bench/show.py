"""A run on the terminal: what the report says, in tables."""

import re
from collections.abc import Callable
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from starlift.bench.goals import goals_in_words, missed_goals
from starlift.bench.proof import Difference
from starlift.bench.runs import Figure, figures
from starlift.bench.words import duration, gibibytes, runs_in_words, significant, times

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# The build's largest tables; the report has them all.
_SHOWN_NODES = 9
# Rows of each answer; the report has a few more.
_SHOWN_ROWS = 3


def show_run(console: Console, run: dict[str, Any]) -> None:
    if "questions" in run:
        _show_questions(console, run["questions"], run.get("title", run["target"]))
        _show_answers(console, run["questions"])
    if "generate" in run:
        _show_generate(console, run["generate"])
    if "load" in run:
        _show_load(console, run["load"])
    if "build" in run:
        _show_build(console, run["build"])
    if "day" in run:
        _show_days(console, run["day"])
    if "dump" in run:
        _show_dump(console, run["dump"])
    if "memory" in run:
        _show_memory(console, run["memory"])


def _verdict(goal: float | None, text: str, reached: Callable[[float], bool]) -> str:
    """The goal in brackets and whether it is reached; nothing where the data are too small for it."""
    if goal is None:
        return ""
    outcome = "[green]reached[/green]" if reached(goal) else "[red]missed[/red]"
    return f" (goal {text}: {outcome})"


def _show_questions(console: Console, section: dict[str, Any], title: str) -> None:
    labels, baseline = section["labels"], section["baseline"]
    table = Table(
        "",
        title=f"The questions on {title} at {section['size']}",
        caption=f"Every side returned the same rows. Medians of {runs_in_words(section)} runs in turns after "
        f"warm-ups; below, how many times faster than {labels[baseline]}. "
        "The aggregate holds the finished answer: its ratio is no speed-up of the query.",
        caption_justify="left",
    )
    for label in labels.values():
        table.add_column(label.replace(" ", "\n", 1), justify="right", no_wrap=True)
    for question in section["questions"]:
        cells = []
        for side in labels:
            timing = question["timings"].get(side)
            ratio = (
                "" if side == baseline or not timing else f"[bold]{times(question['ratios'][side])}[/bold]"
            )
            cells.append(f"{duration(timing['median'])}\n{ratio}" if timing else "-")
        table.add_row(question["name"].replace("_", " "), *cells)
    console.print(table)
    for question in section["questions"]:
        for note in question["type_notes"]:
            console.print(f"Note on {question['name']}: {note}", highlight=False)
    if not section["keys_declared"]:
        console.print(
            "Note: the load checked the raw keys without declaring them; the well-indexed copy has them."
        )
    if section["goals_apply"]:
        missed = list(missed_goals(section))
        outcome = "; ".join(f"[red]missed: {one}[/red]" for one in missed) or "[green]all reached[/green]"
        goals = goals_in_words(section)
        console.print(
            f"Goals for star and aggregate ({goals}; the star never slower than the best 3NF): {outcome}",
            highlight=False,
        )


def _show_answers(console: Console, section: dict[str, Any]) -> None:
    """The first rows that every side returned, under each question's words."""
    for question in section["questions"]:
        rows = question["first_rows"][:_SHOWN_ROWS]
        console.print(f"\n[bold]{escape(question['text'])}[/bold]", highlight=False)
        table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        for name, values in zip(question["columns"], zip(*rows, strict=True), strict=False):
            numbers = all(_NUMBER.fullmatch(value) for value in values)
            words = name.split("_")
            table.add_column(
                " ".join(words), justify="right" if numbers else "left", min_width=max(map(len, words))
            )
        for row in rows:
            table.add_row(*map(escape, row))
        console.print(table)
        if question["rows"] > len(rows):
            console.print(f"and {question['rows'] - len(rows):,} rows more", highlight=False)


def _show_generate(console: Console, section: dict[str, Any]) -> None:
    table = Table(
        "generate", "rows", "median", "rows a second", title="Generation against a row-by-row Faker loop"
    )
    for name, label in (("starlift", "starlift generate"), ("faker", "Faker loop")):
        table.add_row(
            label,
            f"{section['rows'][name]:,}",
            duration(section["timings"][name]["median"]),
            f"{section['rows_per_second'][name]:,.0f}",
        )
    console.print(table)
    reached = _verdict(section["goal"], f"{section['goal']}x", lambda goal: section["ratio"] >= goal)
    console.print(
        f"{times(section['ratio'])} the loop's rows a second"
        f"{reached}; one and two threads give the same digests"
    )


def _show_load(console: Console, section: dict[str, Any]) -> None:
    table = Table("load", "median", "rows a second", title=f"Loading {section['rows']:,} rows of Parquet")
    for name, label in section["labels"].items():
        median = section["timings"][name]["median"]
        table.add_row(label, duration(median), f"{section['rows'] / median:,.0f}")
    console.print(table)
    reached = _verdict(section["goal"], f"at most {section['goal']}", lambda goal: section["ratio"] <= goal)
    declared = section.get("ratio_declared")
    more = f"; with declared keys {declared:.2f} times" if declared else ""
    console.print(f"{section['ratio']:.2f} times {section['against']}{reached}{more}", highlight=False)


def _show_build(console: Console, section: dict[str, Any]) -> None:
    finishing = section.get("finishing", "adding its key")
    table = Table("built", "dbt", "create table as", finishing, title="Building the star")
    stored = sorted((node for node in section["nodes"] if node["stored"]), key=lambda node: -node["dbt"])
    for node in stored[:_SHOWN_NODES]:
        key = duration(node["add_key"]) if node["key"] or "finishing" in section else ""
        table.add_row(node["name"], duration(node["dbt"]), duration(node["create_table_as"]), key)
    if rest := stored[_SHOWN_NODES:]:
        sums = [sum(node[part] for node in rest) for part in ("dbt", "create_table_as", "add_key")]
        table.add_row(f"{len(rest)} smaller ones", *(duration(seconds) for seconds in sums))
    console.print(table)
    judged = section.get("judged", "ratio_aside")
    reached = _verdict(section["goal"], f"at most {section['goal']}", lambda goal: section[judged] <= goal)
    verdict = {"ratio": "", "ratio_aside": "", judged: reached}
    console.print(
        f"{section['tables']} tables: {duration(section['dbt_seconds'])} by dbt, "
        f"{duration(section['hand_seconds'])} by hand, {section['ratio']:.2f} times{verdict['ratio']}; "
        f"without dbt's own {duration(section['overhead_per_node'])} a node "
        f"{section['ratio_aside']:.2f} times{verdict['ratio_aside']}; "
        f"against create table as without keys {section['ratio_aside_without_keys']:.2f} times. "
        f"The whole dbt command: {duration(section['dbt_command_seconds'])}.",
        highlight=False,
    )


def _show_days(console: Console, section: dict[str, Any]) -> None:
    table = Table(
        "",
        title="A day's build against a full one",
        caption="Seconds of the statements of all models and snapshots, and in brackets as dbt times these, "
        "with its own work on each.",
        caption_justify="left",
    )
    for column in ("rows", "changed", "full build", "a day", "of the full"):
        table.add_column(column, justify="right")
    for step in section["scales"]:
        table.add_row(
            step["size"],
            f"{step['rows']:,}",
            f"{step['changed_rows']:,.0f} ({step['changed_rows'] / step['rows']:.2%})",
            *(
                f"{duration(step[part]['sql_seconds'])} ({duration(step[part]['model_seconds'])})"
                for part in ("full", "day")
            ),
            f"{step['ratio']:.2f} ({step['ratio_by_dbt']:.2f})",
        )
    console.print(table)
    reached = _verdict(section["goal"], f"at most {section['goal']}", lambda goal: section["ratio"] <= goal)
    console.print(f"A day takes {section['ratio']:.2f} of the full build{reached}", highlight=False)


def _show_dump(console: Console, section: dict[str, Any]) -> None:
    table = Table("step", "time", "MB a minute of CPU", "peak memory", title="Loading SQL dumps")
    for step in section["steps"]:
        table.add_row(
            step["name"], duration(step["seconds"]), f"{step['a_minute']:,.0f}", gibibytes(step["peak_bytes"])
        )
    console.print(table)
    goal, found = section["goal_a_minute"], section["a_minute"]
    reached = _verdict(goal, f"at least {goal}", lambda goal: found >= goal)
    console.print(f"At least {found:,.0f} MB a minute{reached}", highlight=False)


def _show_memory(console: Console, section: dict[str, Any]) -> None:
    table = Table("step", "time", "peak memory", title=f"Memory at {section['size']}")
    for step in section["steps"]:
        table.add_row(step["name"], duration(step["seconds"]), gibibytes(step["peak_bytes"]))
    console.print(table)
    reached = _verdict(
        section["goal"], gibibytes(section["goal"]), lambda goal: section["peak_bytes"] <= goal
    )
    console.print(f"Peak {gibibytes(section['peak_bytes'])}{reached}")


def show_differences(console: Console, found: list[Difference]) -> None:
    for difference in found:
        console.print(
            f"[bold]{difference.question}[/bold]: {difference.side} is not {difference.against}: "
            f"{difference.reason}",
            highlight=False,
        )
        for label, rows in (
            (f"only in {difference.side}", difference.only_in_side),
            (f"only in {difference.against}", difference.only_in_against),
        ):
            for row in rows:
                console.print(
                    f"  {label}: {', '.join(str(value) for value in row)}", highlight=False, markup=False
                )


def show_list(console: Console, runs: list[dict[str, Any]]) -> None:
    if not runs:
        console.print("No run is stored yet: `starlift bench` makes the first.")
        return
    table = Table(
        "run",
        "target",
        "commit",
        "of",
        "star, times faster than the indexed 3NF",
        title="Stored runs, oldest first",
    )
    for run in runs:
        section = run.get("questions")
        ratios = (
            ", ".join(times(question["ratios"]["star"]) for question in section["questions"])
            if section
            else ""
        )
        size = section.get("size", "") if section else ""
        table.add_row(run["run"], run.get("title", run["target"]), run["machine"]["commit"], size, ratios)
    console.print(table)


def show_comparison(console: Console, old: dict[str, Any], new: dict[str, Any]) -> None:
    before, after = figures(old), figures(new)
    table = Table("figure", title=f"{old['run']} -> {new['run']}")
    for column in ("before", "after", "change"):
        table.add_column(column, justify="right")
    for name in [*before, *(name for name in after if name not in before)]:
        table.add_row(
            name,
            _value(before.get(name)),
            _value(after.get(name)),
            _change(before.get(name), after.get(name)),
        )
    console.print(table)
    rows = [run.get("questions", {}).get("raw_rows") for run in (old, new)]
    if rows[0] != rows[1]:
        console.print("[yellow]The two runs are of different data.[/yellow]")
    if old["machine"]["processor"] != new["machine"]["processor"]:
        console.print("[yellow]The two runs are of different machines.[/yellow]")


def _value(figure: Figure | None) -> str:
    if figure is None:
        return "-"
    return duration(figure.value) if figure.unit == "s" else f"{significant(figure.value)} {figure.unit}"


def _change(old: Figure | None, new: Figure | None) -> str:
    if old is None or new is None or not old.value:
        return ""
    share = new.value / old.value - 1
    if abs(share) < 0.1:  # within what two runs of the same thing differ by
        return f"{share:+.0%}"
    colour = "green" if (share > 0) == new.more_is_better else "red"
    return f"[{colour}]{share:+.0%}[/{colour}]"

"""Measured times as rows of a table."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Row:
    """One promise, or one figure that belongs to it.

    Attributes:
        promise: what is measured.
        measured: the median with its spread.
        limit: what was promised; empty if nothing was.
        beside: what the figure is to be seen beside, such as a ratio to a peer.
        reached: whether the promise is kept; None if none was made.
    """

    promise: str
    measured: str
    limit: str = ""
    beside: str = ""
    reached: bool | None = None


@dataclass(frozen=True)
class Times:
    """How long something took, in seconds, time by time: by the clock, and of the processor."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def run_in_turn(variants: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, Times]:
    """Run all variants in turn, round by round, so that what else the machine does falls on all alike."""
    times = {name: Times() for name in variants}
    for _ in range(rounds):
        for name, run in variants.items():
            cpu, wall = time.process_time(), time.perf_counter()
            run()
            times[name].wall.append(time.perf_counter() - wall)
            times[name].cpu.append(time.process_time() - cpu)
    return times


def at_most(promise: str, values: Iterable[float], limit: float | None, unit: str = "ms", beside: str = "") -> Row:
    """A row that is reached if the median is at most the limit; without a limit, a figure only."""
    values = list(values)
    said = "" if limit is None else f"≤ {limit:g} {unit}".rstrip()
    return Row(promise, spread(values, unit), said, beside, None if limit is None else median(values) <= limit)


def at_least(promise: str, values: Iterable[float], limit: float, unit: str = "", beside: str = "") -> Row:
    """A row that is reached if the median is at least the limit."""
    values = list(values)
    return Row(promise, spread(values, unit), f"≥ {limit:g} {unit}".rstrip(), beside, median(values) >= limit)


def spread(values: Iterable[float], unit: str = "") -> str:
    """The median and, of several values, the quartiles: "12.3 ms (11.9 to 13.0)"."""
    low, middle, high = np.percentile(list(values), [25, 50, 75])
    quartiles = "" if low == high else f" ({figure(low)} to {figure(high)})"
    return f"{figure(middle)} {unit}".rstrip() + quartiles


def figure(value: float) -> str:
    """A number with three digits that count."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median(values: Iterable[float]) -> float:
    return float(np.median(list(values)))


def in_ms(seconds: Iterable[float]) -> list[float]:
    return [1000 * value for value in seconds]


def processor_time(times: Times) -> str:
    """The processor time beside a time by the clock."""
    return f"processor {figure(1000 * median(times.cpu))} ms"


def as_markdown(rows: list[Row]) -> str:
    """The rows as a Markdown table that is readable as it is."""
    verdict = {True: "yes", False: "NO", None: ""}
    lines: list[tuple[str, ...]] = [("promise", "limit", "measured", "beside", "reached")]
    lines += [(row.promise, row.limit, row.measured, row.beside, verdict[row.reached]) for row in rows]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, tuple("-" * width for width in widths))
    cells = [[cell.ljust(width) for cell, width in zip(line, widths, strict=True)] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in cells)

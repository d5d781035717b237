"""Training as one sees it on the page, in a real browser: how soon there is a curve, and how late its points come."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.server import visited
from benchmarks.table import Row, at_most, median
from emotion_core import jobs
from emotion_core.runs import read_batches

if TYPE_CHECKING:
    from playwright.sync_api import Page

FIRST_POINT_SECONDS, LATE_SECONDS, QUICK_SECONDS = 12, 2, 120
#: Seconds after which this gives up.
PATIENCE = 300
#: So many seconds of each run it is watched how late its points come.
WATCHED = 10.0
#: How many points the first chart's line of batches has; 0 before there is a chart.
POINTS = """() => {
  const chart = document.querySelector(".js-plotly-plot")
  const line = chart?.calcdata?.find(line => line[0]?.trace?.name == "Training, batches")
  return line ? line.length : 0
}"""


def run(rounds: int) -> list[Row]:
    """The rows, of so many runs with what the page offers first; the last one goes on to its end."""
    first_points, late, seconds = [], list[float](), 0.0
    with visited(os.environ, PATIENCE) as (page, address):
        for number in range(rounds):
            page.goto(f"{address}/Train?train_part=New%20run")
            page.get_by_role("button", name="Start training").wait_for()
            before = {one.name for one in jobs.list_runs()}
            page.get_by_role("button", name="Start training").click()
            start = time.perf_counter()
            page.wait_for_function(POINTS, polling=50)
            first_points.append(time.perf_counter() - start)
            (begun,) = [one for one in jobs.list_runs() if one.name not in before]
            late += _late(page, begun.folder)
            if number < rounds - 1:
                jobs.stop(begun.name, now=True)
            else:
                page.get_by_role("button", name="Use this model").wait_for()
                seconds = time.perf_counter() - start
    return [
        at_most("from a click on Start to the first point on the page", first_points, FIRST_POINT_SECONDS, "s"),
        at_most(
            "the latest point of the curve, after it was written",
            [max(late)],
            LATE_SECONDS,
            "s",
            f"median {median(late):.2f} s of {len(late)} points",
        ),
        at_most(f"from a click on Start to a model, {begun.name.rpartition(' ')[0]}", [seconds], QUICK_SECONDS, "s"),
    ]


def _late(page: Page, folder: Path) -> list[float]:
    """How many seconds after they were written points come to the page, for a while."""
    written, shown, late = _batches(folder), page.evaluate(POINTS), list[float]()
    due: dict[int, float] = {}
    end = time.perf_counter() + WATCHED
    while time.perf_counter() < end or due:
        now = time.perf_counter()
        if (count := _batches(folder)) > written and now < end:
            due |= dict.fromkeys(range(written + 1, count + 1), now)
            written = count
        shown = page.evaluate(POINTS)
        now = time.perf_counter()
        late += [now - due.pop(point) for point in sorted(due) if point <= shown]
        if now > end + 10 * LATE_SECONDS:
            raise RuntimeError("the curve on the page stands still")
        time.sleep(0.02)
    return late


def _batches(folder: Path) -> int:
    return len(read_batches(folder))

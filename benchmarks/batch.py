"""Folders of any size: `emotion batch` by plain processes and by Ray, on two cores.

    python -m benchmarks --only batch --pictures 100000

Promised: the cost of a picture does not grow with their number, 1.1 times that of a thousand at most; of 20,000, killed
twice and called again, each is there exactly once; and Ray, started and ended in each run, reaches at least 0.85 of the
pictures a second that two plain processes reach with 20,000. With fewer pictures it is measured and not promised, as
starting Ray takes its share. The pictures are of 640x480, with a face each, 200 of them different, the rest links.

The last rows are the machines and hours of docs/scale.md, worked out from what was measured.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pyarrow.parquet as pq

from benchmarks.folder import Watched, watch
from benchmarks.machines import SHARE_OF_PROCESSES, hours_of_many
from benchmarks.photos import group, save
from benchmarks.setting import ROOT, Setting, on_cores
from benchmarks.table import Row, at_least, at_most, figure

CORES = 2
GROWTH = 1.1
#: Of so many pictures it is promised what Ray reaches; more are there to see that their cost does not grow.
PROMISED = 20_000
SIZES = (100, 1000, 10_000, PROMISED, 100_000, 1_000_000)
DIFFERENT = 200
PROCESSES = ("--processes", str(CORES))
RAY = ("--ray", "auto")


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    largest = setting.pictures
    sizes = [size for size in SIZES if size < largest] + [largest]
    folders = {size: fill(setting.scratch / str(size), size) for size in sizes}
    some, plain = min(largest, PROMISED), {}
    with on_cores(CORES):
        for size, folder in folders.items():
            plain[size] = measured(folder, setting.scratch / f"plain-{size}", PROCESSES)
            if size == some:  # one after the other, as machines have other work at other times
                ray = measured(folder, setting.scratch / "ray", RAY)
        killed = twice_killed(folders[some], setting.scratch / "killed", some)
    rows = [_cost(size, seen) for size, seen in plain.items()]
    rows += [_growth(plain), _ray(some, plain[some], ray), _exactly_once(some, killed)]
    rows += _hours(plain, folders[largest], setting.scratch / f"plain-{largest}")
    return f"{largest:,} pictures of 640x480 with a face each, {CORES} cores", rows


def fill(folder: Path, count: int) -> Path:
    """A folder with so many pictures, the same every time."""
    chance = random.Random(1)
    folder.mkdir()
    for number in range(count):
        file = folder / f"{number:07d}.jpg"
        if number < DIFFERENT:
            save(_moved(group(1), chance), file)
        else:
            os.link(folder / f"{number % DIFFERENT:07d}.jpg", file)
    return folder


def _moved(image: np.ndarray, chance: random.Random) -> np.ndarray:
    """The picture moved, turned a little, and with noise as a camera's, so that it takes as many bytes as a photo."""
    turn = cv2.getRotationMatrix2D((320, 240), chance.uniform(-15, 15), chance.uniform(0.8, 1.2))
    turn[:, 2] += chance.uniform(-80, 80), chance.uniform(-60, 60)
    moved = cv2.warpAffine(image, turn, (640, 480), borderMode=cv2.BORDER_REPLICATE)
    noise = np.random.default_rng(chance.randrange(2**32)).normal(0, 6, image.shape)
    return np.clip(moved + noise, 0, 255).astype(np.uint8)


def command(folder: Path, results: Path, how: tuple[str, ...]) -> list[str]:
    return [sys.executable, "-m", "emotion_core", "batch", str(folder), "--to", str(results), *how]


def measured(folder: Path, results: Path, how: tuple[str, ...]) -> Watched:
    """From the start of the process to its end."""
    return watch(command(folder, results, how))


def twice_killed(folder: Path, results: Path, pictures: int) -> list[str]:
    """The paths in the results of a batch that was killed at a third and at two thirds, and called again."""
    for share in (1 / 3, 2 / 3):
        running = subprocess.Popen(command(folder, results, PROCESSES), cwd=ROOT, stdout=subprocess.DEVNULL)
        while running.poll() is None and len(_paths(results)) < share * pictures:
            time.sleep(1)
        running.send_signal(signal.SIGKILL)
        running.wait()
    subprocess.run(command(folder, results, PROCESSES), cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return _paths(results)


def _paths(results: Path) -> list[str]:
    """Those of all rows; there is a face in each picture, so that each is there once."""
    parts = sorted(results.glob("part-*.parquet"))
    return [path for part in parts for path in pq.read_table(part, columns=["path"])["path"].to_pylist()]


def _cost(size: int, seen: Watched) -> Row:
    each = f"{figure(1000 * seen.wall / size)} ms a picture, {figure(size / seen.wall)} a second"
    beside = f"{each}; {figure(max(seen.memory))} MB, of these {figure(max(seen.own))} in the process that directs"
    return Row(f"{size:,} pictures, {CORES} processes", f"{figure(seen.wall)} s", beside=beside)


def _growth(plain: dict[int, Watched]) -> Row:
    sizes = sorted(plain)
    small = 1000 if 1000 in sizes else sizes[0]
    costs = {size: 1000 * plain[size].wall / size for size in (small, sizes[-1])}
    beside = f"{figure(costs[sizes[-1]])} ms a picture, of {small:,} {figure(costs[small])} ms"
    growth = costs[sizes[-1]] / costs[small]
    return at_most(f"cost of a picture among {sizes[-1]:,}", [growth], GROWTH, f"times that among {small:,}", beside)


def _ray(pictures: int, plain: Watched, ray: Watched) -> Row:
    share = plain.wall / ray.wall
    what = f"Ray with {pictures:,}, share of {CORES} processes' pictures a second"
    beside = f"{figure(pictures / ray.wall)} a second against {figure(pictures / plain.wall)}"
    if pictures < PROMISED:
        return Row(what, figure(share), beside=beside)
    return at_least(what, [share], SHARE_OF_PROCESSES, "", beside)


def _exactly_once(pictures: int, paths: list[str]) -> Row:
    wrong = abs(pictures - len(set(paths))) + len(paths) - len(set(paths))
    return at_most(f"killed twice, pictures of {pictures:,} missing or there twice", [wrong], 0, "")


def _hours(plain: dict[int, Watched], folder: Path, results: Path) -> list[Row]:
    """For many more, by the largest batch; what it holds for a picture is what the smallest does not."""
    smallest, pictures = min(plain), max(plain)
    picture = sum(file.stat().st_size for file in folder.iterdir()) / pictures
    row = sum(part.stat().st_size for part in results.glob("part-*.parquet")) / pictures
    more = max(plain[pictures].own) - max(plain[smallest].own)
    held = max(1.0, more * 2**20 / max(1, pictures - smallest))
    rate = pictures / plain[pictures].wall / CORES
    given = f"--rate {rate:.1f} --picture {picture:.0f} --row {row:.0f} --held {held:.0f}"
    return [
        Row("what the next rows are worked out from", given, beside="python -m benchmarks.machines takes others"),
        *hours_of_many(rate, picture, row, held),
    ]

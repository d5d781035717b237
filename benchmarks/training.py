"""Training: as fast as it is promised, soon on the curve, and out of the way of the photo page.

    python -m benchmarks --only training
    python -m benchmarks --only training --learn 28709

Promised: the ancestor's network learns from FER-2013's training split at least twice as many faces a second as it did
the ancestor's way (Keras' flow_from_directory over picture files, float32, fit), to an accuracy on PublicTest that is
within a point of the other's after three epochs. From the start of a run to the first point of its curve at most 12 s
with drawn faces, in a browser too; what a run writes is on the page within 2 s; a run with the recipe `quick` is done
in two minutes. While a run is training, a photo takes at most three times as long as without. `--learn` says from how
many faces the first is measured; the epochs of both ways are run in turn. Without a browser its rows are left out.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack

from benchmarks import training_page
from benchmarks.photos import group
from benchmarks.server import chromium
from benchmarks.setting import ROOT, Setting
from benchmarks.table import Row, at_least, at_most, figure, in_ms, median, spread
from emotion_core import analyze, jobs
from emotion_core.datasets import add_dataset, synthetic_faces
from emotion_core.runs import QUICK, make_config, read_batches, read_status
from emotion_core.workspace import WORKSPACE_VARIABLE

FASTER = 2.0
POINTS = 1.0
SLOWER = 3.0
EPOCHS = 3
#: What this program sets, and the ancestor did not, before TensorFlow is loaded.
SET_FOR_TENSORFLOW = ("TF_ENABLE_ONEDNN_OPTS",)
DRAWN = 1400


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    os.environ[WORKSPACE_VARIABLE] = str(setting.scratch / "workspace")
    rounds = min(setting.rounds, 3)
    rows = _beside_a_run(rounds)
    if chromium():
        rows += training_page.run(rounds)
    if setting.fer2013 is None:
        return "drawn faces alone, as EMOTION_CORE_FER2013 is not set", rows
    return f"{setting.learn:,} faces of FER-2013, {DRAWN:,} drawn faces", [*_ways(setting), *rows]


def _beside_a_run(rounds: int) -> list[Row]:
    """How soon a run is on its curve, and what a photo takes meanwhile."""
    add_dataset(synthetic_faces(DRAWN, seed=1), "drawn", "drawn for benchmarks")
    photo = group(1)
    analyze(photo)
    alone, beside, first_point = [], [], []
    recipe = QUICK.model_copy(update={"epochs": 1000})
    for number in range(rounds):
        alone += [_seconds(photo) for _ in range(10)]
        name, start = f"run {number}", time.perf_counter()
        folder = jobs.start(make_config(name=name, data="drawn", architecture="seed-cnn", recipe=recipe))
        while not read_batches(folder):
            if read_status(folder).state == "failed":
                raise RuntimeError(read_status(folder).error)
            time.sleep(0.02)
        first_point.append(time.perf_counter() - start)
        beside += [_seconds(photo) for _ in range(10)]
        jobs.stop(name, now=True)
    ratio = median(beside) / median(alone)
    return [
        at_most(
            "from start to the first point of the curve, without a page",
            first_point,
            training_page.FIRST_POINT_SECONDS,
            "s",
        ),
        at_most(
            "a photo while a run is training",
            [ratio],
            SLOWER,
            "times as long",
            f"{spread(in_ms(beside), 'ms')}, without {spread(in_ms(alone), 'ms')}",
        ),
    ]


def _seconds(photo: object) -> float:
    start = time.perf_counter()
    analyze(photo)  # type: ignore[arg-type]
    return time.perf_counter() - start


def _ways(setting: Setting) -> list[Row]:
    with ExitStack() as stack:
        ways = {name: stack.enter_context(_Way(name, setting)) for name in ("ours", "ancestor")}
        for _ in range(EPOCHS):
            for way in ways.values():
                way.learn()
    ours, ancestor = ways["ours"], ways["ancestor"]
    # The first epoch of each also traces its network: the later ones tell the pace.
    paces = {name: [setting.learn / epoch["seconds"] for epoch in way.epochs[1:]] for name, way in ways.items()}
    ratio = median(paces["ours"]) / median(paces["ancestor"])
    processor = ancestor.median_of("processor") / ours.median_of("processor")
    beside = f"{spread(paces['ours'])} faces a second, the ancestor's way {spread(paces['ancestor'])}; "
    beside += f"it took {processor:.2f} times as much processor time; {_sixteen_bits()}"
    accuracies = [way.epochs[-1]["accuracy"] for way in (ours, ancestor)]
    difference = 100 * (accuracies[0] - accuracies[1])
    return [
        at_least("pace of seed-cnn, compared with the ancestor's way", [ratio], FASTER, "times", beside),
        Row(
            f"accuracy on PublicTest after {EPOCHS} epochs, less the ancestor's",
            f"{figure(difference)} points",
            f"≥ -{POINTS:g} points",
            f"{accuracies[0]:.1%}, the ancestor's way {accuracies[1]:.1%}",
            difference >= -POINTS,
        ),
    ]


def _sixteen_bits() -> str:
    from emotion_core.networks import has_fast_bfloat16

    return f"this processor trains in {'16' if has_fast_bfloat16() else '32'} bits"


class _Way:
    """One way of training, in a process of its own, as each sets TensorFlow up in its own manner."""

    def __init__(self, name: str, setting: Setting):
        command = [sys.executable, "-m", "benchmarks.training_ways", name]
        given = [str(setting.fer2013), str(setting.learn), str(EPOCHS), str(setting.scratch)]
        environment = {name: value for name, value in os.environ.items() if name not in SET_FOR_TENSORFLOW}
        self.process = subprocess.Popen(
            [*command, *given], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.epochs: list[dict[str, float]] = []

    def __enter__(self) -> _Way:
        self._answer()
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.communicate()

    def learn(self) -> None:
        """Go through all faces once."""
        assert self.process.stdin
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self.epochs.append(json.loads(self._answer()))

    def median_of(self, name: str) -> float:
        return median([epoch[name] for epoch in self.epochs[1:]])

    def _answer(self) -> str:
        assert self.process.stdout
        said = self.process.stdout.readline()
        if not said:
            raise RuntimeError(f"training ended with exit status {self.process.wait()}")
        return said

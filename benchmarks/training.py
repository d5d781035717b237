"""Training: as fast as it is promised, soon on the curve, and out of the way of the photo page.

    python -m benchmarks --only training
    python -m benchmarks --only training --learn 28709

Promised: the ancestor's network learns from FER-2013's training split at least twice as many faces a second as it did
the ancestor's way (Keras' flow_from_directory over picture files, float32, fit), to an accuracy on PublicTest that is
within a point of the other's after three epochs. From the start of a run to the first point of its curve at most 12 s
with drawn faces. While a run is training, a photo takes at most three times as long as without. `--learn` says from how
many faces the first is measured; the epochs of both ways are run in turn.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.photos import group
from benchmarks.setting import ROOT, Setting
from benchmarks.table import Row, at_least, at_most, figure, in_ms, median, spread
from emotion_core import analyze
from emotion_core.datasets.store import add_dataset
from emotion_core.datasets.synthetic import drawn_faces
from emotion_core.training import launcher
from emotion_core.training.recipes import QUICK, SEED
from emotion_core.training.run import make_config, read_events, read_status
from emotion_core.workspace import WORKSPACE_VARIABLE

if TYPE_CHECKING:
    import keras

    from emotion_core.datasets.dataset import Dataset

FASTER = 2.0
POINTS = 1.0
FIRST_POINT_SECONDS = 12
SLOWER = 3.0
EPOCHS = 3
DRAWN = 1400


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    os.environ[WORKSPACE_VARIABLE] = str(setting.scratch / "workspace")
    rows = _beside_a_run(min(setting.rounds, 3))
    if setting.fer2013 is None:
        return "drawn faces alone, as EMOTION_CORE_FER2013 is not set", rows
    command = [sys.executable, "-m", "benchmarks.training", str(setting.fer2013), str(setting.learn)]
    said = subprocess.run([*command, str(setting.scratch)], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    return f"{setting.learn:,} faces of FER-2013, {DRAWN:,} drawn faces", [*_ways(json.loads(said.stdout)), *rows]


def _beside_a_run(rounds: int) -> list[Row]:
    """How soon a run is on its curve, and what a photo takes meanwhile."""
    add_dataset(drawn_faces(DRAWN, seed=1), "drawn", "drawn for benchmarks")
    photo = group(1)
    analyze(photo)
    alone, beside, first_point = [], [], []
    recipe = QUICK.model_copy(update={"epochs": 1000})
    for number in range(rounds):
        alone += [_seconds(photo) for _ in range(10)]
        name, start = f"run {number}", time.perf_counter()
        folder = launcher.start(make_config(name=name, data="drawn", architecture="seed-cnn", recipe=recipe))
        while not read_events(folder):
            if read_status(folder).state == "failed":
                raise RuntimeError(read_status(folder).error)
            time.sleep(0.02)
        first_point.append(time.perf_counter() - start)
        beside += [_seconds(photo) for _ in range(10)]
        launcher.stop(name, now=True)
    ratio = median(beside) / median(alone)
    return [
        at_most("from start to the first point of the curve", first_point, FIRST_POINT_SECONDS, "s"),
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


def _ways(measured: dict) -> list[Row]:
    ours, ancestor = measured["ours"], measured["ancestor"]
    # The first epoch of each also traces its network: the later ones tell the pace.
    paces = {
        name: [measured["faces"] / s for s in way["seconds"][1:]] for name, way in measured.items() if name != "faces"
    }
    ratio = median(paces["ours"]) / median(paces["ancestor"])
    difference = 100 * (ours["accuracy"] - ancestor["accuracy"])
    processor = median(ancestor["processor"][1:]) / median(ours["processor"][1:])
    beside = f"{spread(paces['ours'])} faces a second, the ancestor's way {spread(paces['ancestor'])}; "
    beside += f"it took {processor:.2f} times as much processor time"
    accuracies = f"{ours['accuracy']:.1%}, the ancestor's way {ancestor['accuracy']:.1%}"
    return [
        at_least("pace of seed-cnn, compared with the ancestor's way", [ratio], FASTER, "times", beside),
        Row(
            f"accuracy on PublicTest after {EPOCHS} epochs, less the ancestor's",
            f"{figure(difference)} points",
            f"≥ -{POINTS:g} points",
            accuracies,
            difference >= -POINTS,
        ),
    ]


def compare(fer2013: Path, faces: int, scratch: Path) -> dict:
    """Three epochs of each way in turn from the same first weights: seconds of every epoch, and the accuracy."""
    import keras

    from emotion_core.datasets.dataset import Dataset
    from emotion_core.datasets.formats import read_fer2013
    from emotion_core.training.architectures import seed_cnn
    from emotion_core.training.fit import epochs
    from emotion_core.training.writer import RunWriter

    whole = read_fer2013(fer2013 / "fer2013.csv", fer2013 / "fer2013new.csv")
    training, validation = whole.split("train"), whole.split("validation")
    training = Dataset(training.images[:faces], training.table[:faces])
    keras.utils.set_random_seed(1)
    first = seed_cnn()
    recipe, folder = SEED.model_copy(update={"epochs": EPOCHS}), scratch / "ours"
    folder.mkdir(parents=True)
    both = _joined(training, validation)
    ours = epochs(keras.models.clone_model(first), both, recipe, RunWriter(folder))
    theirs = _ancestors_way(first, training, validation, scratch)
    next(ours), next(theirs)
    seconds: dict[str, list[float]] = {"ours": [], "ancestor": []}
    processor: dict[str, list[float]] = {"ours": [], "ancestor": []}
    for _ in range(EPOCHS):
        for name, way in (("ours", ours), ("ancestor", theirs)):
            start, cpu = time.perf_counter(), time.process_time()
            done = next(way)
            seconds[name].append(time.perf_counter() - start)
            processor[name].append(time.process_time() - cpu)
            if name == "ours":
                progress = done
            else:
                accuracy = done
    return {
        "faces": len(training),
        "ours": {
            "seconds": seconds["ours"],
            "processor": processor["ours"],
            "accuracy": progress.history[-1]["val_accuracy"],
        },
        "ancestor": {"seconds": seconds["ancestor"], "processor": processor["ancestor"], "accuracy": accuracy},
    }


def _joined(*parts: Dataset) -> Dataset:
    import numpy as np
    import pandas as pd

    from emotion_core.datasets.dataset import Dataset

    tables = pd.concat([part.table for part in parts], ignore_index=True)
    return Dataset(np.concatenate([part.images for part in parts]), tables)


def _ancestors_way(network: keras.Model, training: Dataset, validation: Dataset, scratch: Path) -> Iterator[float]:
    """The student project's own loop; after every epoch, the accuracy on the validation faces."""
    import keras
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    batches = {}
    for split, faces in (("train", training), ("test", validation)):
        _write_pictures(faces, scratch / split)
        generator = ImageDataGenerator(rescale=1.0 / 255)
        batches[split] = generator.flow_from_directory(
            scratch / split, target_size=(48, 48), batch_size=64, color_mode="grayscale", class_mode="categorical"
        )
    network.compile(keras.optimizers.Adam(1e-4), loss="categorical_crossentropy", metrics=["accuracy"])
    yield 0.0
    for _ in range(EPOCHS):
        found = network.fit(batches["train"], epochs=1, validation_data=batches["test"], verbose=0).history
        yield found["val_accuracy"][0]


def _write_pictures(faces: Dataset, folder: Path) -> None:
    from PIL import Image

    for row, (image, label) in enumerate(zip(faces.images, faces.table["label"], strict=True)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / label / f"{row}.png")


if __name__ == "__main__":
    from contextlib import redirect_stdout

    with redirect_stdout(sys.stderr):  # what is measured goes alone to standard output
        found = compare(Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps(found))

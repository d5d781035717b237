"""One way of training the ancestor's network on FER-2013, an epoch for every line that is read.

    python -m benchmarks.training_ways ours FOLDER FACES EPOCHS SCRATCH

It says "ready", and after every epoch a line of JSON: its seconds, its processor seconds, the accuracy on PublicTest.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emotion_core.datasets import Dataset


def main(name: str, fer2013: Path, faces: int, epochs: int, scratch: Path) -> None:
    answers = sys.stdout
    with redirect_stdout(sys.stderr):  # what is measured goes alone to standard output
        way = WAYS[name](*_splits(fer2013, faces), epochs, scratch / name)
        next(way)
        print("ready", file=answers, flush=True)
        for _ in sys.stdin:
            start, processor = time.perf_counter(), time.process_time()
            accuracy = next(way)
            measured = {
                "seconds": time.perf_counter() - start,
                "processor": time.process_time() - processor,
                "accuracy": accuracy,
            }
            print(json.dumps(measured), file=answers, flush=True)


def ours(training: Dataset, validation: Dataset, epochs: int, scratch: Path) -> Iterator[float]:
    """As a run of this program does it; after every epoch, the accuracy on the validation faces."""
    from emotion_core.networks import seed_cnn
    from emotion_core.runs import SEED, RunWriter
    from emotion_core.training import Trainer, faces_of

    import keras  # isort: skip

    keras.utils.set_random_seed(1)
    scratch.mkdir(parents=True)
    recipe = SEED.model_copy(update={"epochs": epochs})
    faces = faces_of(_joined(training, validation), recipe)
    for progress in Trainer(seed_cnn(), faces, recipe, RunWriter(scratch)).epochs():
        yield progress.history[-1].val_accuracy or 0.0 if progress.history else 0.0


def ancestors(training: Dataset, validation: Dataset, epochs: int, scratch: Path) -> Iterator[float]:
    """The student project's own loop; after every epoch, the accuracy on the validation faces."""
    import keras  # first, so that TensorFlow starts as it does by itself
    from tensorflow.keras.preprocessing.image import ImageDataGenerator

    from emotion_core.networks import seed_cnn

    keras.utils.set_random_seed(1)
    network = seed_cnn()
    batches = {}
    for split, faces in (("train", training), ("test", validation)):
        _write_pictures(faces, scratch / split)
        generator = ImageDataGenerator(rescale=1.0 / 255)
        batches[split] = generator.flow_from_directory(
            scratch / split, target_size=(48, 48), batch_size=64, color_mode="grayscale", class_mode="categorical"
        )
    network.compile(keras.optimizers.Adam(1e-4), loss="categorical_crossentropy", metrics=["accuracy"])
    yield 0.0
    for _ in range(epochs):
        found = network.fit(batches["train"], epochs=1, validation_data=batches["test"], verbose=0).history
        yield found["val_accuracy"][0]


WAYS: dict[str, Callable[..., Iterator[float]]] = {"ours": ours, "ancestor": ancestors}


def _splits(fer2013: Path, faces: int) -> tuple[Dataset, Dataset]:
    from emotion_core.datasets import Dataset, read_fer2013

    whole = read_fer2013(fer2013 / "fer2013.csv", fer2013 / "fer2013new.csv")
    training = whole.split("train")
    return Dataset(training.images[:faces], training.table[:faces]), whole.split("validation")


def _joined(*parts: Dataset) -> Dataset:
    import numpy as np
    import pandas as pd

    from emotion_core.datasets import Dataset

    tables = pd.concat([part.table for part in parts], ignore_index=True)
    return Dataset(np.concatenate([part.images for part in parts]), tables)


def _write_pictures(faces: Dataset, folder: Path) -> None:
    from PIL import Image

    for row, (image, label) in enumerate(zip(faces.images, faces.table["label"], strict=True)):
        (folder / label).mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(folder / label / f"{row}.png")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), Path(sys.argv[5]))

"""Makes the true histories in histories/: tiny networks that really learn, or really fail, on drawn faces.

    python -m tests.runs.make_histories [NAME...]

takes about a minute for all. Each is what one of the functions below says; the seeds are fixed, but another version of
Keras or another processor gives other digits.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keras
import numpy as np
from keras import layers

from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.emotions import EMOTIONS

FOLDER = Path(__file__).parent / "histories"
SIDE = 24


def faces(count: int, seed: int, wrong_labels: bool = False) -> tuple[np.ndarray, np.ndarray]:
    drawn = synthetic_faces(count, seed=seed, size=SIDE)
    labels = np.array([EMOTIONS.index(label) for label in drawn.table["label"]])
    if wrong_labels:
        labels = np.random.default_rng(seed).permutation(labels)
    return drawn.images[..., np.newaxis] / np.float32(127.5) - 1, labels


def network(width: int = 16, dropout: float = 0.0) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((SIDE, SIDE, 1)),
            layers.Conv2D(width, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(2 * width, 3, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dropout(dropout),
            layers.Dense(64, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(len(EMOTIONS), activation="softmax"),
        ]
    )


def history(
    optimizer: keras.optimizers.Optimizer,
    epochs: int,
    count: int = 1050,
    dropout: float = 0.0,
    wrong_labels: bool = False,
    cosine: bool = False,
) -> list[dict]:
    """Train a network on so many faces, validate it on 350 others, and say how each epoch went."""
    keras.utils.set_random_seed(1)
    trained = network(dropout=dropout)
    trained.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    rate = float(optimizer.learning_rate)
    falling = keras.callbacks.LearningRateScheduler(lambda epoch: rate * (1 + np.cos(np.pi * (epoch + 1) / epochs)) / 2)
    kept = trained.fit(
        *faces(count, 1, wrong_labels),
        validation_data=faces(350, 2, wrong_labels),
        batch_size=32,
        epochs=epochs,
        callbacks=[falling] if cosine else [],
        verbose=0,
    ).history
    rates = kept.get("learning_rate", [rate] * epochs)
    curves = ("loss", "accuracy", "val_loss", "val_accuracy")
    return [
        {
            "event": "epoch",
            "epoch": number + 1,
            **{curve: float(f"{kept[curve][number]:.5g}") for curve in curves},
            "learning_rate": float(f"{rates[number]:.4g}"),
            "seconds": 0.5,
        }
        for number in range(epochs)
    ]


#: By the name of the file: how the network was trained.
HISTORIES = {
    "still_learning": lambda: history(keras.optimizers.Adam(3e-4), epochs=8),
    "converged": lambda: history(keras.optimizers.Adam(2e-3), epochs=30, count=2100, dropout=0.3, cosine=True),
    "over_fitting": lambda: history(keras.optimizers.Adam(4e-3), epochs=40, count=140),
    "learnt_by_heart": lambda: history(keras.optimizers.Adam(1e-3), epochs=40, count=140),
    "wrong_labels": lambda: history(keras.optimizers.Adam(1e-3), epochs=20, count=350, wrong_labels=True),
    "not_learning_small_steps": lambda: history(keras.optimizers.SGD(1e-4), epochs=8),
    "not_learning_no_steps": lambda: history(keras.optimizers.SGD(0.0), epochs=6),
    "not_learning_dead": lambda: history(keras.optimizers.Adam(0.1), epochs=8),
    "diverged_to_no_number": lambda: history(keras.optimizers.SGD(1e3), epochs=5),
    "diverged_to_sure_mistakes": lambda: history(keras.optimizers.Adam(1e3), epochs=6),
    "unstable": lambda: history(keras.optimizers.SGD(0.15, momentum=0.9), epochs=20),
    "validation_better": lambda: history(keras.optimizers.Adam(1e-3), epochs=12, dropout=0.6),
}


def main() -> None:
    for name in sys.argv[1:] or HISTORIES:
        rows = HISTORIES[name]()
        (FOLDER / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        print(name, "written")


if __name__ == "__main__":
    main()

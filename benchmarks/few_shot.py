"""Which head learns most from few faces: accuracy by how many faces a class there are, for each way of learning.

    python -m benchmarks.few_shot FER2013_CSV

Faces are drawn ten times from FER-2013's PublicTest, which the network was not trained on, and from drawn faces; each
head is judged on those that were not drawn. What it prints stands in docs/model-log.md.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np

from emotion_core.datasets import read_fer2013, synthetic_faces
from emotion_core.emotions import EMOTIONS
from emotion_core.models import fit_head, load_classifier

FACES, DRAWS = (5, 10, 20, 50), 10

Answers = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def logistic(seen: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The head that few-shot models have."""
    return fit_head(seen, labels, len(EMOTIONS)).predict_proba(asked).argmax(axis=1)


def cosine(seen: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The class whose mean, after the mean of all is taken off, points the same way."""
    middle = seen.mean(axis=0)
    means = np.stack([_unit(seen[labels == label] - middle).mean(axis=0) for label in range(len(EMOTIONS))])
    return (_unit(asked - middle) @ _unit(means).T).argmax(axis=1)


def nearest(seen: np.ndarray, labels: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The class of the most alike of the seen faces, by cosine."""
    middle = seen.mean(axis=0)
    return labels[(_unit(asked - middle) @ _unit(seen - middle).T).argmax(axis=1)]


def _unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def histograms(images: np.ndarray) -> np.ndarray:
    """Histograms of oriented gradients (Dalal and Triggs 2005), (N, 900) float32."""
    from skimage.feature import hog

    options = {"orientations": 9, "pixels_per_cell": (8, 8), "cells_per_block": (2, 2)}
    return np.stack([hog(image, **options) for image in images]).astype(np.float32)


def table(images: np.ndarray, labels: np.ndarray) -> list[str]:
    """Rows of a Markdown table: mean accuracy and its spread over the draws."""
    embeddings = load_classifier("emotion-net").embed(images)
    small = images[:, ::2, ::2].reshape(len(images), -1).astype(np.float32) / 255
    ways: dict[str, tuple[np.ndarray, Answers]] = {
        "embeddings, logistic regression": (embeddings, logistic),
        "embeddings, cosine": (embeddings, cosine),
        "embeddings, nearest neighbour": (embeddings, nearest),
        "pixels, logistic regression": (small, logistic),
        "HOG, logistic regression": (histograms(images), logistic),
    }
    rows = []
    for name, (features, answers) in ways.items():
        found = [[_accuracy(features, labels, count, draw, answers) for draw in range(DRAWS)] for count in FACES]
        cells = [f"{100 * np.mean(one):.1f} ± {100 * np.std(one):.1f}" for one in found]
        rows.append(f"| {name} | {' | '.join(cells)} |")
        print(rows[-1], flush=True)
    return rows


def _accuracy(features: np.ndarray, labels: np.ndarray, count: int, draw: int, answers: Answers) -> float:
    random = np.random.default_rng(draw)
    drawn = [random.permutation(np.flatnonzero(labels == label))[:count] for label in range(len(EMOTIONS))]
    seen = np.zeros(len(labels), bool)
    seen[np.concatenate(drawn)] = True
    found = answers(features[seen], labels[seen], features[~seen])
    return float((found == labels[~seen]).mean())


def main() -> None:
    """Print both tables."""
    real = read_fer2013(sys.argv[1]).split("validation").of_classes()
    for name, faces in (("PublicTest", real), ("drawn faces", synthetic_faces(2100, seed=11))):
        print(f"\n{name}\n| head | {' | '.join(f'{count} faces' for count in FACES)} |\n|---|{'---|' * len(FACES)}")
        table(np.asarray(faces.images), np.array([EMOTIONS.index(label) for label in faces.table["label"]]))


if __name__ == "__main__":
    main()

"""What frames by themselves say of clips: the baseline that a sequence model has to beat.

A linear head on the same embeddings is learnt from the frames of the same training clips, each under its clip's label.
What it says of a clip's frames becomes an answer for the clip in the three ways that are usual.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from emotion_core.models.few_shot import STRENGTHS, fitted, softmax

#: It is learnt from so many frames at most, evenly taken: more hardly change a linear head.
MOST_FRAMES = 4000


def _peak(frames: np.ndarray) -> np.ndarray:
    return frames[frames.max(axis=1).argmax()]


#: How (n, classes) probabilities of frames become those of a clip: their mean, the last, or the most confident frame.
WAYS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "mean": lambda frames: frames.mean(axis=0),
    "last frame": lambda frames: frames[-1],
    "peak": _peak,
}


def single_frames(
    training: Sequence[np.ndarray],
    labels: np.ndarray,
    validation: Sequence[np.ndarray],
    validation_labels: np.ndarray,
    classes: int,
    asked: Sequence[np.ndarray] | None = None,
) -> dict[str, np.ndarray]:
    """The baseline's probabilities of the validation clips, (N, classes) float32 each, by the way in `WAYS`.

    Its strength of regularization is the one that does best on the validation clips: the baseline's choice, as the
    best epoch is that of the network.

    Args:
        training, validation: scaled embeddings of clips, (steps, D) each.
        labels, validation_labels: their classes.
        asked: other clips to answer for than those of validation, likewise.
    """
    frames = np.concatenate(training)
    of_frame = np.repeat(labels, [len(one) for one in training])
    every = max(1, -(-len(frames) // MOST_FRAMES))
    found: list[tuple[float, dict[str, np.ndarray]]] = []
    for strength in STRENGTHS:
        weights, bias = fitted(frames[::every], of_frame[::every], classes, strength)
        answers = [softmax(one @ weights.T + bias) for one in validation]
        by_way = {way: np.stack([join(one) for one in answers]) for way, join in WAYS.items()}
        right = max(float((one.argmax(axis=1) == validation_labels).mean()) for one in by_way.values())
        if asked is not None:
            answers = [softmax(one @ weights.T + bias) for one in asked]
            by_way = {way: np.stack([join(one) for one in answers]) for way, join in WAYS.items()}
        found.append((right, by_way))
    return max(found, key=lambda one: one[0])[1]

"""Which parts of a face a prediction rests on: cover one after another, and see what the prediction loses.

Occlusion (Zeiler and Fergus 2014, arXiv 1311.2901, section 4.2), the way in which Minaee and Abdolrashidi's
Deep-Emotion (2019, arXiv 1902.01019) shows the salient regions of an expression. It asks the model that
runs, whatever that is made of, and needs no gradients.
"""

from __future__ import annotations

import numpy as np

from emotion_core.models.classifier import Classifier
from emotion_core.models.face_input import network_view

#: Side of the covering patch and distance of one place to the next, as parts of the face's side: on 48 pixels 12 and 6,
#: which makes 81 faces to look at.
PATCH = 1 / 4
STRIDE = 1 / 8
#: What is less probable than this counts as if it were this probable: a network that predicts 0 has odds, too.
LEAST = 1e-9


def occlusion_maps(classifier: Classifier, crop: np.ndarray) -> np.ndarray:
    """How much each part of a face speaks for each emotion.

    The face is asked about once whole and once with each part covered by its mean grey or colour. What a part is worth
    to an emotion is what the emotion's log-odds lose when the part is covered; what a pixel is worth is the mean over
    all patches that cover it.

    Args:
        classifier: the model.
        crop: (h, w) grey or (h, w, 3) RGB, uint8, of any size; looked at in the size that the network sees.

    Returns:
        (classes, size, size) float32, in the order of the classifier's: positive where the part speaks for the class,
        negative where it speaks against it.
    """
    face = network_view(crop, classifier.card.input)
    places = _places(len(face))
    covered = np.stack([face, *(_covered(face, place) for place in places)])
    odds = _log_odds(classifier.predict_proba(covered))
    losses = odds[0] - odds[1:]
    total = np.zeros((odds.shape[1], *face.shape[:2]))
    times = np.zeros(face.shape[:2])
    for (rows, columns), loss in zip(places, losses, strict=True):
        total[:, rows, columns] += loss[:, np.newaxis, np.newaxis]
        times[rows, columns] += 1
    return (total / times).astype(np.float32)


def strongest_part(heat: np.ndarray) -> str:
    """Which ninth of a face speaks most for an emotion, by its map's mean there, in words: "lower left" as one sees it.

    Not where the map is highest: a mouth is as wide as half of the face, and which corner of it is highest changes with
    the processor's rounding.
    """
    rows, columns = (np.arange(side) * 3 // side for side in heat.shape)
    means = [[heat[np.ix_(rows == down, columns == across)].mean() for across in range(3)] for down in range(3)]
    down, across = np.unravel_index(np.argmax(means), (3, 3))
    return f"{('upper', '', 'lower')[down]} {('left', 'middle', 'right')[across]}".strip()


def _places(side: int) -> list[tuple[slice, slice]]:
    """Where the patch is put: everywhere at equal distances, also over the edges, which are covered as often then."""
    patch, stride = max(1, round(side * PATCH)), max(1, round(side * STRIDE))
    spans = [slice(max(0, start), start + patch) for start in range(stride - patch, side, stride)]
    return [(rows, columns) for rows in spans for columns in spans]


def _covered(face: np.ndarray, place: tuple[slice, slice]) -> np.ndarray:
    covered = face.copy()
    covered[place] = np.rint(face.mean(axis=(0, 1)))
    return covered


def _log_odds(probabilities: np.ndarray) -> np.ndarray:
    """How much rather each emotion than any other, (N, classes) float64.

    The others' probabilities are added up, not taken from 1: where an emotion is all but certain, 1 minus it is nothing
    but rounding, while the others still say how far they are behind.
    """
    kept = np.clip(probabilities.astype(np.float64), LEAST, None)
    others = kept @ (1 - np.eye(kept.shape[1]))
    return np.log(kept) - np.log(others)

"""What turning faces until their eyes are level adds, on faces whose labels are known.

    python -m benchmarks --only alignment

Nothing is promised. Faces of FER-2013's validation split (PublicTest) are enlarged to two sizes, laid on grey, turned
by known angles to the left or right by chance, found by YuNet, cropped with and without alignment, and classified.
Right is what FER+'s majority says. The upper line is the accuracy on the same faces' own crops, as FER-2013 cut them.
Alignment is as good as the landmarks, so how much of the angle they show is said, too: in YuNet's case the less, the
smaller the face.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

import emotion_core as ec
from benchmarks.setting import Setting
from benchmarks.table import Row
from emotion_core.datasets import NO_LABEL, majority_labels, read_fer2013
from emotion_core.faces import Face, YuNetDetector, face_crop, roll
from emotion_core.models import Classifier
from emotion_core.workspace import SHIPPED_MODELS

ANGLES = (0, 10, 20, 30)
#: Sides of the enlarged faces, and of the grey picture that each is laid on, in pixels.
SIDES = (192, 96)
PICTURE = 288


@dataclass(frozen=True)
class Found:
    """The faces found among those turned by one angle.

    Attributes:
        share: how many of all.
        labels: what they show, (N,) indices into `EMOTIONS`.
        given, plain, aligned: their own crops, and those made without and with alignment.
        shown: the angle by the landmarks in the direction in which each was turned, (N,).
    """

    share: float
    labels: np.ndarray
    given: np.ndarray
    plain: np.ndarray
    aligned: np.ndarray
    shown: np.ndarray


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    if setting.fer2013 is None:
        return "left out, as EMOTION_CORE_FER2013 is not set", []
    images, labels = _faces(setting)
    classifier, detector = ec.load_classifier(SHIPPED_MODELS / "emotion-net", prior="trained"), YuNetDetector()
    rows = [
        _row(side, angle, _look(images, labels, side, angle, detector, classifier.card.input.size), classifier)
        for side in SIDES
        for angle in ANGLES
    ]
    return f"{len(images)} faces of PublicTest, by FER+'s majority", rows


def _faces(setting: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Faces by chance, but the same every time, among those that a majority of the annotators agrees about."""
    assert setting.fer2013 is not None
    faces = read_fer2013(setting.fer2013 / "fer2013.csv", setting.fer2013 / "fer2013new.csv").split("validation")
    labels = majority_labels(faces.table)
    known = np.flatnonzero(labels != NO_LABEL)
    chosen = np.sort(np.random.default_rng(1).permutation(known)[: setting.faces])
    return faces.images[chosen], labels[chosen]


def _look(images: np.ndarray, labels: np.ndarray, side: int, angle: int, detector: YuNetDetector, size: int) -> Found:
    """Turn all faces by an angle and crop those that are found."""
    chance = np.random.default_rng(1)
    rows, plain, aligned, shown = [], [], [], []
    for row, image in enumerate(images):
        direction = chance.choice((-1, 1))
        picture = turned(image, side, angle * direction)
        face = _most_certain(detector.detect(picture))
        if face is None:
            continue
        rows.append(row)
        plain.append(face_crop(picture, replace(face, landmarks=None), size))
        aligned.append(face_crop(picture, face, size))
        shown.append(-direction * roll(face))
    share = len(rows) / len(images)
    return Found(share, labels[rows], images[rows], np.stack(plain), np.stack(aligned), np.array(shown))


def turned(image: np.ndarray, side: int, angle: float) -> np.ndarray:
    """A grey face, enlarged, as an RGB picture on grey of its mean, turned by degrees about its middle."""
    large = cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC)
    grey = [float(image.mean())]
    border = (PICTURE - side) // 2
    framed = cv2.copyMakeBorder(large, border, border, border, border, cv2.BORDER_CONSTANT, value=grey)
    middle = (PICTURE - 1) / 2
    matrix = cv2.getRotationMatrix2D((middle, middle), angle, 1.0)
    return cv2.cvtColor(cv2.warpAffine(framed, matrix, (PICTURE, PICTURE), borderValue=grey), cv2.COLOR_GRAY2RGB)


def _most_certain(faces: list[Face]) -> Face | None:
    return max(faces, key=lambda face: face.score, default=None)


def _row(side: int, angle: int, found: Found, classifier: Classifier) -> Row:
    """Accuracies at one angle, and what alignment adds with its standard error over the same faces."""
    right = {
        kind: classifier.predict_proba(crops).argmax(axis=1) == found.labels
        for kind, crops in (("given", found.given), ("plain", found.plain), ("aligned", found.aligned))
    }
    gains = right["aligned"].astype(float) - right["plain"]
    error = gains.std() / len(gains) ** 0.5
    return Row(
        f"{side} pixels, turned by {angle} degrees: aligned",
        f"{right['aligned'].mean():.1%}",
        beside=f"not aligned {right['plain'].mean():.1%}, alignment adds {100 * gains.mean():+.1f} ± {100 * error:.1f} "
        f"points; as given {right['given'].mean():.1%}; found {found.share:.1%}; "
        f"landmarks show {round(float(np.median(found.shown)))} degrees",
    )

"""Finding faces in a picture.

`YuNetDetector` is the default. `HaarDetector` is the method of the student project that this one grew from, kept so
that the two can be compared. Both give boxes of the same framing: as high as the face from forehead to chin.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from emotion_core.faces.box import Box
from emotion_core.faces.errors import DetectorError
from emotion_core.faces.yunet import YuNetNetwork
from emotion_core.pool import Pool

DEFAULT_DETECTOR = "yunet"
DEFAULT_THRESHOLD = 0.7
DEFAULT_SMALLEST_FACE = 16

#: The longer side of a picture at the first look, in pixels, and at the second; see `_second_look_pays`.
FIRST_LOOK = 640
SECOND_LOOK = 1280
SMALL_FACE = 40
#: Pictures with a longer side below this are enlarged: YuNet finds 76 % of faces of 48 pixels as they are, 98 %
#: fourfold.
ENLARGE_BELOW = 192
#: Smaller pictures are padded to this height and width: in less the network sees too few cells to answer from.
SMALLEST_LOOK = 64
#: Two boxes that overlap by more than this are one face.
SAME_FACE = 0.3


@dataclass(frozen=True)
class Face:
    """A face in a picture.

    Attributes:
        box: in pixels of the upright picture.
        score: how sure the detector is, 0 to 1; always 1 from the Haar cascade, which does not say.
        landmarks: (5, 2) float32 in pixels: the person's right eye, left eye, nose tip, right and left mouth corner;
            None from the Haar cascade.
        found: False where a small picture is taken as a face though none was found in it.
    """

    box: Box
    score: float = 1.0
    landmarks: np.ndarray | None = None
    found: bool = True

    def scaled(self, factor: float) -> Face:
        """The same face in a picture that is `factor` times as large."""
        landmarks = None if self.landmarks is None else self.landmarks * np.float32(factor)
        return replace(self, box=self.box.scaled(factor), landmarks=landmarks)


class YuNetDetector:
    """YuNet (Wu, Peng, Yu 2023, "YuNet: a tiny millisecond-level face detector"). Thread-safe."""

    TITLE = "YuNet"
    #: Detection runs once at this threshold; stricter ones only choose among what it found.
    LOWEST_THRESHOLD = 0.3

    def __init__(self) -> None:
        self._network = YuNetNetwork(self.LOWEST_THRESHOLD, SAME_FACE)

    def detect(
        self,
        image: np.ndarray,
        threshold: float = DEFAULT_THRESHOLD,
        smallest_face: float = DEFAULT_SMALLEST_FACE,
    ) -> list[Face]:
        """Faces in an RGB picture of shape (height, width, 3), uint8; the largest first.

        Args:
            threshold: lowest score, from `LOWEST_THRESHOLD` to 1.
            smallest_face: lowest height of a face in pixels of the picture.
        """
        faces = self._look(image, FIRST_LOOK)
        if _second_look_pays(image, faces, threshold):
            faces = _united(faces, self._look(image, SECOND_LOOK))
        return choose_faces(faces, threshold, smallest_face)

    def _look(self, image: np.ndarray, side: int) -> list[Face]:
        resized, factor = _resized(image, side)
        rows = self._network.detect(_padded(resized, SMALLEST_LOOK))
        return [_face_of(row).scaled(1 / factor) for row in rows]


class HaarDetector:
    """OpenCV's frontal Haar cascade, called as the student project called it: scale step 1.3, 5 neighbours.

    Thread-safe. It gives neither scores nor landmarks.
    """

    TITLE = "Haar cascade"
    LOWEST_THRESHOLD = 0.0
    #: Its boxes are this much smaller than YuNet's faces are high.
    FRAMING = 1.05

    def __init__(self) -> None:
        path = str(Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml")
        if not Path(path).exists():
            raise DetectorError("this OpenCV has no Haar cascades; install opencv-python-headless below version 5")
        self._cascades = Pool(lambda: cv2.CascadeClassifier(path))

    def detect(
        self,
        image: np.ndarray,
        threshold: float = DEFAULT_THRESHOLD,
        smallest_face: float = DEFAULT_SMALLEST_FACE,
    ) -> list[Face]:
        """Faces in an RGB picture of shape (height, width, 3), uint8; the largest first. `threshold` has no effect."""
        resized, factor = _resized(image, FIRST_LOOK)
        with self._cascades.lend() as cascade:
            boxes = cascade.detectMultiScale(cv2.cvtColor(resized, cv2.COLOR_RGB2GRAY), 1.3, 5)
        faces = [Face(Box(*map(float, box)).grown(self.FRAMING).scaled(1 / factor)) for box in boxes]
        return choose_faces(faces, threshold, smallest_face)


Detector = YuNetDetector | HaarDetector
#: All detectors by the names by which they are chosen.
DETECTORS: dict[str, type[Detector]] = {"yunet": YuNetDetector, "haar": HaarDetector}


def load_detector(name: str = DEFAULT_DETECTOR) -> Detector:
    """A detector by its name in `DETECTORS`.

    Raises:
        ValueError: there is none of that name.
        DetectorError: its file is missing or is not the one that was tested.
    """
    if name not in DETECTORS:
        raise ValueError(f"unknown detector {name!r}; allowed are {', '.join(DETECTORS)}")
    return DETECTORS[name]()


def choose_faces(faces: list[Face], threshold: float, smallest_face: float = 0.0) -> list[Face]:
    """Those with at least this score and height in pixels, the largest first."""
    chosen = [face for face in faces if face.score >= threshold and face.box.height >= smallest_face]
    return sorted(chosen, key=lambda face: -face.box.area)


def _resized(image: np.ndarray, side: int) -> tuple[np.ndarray, float]:
    """The picture with its longer side at most `side`, small ones enlarged; and the factor."""
    longer = max(image.shape[:2])
    factor = min(1.0, side / longer)
    if longer < ENLARGE_BELOW:
        factor = min(4.0, ENLARGE_BELOW / longer)
    if factor == 1.0:
        return image, 1.0
    size = max(1, round(image.shape[1] * factor)), max(1, round(image.shape[0] * factor))
    return cv2.resize(image, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR), factor


def _padded(image: np.ndarray, side: int) -> np.ndarray:
    """The picture with black below it and to its right where it is less than `side` high or wide."""
    below, right = max(0, side - image.shape[0]), max(0, side - image.shape[1])
    return cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT) if below or right else image


def _second_look_pays(image: np.ndarray, seen: list[Face], threshold: float) -> bool:
    """Whether faces worth finding may have been too small for the first look, which a larger one costs four times.

    Where the first look found faces, that is where one is so small that smaller ones may have been missed. Where it
    found none, it is where something looked faintly like a face, as a face of 15 pixels and more does; of smaller ones
    nothing is seen, which matters in pictures so large that these have the pixels to be read by.
    """
    longer = max(image.shape[:2])
    if longer <= FIRST_LOOK:
        return False
    found = choose_faces(seen, threshold)
    if found:
        return min(face.box.height for face in found) * FIRST_LOOK / longer < SMALL_FACE
    return bool(seen) or longer > SECOND_LOOK


def _united(first: list[Face], second: list[Face]) -> list[Face]:
    """Both looks' faces without those of the second that the first has already."""
    new = [face for face in second if all(face.box.overlap(known.box) < SAME_FACE for known in first)]
    # A face seen better the second time keeps its better score.
    better = [max([face, *(s for s in second if s.box.overlap(face.box) >= SAME_FACE)], key=_score) for face in first]
    return better + new


def _score(face: Face) -> float:
    return face.score


def _face_of(row: np.ndarray) -> Face:
    landmarks = row[4:14].reshape(5, 2).astype(np.float32)
    return Face(Box(*map(float, row[:4])), float(min(max(row[14], 0.0), 1.0)), landmarks)

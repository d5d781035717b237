"""Faces as photos get them: detected and cropped, not taken whole. What a detector misses counts as wrong.

A data set's faces are crops already, so small that `analyze` would take them whole. Here each is enlarged and set into
a grey border, so that it is a photo with a face in it, and then goes the way of photos: detection, alignment, crop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.votes import NO_LABEL
from emotion_core.evaluation.sets import EvaluationSet
from emotion_core.faces.alignment import face_crop
from emotion_core.faces.detection import Detector, load_detector
from emotion_core.limits import processors
from emotion_core.progress import Progress, no_progress

#: Smaller pictures are enlarged until their longer side has so many pixels: those of 100 pixels four times.
ENLARGED_SIDE = 400
#: The border on each side, as a share of the enlarged picture's longer side, and its grey.
BORDER = 1 / 4
GREY = 128
#: Faces of one part: seconds of work.
FACES_AT_ONCE = 64

#: Crops of faces and whether each was detected; see `crops_in_parts`.
Crops = tuple[np.ndarray, np.ndarray]


def found_faces(
    faces: EvaluationSet,
    size: int,
    detector: Detector | None = None,
    progress: Progress = no_progress,
) -> EvaluationSet:
    """The same faces, detected and cropped.

    Args:
        faces: as they are in the data set.
        size: side of the crops in pixels, as the network expects it.
        detector: the default one if none is given.
        progress: is told how much is done, from 0 to 1.

    Returns:
        See `with_crops`.

    Raises:
        DatasetError: no face that has a label was detected.
    """
    parts: list[Crops] = []
    done = 0
    for part in crops_in_parts(faces.images, size, detector):
        parts.append(part)
        done += len(part[0])
        progress(done / len(faces))
    return with_crops(faces, joined(parts))


def crops_in_parts(images: np.ndarray, size: int, detector: Detector | None = None, start: int = 0) -> Iterator[Crops]:
    """The crops of faces, `FACES_AT_ONCE` at a time; nothing is computed before it is asked for.

    Args:
        images: (N, h, w) grey or (N, h, w, 3) RGB, uint8.
        size: side of the crops in pixels.
        start: the first face, where the ones before it are cropped already.

    Yields:
        (n, size, size, 3) RGB, the whole picture where no face was detected, and (n,) bool, whether one was.
    """
    chosen = detector or load_detector()

    def crop(image: np.ndarray) -> tuple[np.ndarray, bool]:
        photo = as_photo(np.asarray(image))
        found = chosen.detect(photo)
        return (face_crop(photo, found[0], size), True) if found else (_resized(photo, size), False)

    with ThreadPoolExecutor(processors()) as executor:
        for first in range(start, len(images), FACES_AT_ONCE):
            part = executor.map(crop, images[first : first + FACES_AT_ONCE])
            crops, detected = zip(*part, strict=True)
            yield np.stack(crops), np.array(detected)


def joined(parts: Sequence[Crops]) -> Crops:
    """All parts, at least one, as one."""
    crops, detected = zip(*parts, strict=True)
    return np.concatenate(crops), np.concatenate(detected)


def with_crops(faces: EvaluationSet, found: Crops) -> EvaluationSet:
    """The same faces with their crops as `images`, and `detected`.

    Raises:
        DatasetError: no face that has a label was detected.
    """
    crops, detected = found
    if not any(((labels != NO_LABEL) & detected).any() for labels in faces.labels.values()):
        raise DatasetError(
            f"no face was detected in the {faces.split} split of {faces.data}; evaluate its pictures whole instead"
        )
    return replace(faces, images=crops, detected=detected)


def as_photo(image: np.ndarray) -> np.ndarray:
    """A face's picture, (h, w) grey or (h, w, 3) RGB, as a photo of (height, width, 3) RGB with a border about it."""
    rgb = cv2.cvtColor(image, cv2.COLOR_GRAY2RGB) if image.ndim == 2 else image
    factor = max(1.0, ENLARGED_SIDE / max(rgb.shape[:2]))
    enlarged = cv2.resize(rgb, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC) if factor > 1 else rgb
    border = round(BORDER * max(enlarged.shape[:2]))
    return cv2.copyMakeBorder(enlarged, border, border, border, border, cv2.BORDER_CONSTANT, value=(GREY, GREY, GREY))


def _resized(image: np.ndarray, size: int) -> np.ndarray:
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA)

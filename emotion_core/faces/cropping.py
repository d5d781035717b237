"""Cutting the largest face out of each of many photos, as it is cut when a photo is analysed."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from emotion_core.faces.alignment import face_crop
from emotion_core.faces.detection import Detector, load_detector

#: Where faces are found, and at the median are less high than this share of the picture, the pictures are photos.
CROP_FILLS = 0.6
#: Smaller pictures are crops: a face in a part of it would be too small to read.
SMALLEST_PHOTO = 100


class FaceCropper:
    """Finds faces and cuts them out; the face's box is as high as the face from forehead to chin."""

    def __init__(self, detector: Detector | None = None):
        self._detector = detector or load_detector()
        #: Whether it finds faces as any other does, with the detector that ships.
        self.is_usual = detector is None

    def shows_photos(self, pictures: Iterable[np.ndarray]) -> bool:
        """Whether RGB pictures are photos with a face somewhere, rather than crops of faces."""
        heights = [share for share in map(self._height_of_face, pictures) if share is not None]
        return bool(heights) and float(np.median(heights)) < CROP_FILLS

    def crop(self, picture: np.ndarray, side: int) -> np.ndarray | None:
        """The largest face of an RGB picture as an upright crop of (side, side, 3); None where there is none."""
        faces = self._detector.detect(picture)
        return face_crop(picture, faces[0], side) if faces else None

    def _height_of_face(self, picture: np.ndarray) -> float | None:
        """The height of the largest face as a share of the picture's; None where none is found."""
        if min(picture.shape[:2]) < SMALLEST_PHOTO:
            return 1.0
        faces = self._detector.detect(picture)
        return faces[0].box.height / picture.shape[0] if faces else None

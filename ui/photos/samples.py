"""Pictures to try the page with: they are drawn, or come inside a package, and may be shown by anybody."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from ui.photos.given import Photo

#: Drawn faces in a row and in a column, the side of one, and the room around it, in pixels.
COLUMNS, ROWS, SIDE, ROOM = 10, 5, 128, 32


@dataclass(frozen=True)
class Sample:
    """A picture to try.

    Attributes:
        title: on its button.
        icon: a Material symbol.
        help: what is to be seen with it.
        make: gives it.
    """

    title: str
    icon: str
    help: str
    make: Callable[[], Photo]


def sample_photo() -> Photo:
    """The portrait of the astronaut Eileen Collins that scikit-image carries (NASA, public domain), smiling."""
    return _photo("astronaut.png", _carried("astronaut.png"))


def _lying() -> Photo:
    from emotion_core.images import load_image
    from emotion_core.inference import to_jpeg, turned

    return _photo("lying-astronaut.jpg", to_jpeg(turned(load_image(_carried("astronaut.png")), 1)))


def _photographer() -> Photo:
    """A man with a camera, small and from the side (Lav Varshney, CC0)."""
    return _photo("photographer.png", _carried("camera.png"))


def _cat() -> Photo:
    """The cat Chelsea (Stefan van der Walt, CC0)."""
    return _photo("cat.png", _carried("chelsea.png"))


@st.cache_data(show_spinner=False)
def _drawn() -> bytes:
    """Fifty drawn faces on one sheet, as JPEG."""
    from emotion_core.datasets import synthetic_faces
    from emotion_core.inference import to_jpeg

    cell = SIDE + ROOM
    sheet = np.full((ROWS * cell, COLUMNS * cell), 150, np.uint8)
    for place, face in enumerate(synthetic_faces(ROWS * COLUMNS, seed=1, size=SIDE).images):
        top, left = (step * cell + ROOM // 2 for step in divmod(place, COLUMNS))
        sheet[top : top + SIDE, left : left + SIDE] = face
    return to_jpeg(sheet[..., np.newaxis].repeat(3, axis=2))


SAMPLES = (
    Sample("Portrait", ":material/person:", "An astronaut, smiling into the camera.", sample_photo),
    Sample("On its side", ":material/screen_rotation:", "The same, as phones sometimes save it.", _lying),
    Sample("Photographer", ":material/photo_camera:", "Small, from the side, and uncertain.", _photographer),
    Sample("50 faces", ":material/groups:", "A crowd, drawn.", lambda: _photo("fifty-faces.jpg", _drawn())),
    Sample("Cat", ":material/pets:", "What happens where there is no human face.", _cat),
)


def _carried(name: str) -> bytes:
    """A picture that scikit-image carries."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package scikit-image, which carries the sample photos, is not installed")
    return (Path(spec.submodule_search_locations[0]) / "data" / name).read_bytes()


def _photo(name: str, data: bytes) -> Photo:
    return Photo(name, data, hashlib.sha256(data).hexdigest())

"""A photo whose faces are chosen in the picture itself, or in the strip of crops below it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.emotions import isolated
from emotion_core.inference import UNCERTAIN, percent
from ui.photos.analysis import picture, quarter_turns
from ui.photos.given import Photo
from ui.shared.media import address

if TYPE_CHECKING:
    import numpy as np

#: The longer side of a picture on a page, in pixels.
SHOWN = 1600
#: The side of a crop in the strip, in pixels.
CROP = 48
#: More faces than this are a crowd: their boxes are thin, and labels are shown on hover alone.
CROWD = 8
#: How the keys begin under which the session holds each picture's chosen face.
_CHOSEN = "face "

_photo = st.components.v2.component(
    "photo_faces",
    html='<div class="photo"><div class="frame"></div><div class="strip" role="radiogroup"></div></div>',
    css=Path(__file__).with_name("picture.css").read_text("utf-8"),
    js=Path(__file__).with_name("picture.js").read_text("utf-8"),
)


def chosen_face(photo: Photo, result: ec.PhotoResult) -> int:
    """The number of the face that was chosen last; at first the largest."""
    return min(st.session_state.get(_key(photo), 1), len(result.faces))


def choose_face(photo: Photo, number: int) -> None:
    """Choose a face, from 1; before the picture is shown."""
    st.session_state[_key(photo)] = number


def clickable(photo: Photo, result: ec.PhotoResult) -> None:
    """Show a photo with its faces; which one is chosen says `chosen_face` when the page, or its fragment, runs anew."""
    key = f"picture {_key(photo)}"

    def choose() -> None:
        choose_face(photo, int(st.session_state[key].chosen))

    image = _jpeg(photo.digest, quarter_turns(photo), photo)
    crops = _strip(photo.digest, [face.crop for face in result.faces]) if len(result.faces) > 1 else b""
    height, width = _size(photo.digest, quarter_turns(photo), photo)
    _photo(
        key=key,
        data={
            "name": f"{_key(photo)} {[_looks(face) for face in result.faces]}",
            "url": address(image, "image/jpeg", f"photo {photo.digest} {quarter_turns(photo)}"),
            "sprite": address(crops, "image/jpeg", f"crops {_key(photo)}") if crops else "",
            "alt": alternative(photo, result),
            "width": width,
            "height": height,
            "crowd": len(result.faces) > CROWD,
            "chosen": chosen_face(photo, result),
            "faces": _faces(result, width, height),
        },
        on_chosen_change=choose,
    )


def forget_pictures() -> None:
    """Drop what was made of the visitor's pictures to show them, and which faces were chosen."""
    _jpeg.clear()
    _size.clear()
    for key in [key for key in st.session_state if str(key).startswith(_CHOSEN)]:
        del st.session_state[key]


def alternative(photo: Photo, result: ec.PhotoResult) -> str:
    """What is read out in place of the picture."""
    return f"{photo.name} with a box around each face: " + ", ".join(
        f"{number} {_looks(face)}" for number, face in result.numbered()
    )


def _key(photo: Photo) -> str:
    return f"{_CHOSEN}{photo.digest} {quarter_turns(photo)}"


def _looks(face: ec.FaceResult) -> str:
    return face.emotion if face.emotion == UNCERTAIN else f"{isolated(face.emotion)} {percent(face.confidence)}"


def _faces(result: ec.PhotoResult, width: int, height: int) -> list[dict[str, object]]:
    from emotion_core.classes import colours_of
    from emotion_core.visuals import readable_on

    faces = []
    for number, face in result.numbered():
        colour = colours_of(list(face.probabilities), face.colours)[face.emotion]
        left, right = max(0.0, face.box.x), min(width, face.box.x + face.box.width)
        top, bottom = max(0.0, face.box.y), min(height, face.box.y + face.box.height)
        faces.append(
            {
                "number": number, "text": _looks(face), "emotion": face.emotion,
                "colour": colour, "ink": readable_on(colour),
                "left": 100 * left / width, "top": 100 * top / height,
                "width": 100 * (right - left) / width, "height": 100 * (bottom - top) / height,
            }
        )  # fmt: skip
    return faces


@st.cache_data(scope="session", max_entries=50, show_spinner=False)
def _jpeg(digest: str, turns: int, _photo: Photo) -> bytes:
    from emotion_core.inference import to_jpeg
    from emotion_core.visuals import thumbnail

    return to_jpeg(thumbnail(picture(_photo), SHOWN), quality=85)


@st.cache_data(scope="session", max_entries=500, show_spinner=False)
def _size(digest: str, turns: int, _photo: Photo) -> tuple[int, int]:
    """Height and width; a picture itself is copied whole each time it is asked for."""
    height, width = picture(_photo).shape[:2]
    return height, width


def _strip(digest: str, crops: list[np.ndarray | None]) -> bytes:
    """The faces beside each other, as JPEG."""
    from emotion_core.inference import to_jpeg
    from emotion_core.visuals import sprite

    return to_jpeg(sprite([crop for crop in crops if crop is not None], len(crops), CROP))

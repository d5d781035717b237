"""Results as HTML, which takes its letters and their colour from the page or notebook that shows it."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING

import cv2
import numpy as np

from emotion_core.classes import colours_of
from emotion_core.emotions import display_name, isolated
from emotion_core.inference.words import in_words, percent

if TYPE_CHECKING:
    from emotion_core.inference.results import FaceResult, PhotoResult

#: Pixels of a crop's place, and of a face's whole.
CROP, FACE = 96, 480

_FACE = f"display: flex; gap: 16px; align-items: center; max-width: {FACE}px; margin: 8px 0"
_CROP = f"width: {CROP}px; height: {CROP}px; image-rendering: pixelated; flex: none"
_BARS = "display: grid; grid-template-columns: fit-content(45%) 1fr; gap: 8px; align-items: center; font-size: 0.75rem"
_BAR = "display: flex; align-items: center; gap: 4px; line-height: 20px"
_QUIET = "opacity: 0.7"


def photo_as_html(result: PhotoResult) -> str:
    """A picture's name, and its faces below each other or why there are none."""
    number = len(result.faces)
    faces = f"{number} face{'' if number == 1 else 's'}" if number else "no face found"
    shown = "".join(face_as_html(face) for face in result.faces)
    return f"<div><strong>{escape(result.name)}</strong>: {escape(result.error) or faces}</div>{shown}"


def face_as_html(face: FaceResult) -> str:
    """A face's crop if there is one, beside it how the face looks and its probabilities as bars."""
    words = in_words(face, isolated)
    crop = "" if face.crop is None else _picture(face.crop)
    note = f" ({escape(face.note)})" if face.note else ""
    return (
        f'<div style="{_FACE}">{crop}<div style="flex: 1"><div><strong>{words[0].upper()}{escape(words[1:])}</strong>'
        f"{note}</div>{probability_bars(face)}</div></div>"
    )


def probability_bars(face: FaceResult) -> str:
    """The probabilities of one face as bars, always in the same places so that they can grow and shrink."""
    words = ", ".join(f"{name} {percent(share)}" for name, share in face.ranking)
    colours = colours_of(list(face.probabilities), face.colours)
    bars = "".join(_bar(name, share, colours[name]) for name, share in face.probabilities.items())
    return described(f"Probabilities: {words}", f'<div style="{_BARS}">{bars}</div>')


def described(words: str, html: str) -> str:
    """HTML that those who cannot see it are told in words."""
    return f'<div role="img" aria-label="{escape(words)}">{html}</div>'


def _bar(name: str, share: float, colour: str) -> str:
    bar = f"width: calc({share:.4f} * (100% - 3rem)); height: 20px; background: {colour}"
    return (
        f'<span style="text-align: right; overflow-wrap: anywhere; {_QUIET}">{escape(display_name(name))}</span>'
        f'<div style="{_BAR}"><div style="{bar}"></div><span style="{_QUIET}">{percent(share)}</span></div>'
    )


def _picture(crop: np.ndarray) -> str:
    """An RGB crop of shape (size, size, 3), uint8, as an element that holds it."""
    _, png = cv2.imencode(".png", cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))
    data = base64.b64encode(png.tobytes()).decode()
    return f'<img src="data:image/png;base64,{data}" style="{_CROP}" alt="The face as it was cut out">'

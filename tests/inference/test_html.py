"""Results as a notebook or a page shows them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from emotion_core.emotions import COLOURS, EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.inference.html import probability_bars
from emotion_core.inference.results import FaceResult, PhotoResult


def face(crop: np.ndarray | None = None) -> FaceResult:
    probabilities = {name: 0.7 if name == "sad" else 0.05 for name in EMOTIONS}
    return FaceResult(Box(0, 0, 9, 9), 0.9, None, probabilities, "sad", 0.7, "model", crop)


def test_the_bars_keep_their_places_and_say_their_numbers():
    html = probability_bars(face())
    assert re.findall(r">(\w+)</span>", html) == [name.capitalize() for name in EMOTIONS]
    assert re.findall(r"width: calc\(([\d.]+) ", html)[EMOTIONS.index("sad")] == "0.7000"
    assert re.findall(r"background: (#\w+)", html) == [COLOURS[name] for name in EMOTIONS]
    assert 'role="img" aria-label="Probabilities: sad 70 %, ' in html


def test_a_face_shows_its_crop_and_how_it_looks():
    html = face(np.full((48, 48, 3), 200, np.uint8))._repr_html_()
    assert html.count("<img ") == 1
    assert 'src="data:image/png;base64,' in html
    assert "<strong>Looks sad, 70 %</strong>" in html
    assert "Probabilities: sad 70 %" in html


def test_a_face_whose_crop_was_not_kept_shows_the_rest():
    assert "<img " not in face()._repr_html_()
    assert "Looks sad" in face()._repr_html_()


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (PhotoResult("a.jpg", [face()]), "a.jpg</strong>: 1 face<"),
        (PhotoResult("a.jpg", [face(), face()]), "a.jpg</strong>: 2 faces<"),
        (PhotoResult("a.jpg"), "a.jpg</strong>: no face found<"),
        (PhotoResult("a.jpg", error="the file is empty"), "a.jpg</strong>: the file is empty<"),
    ],
)
def test_a_photo_shows_its_name_and_its_faces_or_why_there_are_none(result, words):
    html = result._repr_html_()
    assert words in html
    assert html.count("Looks sad") == len(result.faces)


def test_names_and_errors_are_text_whatever_is_in_them():
    html = PhotoResult("<script>alert(1)</script>.jpg", error="no <b>such</b> & such")._repr_html_()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize("emotion", ["<img src=x>", "uncertain"])
def test_so_are_classes(emotion):
    html = FaceResult(Box(0, 0, 9, 9), 0.9, None, {"<img src=x>": 0.6, "b": 0.4}, emotion, 0.6, "model")._repr_html_()
    assert "<img" not in html and html.count("&lt;img src=x&gt;") > 1

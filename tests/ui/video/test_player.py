"""What the player in the browser is given of a person."""

from __future__ import annotations

import base64

import numpy as np

from emotion_core.video.timelines import timelines
from tests.video_results import result_of
from ui.video.player import _address, person_data


def test_spans_and_curves_are_numbered_in_the_classes_of_the_model():
    rows = [(n / 10, 1, "happy", 0.9) for n in range(20)]
    answers = np.tile(np.array([0.2, 0.6, 0.2], np.float32), (20, 1))
    result = result_of(rows, probabilities=answers, classes=("bored", "wink", "smile"))
    person = person_data(result, timelines(result)[0])
    assert {number for number, *_ in person["spans"]} == {1}
    curves = np.frombuffer(base64.b64decode(str(person["curves"])), np.uint8).reshape(20, 3)
    assert curves[5].tolist() == [51, 153, 51]


def test_a_video_that_was_removed_meanwhile_has_no_address(tmp_path, monkeypatch):
    monkeypatch.setattr("streamlit.runtime.exists", lambda: True)
    assert _address(tmp_path / "gone.mp4") == ""

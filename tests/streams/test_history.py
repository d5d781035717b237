"""What was said of faces over time, in sum and as files; with a few moments whose answers are worked by hand."""

from __future__ import annotations

import csv
import io
import json

import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.streams.history import (
    COLUMNS,
    Moment,
    Stretch,
    longest_seen,
    seconds_seen,
    shares,
    stretches,
    write_csv,
    write_json,
)


def moment(time: float, number: int, emotion: str) -> Moment:
    shown = "happy" if emotion == "uncertain" else emotion
    probabilities = tuple(0.7 if name == shown else 0.05 for name in EMOTIONS)
    return Moment(time, number, Box(1, 2.06, 30, 40), emotion, probabilities)


#: Face 1 is happy for 0.2 s, then sad for 0.1 s, gone for more than a second, then happy; face 2 is there once.
MOMENTS = [
    moment(0.0, 1, "happy"),
    moment(0.1, 1, "happy"),
    moment(0.1, 2, "uncertain"),
    moment(0.2, 1, "sad"),
    moment(1.4, 1, "happy"),
]


def test_a_stretch_lasts_until_the_label_changes_or_the_face_is_gone():
    found = stretches(MOMENTS)
    assert found == [
        Stretch(1, "happy", 0.0, 0.2),
        Stretch(1, "sad", 0.2, pytest.approx(0.3)),
        Stretch(1, "happy", 1.4, pytest.approx(1.5)),
        Stretch(2, "uncertain", 0.1, pytest.approx(0.2)),
    ]


def test_shares_are_of_the_time_that_a_face_was_seen():
    assert seconds_seen(MOMENTS) == pytest.approx({1: 0.4, 2: 0.1})
    found = shares(MOMENTS)
    assert found[1] == pytest.approx({"happy": 0.75, "sad": 0.25})
    assert found[2] == pytest.approx({"uncertain": 1.0})


def test_of_many_faces_those_seen_longest_are_kept():
    assert {moment.number for moment in longest_seen(MOMENTS, 1)} == {1}
    assert longest_seen(MOMENTS, 2) == MOMENTS


def test_nothing_gives_nothing():
    assert stretches([]) == []
    assert shares([]) == {}


def test_csv_has_a_row_a_moment():
    file = io.StringIO(newline="")
    write_csv(MOMENTS, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["seconds"], row["face"], row["emotion"]) for row in rows][-1] == ("1.4", "1", "happy")
    assert sum(float(rows[0][name]) for name in EMOTIONS) == pytest.approx(1)


def test_json_has_the_same_rows():
    file = io.StringIO()
    write_json(MOMENTS, file)
    rows = json.loads(file.getvalue())
    assert len(rows) == 5
    assert (rows[2]["face"], rows[2]["emotion"], rows[2]["y"]) == (2, "uncertain", 2.1)

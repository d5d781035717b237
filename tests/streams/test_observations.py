"""Observations as files."""

from __future__ import annotations

import csv
import io
import json

import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.streams.observations import COLUMNS, write_csv, write_json
from tests.streams.conftest import OBSERVATIONS


def test_csv_has_a_row_an_observation():
    file = io.StringIO(newline="")
    write_csv(OBSERVATIONS, file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["seconds"], row["face"], row["emotion"]) for row in rows][-1] == ("1.4", "1", "happy")
    assert sum(float(rows[0][name]) for name in EMOTIONS) == pytest.approx(1)


def test_json_has_the_same_rows():
    file = io.StringIO()
    write_json(OBSERVATIONS, file)
    rows = json.loads(file.getvalue())
    assert len(rows) == 5
    assert (rows[2]["face"], rows[2]["emotion"], rows[2]["y"]) == (2, "uncertain", 2.1)


def test_the_columns_are_those_that_files_have_always_had():
    emotions = ("angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised")
    assert list(COLUMNS) == ["seconds", "face", "emotion", *emotions, "x", "y", "width", "height", "prior", "model"]

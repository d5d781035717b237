"""A report as JSON, as a table and in a notebook."""

from __future__ import annotations

import json

import pytest

from emotion_core.evaluation.report import Report
from emotion_core.evaluation.scoring import build_report


@pytest.fixture
def report(evaluated) -> Report:
    faces, evaluation, predictions = evaluated
    other = evaluation.model_copy(update={"model": "<other>"})
    return build_report(faces, [(evaluation, predictions), (other, predictions[:, ::-1])], flip_averaged=True)


def test_a_report_is_read_back_as_it_was_written(report):
    assert Report.model_validate_json(report.model_dump_json()) == report


def test_its_json_goes_on_having_the_names_that_other_programs_read(report):
    written = json.loads(report.model_dump_json())
    (first, _) = written["evaluations"]
    scores = first["judgements"][0]
    assert {"answered", "accuracy_answered", "mistakes", "labels", "faces", "confusion"} <= scores.keys()
    assert {"faces", "answered", "precision", "recall", "f1"} <= scores["emotions"][0].keys()
    assert {"row", "source", "label", "answer", "confidence", "votes"} <= scores["mistakes"][0].keys()


def test_as_a_table_it_has_a_row_a_model_and_kind_of_label(report):
    frame = report.to_frame()
    assert list(frame["model"]) == ["reader"] * 4 + ["<other>"] * 4
    first = frame.iloc[0]
    assert (first["labels"], bool(first["without_training_duplicates"]), first["faces"]) == ("own", False, 3)
    assert first["accuracy"] == pytest.approx(2 / 3)
    assert first["accuracy_low"] <= first["accuracy"] <= first["accuracy_high"]
    assert (first["coverage"], first["selective_accuracy"]) == (pytest.approx(2 / 3), 0.5)


def test_a_notebook_shows_the_table_and_who_is_better_with_names_as_text(report):
    shown = report._repr_html_()
    assert "d, test: 4 faces" in shown and "<table" in shown and "0.667" in shown
    assert "McNemar" in shown
    assert "&lt;other&gt;" in shown and "<other>" not in shown

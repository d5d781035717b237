"""The file `evaluation.json` of a run: as it is written now, and as the version before wrote it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emotion_core.evaluation.run_evaluation import RunEvaluation, read_run_evaluation
from emotion_core.evaluation.scoring import build_report

#: Of 14 faces, one of which is in training too, and one of which the annotators call otherwise than the data set.
BEFORE = (Path(__file__).parent / "written_before" / "evaluation.json").read_bytes()


def test_is_read_back_as_it_was_written(evaluated):
    faces, evaluation, predictions = evaluated
    written = RunEvaluation(epoch=3, report=build_report(faces, [(evaluation, predictions)]))
    found = read_run_evaluation(written.model_dump_json(indent=1).encode(), "any")
    assert found == written
    assert found.evaluation == evaluation


class TestOfTheVersionBefore:
    FOUND = read_run_evaluation(BEFORE, "first", trained_on="ferplus-majority")
    WRITTEN = json.loads(BEFORE)

    def test_has_the_figures_that_were_written(self):
        evaluation = self.FOUND.evaluation
        assert (self.FOUND.epoch, evaluation.model, self.FOUND.report.data) == (4, "first", "drawn faces")
        assert evaluation.temperature == self.WRITTEN["temperature"]
        assert evaluation.abstain_threshold == self.WRITTEN["abstain_threshold"]
        for written in self.WRITTEN["measurements"]:
            scores = evaluation.scores_by(written["labels"], written["without_training_duplicates"])
            assert (scores.faces, scores.confusion) == (written["faces"], written["confusion"])
            for name in ("accuracy", "macro_recall", "expected_calibration_error"):
                figure = getattr(scores, name)
                assert round(figure.value, 4) == written[name]
                assert [round(figure.low, 4), round(figure.high, 4)] == written[f"{name}_interval"]
            recall = {one.emotion: round(one.recall.value, 4) for one in scores.emotions if one.recall}
            assert recall == written["recall"]
            assert (scores.coverage, scores.selective_accuracy) == (written["answered"], written["accuracy_answered"])

    def test_has_the_own_labels_first_as_new_ones_have(self):
        assert self.FOUND.report.kinds() == [
            ("own", False),
            ("own", True),
            ("ferplus-majority", False),
            ("ferplus-majority", True),
        ]

    def test_has_the_errors_by_the_labels_that_were_trained_on(self):
        assert self.FOUND.evaluation.scores_by("own").most_confident_errors == []
        errors = self.FOUND.evaluation.scores_by("ferplus-majority").most_confident_errors
        assert [(one.index, one.row, one.label, one.prediction) for one in errors] == [
            (one["row"], None, one["label"], one["prediction"]) for one in self.WRITTEN["mistakes"]
        ]

    def test_what_was_measured_on_the_test_split_is_left_out(self):
        (first, *_) = self.WRITTEN["measurements"]
        both = {**self.WRITTEN, "measurements": [*self.WRITTEN["measurements"], {**first, "split": "test"}]}
        assert read_run_evaluation(json.dumps(both).encode(), "first", "ferplus-majority") == self.FOUND

    def test_before_intervals_were_written_the_calibration_error_has_none(self):
        (first, *_) = self.WRITTEN["measurements"]
        written = {**first, "expected_calibration_error_interval": None, "answered": None, "accuracy_answered": None}
        old = read_run_evaluation(json.dumps({**self.WRITTEN, "measurements": [written]}).encode(), "first")
        (scores,) = old.evaluation.scores
        error = first["expected_calibration_error"]
        assert scores.calibration() == (error, (error, error))
        assert (scores.coverage, scores.selective_accuracy) == (1.0, first["accuracy"])


@pytest.mark.parametrize(
    "content",
    [b"{", b"[]", b"{}", b"\xff", json.dumps({**json.loads(BEFORE), "measurements": []}).encode()],
    ids=["cut short", "no object", "empty", "no text", "without figures"],
)
def test_what_is_damaged_is_a_value_error(content):
    with pytest.raises(ValueError, match=r".+"):
        read_run_evaluation(content, "first")

"""What a run of few-shot is said to have come to: faces, cross-validated accuracy, confusions and what to collect."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.evaluation import RunEvaluation, build_report, evaluation_set, score
from emotion_core.runs.diagnosis import diagnose_run
from emotion_core.runs.evaluation import write_evaluation
from emotion_core.runs.few_faces import Confused, few_faces_of, is_few_shot
from emotion_core.runs.run import find_run
from tests.new_runs import new_run

CLASSES = ("wink", "smile", "frown")


def run_of(labels: str, predictions: str):
    """A run whose head predicts so, a letter a face: w, s or f."""
    letters = {name[0]: name for name in CLASSES}
    table = pd.DataFrame({"source": "x", "label": [letters[one] for one in labels], "split": "train"})
    faces = evaluation_set(Dataset(np.zeros((len(labels), 48, 48), np.uint8), table, CLASSES), "mine", "train")
    answers = np.array([[0.8 if name == letters[one] else 0.1 for name in CLASSES] for one in predictions])
    folder = new_run("few", "done", data="mine", architecture="few-shot", arguments={}, classes=CLASSES)
    report = build_report(faces, [(score(answers, faces, "few"), answers)])
    write_evaluation(folder, RunEvaluation(epoch=1, report=report))
    run = find_run("few")
    assert run is not None and is_few_shot(run)
    return run


def test_accuracy_confusions_and_what_to_collect_next_are_said(own_workspace):
    run = run_of("w" * 6 + "s" * 5 + "f" * 5, "w" * 6 + "sswww" + "f" * 5)
    found = few_faces_of(run)
    assert found is not None
    assert found.faces == {"wink": 6, "smile": 5, "frown": 5}
    assert found.accuracy.value == 13 / 16
    assert (found.accuracy.low, found.accuracy.high) == pytest.approx((0.57, 0.934), abs=0.002)  # Wilson, by hand
    assert found.confused == (Confused("smile", "wink", 3, 5),)
    assert found.next_step == "Collect more faces of smile and of wink, which are confused most, also of other people."
    words = " ".join(diagnose_run(run).in_words())
    assert "Right on 81 % of its 16 faces" in words and "(95 % interval 57 % to 93 %)" in words
    assert "3 of 5 faces of smile are predicted as wink." in words
    assert "epoch" not in words and "curve" not in words


def test_all_right_is_no_certainty_and_the_rarest_class_comes_next(own_workspace):
    found = few_faces_of(run_of("wwwwssssff", "wwwwssssff"))
    assert found is not None and found.accuracy.value == 1 and found.accuracy.low < 0.75
    assert "No class is confused with another." in found.in_words()
    assert found.next_step == "Collect more faces of frown, which has 2, of other people and in other light."


def test_hardly_better_than_guessing_sends_to_the_labels(own_workspace):
    found = few_faces_of(run_of("wwwwwwsf", "wwwwwwww"))
    assert found is not None and found.chance == 0.75
    assert found.next_step.startswith("Look at the faces with their labels: it is hardly better than guessing.")


def test_a_run_without_its_evaluation_says_so(own_workspace):
    new_run("few", "done", data="mine", architecture="few-shot", arguments={})
    run = find_run("few")
    assert run is not None and few_faces_of(run) is None
    assert diagnose_run(run).in_words()[0].startswith("How good it is is not known")

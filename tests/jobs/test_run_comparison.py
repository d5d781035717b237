"""Two runs' best networks: face by face where they were validated on the same faces, else as two proportions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.store import describe, open_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.evaluation import (
    Comparison,
    EvaluationSet,
    SeparateComparison,
    build_report,
    evaluation_set,
    score,
)
from emotion_core.evaluation.run_evaluation import RunEvaluation
from emotion_core.jobs.few_shot import write_few_shot
from emotion_core.jobs.run_comparison import compare_runs, validation_faces, validation_predictions
from emotion_core.models.card import ModelError
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import write_evaluation
from emotion_core.runs.folder import MODEL_FOLDER
from emotion_core.runs.run import Run, find_run
from tests.new_runs import new_run


@pytest.fixture
def drawn(own_workspace: Path) -> EvaluationSet:
    """The validation faces of a drawn set."""
    add_dataset(synthetic_faces(420, seed=3), "drawn", "drawn")
    return faces_of("drawn")


def faces_of(data: str) -> EvaluationSet:
    return evaluation_set(open_dataset(data), data, "validation")


def predicted(faces: EvaluationSet, wrong: slice) -> np.ndarray:
    """Predictions that are right but for some faces."""
    labels = faces.labels["own"].copy()
    labels[wrong] = (labels[wrong] + 1) % len(faces.classes)
    return np.eye(len(faces.classes), dtype=np.float32)[labels]


def evaluated(name: str, faces: EvaluationSet, predictions: np.ndarray) -> Run:
    """A run that was evaluated so at its end."""
    folder = new_run(name, "done", data=faces.data, data_sha256=describe(faces.data).sha256)
    report = build_report(faces, [(score(predictions, faces, name), predictions)])
    write_evaluation(folder, RunEvaluation(epoch=1, report=report))
    found = find_run(name)
    assert found is not None
    return found


def test_the_same_faces_are_compared_in_pairs(drawn):
    answers = {"good": predicted(drawn, slice(0, 2)), "bad": predicted(drawn, slice(0, 12))}
    good, bad = (evaluated(name, drawn, one) for name, one in answers.items())
    (found, *_) = compare_runs(bad, good, lambda run, faces: answers[run.name])
    assert isinstance(found, Comparison)
    assert (found.only_first, found.only_second, found.faces) == (0, 10, len(drawn))
    assert found.difference == pytest.approx(-10 / len(drawn)) and found.high < 0
    assert found.in_words().startswith("good is better than bad")


def test_a_networks_own_file_is_asked(drawn):
    dataset = open_dataset("drawn")
    first, second = (evaluated(name, drawn, predicted(drawn, slice(0, 2))) for name in ("one", "two"))
    for run in (first, second):
        write_few_shot(run.folder / MODEL_FOLDER, dataset, "drawn", run.name)
    answers = validation_predictions(first, validation_faces(first))
    assert answers.shape == (len(drawn), 7) and (answers.argmax(1) == drawn.labels["own"]).mean() > 0.5
    (found, *_) = compare_runs(first, second)
    assert isinstance(found, Comparison) and (found.difference, found.low, found.high) == (0, 0, 0)


def test_other_faces_are_two_proportions(drawn):
    add_dataset(synthetic_faces(280, seed=4), "others", "drawn")
    others = faces_of("others")
    first = evaluated("first", drawn, predicted(drawn, slice(0, 0)))
    second = evaluated("second", others, predicted(others, slice(0, 20)))
    (found,) = compare_runs(first, second)
    assert isinstance(found, SeparateComparison)
    assert (found.first_faces, found.second_faces) == (len(drawn), len(others))
    assert found.difference == pytest.approx(20 / len(others)) and found.low > 0


def test_without_its_network_the_accuracies_are_left(drawn):
    def gone(run: Run, faces: EvaluationSet) -> np.ndarray:
        raise ModelError("it is gone")

    first, second = (evaluated(name, drawn, predicted(drawn, slice(0, 3))) for name in ("one", "two"))
    (found,) = compare_runs(first, second, gone)
    assert isinstance(found, SeparateComparison) and found.difference == 0 and found.low < 0 < found.high
    assert "cannot be told apart by these accuracies" in found.in_words()


def test_a_run_that_was_not_evaluated_is_named(drawn):
    first = evaluated("first", drawn, predicted(drawn, slice(0, 3)))
    new_run("second", "stopped")
    second = find_run("second")
    assert second is not None
    with pytest.raises(RunError, match="'second' was not evaluated"):
        compare_runs(first, second)

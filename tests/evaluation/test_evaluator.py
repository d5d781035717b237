"""One call from models and data to a report."""

from __future__ import annotations

import os
import shutil

import numpy as np
import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.evaluation.evaluator import evaluate_model, find_dataset, name_of
from emotion_core.evaluation.sets import evaluation_set
from emotion_core.jobs.foreign_sets import evaluate
from emotion_core.models.card import ModelError
from emotion_core.models.registry import load_classifier
from emotion_core.workspace import SHIPPED_MODELS
from tests.fer2013_files import fer2013_text

DRAWN = synthetic_faces(70, seed=3)


@pytest.fixture
def workspace(own_workspace):
    """A workspace with a data set "drawn"."""
    add_dataset(DRAWN, "drawn", "drawn")
    return own_workspace


def test_one_model_on_a_data_set_of_the_workspace(workspace):
    report = evaluate("emotion-net", "drawn")
    assert (report.data, report.split, report.faces) == ("drawn", "validation", len(DRAWN.split("validation")))
    assert [one.model for one in report.evaluations] == ["emotion-net"]


def test_several_models_on_a_data_set_that_is_open_with_progress(workspace):
    shutil.copytree(SHIPPED_MODELS / "emotion-net", workspace / "mine")
    told: list[float] = []
    report = evaluate([load_classifier("default"), workspace / "mine"], DRAWN, "test", progress=told.append)
    assert [one.model for one in report.evaluations] == ["emotion-net", "mine"]
    assert report.comparisons[0].only_first == 0
    assert told == sorted(told) and told[0] <= 0.5 and told[-1] == 1


def test_faces_are_detected_and_cropped_first_where_that_is_asked_for(workspace):
    told: list[float] = []
    report = evaluate("default", "drawn", found=True, progress=told.append)
    assert report.detected is not None and 0 < report.detected <= report.faces
    assert told == sorted(told) and told[0] <= 0.5 and told[-1] == 1
    assert evaluate("default", "drawn").detected is None


def test_the_mix_of_expressions_that_is_expected_is_noted_and_changes_the_answers(workspace):
    trained, balanced = evaluate("default", "drawn"), evaluate("default", "drawn", prior="balanced")
    assert (trained.evaluations[0].prior, balanced.evaluations[0].prior) == ("trained", "balanced")
    assert "as in the training data" in trained._repr_html_()
    assert trained.evaluations[0].scores[0].confusion != balanced.evaluations[0].scores[0].confusion
    assert evaluate(load_classifier("default"), "drawn").evaluations == trained.evaluations  # loaded or not
    own = evaluate("default", "drawn", prior={"happy": 0.4}).evaluations[0].prior
    assert own == "angry=0.1,disgusted=0.1,fearful=0.1,happy=0.4,neutral=0.1,sad=0.1,surprised=0.1"


def test_votes_go_with_a_path_alone(workspace):
    with pytest.raises(DatasetError, match="votes go with a file or folder"):
        evaluate("default", "drawn", votes="fer2013new.csv")


def test_a_file_is_called_by_its_name(workspace, tmp_path):
    (tmp_path / "fer2013.csv").write_text(fer2013_text(synthetic_faces(35, seed=1)))
    assert evaluate("default", tmp_path / "fer2013.csv", "test").data == "fer2013.csv"


def test_a_name_of_the_workspace_comes_before_a_file_of_the_same_name(workspace, monkeypatch):
    monkeypatch.chdir(workspace)
    (workspace / "drawn").write_text("no data set")
    assert len(find_dataset("drawn")) == len(DRAWN)


def test_a_folder_is_called_by_its_last_part_however_it_is_asked_for(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert name_of("./") == tmp_path.name
    assert name_of(os.fsdecode(b"faces-\xff.csv")) == "faces-?.csv"


def test_flipped_predictions_are_the_mean_of_both_views(reader, faces):
    chosen = evaluation_set(faces, "d", "test")
    once, twice = evaluate_model(reader, chosen)[1], evaluate_model(reader, chosen, flip=True)[1]
    mirrored = reader.predict_proba(chosen.images[:, :, ::-1])
    np.testing.assert_allclose(twice, (once + mirrored) / 2)


@pytest.mark.parametrize(
    ("models", "data", "error", "reason"),
    [
        ([], "drawn", ModelError, "no model is named"),
        (["default", "emotion-net"], "drawn", ModelError, "must have different names, to be told apart"),
        ("unknown", "drawn", ModelError, "there is no model 'unknown'"),
        ("default", "nothing", DatasetError, "there is no data set 'nothing'; there are drawn"),
    ],
)
def test_what_cannot_be_evaluated_is_refused(workspace, models, data, error, reason):
    with pytest.raises(error, match=reason):
        evaluate(models, data)

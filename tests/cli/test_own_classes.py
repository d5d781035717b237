"""Data sets and models of different classes, as a shell sees them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from emotion_core.cli.evaluate import _say_by_clip
from emotion_core.datasets.class_table import class_table_of
from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.evaluation.report import Report
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.shell import emotion


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    """A workspace with data sets of which the shipped models know two classes, and none."""
    folder = tmp_path_factory.mktemp("shell")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(WORKSPACE_VARIABLE, str(folder))
        add_dataset(synthetic_faces(70, seed=3), "drawn", "drawn")
        derive("drawn", "some", class_table_of("happy -> happy\nneutral -> neutral\n* -> gloomy"))
        derive("drawn", "none", class_table_of("happy -> cheerful\n* -> gloomy"))
    return folder


def test_classes_that_only_one_of_them_knows_are_left_out_and_named(workspace, tmp_path):
    figures = tmp_path / "figures.json"
    done = emotion("evaluate", "--data", "some", "--split", "train", "--json", figures, workspace=workspace)
    assert (done.returncode, done.stderr) == (0, "")
    assert "not compared: gloomy, angry, disgusted, fearful, sad, surprised." in done.stdout
    (evaluation,) = Report.model_validate_json(figures.read_text()).evaluations
    assert [one.emotion for one in evaluation.scores[0].emotions] == ["happy", "neutral"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["evaluate", "--data", "none", "--split", "train"], "none is common to them, and two are needed to compare"),
        (["dataset", "report", "none", "--model", "emotion-net"], "two must be common to them to find label issues"),
        (["dataset", "derive", "drawn", "--name", "other", "--classes", "FOLDER"], "is a directory"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(workspace, arguments, reason):
    done = emotion(*[workspace if word == "FOLDER" else word for word in arguments], workspace=workspace)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert reason in line


def test_of_clips_too_it_is_said_which_classes_are_not_compared(capsys):
    _say_by_clip(
        SimpleNamespace(data="clips", split="test", faces=3, not_compared=("contempt",), evaluations=[], comparisons=[])
    )
    assert "not compared: contempt" in capsys.readouterr().out

"""The training page with sequence-net: what it asks for, what it refuses, and a run on clips as it is shown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.datasets.clips import clips_as_faces
from emotion_core.datasets.importing import add_synthetic, add_synthetic_clips
from emotion_core.datasets.store import open_dataset
from emotion_core.evaluation import RunEvaluation, build_report, evaluation_set, score
from emotion_core.jobs import launcher
from emotion_core.runs.config import read_config
from emotion_core.runs.evaluation import write_evaluation
from emotion_core.runs.folder import run_folder, run_names
from emotion_core.runs.recipes import SEQUENCE
from tests.new_runs import new_run
from tests.page import button, texts
from ui.train import actions
from ui.train.form import DATA, NETWORK, RECIPE


@pytest.fixture
def page(own_workspace: Path, monkeypatch, go_to) -> AppTest:
    """The training page with drawn clips and drawn faces, on which nothing is started or measured; not run yet."""
    monkeypatch.setattr(launcher, "_spawn", lambda folder: None)
    add_synthetic_clips("clips", 21)
    add_synthetic("faces", 70)
    return go_to("2_Train.py")


def test_sequence_net_has_its_own_recipe_and_is_refused_for_faces_by_themselves(page):
    page.run()
    page.selectbox(key=NETWORK).select("sequence-net").run()
    page.selectbox(key=DATA).select("faces").run()
    assert not page.exception
    assert page.selectbox(key=RECIPE).disabled
    assert "has no clips, and sequence\\-net learns from clips" in texts(page)
    assert "None ships that has learnt from people" in texts(page)
    page.selectbox(key=DATA).select("clips").run()
    assert "21 clips; all frames of one are on one side" in texts(page) and not page.warning
    button(page, "Start training").click().run()
    assert not page.exception
    (name,) = run_names()
    config = read_config(run_folder(name))
    assert (config.architecture, config.data) == ("sequence-net", "clips")
    assert config.recipe.model_copy(update={"class_balance": "auto"}) == SEQUENCE


def test_a_run_on_clips_is_shown_by_clip_beside_single_frames(page):
    faces = evaluation_set(clips_as_faces(open_dataset("clips")), "clips", "validation")
    answers = np.eye(7)[faces.labels["own"]] * 0.9 + 0.1 / 7
    names = ("moving", "single frames, mean", "single frames, last frame", "single frames, peak")
    report = build_report(faces, [(score(answers, faces, name), answers) for name in names])
    folder = new_run("moving", "done", data="clips", architecture="sequence-net", arguments={}, recipe=SEQUENCE)
    write_evaluation(folder, RunEvaluation(epoch=3, report=report))
    page.session_state[actions.PART], page.session_state[actions.RUN] = actions.RUNS, "moving"
    page.run()
    assert not page.exception
    assert "by clip" in texts(page)
    table = page.dataframe[0].value
    assert list(table["Answer"]) == list(names) and set(table["Clips"]) == {len(faces)}

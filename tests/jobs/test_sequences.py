"""The preset sequence-net: from drawn clips to a model that videos are read with, resumed as if never stopped."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from emotion_core.datasets.importing import add_synthetic, add_synthetic_clips
from emotion_core.datasets.store import open_dataset
from emotion_core.datasets.synthetic_clips import draw_clip
from emotion_core.jobs.checks import validated
from emotion_core.jobs.foreign_sets import evaluate
from emotion_core.jobs.new_run import new_config, recipe_for
from emotion_core.jobs.own_models import add_model, delete_model, rename_model
from emotion_core.jobs.process import _train
from emotion_core.jobs.publishing import publish, published
from emotion_core.jobs.sequences import EMBEDDINGS_FILE
from emotion_core.models.card import ModelError, read_card
from emotion_core.models.classifier import LITERT_FILE
from emotion_core.models.registry import load_classifier, model_names
from emotion_core.models.sequence import SequenceCard, load_sequence_model, sequence_model_names
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.folder import STOP_FILE
from emotion_core.runs.history import read_history
from emotion_core.runs.status import Status, read_status, write_status
from emotion_core.runs.writer import RunWriter
from emotion_core.video.analysis import analyze_video
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.clips import write_clip
from tests.new_runs import new_run
from tests.shell import emotion

RECIPE = recipe_for("sequence-net", "quick", {"epochs": 3, "batch_size": 8})


def run_of(name: str):
    folder = new_run(name, "queued", data="clips", architecture="sequence-net", arguments={"units": 4}, recipe=RECIPE)
    return folder


def work_at(folder) -> None:
    """What the run's process does, in this one."""
    from emotion_core.runs.config import read_config

    write_status(folder, Status(state="queued"))
    _train(folder, RunWriter(folder), validated(read_config(folder)))


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run on 28 drawn clips that is done, in a workspace of this file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WORKSPACE_VARIABLE, str(tmp_path_factory.mktemp("workspace")))
        add_synthetic_clips("clips", 28, seed=1)
        folder = run_of("whole")
        work_at(folder)
        yield folder


def test_a_run_on_clips_is_done_with_curves_and_figures_by_clip(run):
    assert read_status(run).state == "done"
    assert [epoch.epoch for epoch in read_history(run)] == [1, 2, 3]
    found = read_evaluation(run)
    names = [one.model for one in found.report.evaluations]
    assert names == ["whole", "single frames, mean", "single frames, last frame", "single frames, peak"]
    clips = open_dataset("clips").split("validation").table["clip"].nunique()
    assert {one.scores[0].faces for one in found.report.evaluations} == {clips}
    assert len(found.report.comparisons) == 3
    assert len(found.compared_in_words()) == 4 and "by clip: whole" in found.compared_in_words()[0]


def test_one_that_was_stopped_ends_like_one_that_was_not(run):
    stopped = run_of("stopped")
    (stopped / STOP_FILE).touch()
    work_at(stopped)
    assert read_status(stopped).state == "stopped" and len(read_history(stopped)) == 1
    kept = (stopped / EMBEDDINGS_FILE).stat().st_mtime_ns
    work_at(stopped)
    assert (stopped / EMBEDDINGS_FILE).stat().st_mtime_ns == kept
    losses = [[epoch.loss for epoch in read_history(folder)] for folder in (stopped, run)]
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)


def test_its_model_is_used_by_name_and_its_card_names_what_it_stands_on(run):
    publish("whole", "over time")
    assert sequence_model_names() == published(run) == ["over time"]
    assert "over time" not in model_names()
    card = read_card(run.parents[1] / "sequence models" / "over time", SequenceCard)
    base = load_classifier("emotion-net").card
    assert (card.base, card.base_sha256) == ("emotion-net", base.files[LITERT_FILE])
    assert base.files[LITERT_FILE] in card.summary and card.training.drawn
    model = load_sequence_model("over time")
    dataset = open_dataset("clips")
    first = dataset.rows((dataset.table["clip"] == dataset.table["clip"][0]).to_numpy())
    answer = model.predict_clip(first.table["seconds"].to_numpy(), model.embed(first.images))
    assert answer.shape == (7,) and answer.sum() == pytest.approx(1, abs=1e-5)
    with pytest.raises(RunError, match="there is a model 'over time' already"):
        publish("whole", "over time")


def test_it_is_deleted_by_name(run):
    publish("whole", "to be deleted")
    delete_model("to be deleted")
    assert "to be deleted" not in sequence_model_names()


def test_it_is_evaluated_by_clip_beside_single_frames(run):
    report = evaluate(load_sequence_model(run / "model"), "clips", "test")
    names = [one.model for one in report.evaluations]
    assert names == ["model", "single frames, mean", "single frames, last frame", "single frames, peak"]
    assert report.faces == open_dataset("clips").split("test").table["clip"].nunique()
    assert len(report.comparisons) == 3
    on_training = [one.model for one in evaluate(run / "model", "clips", "train").evaluations]
    assert on_training[1:] == [f"emotion-net frame by frame, {way}" for way in ("mean", "last frame", "peak")]
    with pytest.raises(ModelError, match="a sequence model is evaluated by clip, other models by face"):
        evaluate([run / "model", "emotion-net"], "clips", "test")
    with pytest.raises(ValueError, match="flip, found and group are about faces"):
        evaluate(run / "model", "clips", "test", flip=True)


def test_the_figures_of_training_are_those_of_evaluating_again(run):
    then, now = read_evaluation(run).report, evaluate(run / "model", "clips", "validation")
    right = [[one.scores[0].accuracy.value for one in report.evaluations] for report in (then, now)]
    assert right[0] == right[1]


def test_it_goes_to_a_colleague_as_a_zip_and_is_renamed(run, tmp_path):
    publish("whole", "mine")
    archive = shutil.make_archive(str(tmp_path / "mine"), "zip", run.parents[1] / "sequence models" / "mine")
    assert add_model(Path(archive), "theirs").parent.name == "sequence models"
    assert rename_model("theirs", "ours").name == "ours"
    assert load_sequence_model("ours").card.name == "ours" and "theirs" not in sequence_model_names()
    broken = tmp_path / "broken"
    shutil.copytree(run / "model", broken)
    (broken / "head.npz").write_bytes(b"not a network")
    with pytest.raises(ModelError, match="is no model that can be used"):
        add_model(broken, "broken")
    for name in ("mine", "ours"):
        delete_model(name)
    assert "mine" not in sequence_model_names()


def test_a_shell_evaluates_lists_exports_nothing_of_and_reads_a_video_with_it(run, tmp_path):
    publish("whole", "by shell")
    drawn = draw_clip("happy", rate=5, size=96, rest=0.2, hold=0.2)
    clip = write_clip(tmp_path / "clip.mp4", [np.stack([frame] * 3, axis=-1) for frame in drawn.frames], rate=5)
    done = emotion("evaluate", "--model", "by shell", "--data", "clips", "--split", "test")
    assert done.returncode == 0, done.stderr
    assert "by shell: " in done.stdout and "accuracy by clip" in done.stdout and "single frames, peak" in done.stdout
    refused = emotion("models", "export", "by shell", "--format", "onnx")
    assert refused.returncode == 2 and "is a sequence model, which these formats do not hold" in refused.stderr
    read = emotion("analyze", clip, "--sequence", "by shell", "--csv", tmp_path / "out.csv")
    assert read.returncode == 0, read.stderr
    header, *rows = (tmp_path / "out.csv").read_text("utf-8").splitlines()
    assert "seconds" in header and rows
    delete_model("by shell")


def test_a_video_is_read_over_time_whichever_the_rate_of_its_frames(run, tmp_path):
    drawn = draw_clip("happy", rate=20, size=96, rest=0.3, hold=0.4)
    path = write_clip(tmp_path / "clip.mp4", [np.stack([frame] * 3, axis=-1) for frame in drawn.frames], rate=20)
    model = load_sequence_model(run / "model")
    result = analyze_video(path, sequence_model=model, whole=True).run()
    assert result.complete and result.model == "whole" and result.classes == model.classes
    assert len(result) == len(result.moments) == len(drawn.frames)
    assert np.isfinite(result.probabilities).all()
    np.testing.assert_allclose(result.probabilities.sum(axis=1), 1, atol=1e-5)
    with pytest.raises(ModelError, match="there is no sequence model 'nowhere'"):
        analyze_video(path, sequence_model="nowhere")


def test_another_version_of_what_it_stands_on_is_refused(run, tmp_path):
    card = read_card(run / "model", SequenceCard)
    other = tmp_path / "other"
    other.mkdir()
    (other / "head.npz").write_bytes((run / "model" / "head.npz").read_bytes())
    (other / "card.json").write_bytes(card.model_copy(update={"base_sha256": "0" * 64}).to_json())
    with pytest.raises(ModelError, match="another version of emotion-net"):
        load_sequence_model(other)


def test_faces_without_clips_and_what_it_does_not_have_are_refused(run):
    add_synthetic("faces", 140)
    with pytest.raises(RunError, match="'faces' has no clips, and sequence-net learns from clips"):
        validated(new_config("faces", "sequence-net"))
    with pytest.raises(RunError, match="recipe of its own"):
        recipe_for("sequence-net", "strong")
    with pytest.raises(RunError, match="has no mixup; what can be set are epochs"):
        recipe_for("sequence-net", "quick", {"mixup": 0.2})
    with pytest.raises(RunError, match="only be frozen"):
        validated(new_config("clips", "sequence-net", frozen=True))

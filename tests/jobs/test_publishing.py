""" "Use this model": from a run to a model's folder of the workspace."""

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.store import describe, edits_of, open_dataset
from emotion_core.emotions import EMOTIONS
from emotion_core.jobs import launcher, publishing as publish
from emotion_core.jobs.leftovers import sweep_leftovers
from emotion_core.models.card import read_card
from emotion_core.models.classifier import Classifier
from emotion_core.models.registry import load_classifier, model_names
from emotion_core.runs.config import read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.folder import MODEL_FOLDER, run_folder
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.run import find_run
from emotion_core.runs.status import Status, write_status
from emotion_core.training import checkpoint
from emotion_core.training.checkpoint import Progress
from tests.new_runs import config_of, new_run, work_at
from tests.patch_faces import SIDE, joined, patch_faces
from tests.shell import ROOT
from tests.tiny_network import tiny_network

RECIPE = Recipe(epochs=6, batch_size=16, learning_rate=5e-3, precision="float32")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with a run named "first" that is done; worked at as its process would."""
    folder = tmp_path_factory.mktemp("workspace")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("EMOTION_CORE_WORKSPACE", str(folder))
        patched.setattr("emotion_core.jobs.process.first_network", lambda config: tiny_network())
        parts = [patch_faces(140), patch_faces(70, seed=1, split="validation"), patch_faces(35, seed=2, split="test")]
        faces = joined(*parts)
        faces.table.loc[faces.table.index[-7:], "label"] = "contempt"
        add_dataset(faces, "drawn", "drawn for tests")
        keras.utils.set_random_seed(3)
        new_run("first", "queued", recipe=RECIPE, arguments={}, data_sha256=describe("drawn").sha256)
        assert work_at("first") == 0
    return folder


@pytest.fixture
def own_workspace(workspace, monkeypatch):
    monkeypatch.setenv("EMOTION_CORE_WORKSPACE", str(workspace))
    return workspace


class TestARunThatIsDone:
    def test_becomes_a_model_that_every_page_offers(self, own_workspace):
        folder = publish.publish("first", "mine")
        assert folder == own_workspace / "models" / "mine" and "mine" in model_names()
        classifier = load_classifier("mine")
        validation = open_dataset("drawn").split("validation")
        right = classifier.predict_proba(validation.images).argmax(1) == np.arange(70) % 7
        assert right.mean() > 0.9
        card = classifier.card
        assert (card.name, card.training.data, card.training.faces) == ("mine", "drawn, its own labels", 140)
        assert card.prior == pytest.approx(dict.fromkeys(EMOTIONS, 1 / 7), abs=1e-4)
        assert card.answers_under == "trained" and card.balanced is not None
        assert {one.prior for one in card.measurements} == {"trained", "balanced"}
        assert card.training.recipe["class_balance"] == "none"  # as all emotions are alike in number
        assert "mine" in publish.published(run_folder("first"))
        assert publish.published(run_folder("another")) == []
        assert {one.split for one in card.measurements} == {"validation"}
        assert {one.labels for one in card.measurements} == {"own", "ferplus-majority"}
        assert card.measurements[1].accuracy <= 1 and 0 < card.abstain_threshold < 1
        assert "# mine" in (folder / "README.md").read_text()
        assert len((folder / "history.jsonl").read_text().splitlines()) == card.training.recipe["epochs"]

    def test_answers_through_its_file_as_the_network_itself(self, own_workspace):
        network = checkpoint.load_network(run_folder("first") / "best.keras")
        faces = open_dataset("drawn").images[:5]
        card = read_card(run_folder("first") / MODEL_FOLDER)
        raw = network.predict(faces[..., None] / np.float32(255), verbose=0)
        powers = raw ** (1 / card.temperature)
        expected = powers / powers.sum(1, keepdims=True)
        np.testing.assert_allclose(
            Classifier(run_folder("first") / MODEL_FOLDER).predict_proba(faces), expected, atol=1e-4
        )

    def test_is_evaluated_on_validation_alone_with_the_errors_named(self, own_workspace):
        """The test split is for the end: whoever looks at it at every run chooses by it."""
        found = read_evaluation(run_folder("first"))
        assert (found.report.data, found.report.split, found.evaluation.model) == ("drawn", "validation", "first")
        assert found.balanced.evaluations[0].prior == "balanced"
        assert [mix for mix, _ in found.by_mix] == ["as in the training data"] * 2 + ["every expression alike"] * 2
        own = found.evaluation.scores_by("own")
        assert own.faces == np.sum(own.confusion) == 70
        table = open_dataset("drawn").table
        for error in own.most_confident_errors:
            row = table.iloc[error.index]
            assert (row["split"], row["label"], row["source"]) == ("validation", error.label, error.source)
            assert error.prediction != error.label and error.prediction in EMOTIONS

    def test_is_used_under_a_name_that_is_free(self, own_workspace):
        publish.publish("first", "taken")
        with pytest.raises(RunError, match="there is a model 'taken' already; choose another name or replace it"):
            publish.publish("first", "taken")
        publish.publish("first", "taken", replace=True)
        for name, words in (("emotion-net", "ships"), ("default", "ships"), ("../out", "cannot be called")):
            with pytest.raises(RunError, match=words):
                publish.publish("first", name, replace=True)
        assert not list((own_workspace / "models").glob(".*"))

    def test_is_prepared_by_a_process_of_its_own_where_that_was_not_done(self, own_workspace):
        publish.forget_evaluation(run_folder("first"))
        code = "import sys; from emotion_core.jobs.publishing import publish; publish('first', 'late'); "
        code += "print({'keras', 'tensorflow'} & set(sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert done.stdout.strip() == "set()", done.stderr
        assert read_evaluation(run_folder("first")).evaluation.scores
        assert load_classifier("late").card.name == "late"


def test_of_a_set_without_a_validation_split_faces_are_held_out_and_the_card_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("EMOTION_CORE_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(launcher, "_spawn", lambda folder: None)
    add_dataset(joined(patch_faces(140), patch_faces(35, seed=1, split="test")), "drawn", "drawn for tests")
    launcher.start(config_of("first", recipe=RECIPE.model_copy(update={"epochs": 1})))
    assert work_at("first") == 0
    run = find_run("first")
    assert (run.status.state, run.best.epoch, run.config.held_out) == ("done", 1, 0.1)
    card = read_card(publish.publish("first", "mine"))
    assert find_run("first").history == run.history
    assert (card.measurements[0].split, card.measurements[0].faces) == ("validation", 14)
    assert "10% of its training faces held out" in card.training.data


@pytest.fixture
def replacing(tmp_path):
    """A model that is made, where it is to lie in the place of an old one, and a folder for scratch."""
    folders = [tmp_path / name for name in ("made", "mine", "scratch")]
    for folder, words in zip(folders, ("the new one", "the old one", ""), strict=True):
        folder.mkdir()
        (folder / "card.json").write_text(words)
    return folders


class TestPuttingAModelInPlace:
    def test_what_lay_there_gives_way(self, replacing):
        publish.put_in_place(*replacing)
        assert (replacing[1] / "card.json").read_text() == "the new one"
        assert not replacing[0].exists()

    @pytest.mark.parametrize("stop", [OSError("the disk is full"), KeyboardInterrupt(), SystemExit(0)])
    def test_where_it_ends_in_between_the_old_model_stays(self, replacing, monkeypatch, stop):
        made, target, _ = replacing
        rename = os.rename

        def stopped(old: Path, new: Path) -> None:
            if old == made:
                raise stop
            rename(old, new)

        monkeypatch.setattr(os, "rename", stopped)
        with pytest.raises(type(stop)):
            publish.put_in_place(*replacing)
        assert (target / "card.json").read_text() == "the old one"

    @pytest.mark.parametrize("replaces", [True, False])
    def test_where_the_folder_does_not_reach_the_disk_all_is_as_it_was(self, replacing, monkeypatch, replaces):
        made, target, _ = replacing
        if not replaces:
            shutil.rmtree(target)
        sync = os.fsync

        def failing(opened: int) -> None:
            if not made.exists():  # it is in place already
                raise OSError(errno.EIO, "Input/output error")
            sync(opened)

        monkeypatch.setattr(os, "fsync", failing)
        with pytest.raises(OSError, match="Input/output error"):
            publish.put_in_place(*replacing)
        assert not target.exists() if not replaces else (target / "card.json").read_text() == "the old one"

    def test_the_new_model_lies_on_the_disk_before_the_old_one_is_moved_away(self, replacing, monkeypatch):
        done = []
        sync, rename = os.fsync, os.rename
        monkeypatch.setattr(os, "fsync", lambda file: (sync(file), done.append("sync")))
        monkeypatch.setattr(os, "rename", lambda old, new: (rename(old, new), done.append(old.name)))
        publish.put_in_place(*replacing)
        assert done == ["sync", "sync", "mine", "made", "sync"]  # the card, its folder; the folder of models

    def test_where_the_process_is_killed_in_between_the_old_model_is_put_back_at_the_next_start(self, own_workspace):
        old = own_workspace / "models" / "old"
        old.mkdir(parents=True)
        (old / "card.json").write_text("the old one")
        subprocess.run([sys.executable, "-c", KILLED_IN_BETWEEN], cwd=ROOT, check=False)
        assert not old.exists()
        sweep_leftovers()
        assert (old / "card.json").read_text() == "the old one"
        assert not list(old.parent.glob(".*"))


#: Replaces the model "old" of the workspace, and ends when the old one has been moved away.
KILLED_IN_BETWEEN = """
import os, tempfile
from pathlib import Path
from emotion_core.jobs import publishing
models = publishing.own_models_folder()
scratch = Path(tempfile.mkdtemp(prefix=publishing.scratch_prefix(), dir=models))
(scratch / "made").mkdir()
rename = os.rename
os.rename = lambda old, new: os._exit(9) if old == scratch / "made" else rename(old, new)
publishing.put_in_place(scratch / "made", models / "old", scratch)
"""


def test_a_run_at_work_or_without_a_network_is_no_model(own_workspace):
    folder = new_run("young")
    with pytest.raises(RunError, match="has no network yet"):
        publish.publish("young")
    write_status(folder, Status(state="queued"))
    with pytest.raises(RunError, match="is queued; stop it, or wait"):
        publish.publish("young")


def test_a_damaged_network_is_said_in_words_wherever_the_workspace_is_named_from(own_workspace, monkeypatch):
    monkeypatch.chdir(own_workspace.parent)
    monkeypatch.setenv("EMOTION_CORE_WORKSPACE", own_workspace.name)
    (new_run("broken", data_sha256=describe("drawn").sha256) / "best.keras").write_bytes(b"PK")
    with pytest.raises(RunError, match=r"could not be prepared: .*damaged or cut short"):
        publish.publish("broken")


def test_a_model_is_not_prepared_while_another_process_works_at_the_run(own_workspace, capsys):
    folder = new_run("busy")
    with launcher.only_process_of(folder):
        assert publish.main("busy") == 1
    assert capsys.readouterr().err == "another process works at the run 'busy' already\n"


def test_a_data_set_that_has_changed_since_is_not_measured_on(own_workspace):
    derive("drawn", "corrected")
    folder = new_run("older", data="corrected", data_sha256=describe("corrected").sha256)
    config = read_config(folder)
    assert len(publish.training_dataset(config)) == 245
    edits_of("corrected").exclude([0])
    with pytest.raises(RunError, match="the data set 'corrected' has changed since the run 'older' was trained on it"):
        publish.training_dataset(config)
    (folder / "best.keras").write_bytes(b"PK")
    with pytest.raises(RunError, match="could not be prepared: the data set 'corrected' has changed"):
        publish.publish("older")


def test_learning_more_forgets_what_was_measured(own_workspace, tmp_path):
    (tmp_path / MODEL_FOLDER).mkdir()
    (tmp_path / "evaluation.json").write_text("{}")
    publish.forget_evaluation(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_holds_all_or_nothing(tmp_path):
    network = tiny_network()
    checkpoint.save(tmp_path / "a.keras", network, Progress(batch=3), [np.arange(3.0)])
    progress, mean = checkpoint.load_progress(tmp_path / "a.keras")
    assert progress.batch == 3 and json.dumps(mean[0].tolist()) == "[0.0, 1.0, 2.0]"
    assert checkpoint.load_network(tmp_path / "a.keras").input_shape == (None, SIDE, SIDE, 1)
    with pytest.raises(FileNotFoundError):
        checkpoint.save(tmp_path / "gone" / "a.keras", network, Progress())
    assert not (tmp_path / "gone").exists()

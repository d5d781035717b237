"""The training page, with runs as folders that a test writes: no process is started."""

from __future__ import annotations

import io
import json
import math
import os
import re
import time
import zipfile
from pathlib import Path

import numpy as np
import psutil
import pytest
from streamlit.testing.v1 import AppTest

from emotion_core import jobs
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.store import delete_dataset, describe, edits_of, open_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation import EvaluationSet, RunEvaluation, build_report, evaluation_set, score
from emotion_core.jobs import launcher, throughput
from emotion_core.models.card import CARD_FILE, KERAS_FILE
from emotion_core.processes import process_mark
from emotion_core.runs.config import RunConfig, make_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import write_evaluation
from emotion_core.runs.folder import MODEL_FOLDER, run_folder, runs_folder
from emotion_core.runs.recipes import QUICK, RECIPES
from emotion_core.runs.run import Run, find_run
from emotion_core.runs.status import Status, write_status
from emotion_core.workspace import SHIPPED_MODELS, workspace
from tests.page import button, texts
from ui.datasets.view import FACE
from ui.evaluate.question import MODELS
from ui.shared import models
from ui.train import actions
from ui.train.compare import CHOSEN, differences, monitored
from ui.train.durations import duration, short_duration
from ui.train.form import NAME, RECIPE, STARTED
from ui.train.model import exported


@pytest.fixture(autouse=True)
def place(own_workspace: Path, monkeypatch) -> Path:
    """An empty workspace, in which nothing is started or measured."""
    monkeypatch.setattr(throughput, "_measurements", {})
    monkeypatch.setattr(launcher, "_spawn", lambda folder: None)
    return own_workspace


@pytest.fixture(scope="module")
def faces() -> Dataset:
    """A few drawn faces."""
    return synthetic_faces(140)


@pytest.fixture
def drawn(place, faces) -> str:
    """The data set of them."""
    return add_dataset(faces, "drawn faces", source="drawn faces").name


@pytest.fixture
def page(go_to) -> AppTest:
    """The training page, not run yet."""
    return go_to("2_Train.py")


def epochs(count: int, best: int = 0) -> list[dict]:
    """So many epochs of a network that learns, one of which is the best so far."""
    return [
        {
            "event": "epoch",
            "epoch": epoch,
            "loss": 1.9 * 0.9**epoch,
            "accuracy": 0.2 + 0.02 * epoch,
            "val_loss": 1.9 * 0.92**epoch,
            "val_accuracy": 0.2 + 0.015 * epoch,
            "learning_rate": 0.01,
            "seconds": 2.0,
            "best": epoch <= best,
        }
        for epoch in range(1, count + 1)
    ]


def make_run(name: str, state: str = "done", history: list[dict] | None = None, **fields) -> Path:
    """A run as its process would have left it."""
    asked = {"data": "drawn faces", "recipe": QUICK, "architecture": "seed-cnn"}
    asked |= {key: fields.pop(key) for key in ("data", "recipe") if key in fields}
    config = make_config(name=name, data_sha256=describe(asked["data"]).sha256, **asked)
    folder = run_folder(name)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(config.model_dump_json())
    lines = [json.dumps(event) + "\n" for event in (history if history is not None else epochs(5, best=5))]
    (folder / "metrics.jsonl").write_text("".join(lines))
    write_status(folder, Status(state=state, epochs=12, **fields))
    return folder


def evaluate(run: Path, data: str = "drawn faces") -> None:
    """What a run's process finds out at its end: of the validation split, two faces are predicted wrongly."""
    faces = evaluation_set(open_dataset(data), data, "validation")
    predicted = faces.labels["own"].copy()
    predicted[:2] = (predicted[:2] + 1) % len(EMOTIONS)
    predictions = (0.02 + 0.86 * np.eye(len(EMOTIONS))[predicted]).astype(np.float32)
    report, balanced = (
        build_report(faces, [(score(predictions, faces, run.name, 0.5, prior=prior), predictions)])
        for prior in ("trained", "balanced")
    )
    write_evaluation(run, RunEvaluation(epoch=5, report=report, balanced=balanced))


def show_run(page: AppTest, name: str) -> AppTest:
    page.session_state[actions.PART] = actions.RUNS
    page.session_state[actions.RUN] = name
    return page.run()


def test_without_data_the_page_says_what_to_do_and_does_it_at_a_click(page):
    page.run()
    assert "no data set yet" in page.info[0].value
    button(page, "Make 1,400 synthetic faces").click().run()
    assert page.selectbox(key="train_data").options == ["synthetic faces"]


def test_a_click_on_start_begins_a_run_with_the_hyperparameters_as_they_stand_and_shows_it(page, drawn):
    page.run()
    page.selectbox(key="train_network").set_value("seed-cnn")
    page.number_input(key="hyperparameter quick epochs").set_value(3)
    page.text_input(key="hyperparameter quick learning_rate").set_value("0.0005")
    page.text_input(key="train_name").set_value("mine")
    button(page, "Start training").click().run()
    config = find_run("mine").config
    assert (config.data, config.architecture, config.recipe.epochs) == ("drawn faces", "seed-cnn", 3)
    assert config.recipe.learning_rate == 0.0005
    assert page.session_state[actions.PART] == actions.RUNS
    assert page.header[0].value == "mine"


@pytest.mark.parametrize("left", [{}, {NAME: "mine"}, {NAME: "mine 2", "hyperparameter quick epochs": 3}])
def test_a_second_click_on_start_shows_the_run_that_the_first_one_began(page, drawn, left):
    """It comes when the form is giving way to the run, with whatever of the form the browser still has."""
    page.run()
    make_run("other", "done")
    make_run("mine", "queued")
    for key, value in {STARTED: "mine", actions.RUN: "other", **left}.items():
        page.session_state[key] = value
    button(page, "Start training").click().run()
    assert not page.exception and not page.error
    assert sorted(run.name for run in launcher.list_runs()) == ["mine", "other"]
    assert page.session_state[actions.PART] == actions.RUNS
    assert page.session_state[actions.RUN] == "mine"


def test_a_second_click_that_comes_with_the_form_once_more_shows_the_run(page, drawn):
    for _ in range(2):
        page.session_state[actions.PART] = actions.NEW
        page.run()
        page.text_input(key="train_name").set_value("mine")
        button(page, "Start training").click().run()
        assert not page.error
        assert page.session_state[actions.PART] == actions.RUNS
    assert [run.name for run in launcher.list_runs()] == ["mine"]


def test_a_name_is_still_offered_when_one_comes_back_to_the_form(page, drawn):
    page.run()
    assert page.text_input(key="train_name").placeholder == "emotion-net quick 1"
    page.segmented_control(key=actions.PART).set_value(actions.RUNS).run()
    page.segmented_control(key=actions.PART).set_value(actions.NEW).run()
    assert page.text_input(key="train_name").placeholder == "emotion-net quick 1"


def test_a_run_that_is_not_named_has_the_name_that_is_offered(page, drawn):
    page.run()
    page.selectbox(key="train_network").set_value("mini-xception").run()
    button(page, "Start training").click().run()
    assert [run.name for run in launcher.list_runs()] == ["mini-xception quick 1"]
    page.session_state[actions.PART] = actions.NEW
    page.run()
    assert page.text_input(key="train_name").placeholder == "mini-xception quick 2"


def test_what_is_chosen_in_the_moment_before_the_click_is_what_is_trained(page, drawn):
    other = derive(drawn, "others").name
    page.run()
    for key, chosen in {"train_network": "seed-cnn", "train_recipe": "seed", "train_data": other}.items():
        page.selectbox(key=key).set_value(chosen)
    button(page, "Start training").click().run()
    (run,) = launcher.list_runs()
    assert (run.name, run.config.architecture, run.config.data) == ("seed-cnn seed 1", "seed-cnn", other)
    assert run.config.recipe.epochs == RECIPES["seed"].recipe.epochs


def test_a_click_on_a_form_that_gives_way_to_another_begins_nothing(page, drawn):
    page.run()
    page.selectbox(key="train_network").set_value("few-shot")
    button(page, "Start training").click().run()
    assert not page.exception and not page.error and not launcher.list_runs()
    assert [one.value.replace("\\", "") for one in page.toast] == [
        "The form for few-shot is shown now: start training there."
    ]


def test_name_and_estimate_are_of_the_network_that_is_learnt_on(page, drawn, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "known_throughput", lambda work: asked.append(work.architecture) or 10.0)
    page.run()
    page.selectbox(key="train_network").set_value("mini-xception").run()
    asked.clear()
    page.selectbox(key="train_from").set_value("seed-cnn").run()
    assert set(asked) == {"seed-cnn"}
    assert page.text_input(key="train_name").placeholder == "seed-cnn fine-tuned 1"


@pytest.mark.parametrize("rate", ["0", "1e9", "fast", ""])
def test_an_impossible_learning_rate_is_said_with_what_is_allowed(page, drawn, rate):
    page.run()
    page.text_input(key="hyperparameter quick learning_rate").set_value(rate)
    button(page, "Start training").click().run()
    assert "learning rate" in page.error[0].value
    assert "allowed is a number above 0 to 1" in page.error[0].value
    assert not runs_folder().exists() or not any(runs_folder().glob("*/config.json"))


def test_a_name_that_is_taken_is_said(page, drawn):
    make_run("taken")
    page.session_state[actions.PART] = actions.NEW
    page.run()
    page.text_input(key="train_name").set_value("taken")
    button(page, "Start training").click().run()
    assert "taken" in page.error[0].value


def test_augmentation_is_shown_on_a_face_of_the_set(page, drawn):
    page.run()
    assert len(page.image) == 1
    page.selectbox(key="train_recipe").set_value("seed").run()
    assert "Nothing is augmented" in texts(page)


def test_a_set_of_which_every_face_is_excluded_is_said_to_have_none(page, drawn):
    emptied = derive(drawn, "emptied").name
    edits_of(emptied).exclude(range(140))
    page.run()
    page.selectbox(key="train_data").set_value(emptied).run()
    assert not page.exception
    assert "The set has no face to show it on" in texts(page)
    assert "has no faces of its classes" in page.warning[0].value


def test_a_set_whose_faces_are_damaged_does_not_take_the_form_away(page, drawn, place):
    (place / "datasets" / drawn / "images.npy").write_bytes(b"cut short")
    page.run()
    assert not page.exception
    assert button(page, "Start training")


def test_the_estimate_rests_on_the_measured_pace(page, drawn, monkeypatch):
    monkeypatch.setattr(jobs, "known_throughput", lambda *asked: 10.0)
    page.run()
    assert "10 faces a second" in texts(page)
    assert "for 12 epochs" in texts(page)


def run_at_work(name: str) -> Path:
    me = psutil.Process()
    return make_run(name, "running", pid=me.pid, process_mark=process_mark(me.pid), heartbeat=time.time())


def test_there_is_no_estimate_while_a_run_is_at_work_and_it_is_measured_afterwards(page, drawn, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "measure_in_background", asked.append)
    folder = run_at_work("mine")
    page.session_state[actions.PART] = actions.NEW
    page.run()
    assert "There is no estimate of the time while a run is at work" in texts(page)
    assert not asked
    write_status(folder, Status(state="done"))
    page.run()
    assert "Measuring the training throughput" in texts(page)
    assert asked == [throughput.Workload("emotion-net", {}, False, QUICK)]


def test_that_the_measurement_has_failed_is_said(page, drawn, place, monkeypatch):
    monkeypatch.setattr(jobs, "has_failed", lambda *what: True)
    page.run()
    assert "Measuring" not in texts(page)
    assert f"could not be measured: see {throughput.LOG_FILE} in the workspace" in texts(page).replace("\\", "")


@pytest.mark.parametrize(("shape", "words"), [((96, 96), "96x96"), ((48, 48, 3), "48x48 in colour"), ((48, 48), None)])
def test_that_faces_are_reduced_to_what_the_network_sees_is_said(page, shape, words):
    faces = synthetic_faces(140)
    images = np.zeros((len(faces), *shape), np.uint8)
    add_dataset(type(faces)(images, faces.table), "drawn", "drawn")
    page.run()
    said = [one.value for one in page.caption if "The network sees" in one.value]
    assert said == ([f"The network sees faces of 48x48 pixels, grey; those of this set are {words}."] if words else [])


def test_a_finished_run_says_what_its_curves_say_and_offers_its_model(page, drawn):
    make_run("mine")
    show_run(page, "mine")
    assert not page.exception
    assert "What the curves say" in texts(page)
    assert len(page.get("plotly_chart")) == 1
    below = texts(page).split("Use this model")[1]  # which stands at the top
    assert "What the curves say" in below
    button(page, "Use this model")


@pytest.mark.parametrize(
    ("state", "advice"), [("stopped", "Resume it: 8 of its 12 epochs are left"), ("done", "Train on: a new run")]
)
def test_a_run_that_was_stopped_while_it_learnt_is_to_be_resumed(page, drawn, state, advice):
    learning = [{**row, "loss": 2.0 - 0.3 * row["epoch"], "accuracy": 0.15 * row["epoch"]} for row in epochs(4, best=4)]
    make_run("mine", state, history=learning)
    show_run(page, "mine")
    assert advice in texts(page)


def make_model(name: str, run: Path) -> None:
    """A model of the workspace, made of the network that a run has prepared."""
    for folder in (run / MODEL_FOLDER, workspace() / "models" / name):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CARD_FILE).write_bytes((SHIPPED_MODELS / "seed-cnn" / CARD_FILE).read_bytes())


def test_a_run_whose_network_is_a_model_says_which_and_takes_it_away(page, drawn):
    make_model("seed mine", make_run("mine"))
    show_run(page, "mine")
    assert "called **seed mine**" in texts(page)


def test_a_model_that_was_made_earlier_is_chosen_on_every_page_at_a_click(page, drawn):
    make_model("mine", make_run("mine"))
    show_run(page, "mine")
    assert "Try it on photos" not in [link.label for link in page.get("page_link")]  # another model would answer
    button(page, "Use it on every page").click().run()
    assert page.session_state[models.CHOSEN] == "mine"
    assert page.session_state[MODELS] == ["mine"]
    assert "Try it on photos" in [link.label for link in page.get("page_link")]
    assert not [one for one in page.button if one.label == "Use it on every page"]


def made_of(run: str, name: str, replace: bool) -> Path:
    """What `publish` does, without the network."""
    make_model(name or run, run_folder(run))
    return workspace() / "models" / (name or run)


def test_a_network_that_becomes_a_model_is_chosen_on_every_page(page, drawn, monkeypatch):
    monkeypatch.setattr(jobs, "publish", made_of)
    make_run("mine")
    show_run(page, "mine")
    button(page, "Use this model").click().run()
    assert page.session_state[models.CHOSEN] == "mine"
    assert page.session_state[MODELS] == ["mine"]
    (link,) = [one for one in page.get("page_link") if one.label == "Evaluate it"]
    assert link.query_string == f"{MODELS}=mine"


def test_a_network_whose_name_was_taken_away_is_called_as_the_run(page, drawn, monkeypatch):
    monkeypatch.setattr(jobs, "publish", made_of)
    make_run("mine")
    show_run(page, "mine")
    page.text_input(key="model of mine").set_value(" ")
    button(page, "Use this model").click().run()
    assert page.session_state[models.CHOSEN] == "mine"
    assert page.toast[0].value.startswith("mine is now a model")


def test_a_model_of_the_same_name_from_elsewhere_is_not_taken_for_the_runs_own(page, drawn, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "publish", lambda *given: asked.append(given) or workspace() / "models" / given[1])
    make_run("seed-cnn")
    show_run(page, "seed-cnn")
    assert "It is a model of your workspace" not in texts(page)
    page.text_input(key="model of seed-cnn").set_value("better")
    button(page, "Use this model").click().run()
    assert asked == [("seed-cnn", "better", False)]


def test_an_older_model_of_the_same_name_is_replaced_if_that_is_wished(page, drawn, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "publish", lambda *given: asked.append(given) or workspace() / "models" / given[1])
    make_model("mine", make_run("other"))
    make_run("mine")
    show_run(page, "mine")
    page.checkbox(key="replace mine").set_value(True)
    button(page, "Use this model").click().run()
    assert asked == [("mine", "mine", True)]


def test_a_run_whose_configuration_is_damaged_while_it_learns_is_shown(page, drawn):
    me = psutil.Process()
    fields = {"pid": me.pid, "process_mark": process_mark(me.pid), "heartbeat": time.time()}
    folder = make_run("mine", "running", [], epoch=1, batch=1, batches=4, images_per_second=10.0, **fields)
    (folder / "config.json").write_text("{")
    show_run(page, "mine")
    assert not page.exception
    assert "cannot be read" in page.error[0].value


def test_the_queue_is_shown_with_the_run_at_work_and_with_those_that_wait(page, drawn):
    me = psutil.Process()
    make_run("first", "running", pid=me.pid, process_mark=process_mark(me.pid), heartbeat=time.time())
    make_run("second", "queued")
    show_run(page, "first")
    assert "After this run: second" in texts(page)
    show_run(page, "second")
    assert "One run trains at a time. Before this one: first" in texts(page)


def test_a_run_that_is_to_stop_says_what_it_is_at_and_what_is_lost_by_ending_it(page, drawn):
    me = psutil.Process()
    at = {"epoch": 6, "batch": 1, "batches": 4}
    run = make_run("mine", "running", pid=me.pid, process_mark=process_mark(me.pid), heartbeat=time.time(), **at)
    (run / "STOP").touch()
    show_run(page, "mine")
    (progress,) = page.get("progress")
    assert progress.proto.text == "Epoch 6 of 12, batch 1 of 4: it finishes what it is doing, then stops"
    (left,) = [metric for metric in page.metric if metric.label == "Time left"]
    assert left.value == "–"
    assert "What it learned in this epoch is lost" in button(page, "End it now").help


def test_a_click_on_stop_is_seen_at_once(page, drawn):
    me = psutil.Process()
    at = {"epoch": 6, "batch": 1, "batches": 4}
    run = make_run("mine", "running", pid=me.pid, process_mark=process_mark(me.pid), heartbeat=time.time(), **at)
    show_run(page, "mine")
    button(page, "Stop training").click().run()
    assert (run / "STOP").exists()
    assert "Stopping" in texts(page)
    assert not [one for one in page.button if one.label == "Stop training"]


def test_no_button_is_called_as_the_one_that_stops_a_page(page, drawn):
    make_run("mine", "queued")
    show_run(page, "mine")
    assert "Stop" not in [one.label for one in page.button]


def test_an_export_that_fails_says_why(page, drawn):
    make_model("mine", make_run("mine"))
    (workspace() / "models" / "mine" / KERAS_FILE).write_bytes(b"no network")
    show_run(page, "mine")
    button(page, "Convert to ONNX").click().run()
    assert not page.exception
    said = page.error[0].value.replace("\\", "")
    assert "could not be converted to ONNX" in said and "model.keras" in said


def test_a_run_that_has_learnt_nothing_yet_has_no_empty_curves(page, drawn):
    make_run("mine", "queued", [])
    show_run(page, "mine")
    assert not page.exception
    assert not page.get("plotly_chart")


def test_a_run_that_has_just_begun_has_a_place_for_its_curves(page, drawn):
    me = psutil.Process()
    make_run("mine", "running", [], pid=me.pid, process_mark=process_mark(me.pid), heartbeat=time.time())
    show_run(page, "mine")
    assert not page.exception
    chart, *_ = page.get("plotly_chart")
    assert '"Loss"' in chart.proto.spec and '"Accuracy"' in chart.proto.spec


@pytest.mark.parametrize(
    ("recipe", "change", "words"),
    [
        ("votes", {}, "no annotators' votes"),
        ("quick", {"label": "happy"}, "at least two classes"),
        ("quick", {"split": "test"}, "needs faces to train on; its faces by split"),
    ],
)
def test_what_a_data_set_lacks_is_said_before_a_run_is_started(page, recipe, change, words):
    faces = synthetic_faces(70, seed=1)
    add_dataset(type(faces)(faces.images, faces.table.assign(**change)), "drawn", "drawn")
    page.run()
    page.selectbox(key=RECIPE).set_value(recipe).run()
    assert words in page.warning[0].value
    assert not page.error


def test_a_set_without_a_validation_split_is_trained_on_and_what_is_held_out_or_not_learned_is_said(page):
    faces = synthetic_faces(160, seed=1)
    labels = faces.table["label"].replace({"sad": "contempt"})
    add_dataset(type(faces)(faces.images, faces.table.assign(split="train", label=labels)), "drawn", "drawn")
    learned = int((labels != "contempt").sum())
    page.run()
    assert not page.warning
    said = texts(page).replace("\\", "")
    assert "No validation split: about a tenth of the training faces" in said
    assert "No balancing: every face counts alike" in said
    assert f"Not learned: contempt ({160 - learned})" in said and "Not learned: sad, without training faces" in said
    trained, validated = (int(word) for word in re.findall(r"(\d+) faces to (?:train|validate) on", said))
    assert trained + validated == learned and 0.08 * learned < validated < 0.12 * learned
    button(page, "Start training").click().run()
    assert not page.error
    assert find_run("emotion-net quick 1").config.held_out == 0.1


def test_a_second_click_on_resume_is_no_complaint(page, drawn):
    make_run("mine", "stopped")
    show_run(page, "mine")
    actions.resume("mine")
    button(page, "Resume").click().run()
    assert not page.error
    assert find_run("mine").status.state == "queued"


def test_a_failed_run_says_why_and_shows_its_last_words_and_can_be_resumed(page, drawn):
    folder = make_run("mine", "failed", error="the memory ran out")
    (folder / "train.log").write_text("first line\nlast line\n")
    show_run(page, "mine")
    assert page.error[0].value == "The memory ran out\\."
    assert "last line" in page.code[0].value
    button(page, "Resume").click().run()
    assert find_run("mine").status.state == "queued"


def test_a_run_whose_process_is_gone_is_not_shown_as_running(page, drawn):
    make_run("mine", "running", pid=2**22 - 1, process_mark="another", epoch=3, batches=4, batch=1)
    show_run(page, "mine")
    assert "ended without a word" in page.error[0].value
    button(page, "Resume")


def test_a_run_whose_configuration_was_damaged_is_said_and_can_be_deleted(page, drawn):
    folder = make_run("mine")
    (folder / "config.json").write_text('{"version": 99}')
    show_run(page, "mine")
    assert "version 99" in page.error[0].value
    button(page, "Delete").click().run()
    assert not folder.exists()
    assert "There are no runs yet" in page.info[0].value


def test_a_diverged_run_is_shown(page, drawn):
    broken = [{**row, "loss": None, "val_loss": None} for row in epochs(4)]
    make_run("mine", history=broken)
    show_run(page, "mine")
    assert not page.exception
    assert "not a number" in texts(page)


def test_a_run_that_was_deleted_elsewhere_does_not_stop_the_page(page, drawn):
    make_run("other")
    show_run(page, "gone")
    assert not page.exception
    assert page.header[0].value == "other"


def test_an_address_names_the_run_that_is_shown(page, drawn):
    make_run("one")
    make_run("two")
    page.query_params.update({actions.PART: actions.RUNS, actions.RUN: "one"})
    page.run()
    assert page.header[0].value == "one"
    page.selectbox(key=actions.RUN).set_value("two").run()
    assert page.header[0].value == "two"


def test_a_run_that_is_started_stands_in_the_address(page, drawn):
    page.run()
    page.text_input(key=NAME).set_value("mine")
    button(page, "Start training").click().run()
    assert (page.query_params[actions.PART], page.query_params[actions.RUN]) == (actions.RUNS, "mine")


def test_an_address_of_what_is_not_there_says_so(page, drawn):
    make_run("other")
    page.query_params.update({actions.PART: actions.RUNS, actions.RUN: "a colleague's"})
    page.run()
    assert not page.exception
    assert "a colleague's is gone" in page.warning[0].value
    assert page.header[0].value == "other"


def test_an_address_of_no_part_shows_one_that_there_is(page, drawn):
    page.query_params[actions.PART] = "Nothing"
    page.run()
    assert not page.exception
    assert page.segmented_control(key=actions.PART).value == actions.NEW


def test_a_run_that_is_deleted_here_is_not_missed(page, drawn):
    make_run("one")
    make_run("two")
    page.query_params.update({actions.PART: actions.RUNS, actions.RUN: "two"})
    page.run()
    button(page, "Delete").click().run()
    assert not page.exception and not page.warning
    assert page.header[0].value == "one"


def test_runs_are_laid_over_each_other_with_what_differed(page, drawn):
    make_run("one")
    make_run("two", recipe=QUICK.model_copy(update={"learning_rate": 0.1}))
    page.session_state[actions.PART] = actions.COMPARE
    page.run()
    assert not page.exception
    assert len(page.get("plotly_chart")) == 1
    runs = page.dataframe[0].value.set_index("Run")
    assert list(runs.loc["one", ["Data", "Preset", "Recipe", "State"]]) == ["drawn faces", "seed-cnn", "quick", "done"]
    assert runs.loc["two", "Recipe"] == "own"
    assert sorted(page.query_params[CHOSEN]) == ["one", "two"]
    table = page.dataframe[1].value
    assert set(table["Learning rate"]) == {"0.003", "0.1"}
    assert "Batch size" not in table


def test_a_run_that_diverged_at_once_is_compared_too(page, drawn):
    lost = {"loss": None, "val_loss": None, "val_accuracy": None, "best": False}
    make_run("lost", "failed", [{**epochs(1)[0], **lost}])
    make_run("mine")
    page.session_state[actions.PART] = actions.COMPARE
    page.run()
    assert not page.exception
    table = page.dataframe[1].value.set_index("Run")
    assert list(table.loc["lost", ["Best epoch", "Validation accuracy"]]) == ["–", "–"]
    assert list(table.loc["mine", ["Best epoch", "Validation accuracy"]]) == ["5", "27.5 %"]


def test_runs_with_an_incomplete_line_are_compared(page, drawn):
    for name in ("one", "two"):
        make_run(name, history=[*epochs(2, best=2), {"event": "epoch", "epoch": 3}])
    page.session_state[actions.PART] = actions.COMPARE
    page.run()
    assert not page.exception
    assert list(page.dataframe[1].value["Epochs trained"]) == [2, 2]


def test_the_better_of_two_runs_is_told_with_its_interval_and_how_it_was_found(page, drawn, monkeypatch):
    for name in ("one", "two"):
        evaluate(make_run(name))
    page.session_state[actions.PART] = actions.COMPARE
    page.run()
    assert "cannot be told apart by these accuracies\\: \\+0\\.0 points" in texts(page)
    assert "independent proportions" in texts(page)

    def predictions(run: Run, faces: EvaluationSet) -> np.ndarray:
        return np.eye(len(EMOTIONS), dtype=np.float32)[faces.labels["own"] * (run.name == "two")]

    monkeypatch.setattr(jobs, "validation_predictions", predictions)
    for name in ("one", "two"):
        (run_folder(name) / MODEL_FOLDER).mkdir()
    page.run()
    assert "two is better than one\\: \\+" in texts(page) and "bootstrap over the faces in pairs" in texts(page)
    assert sorted(page.query_params[CHOSEN]) == ["one", "two"]


def test_comparing_takes_two_runs(page, drawn):
    make_run("one")
    page.session_state[actions.PART] = actions.COMPARE
    page.run()
    assert "two runs" in page.info[0].value


def test_only_what_differs_is_in_the_table_of_differences(drawn):
    make_run("one")
    make_run("two", recipe=QUICK.model_copy(update={"epochs": 99}))
    found = differences([find_run("one"), launcher.find_run("two")])
    assert list(found["Run"]) == ["one", "two"]
    assert list(found["Epochs trained"]) == [5, 5]
    assert list(found["Epochs"]) == ["12", "99"]
    assert "Optimizer" not in found


def test_runs_are_compared_by_the_labels_that_each_learns(page, drawn):
    voted = [{**row, "val_accuracy_majority": 0.8} for row in epochs(5, best=5)]
    make_run("labels", history=voted)
    make_run("votes", history=voted, recipe=QUICK.model_copy(update={"labels": "votes"}))
    page.session_state[actions.PART] = actions.COMPARE
    page.session_state[CHOSEN] = ["labels", "votes"]
    page.run()
    assert not page.exception
    assert "by the labels that it trains on" in texts(page)
    assert list(page.dataframe[1].value["Validation accuracy"]) == ["27.5 %", "80.0 %"]
    assert sorted(page.dataframe[0].value["Best"]) == [27.5, 80.0]  # numbers, by which the column is sorted
    assert {row["val_accuracy"] for row in monitored(find_run("votes"))} == {0.8}


def test_the_menu_says_how_training_stands(drawn):
    assert actions.training_state() == "Training: none yet"
    make_run("one")
    assert actions.training_state() == "Training: 1 run"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 second"), (40, "40 seconds"), (720, "12 minutes"), (7800, "2 hours 10 minutes"), (math.pi, "3 seconds")],
)
def test_durations_are_said_as_one_says_them(seconds, words):
    assert duration(seconds) == words


def test_what_goes_wrong_at_a_click_is_said(page, drawn, monkeypatch):
    def refuse(config: RunConfig) -> Path:
        raise RunError("there is no room")

    monkeypatch.setattr(jobs, "start", refuse)
    page.run()
    button(page, "Start training").click().run()
    assert page.error[0].value == "There is no room\\."


@pytest.mark.parametrize(("seconds", "words"), [(0.4, "1 s"), (99, "99 s"), (720, "12 min"), (7800, "2 h 10 min")])
def test_durations_are_short_where_there_is_little_room(seconds, words):
    assert short_duration(seconds) == words


def test_the_best_epoch_is_named_where_it_is_not_cut_off(page, drawn):
    make_run("mine")
    show_run(page, "mine")
    (best,) = [metric for metric in page.metric if metric.label == "Best validation accuracy"]
    assert best.value == "27.5 %"
    assert best.delta == f"epoch {find_run('mine').best.epoch}"


def test_a_finished_run_is_shown_as_the_page_evaluate_shows_a_model(page, drawn):
    evaluate(make_run("mine"))
    show_run(page, "mine")
    assert not page.exception
    for heading in ("By emotion", "Confusion matrix", "Calibration", "Risk–coverage", "Most confident errors"):
        assert heading in texts(page)
    assert len(page.image) == 2
    assert "a face or two" in texts(page)


def test_an_error_of_a_run_is_opened_in_the_gallery(page, drawn):
    evaluate(make_run("mine"))
    show_run(page, "mine")
    errors = [one for one in page.button if one.label == "Review"]
    assert len(errors) == 2
    errors[1].click().run()
    assert not page.exception
    only = page.session_state["set_only"]
    faces = evaluation_set(open_dataset(drawn), drawn, "validation")
    assert (only.data, sorted(only.rows)) == (drawn, faces.index[:2].tolist())
    assert page.session_state[FACE] in only.rows


def test_the_evaluation_of_a_run_of_the_version_before_is_shown_as_far_as_it_goes(page, place):
    add_dataset(synthetic_faces(140, seed=3), "drawn faces", source="drawn faces")  # which it was written of
    recipe = QUICK.model_copy(update={"labels": "votes"})
    written = Path(__file__).parent.parent / "evaluation" / "written_before" / "evaluation.json"
    (make_run("mine", recipe=recipe) / "evaluation.json").write_bytes(written.read_bytes())
    show_run(page, "mine")
    assert not page.exception
    assert [one.value for one in page.metric if one.label == "Accuracy"] == ["21.4 %", "21.4 %"]
    shown = texts(page).replace("\\", "")
    assert "14 faces of the validation split of drawn faces." in shown
    assert "Confusion matrix" in shown and "Calibration\n" not in shown  # the curves were not written then
    assert len(page.image) == 11


def test_other_peoples_faces_are_not_shown_as_errors_when_the_data_set_has_changed(page, drawn):
    corrected = derive(drawn, "corrected").name
    evaluate(make_run("mine", data=corrected), corrected)
    edits_of(corrected).exclude([0])  # every other face has another row now
    show_run(page, "mine")
    assert not page.image
    assert "errors cannot be shown: the data set 'corrected' has changed" in texts(page).replace("\\", "")


def test_that_the_data_set_is_gone_is_said_where_the_errors_would_be(page, drawn):
    evaluate(make_run("mine"))
    delete_dataset(drawn)
    show_run(page, "mine")
    assert "errors cannot be shown: there is no data set 'drawn faces'" in texts(page).replace("\\", "")


def test_an_evaluation_that_an_earlier_version_wrote_is_shown(page, drawn):
    written = Path(__file__).parent.parent / "runs" / "written_by" / "0.1.0" / "done run" / "evaluation.json"
    votes = QUICK.model_copy(update={"labels": "votes"})
    (make_run("mine", recipe=votes) / "evaluation.json").write_bytes(written.read_bytes())
    show_run(page, "mine")
    assert not page.exception
    assert "How good the network of epoch 2 is" in [one.value for one in page.header]
    assert "Confusion matrix" in texts(page)


def test_that_the_measurements_of_a_run_are_lost_is_said(page, drawn):
    folder = make_run("mine", "done")
    (folder / "evaluation.json").write_text("{")
    show_run(page, "mine")
    assert "evaluation.json is missing or damaged. Make it a model" in page.info[0].value


def test_the_run_at_work_is_shown_first_though_others_were_asked_for_later(page, drawn):
    make_run("at work", "running", pid=psutil.Process().pid, process_mark=process_mark(psutil.Process().pid))
    os.utime(make_run("waits", "queued") / "config.json", (2**32, 2**32))
    assert launcher.list_runs()[0].name == "waits"
    page.run()
    assert page.header[0].value == "at work"


def test_a_run_that_another_server_begins_at_the_same_moment_is_shown(page, drawn, monkeypatch):
    start = launcher.start

    def overtaken(config: RunConfig) -> Path:
        start(config)
        return start(config)

    monkeypatch.setattr(jobs, "start", overtaken)
    page.run()
    page.text_input(key=NAME).set_value("mine")
    button(page, "Start training").click().run()
    assert not page.error
    assert page.header[0].value == "mine"


def test_a_model_is_exported_with_the_page_on_how_to_use_it():
    archive = zipfile.ZipFile(io.BytesIO(exported("seed-cnn", "litert")))
    assert sorted(archive.namelist()) == ["how-to-use.md", "seed-cnn.tflite"]

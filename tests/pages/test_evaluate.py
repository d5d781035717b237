"""The page Evaluate: from a data set and models to figures, and what cannot be evaluated is said."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.store import delete_dataset, edits_of
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.datasets.votes import COLUMNS
from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face
from emotion_core.models import prediction as answers_module
from emotion_core.workspace import SHIPPED_MODELS
from tests.cards import change_card
from tests.fakes import FakeClassifier
from tests.page import button, texts
from ui.evaluate.downloads import html_of
from ui.evaluate.predictions import Task, report_of
from ui.evaluate.question import MODELS, Question, faces_of
from ui.shared import models

DRAWN = synthetic_faces(140, seed=3)
VALIDATION = DRAWN.split("validation")


@pytest.fixture
def evaluate(own_workspace, go_to, happy) -> AppTest:
    """The page with the data set "drawn", whose annotators call every face happy, and a model that does so too."""
    voted = DRAWN.table.assign(**dict.fromkeys(COLUMNS, 0)).assign(votes_happy=10, group="everybody")
    add_dataset(Dataset(DRAWN.images, voted), "drawn", "drawn")
    opened = go_to("5_Evaluate.py").run()
    assert not opened.exception
    return opened


def evaluated(evaluate: AppTest) -> AppTest:
    button(evaluate, "Evaluate on").click().run()
    assert not evaluate.exception
    return evaluate


def accuracies(evaluate: AppTest) -> list[str]:
    """Of all models, each against the data set's own labels first."""
    return [one.value for one in evaluate.metric if one.label == "Accuracy"]


def test_without_a_data_set_synthetic_faces_are_offered_and_can_be_evaluated(own_workspace, go_to, happy):
    evaluate = go_to("5_Evaluate.py").run()
    assert "There is no data set yet" in evaluate.info[0].value
    button(evaluate, "Try it with synthetic faces").click().run()
    assert not evaluate.exception
    assert evaluate.selectbox(key="evaluate_data").value == "synthetic faces"
    assert accuracies(evaluated(evaluate))


def test_nothing_is_computed_before_it_is_asked_for(evaluate, happy):
    assert happy.calls == 0
    assert button(evaluate, "Evaluate on").label == f"Evaluate on {len(VALIDATION)} faces"
    assert not evaluate.metric
    assert "What it is not for" in texts(evaluate)  # the card can be read at once


def test_accuracy_by_the_sets_labels_and_by_the_annotators_majority(evaluate):
    share = (VALIDATION.table["label"] == "happy").mean()
    assert accuracies(evaluated(evaluate)) == [f"{100 * share:.1f} %", "100.0 %"]
    for labels in ("the data set's own labels", "the majority of FER+'s ten annotators"):
        assert f"Against {labels}" in texts(evaluate)
    recall = [one.value for one in evaluate.metric if one.label == "Mean recall"]
    emotions = VALIDATION.table["label"].nunique()
    assert recall == [f"{100 / emotions:.1f} %", "100.0 %"]  # of the emotions that occur, happy alone is found
    assert "None of the faces is pixel for pixel also in the training split." in texts(evaluate).replace("\\", "")


def test_charts_and_downloads_are_there(evaluate):
    evaluated(evaluate)
    assert len(evaluate.get("plotly_chart")) == 5
    assert [one.label for one in evaluate.download_button] == ["Report (HTML)", "Figures (JSON)"]


def test_by_the_majority_there_is_no_mistake_by_the_labels_there_are(evaluate):
    evaluated(evaluate)
    assert "every prediction is right" in texts(evaluate)
    evaluate.segmented_control(key="evaluate_labels 2").set_value("own").run()
    assert not evaluate.exception
    assert "predicted **happy**" in texts(evaluate)


def test_what_was_asked_before_is_answered_from_memory(evaluate, happy):
    evaluated(evaluate)
    calls = happy.calls
    evaluate.selectbox(key="evaluate_split drawn").set_value("test").run()
    assert not evaluate.metric  # another split is another question
    evaluate.selectbox(key="evaluate_split drawn").set_value("validation").run()
    assert evaluate.metric
    assert happy.calls == calls


def test_flipped_is_another_question_and_is_said(evaluate):
    evaluated(evaluate)
    evaluate.toggle(key="evaluate_flip").set_value(True).run()
    assert not evaluate.metric
    assert "mirror image's (test-time augmentation)" in texts(evaluated(evaluate)).replace("\\", "")


def test_detected_and_cropped_is_another_question_and_misses_are_said(evaluate, monkeypatch):
    class SeesHalf:
        seen = 0

        def detect(self, image: np.ndarray) -> list[Face]:
            self.seen += 1
            return [Face(Box(100.0, 100.0, 400.0, 400.0))] if self.seen % 2 else []

    monkeypatch.setattr("emotion_core.evaluation.found.load_detector", SeesHalf)
    monkeypatch.setattr("emotion_core.evaluation.found.processors", lambda: 1)
    evaluated(evaluate)
    evaluate.toggle(key="evaluate_found").set_value(True).run()
    assert not evaluate.metric
    shown = texts(evaluated(evaluate)).replace("\\", "")
    found = -(-len(VALIDATION) // 2)
    assert (
        f"{found} of {len(VALIDATION)} ({100 * found / len(VALIDATION):.1f} %) were detected; the others count" in shown
    )
    assert accuracies(evaluate)[1] == f"{100 * found / len(VALIDATION):.1f} %"
    evaluate.toggle(key="evaluate_found").set_value(False).run()
    assert accuracies(evaluate)[1] == "100.0 %"


def test_models_are_judged_under_the_mix_that_is_chosen(evaluate, happy):
    assert "Expected mix of expressions: as in the training data." in texts(evaluated(evaluate)).replace("\\", "")
    assert happy.prior == "trained"
    evaluate.radio(key="evaluate_prior").set_value("balanced").run()
    assert not evaluate.metric
    assert "Expected mix of expressions: every expression alike." in texts(evaluated(evaluate)).replace("\\", "")
    assert happy.prior == "balanced"
    assert "On faces from elsewhere" in texts(evaluate)


def test_two_models_are_compared(evaluate, own_workspace, monkeypatch):
    shutil.copytree(SHIPPED_MODELS / "emotion-net", own_workspace / "models" / "sad-net")
    change_card(own_workspace / "models" / "sad-net", name="sad-net")
    fakes = {"emotion-net": FakeClassifier(happy=0.9), "sad-net": FakeClassifier(sad=0.9)}
    monkeypatch.setattr(models, "classifier", fakes.__getitem__)
    evaluate.run()
    evaluate.multiselect(key="evaluate_models").set_value(["emotion-net", "sad-net"]).run()
    evaluated(evaluate)
    assert "Which is better?" in [one.value for one in evaluate.header]
    assert "emotion-net is better than sad-net: +100.0 points" in texts(evaluate).replace("\\", "")


def test_stopped_it_keeps_what_it_has_and_goes_on_there(evaluate, happy, monkeypatch):
    monkeypatch.setattr(answers_module, "FACES_AT_ONCE", 5)
    asked = happy.predict_proba
    sizes = []

    def stop_after_ten(crops: np.ndarray) -> np.ndarray:
        sizes.append(len(crops))
        if len(sizes) == 3:
            raise models.ec.ModelError("it was stopped")  # leaves the loop as Stop does
        return asked(crops)

    monkeypatch.setattr(happy, "predict_proba", stop_after_ten)
    button(evaluate, "Evaluate on").click().run()
    evaluate.run()
    assert f"Stopped after 10 of {len(VALIDATION)} predictions." in texts(evaluate)
    button(evaluate, "Continue").click().run()
    assert accuracies(evaluate)
    assert sum(sizes) == len(VALIDATION) + 5  # those of the third part were asked for twice


def test_a_broken_model_is_said_in_a_sentence(evaluate, monkeypatch):
    def refuse(model: str) -> None:
        raise models.ec.ModelError("its sha256 is not the one on the model's card")

    monkeypatch.setattr(models, "classifier", refuse)
    evaluated(evaluate)
    assert "its sha256 is not the one on the model's card" in evaluate.error[0].value
    assert button(evaluate.run(), "Evaluate on")


def test_a_set_of_labels_that_models_do_not_know(own_workspace, go_to, happy):
    add_dataset(Dataset(DRAWN.images, DRAWN.table.assign(label="contempt")), "odd", "drawn")
    evaluate = go_to("5_Evaluate.py").run()
    assert not evaluate.exception
    assert "which are all that models know" in evaluate.error[0].value


def test_one_face(own_workspace, go_to, happy):
    one = DRAWN.split("test")
    add_dataset(Dataset(one.images[:1], one.table[:1]), "one", "drawn")
    evaluate = evaluated(go_to("5_Evaluate.py").run())
    assert accuracies(evaluate) in (["0.0 %"], ["100.0 %"])


def own_model(own_workspace: Path, name: str) -> None:
    """A model of the workspace, the one that ships under another name."""
    shutil.copytree(SHIPPED_MODELS / "emotion-net", own_workspace / "models" / name)


def opened(go_to, **address: str) -> AppTest:
    """The page as it opens, with a data set."""
    add_dataset(DRAWN, "drawn", "drawn")
    page = go_to("5_Evaluate.py")
    page.query_params.update(address)
    page.run()
    assert not page.exception
    return page


def test_the_model_that_is_chosen_on_every_page_is_judged_first(own_workspace, home, go_to, happy):
    own_model(own_workspace, "mine")
    home.session_state[models.CHOSEN] = "mine"
    evaluate = opened(go_to)
    assert evaluate.multiselect(key=MODELS).value == ["mine"]
    assert evaluate.query_params[MODELS] == "mine"


def test_an_address_names_the_models(own_workspace, go_to, happy):
    own_model(own_workspace, "mine")
    assert opened(go_to, evaluate_models="mine").multiselect(key=MODELS).value == ["mine"]


def test_a_model_that_an_address_names_and_that_is_gone_is_left_out(own_workspace, go_to, happy):
    assert opened(go_to, evaluate_models="mine").multiselect(key=MODELS).value == ["emotion-net"]


def test_without_the_model_that_ships_another_one_is_judged(own_workspace, go_to, happy, monkeypatch):
    own_model(own_workspace, "mine")
    monkeypatch.setattr("emotion_core.workspace.SHIPPED_MODELS", own_workspace / "nothing")
    assert opened(go_to).multiselect(key=MODELS).value == ["mine"]


def test_without_any_model_the_page_says_so(own_workspace, go_to, happy, monkeypatch):
    monkeypatch.setattr("emotion_core.workspace.SHIPPED_MODELS", own_workspace / "nothing")
    assert "There is no model" in opened(go_to).info[0].value


def test_no_model_chosen(evaluate):
    evaluate.multiselect(key="evaluate_models").set_value([]).run()
    assert not evaluate.exception
    assert "Choose a model" in evaluate.info[0].value


def test_the_report_can_be_downloaded(evaluate):
    """What the buttons give at the click, made without Streamlit."""
    evaluated(evaluate)
    asked = Question("drawn", "validation", ("emotion-net",), False, False, "trained", "group")
    task = Task(asked, faces_of(asked))
    report = report_of(task)
    assert report.faces == len(VALIDATION)
    html = html_of(report, {"emotion-net": models.read_card("emotion-net")}, task.whole.images)
    assert html.startswith(b"<!doctype html>") and b"group: everybody" in html


def test_a_model_that_is_deleted_meanwhile(evaluate, own_workspace):
    shutil.copytree(SHIPPED_MODELS / "emotion-net", own_workspace / "models" / "mine")
    evaluate.run()
    evaluate.multiselect(key="evaluate_models").set_value(["emotion-net", "mine"]).run()
    assert len(accuracies(evaluated(evaluate))) == 4
    shutil.rmtree(own_workspace / "models" / "mine")
    evaluate.run()
    assert not evaluate.exception
    assert len(accuracies(evaluate)) == 2  # what is known of the other one stays


def test_a_card_that_can_no_longer_be_read_is_said(evaluate, own_workspace):
    shutil.copytree(SHIPPED_MODELS / "emotion-net", own_workspace / "models" / "mine")
    evaluate.run()
    evaluate.multiselect(key="evaluate_models").set_value(["mine"]).run()
    card = own_workspace / "models" / "mine" / "card.json"
    card.unlink()
    card.mkdir()
    evaluate.run()
    assert not evaluate.exception
    assert "Is a directory" in "".join(one.value for one in evaluate.error).replace("\\", "")


def test_it_begins_with_the_set_that_was_looked_at_last(evaluate):
    add_dataset(synthetic_faces(21, seed=9), "another", "drawn")
    evaluate.switch_page("pages/1_Dataset.py").run()
    evaluate.selectbox(key="set").set_value("another").run()
    evaluate.switch_page("Home.py").run()
    evaluate.switch_page("pages/5_Evaluate.py").run()
    assert not evaluate.exception
    assert evaluate.selectbox(key="evaluate_data").value == "another"


def test_a_data_set_that_is_gone_is_said(go_to, happy, own_workspace):
    add_dataset(DRAWN, "drawn", "drawn")
    evaluate = go_to("5_Evaluate.py")
    evaluate.query_params["evaluate_data"] = "gone"
    evaluate.run()
    assert not evaluate.exception
    assert "There is no data set gone here" in evaluate.warning[0].value
    assert evaluate.selectbox(key="evaluate_data").value == "drawn"


def test_a_data_set_that_is_deleted_or_emptied_in_another_tab(evaluate):
    add_dataset(DRAWN, "third", "drawn")
    derive("third", "second")
    evaluated(evaluate)
    delete_dataset("drawn")
    evaluate.run()
    assert not evaluate.exception
    assert evaluate.selectbox(key="evaluate_data").value == "second"
    edits_of("second").exclude(range(len(DRAWN)))
    evaluate.run()
    assert not evaluate.exception
    assert "has no faces" in evaluate.warning[0].value
    delete_dataset("second")
    delete_dataset("third")
    evaluate.run()
    assert not evaluate.exception
    assert "There is no data set yet" in evaluate.info[0].value

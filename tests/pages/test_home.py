"""Home says what this is, shows the sample analysed, and leads on."""

from __future__ import annotations

import shutil

import pytest

from emotion_core.models.card import CARD_FILE, read_card
from emotion_core.workspace import SHIPPED_MODELS
from tests.fakes import FakeClassifier
from tests.page import components, sample_png, texts
from tests.shell import ROOT
from ui.datasets.view import datasets_state
from ui.evaluate.question import evaluation_state
from ui.shared import models
from ui.shared.pages import PAGES
from ui.train.actions import training_state


def test_home_shows_the_sample_analysed(home, happy):
    home.run()
    assert not home.exception
    assert home.header[0].value == "Looks happy, 93 %"
    assert len(home.get("plotly_chart")) == 1
    assert len(components(home)) == len(home.image) == 1  # the photo, and what the network sees of it


def test_a_photo_dropped_on_home_is_analysed_on_the_photo_page(home, happy):
    home.run()
    home.file_uploader[0].upload("a.png", sample_png()).run()
    assert not home.exception
    assert home.session_state.earlier_photos[0].name == "a.png"
    home.switch_page("pages/3_Predict.py").run()
    assert home.header[0].value == "Looks happy, 93 %"
    assert "rotated" not in texts(home)


def test_home_works_with_the_model_that_ships(home):
    home.run()
    assert not home.exception
    assert home.header[0].value.startswith(("Looks ", "Uncertain: "))


def test_every_page_has_a_card_with_its_state(home, happy):
    home.run()
    assert {page.path for page in PAGES} == {f"pages/{file.name}" for file in ROOT.glob("pages/*.py")}
    assert [link.page for link in home.get("page_link")] == [page.path.split("_")[1][:-3] for page in PAGES]
    for page in PAGES:
        assert page.promise in texts(home)
    for state in (datasets_state, training_state, models.model_state, evaluation_state):
        assert state() in texts(home)


def test_the_state_of_the_model_is_its_cards_accuracy():
    assert models.model_state().startswith("Model: emotion\\-net, ")
    assert models.model_state().endswith(" mean recall on PublicTest against FER+'s majority")


def test_what_a_card_says_that_it_was_measured_on_brings_in_no_picture(monkeypatch):
    card = read_card(SHIPPED_MODELS / "emotion-net")
    measured = [one.model_copy(update={"data": "![x](http://evil.example/x.png)"}) for one in card.measurements]
    monkeypatch.setattr(models, "read_card", lambda name: card.model_copy(update={"measurements": measured}))
    assert r"\!\[x\]\(" in models.model_state()


def test_a_model_s_name_brings_in_no_picture(monkeypatch):
    monkeypatch.setattr(models, "default_model", lambda: "![x](y)")
    monkeypatch.setattr(models, "chosen_model", lambda: "![x](y)")
    assert models.default_state().endswith(r", \!\[x\]\(y\) is the default")
    assert models.model_state() == r"Model: \!\[x\]\(y\) cannot be used"


def test_home_is_answered_by_the_model_that_is_chosen_on_every_page(home, monkeypatch, own_workspace):
    card = read_card(SHIPPED_MODELS / "emotion-net").model_copy(update={"name": "mine", "measurements": []})
    (own_workspace / "models" / "mine").mkdir(parents=True)
    (own_workspace / "models" / "mine" / CARD_FILE).write_text(card.model_dump_json())
    fakes = {"mine": FakeClassifier(sad=0.9), "emotion-net": FakeClassifier(happy=0.9)}
    monkeypatch.setattr(models, "classifier", fakes.__getitem__)
    home.session_state[models.CHOSEN] = "mine"
    home.run()
    assert home.header[0].value == "Looks sad, 90 %"
    assert "Model: mine" in texts(home)
    home.session_state[models.CHOSEN] = "gone"
    home.run()
    assert home.header[0].value == "Looks happy, 90 %"


def test_the_choice_of_a_model_on_another_page_is_followed(home, happy, own_workspace):
    shutil.copytree(SHIPPED_MODELS / "emotion-net", own_workspace / "models" / "mine")
    home.run()
    home.switch_page("pages/3_Predict.py").run()
    home.selectbox(key=models.CHOSEN).set_value("mine").run()
    home.switch_page("Home.py").run()
    assert not home.exception
    assert home.session_state[models.CHOSEN] == "mine"


def test_home_says_what_the_answers_are_not_for(home, happy):
    assert "not for decisions about people" in texts(home.run())


@pytest.fixture
def broken_model(own_workspace):
    """A model of the default one's name in the workspace, whose file is not the one on its card."""
    folder = own_workspace / "models" / "emotion-net"
    shutil.copytree(SHIPPED_MODELS / "emotion-net", folder)
    (folder / "model.tflite").write_bytes(b"something else")
    return folder


def test_a_broken_model_is_said_and_home_stays_usable(home, broken_model):
    home.run()
    assert not home.exception
    assert "sha256" in home.error[0].value
    assert home.get("page_link")


def test_a_model_trained_anew_is_loaded_anew(home, broken_model):
    assert home.run().error
    shutil.copytree(SHIPPED_MODELS / "emotion-net", broken_model, dirs_exist_ok=True)
    card = broken_model / "card.json"
    card.write_text(card.read_text("utf-8") + "\n", "utf-8")
    home.run()
    assert not home.error
    assert home.header

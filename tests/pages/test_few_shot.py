"""The page Train learns from few faces of own classes, and what came of it is used."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from emotion_core.datasets.class_table import class_table_of
from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.models.card import read_card
from emotion_core.runs import RECIPES
from tests.new_runs import new_run
from tests.page import button, texts
from ui.train.result import _balance


@pytest.fixture
def form(go_to, own_workspace):
    """The form with a set of three classes and the network few-shot."""
    add_dataset(synthetic_faces(70, seed=6), "seven", "drawn")
    derive("seven", "three", class_table_of("happy -> cheerful\nneutral -> calm\n* -> gloomy"))
    page = go_to("2_Train.py").run()
    page.selectbox(key="train_data").set_value("three").run()
    page.selectbox(key="train_network").set_value("few-shot").run()
    assert not page.exception
    return page


def test_what_means_nothing_for_it_is_not_asked_for(form):
    shown = [one.key for one in form.selectbox]
    assert "train_network" in shown and not {"train_recipe", "train_from"} & set(shown)
    form.selectbox(key="train_network").set_value("seed-cnn").run()
    assert not form.exception
    assert {"train_recipe", "train_from"} <= {one.key for one in form.selectbox}


def test_a_click_learns_and_shows_the_run_whose_network_becomes_a_model(form, own_workspace):
    assert "faces to learn from, in 3 classes" in texts(form)
    form.text_input(key="train_few_shot_name").set_value("quick one")
    button(form, "Start training").click().run()
    assert not form.exception
    assert form.selectbox(key="train_run").value == "quick one"
    assert [one.label for one in form.metric] == ["Faces", "Cross-validated accuracy", "Seconds"]
    assert "each judged by a head that has not seen it" in texts(form) and "**Next:** " in texts(form)
    assert "cross\\-validation in 5 parts chose" in texts(form)
    assert not any(word in texts(form) for word in ("epoch", "What the curves say", "curves are")), texts(form)
    button(form, "Use this model").click().run()
    assert not form.exception
    assert "It is a model of your workspace" in texts(form)
    assert [one.label for one in form.download_button] == ["LiteRT"]  # it has no other file, and none to convert
    assert read_card(own_workspace / "models" / "quick one").class_order == ("cheerful", "calm", "gloomy")
    assert "has learned from few faces" in texts(form)
    webcam = form.switch_page("pages/4_Webcam.py").run()
    assert not webcam.exception
    assert "Model: quick one" in texts(webcam) and "has learned from few faces" in texts(webcam)


def test_the_name_in_grey_is_the_one_that_it_has(form):
    offered = form.text_input(key="train_few_shot_name").placeholder
    button(form, "Start training").click().run()
    assert form.selectbox(key="train_run").value == offered == "few-shot three 1"


def test_a_name_that_is_taken_is_said(form):
    new_run("again")
    form.text_input(key="train_few_shot_name").set_value("again")
    button(form, "Start training").click().run()
    assert not form.exception
    assert "there is a run 'again' already" in texts(form).replace("\\", "").lower()


def test_how_a_run_was_balanced_is_said_of_its_own_classes(form):
    config = SimpleNamespace(recipe=RECIPES["quick"].recipe, data="three")  # gloomy has five times the faces of calm
    assert "logit" in _balance(SimpleNamespace(config=config))

"""The setting for the mix of expressions that is expected, on the pages that have it."""

from __future__ import annotations

import shutil

import pytest

import emotion_core as ec
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.workspace import SHIPPED_MODELS
from tests.cards import change_card
from tests.page import button, sample_png, texts
from ui.shared.mix import MIX

DRAWN = synthetic_faces(60, seed=3)


@pytest.fixture
def analysed(photos, happy):
    """The photo page with one photo."""
    photos.file_uploader[0].upload("a.png", sample_png())
    photos.run()
    assert not photos.exception
    return photos


def test_every_expression_is_alike_at_first(analysed, happy):
    assert analysed.radio(key=MIX).value == "balanced"
    assert happy.prior == "balanced"


def test_another_mix_classifies_again_and_is_kept_across_pages(analysed, happy):
    calls = happy.calls
    analysed.radio(key=MIX).set_value("trained").run()
    assert (happy.prior, happy.calls) == ("trained", calls + 1)
    analysed.run()
    assert happy.calls == calls + 1
    analysed.switch_page("Home.py").run()
    analysed.switch_page("pages/3_Predict.py").run()
    assert analysed.radio(key=MIX).value == "trained"


def test_own_shares_are_set_by_sliders_and_made_to_sum_to_one(analysed, happy):
    analysed.radio(key=MIX).set_value("own").run()
    assert happy.prior == pytest.approx(dict.fromkeys(ec.EMOTIONS, 1 / 7))
    analysed.slider(key="share of happy").set_value(66).run()
    assert not analysed.exception
    assert happy.prior["happy"] == pytest.approx(66 / (66 + 6 * 14))
    assert sum(happy.prior.values()) == pytest.approx(1)


def test_own_shares_as_in_a_data_set(analysed, happy, own_workspace):
    add_dataset(DRAWN, "drawn", "drawn")
    analysed.radio(key=MIX).set_value("own").run()
    button(analysed, "As in this data set").click().run()
    assert not analysed.exception
    shares = DRAWN.table["label"].value_counts(normalize=True)
    assert happy.prior == pytest.approx({name: shares[name] for name in ec.EMOTIONS}, abs=0.01)


def test_of_a_model_of_an_earlier_version_it_is_said_that_there_is_no_choice(photos, own_workspace):
    folder = own_workspace / "models" / "older"
    shutil.copytree(SHIPPED_MODELS / "emotion-net", folder)
    change_card(folder, prior=None, answers_under="trained", balanced=None, name="older")
    photos.run()
    photos.selectbox(key="model").set_value("older").run()
    assert not photos.exception and not photos.radio
    assert "older was made by an earlier version and does not say which mix" in texts(photos).replace("\\", "")


def test_the_accuracy_on_faces_from_elsewhere_is_said(analysed):
    assert "On faces from elsewhere (3,000 faces of RAF-DB's training part) it is right in" in texts(analysed)

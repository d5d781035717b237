"""The page Models without a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.jobs.own_models import add_model
from emotion_core.models.registry import choose_default_model, default_model, load_classifier, model_names
from emotion_core.workspace import SHIPPED_MODELS
from tests.page import button, texts
from tests.waiting import PATIENCE
from ui.models import manage


@pytest.fixture
def mine(own_workspace):
    """A model "mine" in the workspace."""
    return add_model(SHIPPED_MODELS / "emotion-net", "mine")


@pytest.fixture
def opened(go_to, happy, mine) -> Callable[..., AppTest]:
    """Call it to open the page."""

    def open_page(**address: list[str]) -> AppTest:
        page = go_to("6_Models.py")
        page.query_params.update(address)
        return page.run()

    return open_page


def test_the_table_names_every_model_and_the_card_of_the_default_one_stands_below(opened):
    page = opened()
    assert not page.exception
    assert page.dataframe[0].value["Model"].tolist() == model_names()
    assert "emotion\\-net" in [header.value for header in page.header]
    assert page.subheader[0].value == "How good it is"
    assert [one.value for one in page.metric] == ["87.9 %", "78.7 %"]
    assert page.dataframe[0].value["Accuracy"][0] == 87.9
    assert page.expander[-1].label == "Terms" and "FairFace" in page.expander[-1].markdown[0].value
    assert not [one for one in page.button if one.label == "Delete it"]  # it ships


def test_a_model_of_ones_own_is_made_the_default_renamed_and_deleted(opened):
    choose_default_model("mine")  # which puts it first, where its card stands
    page = opened()
    page.text_input(key="new name of mine").set_value("ours")
    page = button(page, "Rename it").click().run()
    assert not page.exception and default_model() == "ours" and load_classifier("ours").card.name == "ours"
    button(page, "Delete it").click().run()
    assert "ours" not in model_names() and default_model() == "emotion-net"


def test_a_link_shows_the_cards_that_it_names(opened):
    page = opened(model_card=["mine", "mine"])
    assert page.header[0].value == "mine"
    page.text_input(key="new name of mine").set_value("ours")
    page = button(page, "Rename it").click().run()
    assert page.header[0].value == "ours" and page.query_params["model_card"] in ("ours", ["ours"]) and not page.warning
    page = button(page, "Delete it").click().run()
    assert page.header[0].value == "emotion\\-net" and not page.warning


def test_a_link_to_a_model_that_is_gone_says_so(opened):
    page = opened(model_card=["gone", "mine"])
    assert "Not here, or no longer: gone" in page.warning[0].value
    assert page.header[0].value == "mine"


def test_a_name_that_is_taken_is_refused_with_the_reason(opened):
    choose_default_model("mine")
    page = opened()
    page.text_input(key="new name of mine").set_value("emotion-net")
    page = button(page, "Rename it").click().run()
    assert "ships; choose another one" in page.error[0].value
    assert "mine" in model_names()


def test_a_model_that_cannot_be_used_is_said_to_be_so(opened, mine):
    (mine / "card.json").write_text("{")
    choose_default_model("mine")
    page = opened()
    assert not page.exception and "It cannot be used" in page.error[0].value


def test_what_is_downloaded_can_be_brought_in(mine, tmp_path):
    (tmp_path / "m.zip").write_bytes(manage.zipped(SHIPPED_MODELS / "emotion-net-fer2013"))
    assert add_model(tmp_path / "m.zip", "again").name == "again"


def test_a_colleagues_folder_is_imported_as_it_is(opened):
    page = opened()
    page.segmented_control(key="models_form").set_value(manage.FOLDER).run()
    for path in (SHIPPED_MODELS / "seed-cnn").iterdir():
        page.file_uploader[0].upload(f"theirs/{path.name}", path.read_bytes())
    page.file_uploader[0].upload("theirs/notes/card.json", b"{")  # a folder in it is no part of the model
    page.text_input(key="models_upload_name").set_value("theirs")
    page.run()
    button(page, "Import it").click().run()
    assert not page.exception and not page.error
    assert load_classifier("theirs").card.name == "theirs"


def test_a_folder_that_is_no_model_is_refused_with_the_reason(opened):
    page = opened()
    page.segmented_control(key="models_form").set_value(manage.FOLDER).run()
    page.file_uploader[0].upload("pictures/a.png", b"").run()
    button(page, "Import it").click().run()
    assert not page.exception and "This folder is no model" in page.error[0].value


def test_models_are_compared_a_column_a_model(mine):
    page = AppTest.from_function(_compared, default_timeout=PATIENCE).run()
    table = page.table[0].value
    assert table.columns.tolist() == [r"emotion\-net", "mine"]
    assert (table[r"emotion\-net"] == table["mine"]).all() and "Parameters" in table.index


def test_of_a_card_without_figures_it_is_said_that_it_was_not_measured():
    page = AppTest.from_function(_without_figures, default_timeout=PATIENCE).run()
    assert not page.exception and not page.metric
    assert "It was not measured" in texts(page)


def _without_figures() -> None:
    from emotion_core.models import read_card
    from emotion_core.workspace import SHIPPED_MODELS
    from ui.shared.card import show_card

    show_card(read_card(SHIPPED_MODELS / "seed-cnn").model_copy(update={"measurements": []}))


def _compared() -> None:
    from ui.models.overview import compare_cards

    compare_cards(["emotion-net", "mine"])

"""The pages Models and Video with a sequence model, without a browser."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.jobs.model_folder import write_card
from emotion_core.models.classifier import LITERT_FILE
from emotion_core.models.registry import load_classifier
from emotion_core.models.sequence import (
    HEAD_FILE,
    SequenceCard,
    SequenceHead,
    load_sequence_model,
    sequence_model_names,
    sequence_models_folder,
)
from tests.page import button, texts
from tests.waiting import PATIENCE


@pytest.fixture
def subtle(own_workspace):
    """A sequence model of one unit that has learnt nothing."""
    base = load_classifier("emotion-net")
    shapes = ((base.embedding_size,), (base.embedding_size,), (base.embedding_size, 3), (1, 3), (2, 3), (1, 7), (7,))
    content = SequenceHead(*(np.ones(shape, np.float32) for shape in shapes)).to_bytes()
    folder = sequence_models_folder() / "subtle"
    folder.mkdir(parents=True)
    (folder / HEAD_FILE).write_bytes(content)
    fields = base.card.model_dump() | {"name": "subtle", "files": {HEAD_FILE: hashlib.sha256(content).hexdigest()}}
    over_time = {
        "base": "emotion-net",
        "base_sha256": base.card.files[LITERT_FILE],
        "step": 0.1,
        "window": 1,
        "clips": 3,
    }
    write_card(folder, SequenceCard.model_validate(fields | over_time))
    return load_sequence_model("subtle")


def test_models_shows_renames_and_deletes_it(home, happy, subtle):
    home.run()
    page = home.switch_page("pages/6_Models.py").run()
    assert not page.exception
    assert page.selectbox(key="sequence_model_shown").options == ["subtle"]
    assert "They read faces in videos" in texts(page)
    page.text_input(key="new name of subtle").set_value("ours")
    page = button(page, "Rename it").click().run()
    assert not page.exception and sequence_model_names() == ["ours"]
    button(page, "Delete it").click().run()
    assert not page.exception and sequence_model_names() == []


def _video_settings() -> None:
    import streamlit as st

    from ui.video.settings import settings

    st.write(f"read by {settings()[0].sequence_model}")


def test_the_setting_of_the_page_video_takes_it(happy, subtle):
    page = AppTest.from_function(_video_settings, default_timeout=PATIENCE).run()
    assert not page.exception and "read by None" in texts(page)
    page.selectbox(key="video_sequence").select("subtle").run()
    assert not page.exception and "read by subtle" in texts(page)

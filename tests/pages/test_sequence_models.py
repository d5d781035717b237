"""The pages Models, Evaluate and Video with a sequence model, without a browser."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.datasets.importing import add_synthetic, add_synthetic_clips
from emotion_core.datasets.store import open_dataset
from emotion_core.evaluation import ask_over_time
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
from emotion_core.visuals.evaluation_html import report_as_html
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


def test_models_shows_renames_and_deletes_it(go_to, happy, subtle):
    page = go_to("6_Models.py").run()
    assert not page.exception
    assert page.selectbox(key="sequence_model_shown").options == ["subtle"]
    assert "They read faces in videos" in texts(page)
    page.text_input(key="new name of subtle").set_value("ours")
    page = button(page, "Rename it").click().run()
    assert not page.exception and sequence_model_names() == ["ours"]
    button(page, "Delete it").click().run()
    assert not page.exception and sequence_model_names() == []


def test_evaluate_judges_it_by_clip_beside_single_frames(go_to, happy, subtle):
    add_synthetic_clips("clips", 28, seed=1)
    add_synthetic("faces", 70)
    page = go_to("5_Evaluate.py").run()
    page.selectbox(key="evaluate_data").select("faces").run()
    assert "Sequence models are evaluated on a data set of clips" in texts(page)
    page.selectbox(key="evaluate_data").select("clips").run()
    page.segmented_control(key="evaluate_by_clip").set_value(True).run()
    assert not page.exception
    clips = open_dataset("clips").split("validation").table["clip"].nunique()
    assert page.selectbox(key="evaluate_split clips by clip").options[1] == f"validation ({clips} clips)"
    assert page.multiselect(key="evaluate_sequence_models").value == ["subtle"] and not page.metric
    button(page, "Evaluate by clip").click().run()
    assert not page.exception
    said = texts(page).replace("\\", "")
    for words in (
        "**single frames, mean**",
        "**single frames, last frame**",
        "**single frames, peak**",
        "on these clips",
    ):
        assert words in said
    assert f"of {clips} clips, mean recall" in said and f"{clips} clips of the validation split of clips" in said
    assert len([one for one in page.metric if one.label == "Accuracy"]) == 4
    assert [one.label for one in page.download_button] == ["Report (HTML)", "Figures (JSON)"]
    page.multiselect(key="evaluate_sequence_models").set_value([]).run()
    assert not page.exception and page.info[0].value == "Choose a sequence model."


def test_clips_are_shown_by_their_middle_frames_and_the_report_as_a_file_counts_clips(subtle):
    dataset = add_synthetic_clips("clips", 28, seed=1) and open_dataset("clips")
    asked = ask_over_time([subtle], dataset, "clips", "validation")
    for place, image in zip(asked.faces.index, asked.faces.images, strict=True):
        assert (dataset.images[place] == image).all() and dataset.table["split"][place] == "validation"
    html = report_as_html(asked.report, {"subtle": subtle.card}, asked.faces.images)
    assert "Compared on the same clips" in html and "By groups of faces" not in html
    assert "Label (clips)" in html and "read by a linear head" in html


def _video_settings() -> None:
    import streamlit as st

    from ui.video.settings import settings

    st.write(f"read by {settings()[0].sequence_model}")


def test_the_setting_of_the_page_video_takes_it(happy, subtle):
    page = AppTest.from_function(_video_settings, default_timeout=PATIENCE).run()
    assert not page.exception and "read by None" in texts(page)
    page.selectbox(key="video_sequence").select("subtle").run()
    assert not page.exception and "read by subtle" in texts(page)

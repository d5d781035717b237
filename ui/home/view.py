"""The menu, and the first page: what this is, a photo that is analysed already, and the ways on."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
from ui.datasets.view import datasets_state
from ui.evaluate.question import evaluation_state
from ui.photos import analysis, inputs
from ui.photos.detail import faces_of
from ui.photos.samples import sample_photo
from ui.shared import layout, models
from ui.shared.pages import DATASETS, EVALUATE, MODELS, PAGES, PHOTOS, TEACH, TRAIN, VIDEO, WEBCAM
from ui.shared.words import said
from ui.teach.start import teaching_state
from ui.train.actions import training_state

#: What Home says of how things stand on each page, in a few words; each must be quick.
STATES = {
    DATASETS: datasets_state,
    TRAIN: training_state,
    PHOTOS: models.model_state,
    VIDEO: models.model_state,
    WEBCAM: models.model_state,
    TEACH: teaching_state,
    EVALUATE: evaluation_state,
    MODELS: models.default_state,
}
#: A card is clicked wherever one likes: its link reaches over all of it.
_CARDS = """<style>
[class*="st-key-home-card"] { position: relative; }
[class*="st-key-home-card"]:has(a:hover) { border-color: currentColor; }
[class*="st-key-home-card"] div { position: static; }
[class*="st-key-home-card"] a::after { content: ""; position: absolute; inset: 0; }
</style>"""


def _home() -> None:
    """What this is, a photo that is analysed already, and the ways on."""
    layout.page_header(
        layout.NAME,
        "Find the faces in pictures and see how their expressions look to a neural network, on your own machine.",
    )
    inputs.dropped_on_home()
    sample = st.container()
    st.html(_CARDS)
    with st.grid(min_column_width=280):
        for page in PAGES:
            with st.container(border=True, height="stretch", key=f"home card {page.title}"):
                st.page_link(page.path, label=f"**{page.title}**", icon=page.icon)
                st.markdown(page.promise)
                st.caption(STATES[page]())
    layout.not_for()
    # Last, as the first time it loads the model.
    with sample.skeleton(height=360):
        photo, settings = sample_photo(), ec.AnalysisSettings(models.chosen_model())
        try:
            result = analysis.analysed(photo, settings)
        except ec.ModelError as error:
            sample.error(f"The model cannot be used: {said(error)}", icon=":material/error:")
        else:
            with sample:
                faces_of(photo, result, settings)
                models.say_cautions_of(str(settings.model))


def show() -> None:
    """The page that a visitor asked for, under the menu."""
    # Before the navigation: of the icon of its first page the browser would ask a server outside for the tab.
    st.set_page_config(page_title=layout.NAME, page_icon=layout.FAVICON)
    menu = [st.Page(page.path, title=page.title, icon=page.icon, help=page.promise) for page in PAGES]
    st.navigation([st.Page(_home, title="Home", icon=":material/home:", default=True), *menu]).run()

"""Models by name, loaded once for all visitors, as face detectors are; their cards and how good they are."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st

import emotion_core as ec
from emotion_core.inference import percent
from emotion_core.models import default_model, model_folder, model_version
from ui.shared import access
from ui.shared.card import elsewhere_line, show_card
from ui.shared.layout import plain

if TYPE_CHECKING:
    from emotion_core.faces import Detector
    from emotion_core.models import ModelCard
    from emotion_core.streams import Verdict


#: Whether two models agree on a face.
VERDICTS = {"agree": "agree", "differ": "differ", "not comparable": "have different classes"}
#: The widgets, on several pages, that choose the model.
CHOSEN = "model"


def chosen_model() -> str:
    """The model that the visitor has chosen on any page, if it is still there; else the default one."""
    chosen, names = st.session_state.get(CHOSEN), access.model_names()
    return chosen if chosen in names else next(iter(names), default_model())


def say_if_gone() -> None:
    """Say, once, that the chosen model was renamed or deleted meanwhile, perhaps in another tab, and which answers."""
    gone = st.session_state.get(CHOSEN)
    if gone is not None and gone not in access.model_names():
        del st.session_state[CHOSEN]
        st.warning(
            f"The model {plain(gone)} is gone: {plain(chosen_model())} answers instead.", icon=":material/delete:"
        )


def second_model(model: str, names: list[str], key: str, width: int | Literal["stretch"] = "stretch") -> None:
    """A widget that chooses another model to read the same faces, none at first; its name is in the session."""
    others = [name for name in names if name != model]
    if st.session_state.get(key) not in others:
        st.session_state[key] = None
    st.selectbox(
        "Compare with",
        others,
        None,
        key=key,
        persist_state="session",
        placeholder="no other model" if others else "there is no other model",
        disabled=not others,
        help="Each face's expression as this model sees it, too.",
        width=width,
    )


def verdict_of(one: ec.FaceResult, other: ec.FaceResult) -> Verdict:
    """Whether two models agree on a face."""
    from emotion_core.streams import verdict

    return verdict((one.emotion, other.emotion), (tuple(one.probabilities), tuple(other.probabilities)))


def agreement_in_words(one: ec.FaceResult, other: ec.FaceResult) -> str:
    """Whether two models agree on a face, as the end of a sentence."""
    return VERDICTS[verdict_of(one, other)]


def model_state() -> str:
    """The chosen model and how good it is, or that it cannot be used."""
    model = chosen_model()
    try:
        card = read_card(model)
    except ec.ModelError:
        return f"Model: {plain(model)} cannot be used"
    return f"Model: {plain(card.name)}{how_good(card)}"


def default_state() -> str:
    """How many models there are, and which one is the default."""
    number = len(access.model_names())
    return f"{number} {'model' if number == 1 else 'models'}, {plain(default_model())} is the default"


def read_card(model: str) -> ModelCard:
    """The card of a model by name, without loading the model.

    Raises:
        ModelError: it cannot be read.
    """
    from emotion_core.models import read_card

    return read_card(model_folder(model))


def how_good(card: ModelCard) -> str:
    """The card's accuracy as the end of a sentence, in Markdown; nothing if it was not measured."""
    from emotion_core.evaluation import measurement

    one = measurement(card, "ferplus-majority")
    if one is None:
        return ""
    figures = f"{percent(one.accuracy)} accuracy and {percent(one.macro_recall)} mean recall"
    return f", {figures} on {plain(one.data.removeprefix('FER-2013 '))} against FER+'s majority"


def classifier(model: str) -> ec.Classifier:
    """A model by name, shared by all visitors and loaded again when its card has changed.

    Raises:
        ModelError: it cannot be used.
    """
    folder = model_folder(model)
    return _classifier(str(folder), model_version(model))


@st.cache_resource(max_entries=4, show_spinner="Loading the model")
def _classifier(folder: str, version: str) -> ec.Classifier:
    return ec.load_classifier(Path(folder))


@st.cache_resource(max_entries=2, show_spinner=False)
def detector(name: str) -> Detector:
    """A face detector by name, shared by all visitors."""
    from emotion_core.faces import load_detector

    return load_detector(name)


def model_line(card: ModelCard) -> None:
    """Which model predicts, how good it is, and its card at a click."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Model: {plain(card.name)}{how_good(card)}.", width="content")
        if st.button("About this model", icon=":material/info:", type="tertiary"):
            _show_card(card)
    elsewhere_line(card)
    say_cautions(card)


def say_cautions(card: ModelCard) -> None:
    """What is to be known of what the model has learned from, where that matters."""
    from emotion_core.evaluation import cautions

    for sentence in cautions(card):
        st.warning(sentence, icon=":material/warning:")


def say_cautions_of(model: str) -> None:
    """The same of a model by name; nothing where its card cannot be read, which is said where it is used."""
    with suppress(ec.ModelError):
        say_cautions(read_card(model))


@st.dialog("About this model", width="large")
def _show_card(card: ModelCard) -> None:
    st.header(plain(card.name), anchor=False)
    show_card(card)

"""What is to be evaluated: data set, split, models and how, as the page asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import streamlit as st

from emotion_core.datasets import CLIP, clip_count, version_token
from emotion_core.models import BALANCED, TRAINED, classes_in
from emotion_core.workspace import COMMAND
from ui.shared import access, history, models
from ui.shared.layout import choose, count, plain
from ui.shared.mix import CHOICES
from ui.shared.pages import DATASETS, LOOKED_AT, TRAIN

if TYPE_CHECKING:
    import pandas as pd

    from emotion_core.evaluation import EvaluationSet

#: The widget that says which models are evaluated.
MODELS = "evaluate_models"
#: The one with the data set.
DATA = history.EVALUATE_DATA
#: In the session: the data set that this page showed last.
SHOWN = "evaluate showed"


@dataclass(frozen=True)
class Question:
    """What is to be evaluated: models for faces, or by clip, sequence models."""

    data: str
    split: str
    models: tuple[str, ...]
    flip: bool
    found: bool
    prior: Literal["trained", "balanced"]
    group: str | None
    by_clip: bool = False


def evaluation_state() -> str:
    """How many models can be evaluated on how many sets, in a few words."""
    return f"{count(len(access.model_names()), 'model')}, {count(len(access.dataset_names()), 'data set')}"


def no_data() -> None:
    """Say what is needed where there is no data set, and offer one to try the page with."""
    st.info("There is no data set yet. Models are evaluated on faces with known labels.", icon=":material/dataset:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try it with synthetic faces", on_click=_add_synthetic_faces, icon=":material/draw:", type="primary")
        st.page_link(DATASETS.path, label="Import your own", icon=DATASETS.icon)
    st.caption(f"Or in a shell: `{COMMAND} dataset import PATH --name NAME`")


def _add_synthetic_faces() -> None:
    from emotion_core.datasets import add_synthetic

    access.claim(access.DATA, add_synthetic().name)


def question() -> Question | None:
    """Widgets that say what is to be evaluated; None, with the reason on the page, where nothing can be.

    Raises:
        DatasetError: the data set is damaged.
    """
    left, middle, right = st.columns([2, 2, 3], gap="medium")
    names, last = access.dataset_names(), st.session_state.get(LOOKED_AT)
    if last in names and last != st.session_state.get(SHOWN):  # another one since this page was shown
        choose(DATA, last)
    if st.query_params.get(DATA, names[0]) not in names:
        st.warning(f"There is no data set {plain(st.query_params[DATA])} here, or no longer.", icon=":material/delete:")
    data = left.selectbox("Data set", names, key=DATA, bind="query-params")
    st.session_state[LOOKED_AT] = st.session_state[SHOWN] = data
    table = _table(data, version_token(data))
    with left:
        by_clip = _by_clip(table)
    with middle:
        split = _split(data, table, by_clip)
    with right:
        chosen = _sequence_models() if by_clip else _models(bool(clip_count(table)))
    with st.expander("Settings", icon=":material/tune:"):
        flip, found = (False, False) if by_clip else _ways_of_predicting()
        prior = _expected_mix()
        group = None if by_clip else _group(data, table)
    if split is None:
        st.warning(f"The data set {plain(data)} has no faces.", icon=":material/warning:")
        return None
    if not chosen and by_clip:
        _no_sequence_model()
        return None
    if not chosen:
        st.info("Choose a model." if access.model_names() else "There is no model. Train one.", icon=":material/info:")
        return None
    return Question(data, split, tuple(chosen), flip, found, prior, group, by_clip)


def faces_of(asked: Question) -> EvaluationSet:
    """The faces that are asked about, whole.

    Raises:
        DatasetError: the data set is damaged, or its split has no face that models know.
    """
    known = tuple(classes_in(models.read_card(model)) for model in asked.models)
    return _faces(asked.data, version_token(asked.data), asked.split, asked.group, known)


def _by_clip(table: pd.DataFrame) -> bool:
    """Whether sequence models are evaluated, on clips; nothing is asked where the data set has none."""
    if not clip_count(table):
        return False
    return st.segmented_control(
        "Evaluate",
        [False, True],
        default=False,
        format_func=lambda by_clip: "By clip" if by_clip else "By face",
        required=True,
        key="evaluate_by_clip",
        help="By clip, sequence models are evaluated, beside single frames of the same clips. By face, each frame "
        "counts for itself.",
    )


def _sequence_models() -> list[str]:
    names = access.sequence_model_names()
    return st.multiselect(
        "Sequence models", names, default=names[:1], key="evaluate_sequence_models", help="Several are compared."
    )


def _no_sequence_model() -> None:
    if access.sequence_model_names():
        st.info("Choose a sequence model.", icon=":material/info:")
        return
    st.info("There is no sequence model. The network sequence-net is trained on clips.", icon=":material/info:")
    st.page_link(TRAIN.path, label="Train one", icon=TRAIN.icon)


def _models(has_clips: bool) -> list[str]:
    """Which models, at first the one that is chosen on the other pages."""
    names = access.model_names()
    linked = [] if MODELS in st.session_state else st.query_params.get_all(MODELS)
    if gone := [name for name in linked if name not in names]:
        st.warning(f"Not here, or no longer: {', '.join(map(plain, gone))}.", icon=":material/delete:")
    if not any(name in names for name in linked) and MODELS not in st.session_state:
        choose(MODELS, [models.chosen_model()] if models.chosen_model() in names else names[:1])
    chosen = st.multiselect("Models", names, key=MODELS, bind="query-params", help="Several are compared.")
    if access.sequence_model_names() and not has_clips:
        st.caption("Sequence models are evaluated on a data set of clips; this one has none.")
    return chosen


def _split(data: str, table: pd.DataFrame, by_clip: bool) -> str | None:
    """Which of the splits that have faces; at first validation, which may be looked at as often as one likes."""
    from emotion_core.evaluation import faces_in_words, splits_of

    counted = "clips" if by_clip else "faces"
    splits = splits_of(table[table[CLIP] != ""].drop_duplicates(CLIP) if by_clip else table)
    return st.selectbox(
        "Split",
        list(splits),
        index=list(splits).index("validation") if "validation" in splits else max(0, len(splits) - 1),
        format_func=lambda name: f"{name} ({faces_in_words(splits[name], counted)})",
        disabled=not splits,
        key=f"evaluate_split {data}" + (" by clip" if by_clip else ""),
        help="Choose and compare on validation. Look at test once, at the end: once it has guided a choice, it is no "
        "test any more.",
    )


def _ways_of_predicting() -> tuple[bool, bool]:
    """Whether predictions are averaged over mirror images, and whether faces are detected and cropped first."""
    flip = st.toggle(
        "Average each face with its mirror image",
        key="evaluate_flip",
        help="Test-time augmentation: takes twice as long and is usually slightly more accurate. The report says so; "
        "photos and video are predicted without it.",
    )
    found = st.toggle(
        "Detect and crop the faces first",
        key="evaluate_found",
        help="As photos are analysed: each picture is enlarged inside a grey border, the face in it is detected and "
        "cropped, and a face that is not detected counts as wrong. Off: the pictures are predicted whole.",
    )
    return flip, found


def _expected_mix() -> Literal["trained", "balanced"]:
    """Which mix of expressions the models expect."""
    mixes: list[Literal["trained", "balanced"]] = [TRAINED, BALANCED]
    return st.radio(
        "Expected mix of expressions",
        mixes,
        format_func=lambda mix: CHOICES[mix][0],
        captions=[
            "For a split of the data that the models were trained on.",
            "For faces from elsewhere, and for how well rare expressions are found: look at the mean recall.",
        ],
        key="evaluate_prior",
    )


def _group(data: str, table: pd.DataFrame) -> str | None:
    """By which column faces are grouped."""
    from emotion_core.evaluation import group_columns

    columns = group_columns(table)
    return st.selectbox(
        "Group by column",
        columns,
        index=0 if columns else None,
        disabled=not columns,
        placeholder="the data set has no column for groups",
        key=f"evaluate_group {data}",
        help="Figures for each value of this column, besides those by light, contrast, sharpness and the annotators' "
        "agreement.",
    )


@st.cache_resource(max_entries=4, show_spinner="Opening the data set")
def _table(name: str, version: str) -> pd.DataFrame:
    from emotion_core.datasets import open_dataset

    return open_dataset(name).table


@st.cache_resource(max_entries=4, show_spinner="Opening the data set")
def _faces(name: str, version: str, split: str, group: str | None, known: tuple[tuple[str, ...], ...]) -> EvaluationSet:
    from emotion_core.datasets import open_verified
    from emotion_core.evaluation import evaluation_set

    return evaluation_set(open_verified(name), name, split, group, known=known)

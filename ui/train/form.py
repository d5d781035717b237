"""What to train on what and how: the form from which a run is started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core import jobs
from emotion_core.datasets import DatasetError, version_token
from emotion_core.jobs import Workload
from emotion_core.runs import (
    FEW_SHOT,
    PRESETS,
    RECIPES,
    RUN_PREFIX,
    SEQUENCE_NET,
    SEQUENCE_SENTENCE,
    Recipe,
    RunError,
    balance_in_words,
    has_network,
)
from ui.shared import access
from ui.shared.layout import NAME_ROOM, count, plain
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun
from ui.shared.pages import DATASETS
from ui.shared.words import said, sentence
from ui.train import actions
from ui.train.estimate import estimate
from ui.train.few_shot import SENTENCE, few_shot_form
from ui.train.hyperparameters import (
    OF_CLIPS,
    augmentation,
    base_recipe,
    chosen_recipe,
    first_hyperparameters,
    more_hyperparameters,
    usable_recipe,
)
from ui.train.preview import preview

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets import Description, Learned

DATA, NETWORK, RECIPE, START_FROM, FROZEN, NAME, STARTED = (
    "train_data", "train_network", "train_recipe", "train_from", "train_frozen", "train_name", "train_started",
)  # fmt: skip
SCRATCH = "fresh weights"
NONE_SHIPS = "None ships that has learnt from people: there are no clips that may be used for it."
#: The side in pixels of what networks see where nothing else is asked, in grey.
SIDE = 48


@dataclass(frozen=True)
class Question:
    """What is asked for besides hyperparameters and a name.

    Attributes:
        recipe_name: one of `RECIPES`, or `OF_CLIPS`; empty for few-shot, which has none.
        start_from: a model, or "run:NAME"; None for fresh weights.
        network: the preset for fresh weights.
    """

    data: str
    recipe_name: str
    start_from: str | None
    network: str

    @property
    def of_clips(self) -> bool:
        """Whether it is asked for sequence-net, which learns from clips and has a recipe of its own."""
        return self.start_from is None and self.network == SEQUENCE_NET


def no_data() -> None:
    """What to do when there is nothing to train on."""
    from emotion_core.datasets import FACES

    st.info(
        "There is no data set yet. Training needs faces with labels: import your own, or start with synthetic faces, "
        "which need no download.",
        icon=":material/dataset:",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(f"Make {FACES:,} synthetic faces", type="primary", on_click=_add_synthetic, icon=":material/draw:")
        st.page_link(DATASETS.path, label="Import a data set", icon=DATASETS.icon)


def new_run(names: list[str]) -> None:
    """Widgets for a new run, and the button that starts it. `names` are the data sets that there are."""
    asked = _question(names)
    try:
        described = _described(asked.data, version_token(asked.data))
    except DatasetError as error:
        st.error(f"The data set {asked.data} cannot be used: {said(error)}", icon=":material/error:")
        return
    if asked.start_from is None and asked.network == FEW_SHOT:
        few_shot_form(described)
        return
    recipe = usable_recipe(asked.recipe_name) or base_recipe(asked.recipe_name)
    network = _network(asked)
    if network:
        _how_faces_are_seen(network[1], described)
    if learned := _learned(asked, recipe, described):
        _what_is_learned(learned, recipe)
        if network:
            frozen = bool(asked.start_from and st.session_state.get(FROZEN))
            estimate(Workload(*network, frozen, recipe), learned)
    _form(asked, jobs.offered_name(asked.recipe_name, asked.network, asked.start_from))


def _question(names: list[str]) -> Question:
    """Widgets that say what is trained on what, by which recipe."""
    few_shot = _asks_for_few_shot()
    left, right = st.columns(2, gap="medium")
    with right:
        start_from = SCRATCH if few_shot else _start_from()
        fresh = start_from == SCRATCH
        networks = [*PRESETS, SEQUENCE_NET, FEW_SHOT]
        network = st.selectbox("Network", networks, key=NETWORK, persist_state="session", disabled=not fresh)
        if fresh:
            st.caption(_about(network))
        else:
            st.checkbox("Train only the last layer, leave the others as they are", key=FROZEN)
    of_clips = fresh and network == SEQUENCE_NET
    with left:
        data = st.selectbox("Data set", names, key=DATA, persist_state="session")
        recipe_name = "" if few_shot else _recipe(of_clips)
    return Question(data, recipe_name, None if fresh else start_from, network)


def _asks_for_few_shot() -> bool:
    """Whether the network is few-shot, which begins with emotion-net and has no recipe: neither is asked for."""
    state = st.session_state
    return state.get(NETWORK) == FEW_SHOT and state.get(START_FROM, SCRATCH) == SCRATCH


def _start_from() -> str:
    return st.selectbox(
        "Start from",
        [SCRATCH, *access.model_names(), *(RUN_PREFIX + name for name in access.run_names() if has_network(name))],
        key=START_FROM,
        help="Fresh weights know nothing. A model or an earlier run can be trained further: fine-tuning.",
    )


def _about(network: str) -> str:
    """A network in a sentence or two."""
    if network == SEQUENCE_NET:
        return f"{SEQUENCE_SENTENCE} {NONE_SHIPS}"
    if network == FEW_SHOT:
        return SENTENCE
    return f"{PRESETS[network].sentence} {PRESETS[network].parameters:,} parameters."


def _recipe(of_clips: bool) -> str:
    name = st.selectbox("Recipe", list(RECIPES), key=RECIPE, persist_state="session", disabled=of_clips)
    st.caption(f"{SEQUENCE_NET} has a recipe of its own." if of_clips else RECIPES[name].sentence)
    return OF_CLIPS if of_clips else name


@st.cache_data(max_entries=16, show_spinner=False)
def _described(data: str, version: str) -> Description:
    from emotion_core.datasets import describe

    return describe(data)


@st.cache_data(max_entries=16, show_spinner=False)
def _first_face(data: str, version: str) -> np.ndarray | None:
    """A face of the set; None if it has none or is damaged."""
    import numpy as np

    from emotion_core.datasets import open_dataset

    try:
        images = open_dataset(data).images
    except DatasetError:
        return None
    return np.asarray(images[0]) if len(images) else None


def _learned(asked: Question, recipe: Recipe, described: Description) -> Learned | None:
    """What of a data set is learned by a recipe; None, having said why, where it cannot be trained on."""
    try:
        if asked.of_clips:
            jobs.check_clips(asked.data, described.clips)
            st.caption(f"{count(described.clips, 'clip')}; all frames of one are on one side of each split.")
        return jobs.check_faces(recipe, described)
    except (RunError, DatasetError) as error:
        st.warning(plain(sentence(str(error))), icon=":material/warning:")
        return None


def _what_is_learned(learned: Learned, recipe: Recipe) -> None:
    """How many faces are trained and validated on, how that is balanced, and what of the set is not learned."""
    training, validation = sum(learned.training.values()), sum(learned.validation.values())
    st.caption(f"{count(training, 'face')} to train on, {count(validation, 'face')} to validate on.")
    for words in (balance_in_words(recipe, learned.training), *learned.in_words()):
        st.caption(f":material/info: {plain(words)}")


def _network(asked: Question) -> tuple[str, dict[str, Any]] | None:
    """The preset that is trained, and its arguments; None if what is started from is none of them, or unreadable."""
    if asked.start_from is None:
        return None if asked.of_clips else (asked.network, {})
    try:
        start = jobs.find_starting_point(asked.start_from)
    except RunError:  # said when the run is started
        return None
    return (start.architecture, start.arguments) if start.architecture in PRESETS else None


def _how_faces_are_seen(arguments: dict[str, Any], described: Description) -> None:
    """Say so where the network sees less of the faces than the set holds."""
    side, colour = arguments.get("size", SIDE), arguments.get("channels", 1) == 3
    height, width, *channels = described.shape
    if max(height, width) > side or (channels and not colour):
        st.caption(
            f"The network sees faces of {side}x{side} pixels, {'in colour' if colour else 'grey'}; "
            f"those of this set are {width}x{height}{' in colour' if channels else ''}."
        )


def _form(asked: Question, offered: str) -> None:
    """Hyperparameters and the button; `offered` is what the run is called unless the visitor names it."""
    with st.form("new run"):
        # A placeholder, not a value: one that changes with the network would come into what is being typed.
        st.text_input(
            "Name of the run",
            key=NAME,
            max_chars=NAME_ROOM,
            placeholder=offered,
            help="Left empty, it is the one in grey.",
        )
        first_hyperparameters(asked.recipe_name)
        with st.expander("More hyperparameters", icon=":material/tune:"):
            more_hyperparameters(asked.recipe_name)
        if not asked.of_clips:
            _augmentation(asked)
        st.form_submit_button(
            "Start training",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(st.session_state.get(STARTED),),
            shortcut="Ctrl+Enter",
        )


def _augmentation(asked: Question) -> None:
    """Widgets for how faces are augmented, and how that looks."""
    with st.expander("Augmentation", icon=":material/shuffle:"):
        st.caption("Each time a face is used, it is changed at random, by at most so much.")
        augmentation(asked.recipe_name)
        st.form_submit_button("Show it on a face", icon=":material/visibility:")
        preview(asked.recipe_name, _first_face(asked.data, version_token(asked.data)))


def _add_synthetic() -> None:
    from emotion_core.datasets import NAME, add_synthetic

    try:
        name = access.name_for_drawn(NAME)
        access.claim(access.DATA, add_synthetic(name).name)  # the second of two clicks finds the set of the first
    except (DatasetError, OSError) as error:
        report_error_after_rerun(f"The faces could not be stored: {error}")


def _start(before: str | None) -> None:
    """Begin the run that the form asks for; `before` is the one that was started last when the form was shown."""
    state = st.session_state
    if state.get(STARTED) != before or NAME not in state:
        # The second of two clicks: the first has begun a run meanwhile. What the browser sends with it, of a form that
        # it is just taking down, may be anything.
        actions.show(actions.RUNS, state.get(STARTED))
        return
    if _asks_for_few_shot():  # chosen in the moment before the click
        notify_after_rerun("The form for few-shot is shown now: start training there.")
        return
    asked = _as_chosen()
    offered = jobs.offered_name(asked.recipe_name, asked.network, asked.start_from)
    try:
        config = jobs.new_config(
            asked.data,
            preset=None if asked.start_from else asked.network,
            recipe=chosen_recipe(asked.recipe_name),
            name=state[NAME].strip() or offered,
            start_from=asked.start_from,
            frozen=bool(asked.start_from and state.get(FROZEN)),
        )
    except RunError as error:
        report_error_after_rerun(sentence(str(error)))
        return
    if actions.start(config):
        state[STARTED] = config.name
        del state[NAME]


def _as_chosen() -> Question:
    """What the widgets ask for at a click: later than what the page was last made of, if one was just changed."""
    state = st.session_state
    start_from = None if state[START_FROM] == SCRATCH else state[START_FROM]
    of_clips = start_from is None and state[NETWORK] == SEQUENCE_NET
    return Question(state[DATA], OF_CLIPS if of_clips else state[RECIPE], start_from, state[NETWORK])

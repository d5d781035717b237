"""What to train on what and how: the form from which a run is started."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core import jobs
from emotion_core.datasets import DatasetError
from emotion_core.jobs import Workload
from emotion_core.models import model_names
from emotion_core.runs import (
    BEST_FILE,
    NO_AUGMENTATION,
    PRESETS,
    RECIPES,
    RUN_PREFIX,
    Augmentation,
    Recipe,
    RunError,
    make_config,
    make_recipe,
    read_config,
    run_folder,
    run_names,
    unique_name,
)
from emotion_core.workspace import workspace
from ui.shared.layout import count, plain
from ui.shared.notifications import report_error_after_rerun
from ui.train import actions
from ui.train.durations import duration

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.datasets import Description

DATA, NETWORK, RECIPE, START_FROM, FROZEN, NAME, STARTED = (
    "train_data", "train_network", "train_recipe", "train_from", "train_frozen", "train_name", "train_started",
)  # fmt: skip
SCRATCH = "fresh weights"
#: Knobs that a recipe sets for good: changing them by hand helps nobody.
HIDDEN = ("scale", "offset", "augmentation", "distillation")
#: Knobs shown first; the others are folded away.
FIRST = ("epochs", "batch_size", "learning_rate", "optimizer", "schedule", "early_stopping")
#: How many varied faces are shown, and how large.
VARIANTS, VARIANT_SIDE = 12, 96
#: The side in pixels of what networks see where nothing else is asked, in grey.
SIDE = 48


@dataclass(frozen=True)
class Learnt:
    """The network that will learn: its preset, and the arguments that are not the preset's own."""

    architecture: str
    arguments: dict[str, Any]


def no_data() -> None:
    """What to do when there is nothing to train on."""
    from emotion_core.datasets import FACES

    st.info(
        "There is no data set yet. Training needs faces with labels: bring your own in, or start with synthetic faces, "
        "which need no download.",
        icon=":material/dataset:",
    )
    with st.container(horizontal=True):
        st.button(f"Make {FACES:,} synthetic faces", type="primary", on_click=_draw, icon=":material/draw:")
        st.page_link("pages/1_Dataset.py", label="Bring in a data set", icon=":material/upload:")


def new_run(names: list[str]) -> None:
    """Widgets for a new run, and the button that starts it. `names` are the data sets that there are."""
    left, right = st.columns(2, gap="medium")
    with left:
        data = st.selectbox("Data set", names, key=DATA, persist_state="session")
        recipe_name = st.selectbox("Recipe", list(RECIPES), key=RECIPE, persist_state="session")
        st.caption(RECIPES[recipe_name].sentence)
    with right:
        start_from = st.selectbox(
            "Start from",
            [SCRATCH, *model_names(), *(RUN_PREFIX + name for name in run_names() if _has_network(name))],
            key=START_FROM,
            help="Fresh weights know nothing. A model or an earlier run can be learnt on: fine-tuning.",
        )
        network = st.selectbox(
            "Network", list(PRESETS), key=NETWORK, persist_state="session", disabled=start_from != SCRATCH
        )
        if start_from == SCRATCH:
            preset = PRESETS[network]
            st.caption(f"{preset.sentence} {preset.parameters:,} parameters.")
        else:
            st.checkbox("Learn only the last layer, leave the others as they are", key=FROZEN)
    described = _described(data)
    if described is None:
        return
    recipe = RECIPES[recipe_name].recipe
    source = None if start_from == SCRATCH else start_from
    chosen = _chosen(recipe_name) or recipe
    learnt = _learnt(source, network)
    if learnt:
        _how_faces_are_seen(learnt, described)
    if obstacle := _obstacle(data, chosen, described):
        st.warning(plain(actions.sentence(obstacle)), icon=":material/warning:")
    elif learnt:
        frozen = bool(source and st.session_state.get(FROZEN))
        _estimate(Workload(learnt.architecture, learnt.arguments, frozen, chosen), described)
    wish = f"{source.removeprefix(RUN_PREFIX)} fine-tuned" if source else f"{network} {recipe_name}"
    _form(unique_name(wish), recipe_name, recipe, data)


def _has_network(run: str) -> bool:
    return (run_folder(run) / BEST_FILE).is_file()


def _described(data: str) -> Description | None:
    from emotion_core.datasets import describe

    try:
        return describe(data)
    except DatasetError as error:
        st.error(f"The data set {data} cannot be used: {error}", icon=":material/error:")
        return None


def _obstacle(data: str, recipe: Recipe, described: Description) -> str | None:
    """Why nothing can be learnt from a data set by a recipe, if nothing can."""
    from emotion_core.jobs import check_faces

    try:
        check_faces(data, recipe, described.counts)
    except (RunError, DatasetError) as error:
        return str(error)
    return None


def _how_faces_are_seen(learnt: Learnt, described: Description) -> None:
    """Say so where the network sees less of the faces than the set holds."""
    side, colour = learnt.arguments.get("size", SIDE), learnt.arguments.get("channels", 1) == 3
    height, width, *channels = described.shape
    if max(height, width) > side or (channels and not colour):
        st.caption(
            f"The network sees faces of {side}x{side} pixels, {'in colour' if colour else 'grey'}; "
            f"those of this set are {width}x{height}{' in colour' if channels else ''}."
        )


# How long it will take


def _estimate(work: Workload, described: Description) -> None:
    if known := jobs.known_throughput(work):
        st.caption(_in_words(known, work.recipe, described))
    elif jobs.has_failed(work):
        log = plain(str(workspace() / jobs.LOG_FILE))
        st.caption(f":material/timer_off: How long it will take could not be measured: see {log}.")
    else:
        st.fragment(_wait_for_throughput, run_every=2.0)(work)


def _wait_for_throughput(work: Workload) -> None:
    """Have it measured as soon as nothing else learns or is measured, and say how that stands."""
    if jobs.known_throughput(work) or jobs.has_failed(work):
        st.rerun()
    if jobs.at_work():
        st.caption(":material/timer_off: There is no estimate of the time while a run is at work.")
        return
    try:
        jobs.measure_in_background(work)
    except OSError as error:
        words = plain(error.strerror or str(error))
        st.caption(f":material/timer_off: How long it will take could not be measured: {words}.")
        return
    st.caption(":material/timer: Measuring how fast this machine learns, to say how long it will take …")


def _in_words(faces_a_second: float, recipe: Recipe, described: Description) -> str:
    faces = {split: sum(labels.values()) for split, labels in described.counts.items()}
    training, validation = faces.get("train", 0), faces.get("validation", 0)
    seconds = jobs.seconds_of_run(faces_a_second, recipe.epochs, training, validation)
    return (
        f":material/timer: About {duration(seconds)} for {count(recipe.epochs, 'epoch')} of {count(training, 'face')}: "
        f"this machine learnt from {faces_a_second:,.0f} faces a second when it was measured."
    )


# The knobs


def _form(offered: str, recipe_name: str, recipe: Recipe, data: str) -> None:
    """The knobs and the button; `offered` is what the run is called unless the visitor names it."""
    with st.form("new run"):
        # A placeholder, not a value: one that changes with the network would come into what is being typed.
        st.text_input(
            "Name of the run", key=NAME, max_chars=64, placeholder=offered, help="Left empty, it is the one in grey."
        )
        _knobs(recipe_name, recipe, FIRST)
        with st.expander("More knobs", icon=":material/tune:"):
            _knobs(recipe_name, recipe, [knob for knob in Recipe.model_fields if knob not in (*FIRST, *HIDDEN)])
        with st.expander("How faces are varied", icon=":material/shuffle:"):
            st.caption("Each time a face is learnt from, it is varied by chance, at most so much.")
            _knobs(recipe_name, recipe.augmentation or NO_AUGMENTATION, list(Augmentation.model_fields))
            st.form_submit_button("Show it on a face", icon=":material/visibility:")
            _preview(recipe_name, data)
        st.form_submit_button(
            "Start training",
            type="primary",
            icon=":material/play_arrow:",
            on_click=_start,
            args=(recipe_name, data, offered, st.session_state.get(STARTED)),
            shortcut="Ctrl+Enter",
        )


def _knobs(recipe_name: str, values: Recipe | Augmentation, knobs: list[str] | tuple[str, ...]) -> None:
    with st.grid(min_column_width=220):
        for knob in knobs:
            _knob(recipe_name, values, knob)


def _knob(recipe_name: str, values: Recipe | Augmentation, knob: str) -> None:
    """One widget for one field of a recipe, of the kind that the field asks for."""
    schema = values.model_json_schema()["properties"][knob]
    value, label, key = getattr(values, knob), knob.replace("_", " ").capitalize(), _key(recipe_name, knob)
    common: dict[str, Any] = {"key": key, "help": schema.get("description")}
    if isinstance(value, bool):
        st.checkbox(label, value, **common)
    elif "enum" in schema:
        st.selectbox(label, schema["enum"], schema["enum"].index(value), **common)
    elif schema["type"] == "integer":
        st.number_input(label, schema.get("minimum"), schema.get("maximum"), value, **common)
    else:
        st.text_input(label, f"{value:g}", **common)


def _key(recipe_name: str, knob: str) -> str:
    return f"knob {recipe_name} {knob}"


def _chosen(recipe_name: str) -> Recipe | None:
    """The recipe as the knobs stand; None if they cannot be used, which is said when the run is started."""
    try:
        return chosen_recipe(recipe_name)
    except RunError:
        return None


def chosen_recipe(recipe_name: str) -> Recipe:
    """The recipe as the knobs stand.

    Raises:
        RunError: a knob's value is impossible.
    """
    base = RECIPES[recipe_name].recipe
    changes = _turned(recipe_name, [knob for knob in Recipe.model_fields if knob not in HIDDEN])
    return make_recipe(base, **changes, augmentation=_turned(recipe_name, list(Augmentation.model_fields)))


def _turned(recipe_name: str, knobs: list[str]) -> dict[str, Any]:
    """The knobs that are on the page, as they stand."""
    keys = {knob: _key(recipe_name, knob) for knob in knobs}
    return {knob: st.session_state[key] for knob, key in keys.items() if st.session_state.get(key) is not None}


# What the faces look like then


def _preview(recipe_name: str, data: str) -> None:
    recipe = _chosen(recipe_name)
    if recipe is None:
        st.warning("These values cannot be used; starting says which and what is allowed.")
    elif recipe.augmentation is None:
        st.caption("Nothing is varied: every face is learnt as it is.")
    elif (face := _first_face(data)) is None:
        st.caption("The set has no face to show it on.")
    else:
        st.image(_sheet(face, recipe.augmentation), alt="One face of the set as it is, then varied by chance")
        st.caption("The first is the face as it is.")


def _first_face(data: str) -> np.ndarray | None:
    """A face of the set; None if it has none or is damaged, which is said above."""
    import numpy as np

    from emotion_core.datasets import open_dataset

    try:
        images = open_dataset(data).images
    except DatasetError:
        return None
    return np.asarray(images[0]) if len(images) else None


def _sheet(face: np.ndarray, settings: Augmentation) -> np.ndarray:
    """A face and its variants side by side, two rows, enlarged without smoothing."""
    import numpy as np

    from emotion_core.training import variants

    shown = np.concatenate([face[np.newaxis], variants(face, settings, VARIANTS - 1)])
    times = max(1, VARIANT_SIDE // shown.shape[1])
    large = shown.repeat(times, axis=1).repeat(times, axis=2)
    edge = [(0, 0), (2, 2), (2, 2), *[(0, 0)] * (large.ndim - 3)]
    framed = np.pad(large, edge, constant_values=255)
    return np.concatenate([np.concatenate(list(row), axis=1) for row in np.split(framed, 2)])


# What the buttons do


def _draw() -> None:
    from emotion_core.datasets import NAME, add_synthetic

    try:
        add_synthetic(NAME)  # the second of two clicks finds the set of the first
    except (DatasetError, OSError) as error:
        report_error_after_rerun(f"The faces could not be stored: {error}")


def _start(recipe_name: str, data: str, offered: str, before: str | None) -> None:
    """Begin the run that the form asks for; `before` is the one that was started last when the form was shown."""
    state = st.session_state
    if state.get(STARTED) != before or NAME not in state:
        # The second of two clicks: the first has begun a run meanwhile. What the browser sends with it, of a form that
        # it is just taking down, may be anything.
        actions.show(actions.RUNS, state.get(STARTED))
        return
    start_from = None if state[START_FROM] == SCRATCH else state[START_FROM]
    try:
        config = make_config(
            name=state[NAME].strip() or offered,
            data=data,
            architecture=_source(start_from).architecture if start_from else state[NETWORK],
            start_from=start_from,
            frozen=bool(start_from and state.get(FROZEN)),
            recipe=chosen_recipe(recipe_name),
        )
    except RunError as error:
        report_error_after_rerun(actions.sentence(str(error)))
        return
    if actions.start(config):
        state[STARTED] = config.name
        del state[NAME]


def _learnt(start_from: str | None, network: str) -> Learnt | None:
    """The network that will learn; None if what is learnt on is none of `PRESETS` or cannot be read."""
    if start_from is None:
        return Learnt(network, {})
    try:
        found = _source(start_from)
    except RunError:  # said when the run is started
        return None
    return found if found.architecture in PRESETS else None


def _source(start_from: str) -> Learnt:
    """The network of what is learnt on.

    Raises:
        RunError: it cannot be read.
    """
    from emotion_core.models import ModelError, model_folder, read_card

    if start_from.startswith(RUN_PREFIX):
        config = read_config(run_folder(start_from.removeprefix(RUN_PREFIX)))
        return Learnt(config.architecture, config.arguments)
    try:
        made = read_card(model_folder(start_from)).architecture
    except ModelError as error:
        raise RunError(str(error)) from None
    return Learnt(made.name, made.arguments)

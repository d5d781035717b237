"""One run on the page: how it stands while it learns, and what came of it."""

from __future__ import annotations

import io
import shutil
import tempfile
from dataclasses import asdict
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st

import emotion_core as ec
from emotion_core import jobs
from emotion_core.emotions import EMOTIONS
from emotion_core.inference import percent
from emotion_core.models import CARD_FILE, KERAS_FILE, model_folder
from emotion_core.networks import FORMATS, HOW_TO_USE_FILE
from emotion_core.runs import (
    EVALUATION_FILE,
    LOG_FILE,
    STARTING,
    Run,
    RunError,
    find_run,
    read_batches,
    read_evaluation,
    read_log,
)
from emotion_core.workspace import workspace
from ui.evaluate.question import MODELS
from ui.shared import models
from ui.shared.downloads import download
from ui.shared.layout import plain
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun
from ui.train import actions
from ui.train.form import short_duration

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.models import Measurement
    from emotion_core.runs import Evaluation, Mistake

#: Seconds between two looks at a run at work.
BEAT = 0.75
#: A state as it is said, with its symbol and colour.
STATES: dict[str, tuple[str, str, Literal["gray", "blue", "orange", "red", "green"]]] = {
    "queued": (":material/hourglass_empty:", "Waiting", "gray"),
    "running": (":material/play_circle:", "Training", "blue"),
    "stopping": (":material/stop_circle:", "Stopping", "orange"),
    "stopped": (":material/pause_circle:", "Stopped", "orange"),
    "failed": (":material/error:", "Failed", "red"),
    "done": (":material/check_circle:", "Done", "green"),
}
#: Worst mistakes shown, and the width of a face in pixels.
MISTAKES, MISTAKE_SIDE = 12, 96


def run_view(name: str) -> None:
    """A run, shown anew again and again while it is at work."""
    run = find_run(name)
    if run is None:
        st.warning(f"The run {plain(name)} is gone: it was deleted.", icon=":material/delete:")
        return
    live = run.status.state in actions.LIVE
    st.fragment(_stands, run_every=BEAT if live else None)(name, live)
    if not live:
        _came_of_it(run)
    _what_was_asked(run)


# While it learns


def _stands(name: str, live: bool) -> None:
    if live:
        jobs.advance()
    run = find_run(name)
    if run is None or (run.status.state in actions.LIVE) != live:
        st.rerun()
        return
    _head(run)
    _progress(run)
    _buttons(run)
    _curves(run)


def _head(run: Run) -> None:
    symbol, word, colour = STATES[run.status.state]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(run.name), anchor=False, width="content")
        st.badge(word, icon=symbol, color=colour)
    for problem in filter(None, (run.problem, run.status.error)):
        show = st.error if run.status.state == "failed" or run.problem else st.info
        show(plain(problem[:1].upper() + problem[1:]), icon=":material/info:")
    if run.status.state == "failed" and (lines := read_log(run.folder, 15)):
        with st.expander(f"The last lines of {LOG_FILE}"):
            st.code("\n".join(lines), language=None)


def _progress(run: Run) -> None:
    status = run.status
    if status.state == "queued":
        if not jobs.has_room():
            st.warning("The disk is full: it begins when there is room.", icon=":material/hard_drive:")
        before = _listed([*jobs.at_work(), *takewhile(lambda name: name != run.name, jobs.queue())])
        st.caption(f"One run works at a time. Before this one: {before or 'none, it is about to start'}.")
        return
    if status.active:
        if waiting := _listed(jobs.queue()):
            st.caption(f"After this run: {waiting}.")
        share = (status.epoch - 1 + status.batch / max(status.batches, 1)) / max(status.epochs, 1)
        where = f"Epoch {status.epoch} of {status.epochs}, batch {status.batch} of {status.batches}"
        doing = "" if status.doing in ("", "starting", "learning") else f": {status.doing}"
        if status.state == "stopping":
            doing = ": finishing what it is at, then it stops"
        if status.doing == STARTING or not status.epoch:
            where = "Starting: the program is loaded and the network made ready, which takes some ten seconds"
        st.progress(min(max(share, 0.0), 1.0), where + doing)
    _figures(run)


def _listed(names: list[str]) -> str:
    return ", ".join(map(plain, names))


def _figures(run: Run) -> None:
    best = run.best
    starting = run.status.doing == STARTING  # what there is then is of before it was stopped
    left = None if starting else run.seconds_left
    speed = None if starting else run.status.images_per_second
    with st.grid(min_column_width=180):
        st.metric("Epochs", f"{len(run.history)} of {run.status.epochs or '?'}")
        st.metric(
            "Best validation accuracy",
            percent(run.best_accuracy) if run.best_accuracy is not None else "–",
            f"epoch {best.epoch}" if best else None,
            delta_color="off",
            delta_arrow="off",
        )
        if run.status.active:
            st.metric("Faces a second", f"{speed:,.0f}" if speed else "–")
            st.metric("Time left", short_duration(left) if left else "–")


def _buttons(run: Run) -> None:
    with st.container(horizontal=True):
        if run.status.state in ("queued", "running"):
            st.button(
                "Stop",
                on_click=actions.stop,
                args=(run.name,),
                icon=":material/stop:",
                help="It keeps what it learnt.",
            )
        if run.status.state == "stopping":
            st.button(
                "End it now",
                on_click=actions.stop,
                args=(run.name, True),
                icon=":material/cancel:",
                help="It loses what it learnt in the epoch it is in, and keeps the epochs before.",
            )
        if run.status.state in ("stopped", "failed") and run.config:
            st.button("Resume", on_click=actions.resume, args=(run.name,), icon=":material/play_arrow:", type="primary")


def _curves(run: Run) -> None:
    from emotion_core.visuals import accuracy_curve, loss_curve

    batches, epochs = read_batches(run.folder), [epoch.as_row() for epoch in run.history]
    if not (batches or epochs):
        return
    logarithmic = st.session_state.get("train_log", False)
    best = run.best.epoch if run.best else None
    points = [asdict(batch) for batch in batches]
    loss = loss_curve(epochs, points, best, logarithmic)
    accuracy = accuracy_curve(epochs, points, best, run.monitor)
    with st.grid(min_column_width=380):
        for name, figure in (("Loss", loss), ("Accuracy", accuracy)):
            st.plotly_chart(
                figure,
                key=f"{name} {run.name}",
                alt=f"{name} by epoch, in training and in validation",
                config={"displaylogo": False},
            )
    st.toggle("Loss on a logarithmic scale", key="train_log")


# What came of it


def _came_of_it(run: Run) -> None:
    if run.history:
        _reading(run)
    evaluation = read_evaluation(run.folder)
    if evaluation and evaluation.measurements:
        _evaluation(run, evaluation)
    elif run.status.state == "done":
        st.info(
            f"How good it is cannot be said: {EVALUATION_FILE} is missing or damaged. Make it a model, and judge that "
            "on the page Evaluate.",
            icon=":material/info:",
        )
    if run.history and run.config:
        _use(run)
    with st.popover("Delete this run", icon=":material/delete:"):
        st.markdown("Its curves and networks are removed for good. A model made of it stays.")
        st.button("Delete", on_click=actions.delete, args=(run.name,), type="primary")


def _reading(run: Run) -> None:
    from emotion_core.runs import diagnose_run, steadiness

    found = diagnose_run(run)
    st.subheader("What the curves say", anchor=False)
    for sentence in [verdict.sentence for verdict in found.verdicts]:
        st.markdown(f"- {sentence}")
    if found.consistency:
        st.caption(steadiness(found.consistency))
    st.markdown(f"**Next:** {found.next_step}")


def _evaluation(run: Run, evaluation: Evaluation) -> None:
    st.subheader(f"How good the network of epoch {evaluation.epoch} is", anchor=False)
    official = [one for one in evaluation.measurements if not one.without_training_duplicates and one.confusion]
    offered = [one for one in official if one.split == "validation"]  # others are of runs of an earlier version
    if not offered:
        return
    chosen = st.selectbox(
        "Judged on",
        offered,
        format_func=_protocol,
        key=f"judged {run.name}",
        help="The test split is for the end, on the page Evaluate: whoever chooses by it has no test left.",
    )
    without = _without_duplicates(evaluation, chosen)
    with st.grid(min_column_width=180):
        st.metric("Accuracy", percent(chosen.accuracy), help=f"Of {chosen.faces:,} faces.")
        if without:
            st.metric("Without faces also in training", percent(without.accuracy), help=f"Of {without.faces:,} faces.")
        st.metric("Mean recall of the emotions", percent(chosen.macro_recall))
        st.metric("Calibration error", f"{chosen.expected_calibration_error:.3f}")
    st.caption(
        "Measured anew on the network as it is exported, which computes in 32 bits; a run that learns in 16 bits may "
        "have seen a face or two otherwise."
    )
    left, right = st.columns(2, gap="medium")
    with left:
        _confusion(chosen)
    with right:
        _per_emotion(chosen)
    _worst(run, [one for one in evaluation.mistakes if one.split == chosen.split])


def _protocol(one: Measurement) -> str:
    from emotion_core.evaluation import labels_in_words

    return f"{one.split} split, by {labels_in_words(one.labels)}"


def _without_duplicates(evaluation: Evaluation, chosen: Measurement) -> Measurement | None:
    for one in evaluation.measurements:
        if one.without_training_duplicates and (one.split, one.labels) == (chosen.split, chosen.labels):
            return one if one.faces != chosen.faces else None
    return None


def _confusion(chosen: Measurement) -> None:
    from emotion_core.visuals import confusion_matrix

    st.markdown("**What faces of each emotion were taken for**")
    st.plotly_chart(
        confusion_matrix(chosen.confusion),
        config={"staticPlot": True},
        alt="Confusion matrix: labels by rows, answers by columns",
    )


def _per_emotion(chosen: Measurement) -> None:
    import pandas as pd

    st.markdown("**Each emotion**")
    rows = [
        {
            "Emotion": name,
            "Faces": sum(chosen.confusion[place]),
            **{
                title: 100 * found[name] if name in found else None
                for title, found in (("Precision", chosen.precision), ("Recall", chosen.recall), ("F1", chosen.f1))
            },
        }
        for place, name in enumerate(EMOTIONS)
    ]
    shares = {name: st.column_config.NumberColumn(format="%.0f %%") for name in ("Precision", "Recall", "F1")}
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=shares, placeholder="–")


def _worst(run: Run, mistakes: list[Mistake]) -> None:
    images = _faces(run, mistakes[:MISTAKES])
    if not images:
        return
    st.markdown("**The surest mistakes**")
    with st.grid(min_column_width=MISTAKE_SIDE + 16):
        for mistake, image in zip(mistakes, images, strict=False):
            with st.container(gap=None):
                words = f"labelled {mistake.label}, taken for {mistake.prediction}"
                st.image(image, width=MISTAKE_SIDE, alt=words)
                st.caption(f"{words}, {percent(mistake.confidence)}")


def _faces(run: Run, mistakes: list[Mistake]) -> list[np.ndarray]:
    """The pictures of the mistakes; none, with the reason on the page, if the data set is not what it was."""
    import numpy as np

    from emotion_core.datasets import DatasetError
    from emotion_core.jobs import learnt_from

    if not run.config or not mistakes:
        return []
    try:
        images = learnt_from(run.config).images
    except (DatasetError, RunError) as error:
        st.caption(plain(f"The mistakes cannot be shown: {error}."))
        return []
    if not all(0 <= mistake.row < len(images) for mistake in mistakes):  # what was written is damaged
        return []
    found = [np.asarray(images[mistake.row]) for mistake in mistakes]
    times = [max(1, MISTAKE_SIDE // len(face)) for face in found]
    return [face.repeat(n, axis=0).repeat(n, axis=1) for face, n in zip(found, times, strict=True)]


# Using it


def _use(run: Run) -> None:
    from emotion_core.jobs import published

    st.subheader("Use this model", anchor=False)
    if made := published(run.folder):
        name = made[0]
        st.markdown(f"It is a model of your workspace, called **{plain(name)}**, and every page offers it.")
        if models.chosen_model() != name:
            st.button("Use it on every page", on_click=_choose, args=(name,), icon=":material/check:")
        _exports(name)
        return
    st.markdown("Makes the best network of this run a model of your workspace, chosen on every page.")
    name = st.text_input("Name of the model", run.name, key=f"model of {run.name}", max_chars=64).strip()
    replace = False
    if (workspace() / "models" / name / CARD_FILE).is_file():
        replace = st.checkbox(
            "Replace the model of this name, which was made of another network", key=f"replace {name}"
        )
    if st.button("Use this model", type="primary", icon=":material/check:", key=f"use {run.name}"):
        with st.spinner("Making the model …", show_time=True):
            _publish(run.name, name, replace)
        st.rerun()


def _publish(run: str, name: str, replace: bool) -> None:
    from emotion_core.jobs import publish

    try:
        made = publish(run, name, replace)
    except RunError as error:
        report_error_after_rerun(actions.sentence(str(error)))
        return
    except OSError as error:
        why = error.strerror or error
        report_error_after_rerun(
            f"The model could not be written: {why}. Make room, or let the workspace be written to."
        )
        return
    _choose(made.name)
    notify_after_rerun(f"{made.name} is now a model, chosen on every page.")


def _choose(name: str) -> None:
    """Let a model answer on every page, and be judged on the page Evaluate, until another one is chosen."""
    st.session_state[models.CHOSEN] = name
    st.session_state[MODELS] = [name]


def _exports(name: str) -> None:
    with st.container(horizontal=True):
        if models.chosen_model() == name:  # else another model would answer there
            st.page_link("pages/3_Predict.py", label="Try it on photos", icon=":material/add_a_photo:")
        st.page_link(
            "pages/5_Evaluate.py",
            label="Evaluate it",
            icon=":material/fact_check:",
            query_params={MODELS: name},
        )
    st.caption("Download it; a conversion takes some ten seconds.")
    with st.container(horizontal=True):
        keras_file = model_folder(name) / KERAS_FILE
        download("Keras", keras_file.read_bytes, f"{name}.keras")
        for kind, form in FORMATS.items():
            download(
                form.title,
                partial(exported, name, kind),
                f"{name} {form.title}.zip",
                help_text=f"With {HOW_TO_USE_FILE}, the lines of code that run it.",
            )


def exported(name: str, kind: str) -> bytes:
    """A model in another form with the page on how to use it, as a zip. Runs at the click."""
    with tempfile.TemporaryDirectory() as scratch:
        ec.export_model(name, kind, f"{scratch}/made")
        return Path(shutil.make_archive(f"{scratch}/made", "zip", f"{scratch}/made")).read_bytes()


def _what_was_asked(run: Run) -> None:
    if not run.config:
        return
    with st.expander("What was asked", icon=":material/description:"):
        st.json(run.config.model_dump(), expanded=1)
        history = io.StringIO()
        if run.history:
            import pandas as pd

            pd.DataFrame([epoch.as_row() for epoch in run.history]).to_csv(history, index=False)
            st.download_button(
                "History as CSV",
                history.getvalue(),
                f"{run.name} history.csv",
                on_click="ignore",
                icon=":material/download:",
            )

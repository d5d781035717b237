"""Making a run's best network a model, using it on every page, and exporting it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import streamlit as st

import emotion_core as ec
from emotion_core.files import temporary_folder
from emotion_core.models import (
    CARD_FILE,
    KERAS_FILE,
    LITERT_FILE,
    model_folder,
    model_version,
    own_models_folder,
    sequence_models_folder,
)
from emotion_core.networks import FORMATS, HOW_TO_USE_FILE
from emotion_core.runs import Run, RunError
from ui.evaluate.question import MODELS
from ui.shared import access, models
from ui.shared.downloads import download
from ui.shared.layout import NAME_ROOM, plain
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun
from ui.shared.pages import EVALUATE, PHOTOS
from ui.shared.words import said, sentence
from ui.train.by_clip import is_of_clips, use_in_video


def use_model(run: Run) -> None:
    """Widgets that make a run's best network a model, or what can be done with it if it is one."""
    from emotion_core.jobs import published

    st.header("Use this model", anchor=False)
    of_clips = is_of_clips(run)
    if names := published(run.folder):
        (use_in_video if of_clips else _published)(names[0])
        return
    where = "a sequence model of your workspace, for Video" if of_clips else "a model of your workspace"
    st.markdown(f"Makes the best network of this run {where}{'' if of_clips else ', chosen on every page'}.")
    name = st.text_input("Name of the model", run.name, key=f"model of {run.name}", max_chars=NAME_ROOM).strip()
    replace = False
    models_folder = sequence_models_folder() if of_clips else own_models_folder()
    # A Path raises an error where a name is too long for the disk.
    if os.path.isfile(models_folder / name / CARD_FILE) and access.may_change(access.MODEL, name):
        replace = st.checkbox("Replace the model of this name, which is another network", key=f"replace {name}")
    if st.button("Use this model", type="primary", icon=":material/check:", key=f"use {run.name}"):
        with st.spinner("Making the model …", show_time=True):
            _publish(run.name, name, replace, of_clips)
        st.rerun()


def _publish(run: str, name: str, replace: bool, of_clips: bool) -> None:
    from emotion_core.jobs import publish

    try:
        made = publish(run, name, replace)
    except RunError as error:
        report_error_after_rerun(sentence(str(error)))
        return
    except OSError as error:
        why = error.strerror or error
        report_error_after_rerun(f"The model could not be written: {why}. Make room, or make the workspace writable.")
        return
    access.claim(access.MODEL, made.name)
    if of_clips:
        notify_after_rerun(f"{made.name} is now a sequence model, which the page Video offers.")
        return
    _choose(made.name)
    notify_after_rerun(f"{made.name} is now a model, chosen on every page.")


def _choose(name: str) -> None:
    """Have a model used on every page, the page Evaluate among them, until another one is chosen."""
    st.session_state[models.CHOSEN] = name
    st.session_state[MODELS] = [name]


def _published(name: str) -> None:
    """What can be done with a model that a run's network is."""
    st.markdown(f"It is a model of your workspace, called **{plain(name)}**, and every page offers it.")
    models.say_cautions_of(name)
    with st.container(horizontal=True, vertical_alignment="center"):
        if models.chosen_model() == name:  # else another model would be used there
            st.page_link(PHOTOS.path, label="Try it on photos", icon=PHOTOS.icon)
        else:
            st.button("Use it on every page", on_click=_choose, args=(name,), icon=":material/check:")
        st.page_link(EVALUATE.path, label="Evaluate it", icon=EVALUATE.icon, query_params={MODELS: name})
    _exports(name)


def _exports(name: str) -> None:
    """Downloads of a model in every format. One that is converted first is offered once that is done."""
    st.markdown("**Export**")
    keras_file = model_folder(name) / KERAS_FILE
    if not keras_file.exists():
        download("LiteRT", keras_file.with_name(LITERT_FILE).read_bytes, f"{name}.tflite")
        st.caption("A model of few faces is one LiteRT file, with its head in it. There is no Keras file to convert.")
        return
    with st.container(horizontal=True):
        download("Keras", keras_file.read_bytes, f"{name}.keras")
        for format_name in FORMATS:
            _export(name, format_name)
    st.caption("A conversion takes about ten seconds.")


def _export(name: str, format_name: str) -> None:
    """A button that converts a model, and then the one that downloads it; why it failed, if it does."""
    form = FORMATS[format_name]
    kept = f"export {format_name} {name} {model_version(name)}"
    if kept not in st.session_state:
        if not st.button(f"Convert to {form.title}", key=f"{kept} button", icon=":material/sync:"):
            return
        try:
            with st.spinner(f"Converting to {form.title} …", show_time=True):
                st.session_state[kept] = exported(name, format_name)
        except (ec.ModelError, OSError, ImportError) as error:
            st.error(said(f"It could not be converted to {form.title}: {error}."), icon=":material/error:")
            return
    content = st.session_state[kept]
    help_text = f"With {HOW_TO_USE_FILE}, the lines of code that run it."
    download(form.title, lambda: content, f"{name} {form.title}.zip", help_text=help_text)


def exported(name: str, format_name: str) -> bytes:
    """A model in another format with the page on how to use it, as a zip.

    Raises:
        ModelError: it cannot be converted.
        ImportError: what converts it is not installed.
    """
    with temporary_folder("export") as scratch:
        ec.export_model(name, format_name, f"{scratch}/made")
        return Path(shutil.make_archive(f"{scratch}/made", "zip", f"{scratch}/made")).read_bytes()

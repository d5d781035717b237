"""What is done with a model: use it, rename it, delete it, take it along, and bring in another one."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

import emotion_core as ec
from emotion_core.jobs import temporary_prefix
from emotion_core.models import (
    choose_default_model,
    default_model,
    model_folder,
    sequence_models_folder,
)
from ui.evaluate.question import MODELS
from ui.models.overview import TABLE, may_change
from ui.shared import access, models
from ui.shared.downloads import download
from ui.shared.layout import NAME_ROOM, plain
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun
from ui.shared.pages import EVALUATE, PHOTOS, VIDEO


def actions(name: str) -> None:
    """Buttons for one model."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if name != default_model() and access.is_owner():
            st.button(
                "Make it the default", on_click=_default, args=(name,), icon=":material/check:", key=f"default {name}"
            )
        if st.button("Try it on photos", icon=PHOTOS.icon, type="tertiary", key=f"try {name}"):
            use(name)
            st.switch_page(PHOTOS.path)
        st.page_link(EVALUATE.path, label="Evaluate it", icon=EVALUATE.icon, query_params={MODELS: name})
        download("Download", lambda: zipped(model_folder(name)), f"{name}.zip", "application/zip", _TAKE_ALONG)
        if may_change(name):
            _rename_form(name)
            _delete_form(name)


def sequence_model_actions(name: str) -> None:
    """Buttons for a sequence model, whose answers are of videos."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(VIDEO.path, label="Read a video with it", icon=VIDEO.icon)
        folder = sequence_models_folder() / name
        download("Download", lambda: zipped(folder), f"{name}.zip", "application/zip", _TAKE_ALONG)
        # Of a model for single faces with the same name, that one is meant.
        if access.may_change(access.MODEL, name) and not model_folder(name).exists():
            _rename_form(name)
            _delete_form(name)


_TAKE_ALONG = "The model's folder as a zip, to import on another machine."


def use(name: str) -> None:
    """Have the pages use a model that is looked at, until another one is chosen."""
    st.session_state[models.CHOSEN] = name


def bring_in() -> None:
    """Import a model as a zip."""
    with st.popover("Import a model", icon=":material/upload:"):
        st.markdown("A zip of a model's folder, as **Download** gives it. Its files must agree with its card.")
        file = st.file_uploader("Zip of a model", max_upload_size=1000, key="models_upload")
        name = st.text_input(
            "Name", placeholder="as on its card", max_chars=NAME_ROOM, key="models_upload_name"
        ).strip()
        st.button("Import it", on_click=_add, args=(file, name), type="primary", disabled=file is None)


def _add(file: io.BytesIO, name: str) -> None:
    from emotion_core.jobs import add_model

    with tempfile.TemporaryDirectory(prefix=temporary_prefix("model", os.getpid())) as folder:
        path = Path(folder) / "model.zip"
        with path.open("wb") as target:
            shutil.copyfileobj(file, target)
        _try(lambda: _added(add_model(path, name or None).name))


def _added(name: str) -> None:
    access.claim(access.MODEL, name)
    notify_after_rerun(f"{name} is now in your workspace.")


def _default(name: str) -> None:
    def choose() -> None:
        choose_default_model(name)
        use(name)
        notify_after_rerun(f"{name} is now the default model.")

    _try(choose)


def _rename_form(name: str) -> None:
    with st.popover("Rename", icon=":material/edit:"), st.form(f"rename {name}", border=False):
        st.text_input("New name", name, max_chars=NAME_ROOM, key=f"new name of {name}")
        st.form_submit_button("Rename it", on_click=_rename, args=(name,), type="primary")


def _rename(name: str) -> None:
    from emotion_core.jobs import rename_model

    new = st.session_state[f"new name of {name}"].strip()
    was_default = name == default_model()

    def rename() -> None:
        rename_model(name, new)
        access.claim(access.MODEL, new)
        if was_default:
            choose_default_model(new)
        if st.session_state.get(models.CHOSEN) == name:
            use(new)
        notify_after_rerun(f"{name} is now called {new}.")

    _try(rename)


def _delete_form(name: str) -> None:
    with st.popover("Delete", icon=":material/delete:"):
        st.markdown(f"Delete **{plain(name)}** for good? The run that it was made of stays.")
        st.button("Delete it", on_click=_delete, args=(name,), type="primary", key=f"delete {name}")


def _delete(name: str) -> None:
    from emotion_core.jobs import delete_model

    def delete() -> None:
        delete_model(name)
        notify_after_rerun(f"{name} is deleted.")

    _try(delete)


def _try(act: Callable[[], None]) -> None:
    """Do something to the workspace, or have the page say why not; the table has other rows then."""
    try:
        act()
    except ec.ModelError as error:
        report_error_after_rerun(f"{str(error)[:1].upper()}{str(error)[1:]}.")
    except OSError as error:
        report_error_after_rerun(f"The workspace cannot be changed: {error.strerror or error}.")
    else:
        st.session_state.pop(TABLE, None)


def zipped(folder: Path) -> bytes:
    """A model's folder as a zip; runs at the click, outside of the page."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.name.startswith("."):
                archive.write(path, f"{folder.name}/{path.name}")
    return content.getvalue()

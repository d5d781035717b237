"""What is done with a model: use it, rename it, delete it, take it along, and bring in another one."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Literal

import streamlit as st

import emotion_core as ec
from emotion_core.files import temporary_folder
from emotion_core.models import (
    choose_default_model,
    default_model,
    model_folder,
    sequence_models_folder,
)
from ui.evaluate.question import MODELS
from ui.models.overview import TABLE, may_change, show
from ui.shared import access, models
from ui.shared.downloads import download
from ui.shared.layout import NAME_ROOM, plain
from ui.shared.notifications import notify_after_rerun, report_error_after_rerun
from ui.shared.pages import EVALUATE, PHOTOS, VIDEO
from ui.shared.words import sentence

_IMPORT, _NAME = "models_import", "models_upload_name"
#: What a colleague's model is given as.
ZIP, FOLDER = "Zip", "Folder"


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
    """Import a model as a zip, or as the folder that it is."""
    with st.popover("Import a model", icon=":material/upload:", key=_IMPORT, on_change="rerun"):
        st.markdown("A model's folder, or a zip of it as **Download** gives it. Its files must agree with its card.")
        form = st.segmented_control(
            "Import", [ZIP, FOLDER], default=ZIP, required=True, key="models_form", label_visibility="collapsed"
        )
        several: Literal[False, "directory"] = "directory" if form == FOLDER else False
        given = st.file_uploader(
            f"{form} of a model", accept_multiple_files=several, max_upload_size=1000, key=f"models_upload {form}"
        )
        files = given if isinstance(given, list) else [given] if given else []
        st.text_input("Name", placeholder="as on its card", max_chars=NAME_ROOM, key=_NAME)
        st.button("Import it", on_click=_add, args=(form, files), type="primary", disabled=not files)


def _add(form: str, files: list[st.typing.UploadedFile]) -> None:
    from emotion_core.jobs import add_model

    # As it is now: a click right after typing comes before the page has run with it.
    name = st.session_state[_NAME].strip()
    with temporary_folder("model") as scratch:
        path = Path(scratch) / ("model.zip" if form == ZIP else "this folder")
        try:
            if form == ZIP:
                _write(files[0], path)
            else:
                _write_folder(files, path)
        except OSError as error:
            report_error_after_rerun(f"It cannot be read: {error.strerror or error}.")
            return
        _try(lambda: _added(add_model(path, name or None).name))


def _write_folder(files: list[st.typing.UploadedFile], folder: Path) -> None:
    """The files of an uploaded folder, without those of folders in it, which are no part of a model."""
    folder.mkdir()
    paths = {PurePosixPath(file.name.replace("\\", "/")): file for file in files}
    top = min(len(path.parts) for path in paths)
    for path, file in paths.items():
        if len(path.parts) == top and path.name not in ("", "..") and "\0" not in path.name:
            _write(file, folder / path.name)


def _write(file: io.BytesIO, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file, target)


def _added(name: str) -> None:
    access.claim(access.MODEL, name)
    show([name])
    # The form hid the card, and the next model has a name of its own.
    st.session_state.update({_IMPORT: False, _NAME: ""})
    notify_after_rerun(f"{name} is now in your workspace.")


def _default(name: str) -> None:
    def choose() -> None:
        choose_default_model(name)
        use(name)
        show([name])
        notify_after_rerun(f"{name} is now the default model.")

    _try(choose)


def _rename_form(name: str) -> None:
    # Named after its model, it is another one, and closed, once the name has changed.
    popover = st.popover("Rename", icon=":material/edit:", key=f"ask to rename {name}", on_change="rerun")
    with popover, st.form(f"rename {name}", border=False):
        st.text_input("New name", name, max_chars=NAME_ROOM, key=f"new name of {name}")
        st.form_submit_button("Rename it", on_click=_rename, args=(name,), type="primary")


def _rename(name: str) -> None:
    from emotion_core.jobs import rename_model

    new = st.session_state[f"new name of {name}"].strip()
    was_default = name == default_model()

    def rename() -> None:
        rename_model(name, new)
        access.release(access.MODEL, name)
        access.claim(access.MODEL, new)
        if was_default:
            choose_default_model(new)
        if st.session_state.get(models.CHOSEN) == name:
            use(new)
        show([new])
        notify_after_rerun(f"{name} is now called {new}.")

    _try(rename)


def _delete_form(name: str) -> None:
    with st.popover("Delete", icon=":material/delete:", key=f"ask to delete {name}", on_change="rerun"):
        st.markdown(f"Delete **{plain(name)}** for good? The run that it was made of stays.")
        st.button("Delete it", on_click=_delete, args=(name,), type="primary", key=f"delete {name}")


def _delete(name: str) -> None:
    from emotion_core.jobs import delete_model

    def delete() -> None:
        delete_model(name)
        access.release(access.MODEL, name)
        show([default_model()])
        notify_after_rerun(f"{name} is deleted.")

    _try(delete)


def _try(act: Callable[[], None]) -> None:
    """Do something to the workspace, or have the page say why not; the table has other rows then."""
    try:
        act()
    except ec.ModelError as error:
        report_error_after_rerun(sentence(str(error)))
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

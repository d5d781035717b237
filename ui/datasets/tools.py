"""What is done with a whole set: copy it to correct the copy, export it as files, delete it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from emotion_core.datasets import unique_name
from emotion_core.files import temporary_folder
from ui.datasets import view
from ui.datasets.import_job import TABLE_EXAMPLE, TABLE_HELP
from ui.shared import access
from ui.shared.downloads import download
from ui.shared.layout import NAME_ROOM, plain
from ui.shared.notifications import attempt, notify_after_rerun


def derive_form(name: str) -> None:
    """Make a set with a name of its own that is corrected apart."""
    # Named after its set, it is another one, and closed, when the copy is shown.
    with st.popover("Copy to correct", icon=":material/content_copy:", key=f"copy set {name}", on_change="rerun"):
        st.caption("Takes almost no space: only your corrections are stored. The copy can be trained on like any set.")
        with st.form("set_derive", border=False):
            wanted = st.text_input("Name of the copy", unique_name(f"{name[:50]} corrected"), max_chars=NAME_ROOM)
            table = st.text_area("Other classes", placeholder=TABLE_EXAMPLE, help=TABLE_HELP)
            if st.form_submit_button("Make the copy", type="primary"):
                attempt(lambda: _derive(name, wanted.strip(), table))


def _derive(name: str, wanted: str, table: str) -> None:
    from emotion_core.datasets import class_table_of, derive

    st.session_state.set_next = derive(name, wanted, class_table_of(table) if table.strip() else None).name
    access.claim(access.DATA, wanted)
    st.rerun()


def delete_form(name: str) -> None:
    """Delete the set, after a question; nothing for a visitor who may not."""
    if not access.may_change(access.DATA, name):
        return
    # Named after its set, it is another one, and closed, when the next set is shown.
    with st.popover("Delete", icon=":material/delete:", key=f"ask to delete set {name}", on_change="rerun"):
        st.markdown(f"Delete **{plain(name)}** for good? What it was imported from stays where it is.")
        st.button("Delete it", on_click=_delete, args=(name,), type="primary", key=f"delete set {name}")


def _delete(name: str) -> None:
    from emotion_core.datasets import delete_dataset

    if attempt(lambda: delete_dataset(name)):
        access.release(access.DATA, name)
        for other in access.dataset_names()[:1]:
            view.choose(other)
        notify_after_rerun(f"{name} is deleted.")
        st.session_state.update(set_page=1, set_face=None)


def exports(shown: view.View) -> None:
    """The corrected set as files. They are made at the click, outside of the page."""
    name = shown.name
    with st.popover("Export", icon=":material/download:"):
        download(
            "Corrected labels as csv",
            lambda: exported(name, faces=False),
            f"{name}-labels.csv",
            "text/csv",
            help_text="Each face's source, label and split, as corrected and as given, and whether it is excluded.",
        )
        if tuple(shown.description.shape) == (48, 48):
            download(
                "Faces and labels as FER-2013's csv",
                lambda: exported(name, faces=True),
                f"{name}.csv",
                "text/csv",
                help_text="Without the excluded faces, and those that are in none of its classes.",
            )


def exported(name: str, faces: bool) -> bytes:
    """A set as csv: its labels, or its faces as well."""
    from emotion_core.datasets import export_dataset, export_list

    with temporary_folder("export") as folder:
        path = Path(folder) / "export.csv"
        (export_dataset if faces else export_list)(name, path)
        return path.read_bytes()

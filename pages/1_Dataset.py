"""Data sets: bring in labelled faces, see what is in them, and correct their labels."""

from __future__ import annotations

import streamlit as st

from emotion_core.datasets import DatasetError
from ui.datasets import contents, findings, import_job, importing, integrity, tools, view
from ui.datasets.face_map import face_map
from ui.datasets.gallery import gallery, tell_of_missing_face
from ui.datasets.only import only
from ui.datasets.review import close, review
from ui.shared import access, layout
from ui.shared.notifications import report_error_after_rerun, show_notifications
from ui.shared.pages import LOOKED_AT
from ui.shared.words import said, without_paths


def other_set() -> None:
    """Begin anew with another set."""
    st.session_state[view.PAGE] = 1
    close()


layout.page_header(
    "Data sets",
    "Import labelled faces, see what is in them, and correct their labels. Everything stays on this machine.",
    wide=True,
)
import_job.do_job()
names = access.dataset_names()
if not names:
    importing.empty_state()
    importing.panel(opened=True)
    show_notifications()
    st.stop()

if view.NEXT in st.session_state:
    view.choose(st.session_state.pop(view.NEXT))
asked = st.session_state.get(view.SET, st.query_params.get(view.SET))
if asked not in names:
    if asked:
        report_error_after_rerun(f"There is no data set {asked!r} here, or no longer; this is {names[0]!r}.")
        other_set()
    view.choose(names[0])
with st.container(horizontal=True, vertical_alignment="bottom"):
    name = st.selectbox(
        "Data set", names, None, key=view.SET, bind="query-params", on_change=other_set, required=True, width=320
    )
    beside = st.container(horizontal=True, width="content")
importing.panel(opened=False)
if st.session_state.get(view.FACE) is None:  # else the review says what there is to say
    show_notifications()
if name is None:  # after Back to an address without a set
    st.rerun()
st.session_state[LOOKED_AT] = name

try:
    shown = view.view(name)
except (DatasetError, OSError) as error:
    st.error(said(error), icon=":material/error:")
    tools.delete_form(name)
    st.stop()
with beside:
    tools.derive_form(name)
    tools.exports(shown)
    tools.delete_form(name)
origin = f"corrections of {shown.description.base}" if shown.description.base else shown.description.source
st.caption(f"{layout.plain(without_paths(origin))}, {shown.description.date}")
tell_of_missing_face(shown)
integrity.integrity(view.import_of(shown))
wanted, overview = st.container(), st.container()
alone = only(shown) is not None
if not alone:
    with overview:  # what stands below keeps its place, whether this is shown or not
        contents.import_summary(shown.description)
        contents.counts(shown)
        contents.mean_faces(shown)
        findings.findings(shown)
st.header("Faces", anchor=False)
face_map(shown)
gallery(shown, review, alone)
with wanted:
    if findings.do_wanted(name):
        st.rerun()

"""Importing a set: what is asked, from where, with which options, and what stopped the last try."""

from __future__ import annotations

import streamlit as st

from emotion_core.datasets import CROPPING
from emotion_core.emotions import LABELS, display_name
from ui.datasets.import_job import FAILURE, FILES, IMPORTS, NET, PATH, SYNTHETIC, Failure, Job, start
from ui.shared import access
from ui.shared.layout import count, plain
from ui.shared.words import said

LEAVE_OUT = "leave out"
#: So many unknown labels are asked about; the others, if any, are left out.
ASKED_ABOUT = 40
SIDES = (48, 64, 96, 128, 224)


def empty_state() -> None:
    """What to do where there is no set yet."""
    from emotion_core.datasets import FACES, NAME

    with st.container(border=True):
        st.markdown(
            "**No data set yet.** A network learns from labelled faces. "
            "Start with synthetic faces, which are drawn here in a moment, or bring in your own below."
        )
        st.button(
            f"Make {FACES:,} synthetic faces",
            on_click=start,
            args=(Job(SYNTHETIC, NAME, count=FACES),),
            type="primary",
            icon=":material/draw:",
        )


def panel(opened: bool) -> None:
    """The ways to import a set; open where there is none, or where the last try needs an answer."""
    failure: Failure | None = st.session_state.get(FAILURE)
    with st.expander("Import a data set", expanded=opened or failure is not None, icon=":material/add:"):
        kinds = (FILES, *((PATH,) if access.may_give_paths() else ()), SYNTHETIC, NET)
        kind = st.segmented_control("From", kinds, default=FILES, required=True, key="set_kind")
        ready = {FILES: _ask_files, PATH: _ask_path, SYNTHETIC: _ask_synthetic, NET: _ask_net}[kind]()
        if failure:
            _show(failure)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Name", key="set_name", max_chars=64, placeholder="by its source", width=280)
            if kind != SYNTHETIC:
                _options()
            label = {SYNTHETIC: "Make", NET: "Download and import"}.get(kind, "Import")
            st.button(label, on_click=_start_asked, args=(kind,), type="primary", disabled=not ready, key="set_import")


def _ask_files() -> bool:
    """Whether there is something to import; so too the next."""
    files = st.file_uploader(
        "A csv, a zip or a parquet file",
        type=["csv", "zip", "parquet"],
        accept_multiple_files=True,
        key=_upload_key(),
        help="FER-2013's csv, with FER+'s votes beside it if you have them; a zip with a folder per emotion, with "
        "KDEF's or JAFFE's files, or with a csv of paths and labels; a parquet file with pictures and labels.",
    )
    st.caption(
        "Uploads lie in the server's memory, and during the import in its folder for temporary files; both are cleared "
        "afterwards. What stays is the data set."
    )
    return bool(files)


def _upload_key() -> str:
    """Another one after each import: files that are in would else be taken for a part of the next set."""
    return f"set_upload_{st.session_state.get(IMPORTS, 0)}"


def _ask_path() -> bool:
    path = st.text_input(
        "File or folder",
        key="set_path",
        placeholder="/home/me/fer2013",
        help="A csv, zip or parquet file; or a folder, with a folder per emotion, or with fer2013.csv and FER+'s "
        "fer2013new.csv. ~ is your home.",
    )
    return bool(path and path.strip())


def _ask_synthetic() -> bool:
    from emotion_core.datasets import FACES

    st.caption(
        "Faces drawn from parameters, to try everything out on. A network trained on them knows nothing of real faces."
    )
    left, right = st.columns(2)
    left.number_input("How many", 7, 50_000, FACES, 700, key="set_drawn_count")
    right.number_input("Seed", 0, 2**31, 0, key="set_drawn_seed", help="The same seed draws the same faces.")
    return True


def _ask_net() -> bool:
    st.caption(
        "Downloads the Kaggle data set msambare/fer2013 (about 60 MB) through kagglehub, under Kaggle's terms; some "
        "sets need an account there. FER+'s votes are not part of it."
    )
    return True


def _options() -> None:
    with st.popover("Options", icon=":material/tune:"):
        st.checkbox("Skip bad rows", key="set_skip", help="Otherwise the import stops and names the first ten.")
        st.selectbox("Size of the stored faces in pixels", SIDES, key="set_side")
        st.selectbox(
            "Crop faces from photos",
            CROPPING,
            key="set_crop",
            help="Auto looks at the first hundred pictures and decides.",
        )


def _start_asked(kind: str) -> None:
    """Start what the widgets say; a callback, so they are read as they are now."""
    state = st.session_state
    name = str(state.get("set_name") or "").strip()
    if kind == SYNTHETIC:
        start(Job(SYNTHETIC, name, count=state.set_drawn_count, seed=state.set_drawn_seed))
        return
    start(
        Job(
            kind,
            name,
            files=tuple(state.get(_upload_key()) or ()),
            path=str(state.get("set_path") or "").strip(),
            labels=_meanings(state.get(FAILURE)),
            skip_bad_rows=bool(state.get("set_skip")),
            side=int(state.get("set_side", SIDES[0])),
            crop=str(state.get("set_crop", "auto")),
        )
    )


def _meanings(failure: Failure | None) -> dict[str, str | None]:
    """What the user says that the labels mean which are not known."""
    if failure is None:
        return {}
    chosen = {label: st.session_state.get(_meaning_key(label), LEAVE_OUT) for label in failure.labels}
    return {**failure.job.labels, **{a: None if m == LEAVE_OUT else m for a, m in chosen.items()}}


def _meaning_key(label: str) -> str:
    return f"set_meaning {label}"


def _show(failure: Failure) -> None:
    """What stopped the last try, and what to do about it. Nothing of it was kept."""
    if failure.labels:
        st.warning(
            "Some labels are not the name of an emotion. Say what each means, or leave it out, then import again.",
            icon=":material/label:",
        )
        with st.grid(min_column_width=200):
            for label, number in list(failure.labels.items())[:ASKED_ABOUT]:
                shown = f"“{plain(label)}”, {count(number, 'face')}" if label else f"no label, {count(number, 'face')}"
                st.selectbox(shown, (LEAVE_OUT, *LABELS), key=_meaning_key(label), format_func=display_name)
        if len(failure.labels) > ASKED_ABOUT:
            st.caption(f"{len(failure.labels) - ASKED_ABOUT:,} more labels are left out.")
        return
    st.error(said(failure.message), icon=":material/error:")
    if failure.rows:
        st.markdown("\n".join(f"- {said(row)}" for row in failure.rows))
        st.caption("Nothing was imported. To import without these rows, tick “Skip bad rows” in the options.")

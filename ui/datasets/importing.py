"""Importing a set: what is asked, from where, with which options, and what stopped the last try."""

from __future__ import annotations

from typing import Any

import streamlit as st

from emotion_core.datasets import CROPPING, ENCODINGS, LABELS_FROM, NUMBERINGS
from emotion_core.emotions import LABELS
from ui.datasets import understood
from ui.datasets.import_job import (
    FAILURE,
    FILES,
    GROUP,
    IMPORTS,
    KEEP,
    NET,
    PATH,
    SEVEN,
    SYNTHETIC,
    TABLE_EXAMPLE,
    TABLE_HELP,
    Failure,
    Job,
    start,
)
from ui.datasets.understood import LEAVE_OUT, UNDERSTOOD, Understood
from ui.shared import access
from ui.shared.layout import NAME_ROOM, count, plain
from ui.shared.top import to_the_top
from ui.shared.words import said

#: No numbering is chosen.
ASK = "ask"
#: Which labels are taken where folders and a table disagree.
IN_WORDS = {"auto": "Stop and say so", "folders": "Folders", "table": "Table"}
#: The words of emotions and the names of pictures in a table tell its encoding.
TOLD = "told by the table"
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
    """The ways to import a set; open where there is none, or where the last try needs an answer, or to be looked at."""
    failure: Failure | None = st.session_state.get(FAILURE)
    answered = failure is not None or UNDERSTOOD in st.session_state
    with st.expander("Import a data set", expanded=opened or answered, icon=":material/add:"):
        kinds = (FILES, *((PATH,) if access.may_give_paths() else ()), SYNTHETIC, NET)
        kind = st.segmented_control("From", kinds, default=FILES, required=True, key="set_kind")
        ready = {FILES: _ask_files, PATH: _ask_path, SYNTHETIC: _ask_synthetic, NET: _ask_net}[kind]()
        if kind in (FILES, PATH):
            _ask_classes()
        if failure:
            _show(failure)
        elif found := _understood(kind):
            understood.show(found)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Name", key="set_name", max_chars=NAME_ROOM, placeholder="by its source", width=280)
            if kind != SYNTHETIC:
                _options()
            if kind in (FILES, PATH):
                look = "Reads everything and shows how it would be understood; nothing is stored."
                st.button("Preview", on_click=_start_asked, args=(kind, True), disabled=not ready, help=look)
            label = {SYNTHETIC: "Make", NET: "Download and import"}.get(kind, "Import")
            st.button(label, on_click=_start_asked, args=(kind,), type="primary", disabled=not ready, key="set_import")


def _ask_files() -> bool:
    """Whether there is something to import."""
    files = st.file_uploader(
        "Files of any form: csv, zip, tar, parquet, npz",
        type=None,  # what is not read is said with the reason, and the way to read it
        accept_multiple_files=True,
        key=_upload_key(),
        help="FER-2013's csv, with FER+'s votes beside it if you have them; a zip or tar with a folder per emotion, "
        "with a table of paths and labels, or with what an annotation tool wrote; a parquet or npz file with pictures "
        "and labels.",
    )
    st.caption(
        "Uploads are held in the server's memory and, during the import, in its temporary folder; both are "
        "cleared afterwards. Only the data set stays."
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
    from emotion_core.datasets import CLIPS, FACES

    st.caption(
        "Faces drawn from parameters, to try everything out on. A network trained on them knows nothing of real faces."
    )
    left, right = st.columns(2)
    moving = st.toggle("As clips", key="set_drawn_clips", help="Recordings of some 20 frames each, for sequence-net.")
    if moving:
        left.number_input("How many clips", 7, 5_000, CLIPS, 70, key="set_drawn_clip_count")
    else:
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
        st.selectbox(
            "What numbers mean",
            (ASK, *NUMBERINGS),
            key="set_numbering",
            help="Data sets number the emotions differently, so only FER-2013's own numbering is assumed.",
        )
        st.text_input(
            "Where labels are in file names",
            key="set_pattern",
            placeholder="*_{label}_*",
            help="For codes in the names of pictures: * is anything, ? one character. KDEF's and JAFFE's are known.",
        )
        st.selectbox(
            "Where folders and a table disagree",
            LABELS_FROM,
            key="set_labels_from",
            format_func=lambda choice: IN_WORDS[choice],
        )
        st.selectbox(
            "Encoding of tables that are not in UTF-8",
            (TOLD, *ENCODINGS),
            key="set_encoding",
            format_func=lambda choice: choice if choice == TOLD else f"{ENCODINGS[choice]} ({choice})",
            help="Tables from spreadsheets may be in the encoding of their country.",
        )


def _ask_classes() -> None:
    """What becomes of the labels."""
    chosen = st.segmented_control(
        "Classes",
        (SEVEN, KEEP, GROUP),
        default=SEVEN,
        required=True,
        key="set_classes",
        help="Labels are mapped to the emotions that they name, kept as 2 to 30 classes of their own, or "
        "grouped by a table.",
    )
    if chosen == GROUP:
        st.text_area("Labels and their classes", placeholder=TABLE_EXAMPLE, key="set_table", help=TABLE_HELP)


def _start_asked(kind: str, check: bool = False) -> None:
    """Start what the widgets say; a callback, so they are read as they are now."""
    state = st.session_state
    if not check:  # what comes of it is seen at the top
        to_the_top()
    name = str(state.get("set_name") or "").strip()
    if kind == SYNTHETIC:
        moving = bool(state.get("set_drawn_clips"))
        count = state.set_drawn_clip_count if moving else state.set_drawn_count
        start(Job(SYNTHETIC, name, count=count, seed=state.set_drawn_seed, clips=moving))
        return
    start(
        Job(
            kind,
            name,
            files=tuple(state.get(_upload_key()) or ()),
            path=str(state.get("set_path") or "").strip(),
            labels=_meanings(kind),
            check=check,
            numbering="" if state.get("set_numbering", ASK) == ASK else state.set_numbering,
            name_pattern=str(state.get("set_pattern") or "").strip(),
            labels_from=str(state.get("set_labels_from", LABELS_FROM[0])),
            encoding="" if state.get("set_encoding", TOLD) == TOLD else state.set_encoding,
            skip_bad_rows=bool(state.get("set_skip")),
            side=int(state.get("set_side", SIDES[0])),
            crop=str(state.get("set_crop", "auto")),
            classes=str(state.get("set_classes") or SEVEN),
            table=str(state.get("set_table") or ""),
        )
    )


def _meanings(kind: str) -> dict[str, str | None]:
    """What the visitor says that labels mean: those that are not known, or those that were looked at."""
    failure: Failure | None = st.session_state.get(FAILURE)
    if failure is not None:
        return {**failure.job.labels, **understood.chosen(dict.fromkeys(failure.labels, LEAVE_OUT))}
    found = _understood(kind)
    return {} if found is None else {**found.job.labels, **understood.chosen(found.labels())}


def _understood(kind: str) -> Understood | None:
    """What was found in what is given now, if that was looked at."""
    found: Understood | None = st.session_state.get(UNDERSTOOD)
    given = _given(kind)
    job = found.job if found else None
    return found if job and (job.kind, job.path, job.files, job.classes, job.table) == given else None


def _given(kind: str) -> tuple[str, str, tuple[Any, ...], str, str]:
    """The source, and what becomes of its labels, as a job has it."""
    state = st.session_state
    path, files = str(state.get("set_path") or "").strip(), tuple(state.get(_upload_key()) or ())
    return kind, path, files, str(state.get("set_classes") or SEVEN), str(state.get("set_table") or "")


def _show(failure: Failure) -> None:
    """What stopped the last try, and what to do about it. Nothing of it was kept."""
    from emotion_core.datasets import class_table_of, number_of

    grouped = failure.job.classes == GROUP
    if failure.labels:
        meanings = class_table_of(failure.job.table).classes if grouped else LABELS
        st.warning(
            "Some labels are not in the table. Say what each means, or leave it out, then import again."
            if grouped
            else "Some labels are not the name of an emotion. Say what each means, or leave it out, then import again; "
            f"or choose “{KEEP}” above.",
            icon=":material/label:",
        )
        asked = {
            label: f"{f'“{plain(label)}”' if label else 'no label'}, {count(number, 'face')}"
            for label, number in failure.labels.items()
        }
        understood.ask_meanings(dict.fromkeys(asked, LEAVE_OUT), asked, meanings)
        if any(number_of(label) is not None for label in failure.labels):
            st.caption("All numbers at once: choose in the options what numbers mean.")
        return
    st.error(said(failure.message), icon=":material/error:")
    if failure.sources_differ:
        st.caption("Nothing was imported. Choose in the options which labels to take.")
    if failure.rows:
        st.markdown("\n".join(f"- {said(row)}" for row in failure.rows))
        st.caption("Nothing was imported. To import without these rows, tick “Skip bad rows” in the options.")

"""Bringing a set in: files, a path, drawn faces, the net; what was read of it, and what stopped it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core.datasets.names import as_name, unique_name
from emotion_core.emotions import LABELS, display_name
from emotion_core.inference.results import percent
from ui.datasets import view
from ui.shared.layout import count, plain
from ui.shared.notifications import notify_after_rerun

if TYPE_CHECKING:
    from emotion_core.datasets.readers.reading import Reading
    from emotion_core.datasets.store import Description

#: FER-2013's csv has 300 MB.
LARGEST_UPLOAD_MB = 1000
FILES, PATH, SYNTHETIC, NET = "Files", "A path on this machine", "Synthetic faces", "FER-2013 from Kaggle"
LEAVE_OUT = "leave out"
#: So many unknown labels are asked about; the others, if any, are left out.
ASKED_ABOUT = 40
SIDES = (48, 64, 96, 128, 224)


@dataclass(frozen=True)
class Job:
    """What is to be brought in.

    Attributes:
        kind: one of `FILES`, `PATH`, `SYNTHETIC` and `NET`.
        name: what the set is to be called; empty for a name by its source.
        files: uploaded files.
        path: where it lies, for `PATH`.
        count, seed: for `SYNTHETIC`.
        wishes: how it is to be read, see `emotion_core.datasets.readers.reading.Wishes`.
        crop: whether faces are cut out of photos.
    """

    kind: str
    name: str = ""
    files: tuple[Any, ...] = ()
    path: str = ""
    count: int = 0
    seed: int = 0
    wishes: dict[str, Any] = field(default_factory=dict)
    crop: str = "auto"


@dataclass(frozen=True)
class Trouble:
    """What stopped a job: a message, and the rows or labels that it is about."""

    job: Job
    message: str
    rows: list[str] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)


# What is asked


def empty_state() -> None:
    """What to do where there is no set yet."""
    from emotion_core.datasets.synthetic import FACES, NAME

    with st.container(border=True):
        st.markdown(
            "**No data set yet.** A network learns from faces whose expression is known. "
            "Start with faces that are drawn here in a moment, or bring in your own below."
        )
        st.button(
            f"Make {FACES:,} synthetic faces",
            on_click=_start,
            args=(Job(SYNTHETIC, NAME, count=FACES),),
            type="primary",
            icon=":material/draw:",
        )


def panel(opened: bool) -> None:
    """Ways to bring in a set; open where there is none, or where the last try needs an answer."""
    trouble: Trouble | None = st.session_state.get("set_trouble")
    with st.expander("Bring in a set", expanded=opened or trouble is not None, icon=":material/add:"):
        kinds = (FILES, PATH, SYNTHETIC, NET)
        kind = st.segmented_control("From", kinds, default=FILES, required=True, key="set_kind")
        ready = {FILES: _ask_files, PATH: _ask_path, SYNTHETIC: _ask_synthetic, NET: _ask_net}[kind]()
        if trouble:
            _show(trouble)
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
        max_upload_size=LARGEST_UPLOAD_MB,
        help="FER-2013's csv, with FER+'s votes beside it if you have them; a zip with a folder per emotion, or with a "
        "csv of paths and labels; a parquet file with pictures and labels.",
    )
    return bool(files)


def _upload_key() -> str:
    """Another one after each import: files that are in would else be taken for a part of the next set."""
    return f"set_upload_{st.session_state.get('set_imports', 0)}"


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
    from emotion_core.datasets.synthetic import FACES

    st.caption(
        "Faces drawn from parameters, to try everything out on. A network trained on them knows nothing of real faces."
    )
    left, right = st.columns(2)
    left.number_input("How many", 7, 50_000, FACES, 700, key="set_drawn_count")
    right.number_input("Seed", 0, 2**31, 0, key="set_drawn_seed", help="The same seed draws the same faces.")
    return True


def _ask_net() -> bool:
    st.caption(
        "Downloads the Kaggle data set msambare/fer2013 (about 60 MB) through kagglehub. Its terms are Kaggle's; some "
        "sets need an account there. Without FER+'s votes."
    )
    return True


def _options() -> None:
    with st.popover("Options", icon=":material/tune:"):
        st.checkbox("Skip bad rows", key="set_skip", help="Else the import stops and names the first ten.")
        st.selectbox("Side of the stored faces in pixels", SIDES, key="set_side")
        st.selectbox(
            "Cut faces out of photos",
            ("auto", "always", "never"),
            key="set_crop",
            help="Auto decides by looking at the first hundred pictures.",
        )


def _start_asked(kind: str) -> None:
    """Start what the widgets say; a callback, so they are read as they are now."""
    said = st.session_state
    name = str(said.get("set_name") or "").strip()
    if kind == SYNTHETIC:
        _start(Job(SYNTHETIC, name, count=said.set_drawn_count, seed=said.set_drawn_seed))
        return
    wishes = {
        "skip_bad_rows": bool(said.get("set_skip")),
        "side": int(said.get("set_side", SIDES[0])),
        "labels": _meanings(said.get("set_trouble")),
    }
    files, path = tuple(said.get(_upload_key()) or ()), str(said.get("set_path") or "").strip()
    _start(Job(kind, name, files, path, wishes=wishes, crop=str(said.get("set_crop", "auto"))))


def _start(job: Job) -> None:
    st.session_state.set_job = job
    st.session_state.pop("set_trouble", None)


def _meanings(trouble: Trouble | None) -> dict[str, str | None]:
    """What the user says that the labels mean which are not known."""
    if trouble is None:
        return {}
    chosen = {label: st.session_state.get(_meaning_key(label), LEAVE_OUT) for label in trouble.labels}
    return {**trouble.job.wishes.get("labels", {}), **{a: None if m == LEAVE_OUT else m for a, m in chosen.items()}}


def _meaning_key(label: str) -> str:
    return f"set_meaning {label}"


def _show(trouble: Trouble) -> None:
    """What stopped the last try, and what to do about it. Nothing of it was kept."""
    if trouble.labels:
        st.warning(
            "Some labels are no known name of an emotion. Say what each means, or leave it out, then import again.",
            icon=":material/label:",
        )
        with st.grid(min_column_width=200):
            for label, number in list(trouble.labels.items())[:ASKED_ABOUT]:
                shown = f"“{plain(label)}”, {count(number, 'face')}" if label else f"no label, {count(number, 'face')}"
                st.selectbox(shown, (LEAVE_OUT, *LABELS), key=_meaning_key(label), format_func=display_name)
        if len(trouble.labels) > ASKED_ABOUT:
            st.caption(f"{len(trouble.labels) - ASKED_ABOUT:,} more labels are left out.")
        return
    st.error(plain(trouble.message), icon=":material/error:")
    if trouble.rows:
        st.markdown("\n".join(f"- {plain(row)}" for row in trouble.rows))
        st.caption("Nothing was imported. To go on without such rows, tick “Skip bad rows” in the options.")


# What is done


def do_job() -> None:
    """Bring in what was asked for, with progress, and look at it; or note what stopped it."""
    from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError

    job: Job | None = st.session_state.pop("set_job", None)
    if job is None:
        return
    place = st.empty()
    try:
        with place.container():
            described = _done(job)
    except UnknownLabelsError as error:
        st.session_state.set_trouble = Trouble(job, str(error), labels=error.labels)
    except BadRowsError as error:
        st.session_state.set_trouble = Trouble(job, str(error), rows=error.rows)
    except (DatasetError, ValueError) as error:
        st.session_state.set_trouble = Trouble(job, str(error))
    except OSError as error:
        words = f"{error.strerror}: {error.filename}" if error.strerror and error.filename else str(error)
        st.session_state.set_trouble = Trouble(job, words)
    else:
        view.choose(described.name)
        imports = st.session_state.get("set_imports", 0) + 1
        st.session_state.update(set_page=1, set_face=None, set_new=described.name, set_name="", set_imports=imports)
        notify_after_rerun(f"{described.faces:,} faces are in the set {described.name}.")
    place.empty()


def _done(job: Job) -> Description:
    from emotion_core.datasets.readers.download import download_fer2013
    from emotion_core.datasets.store import add_synthetic

    if job.kind == SYNTHETIC:
        with st.spinner("Drawing faces"):
            return add_synthetic(job.name or None, job.count, job.seed)
    if job.kind == NET:
        with st.spinner("Downloading FER-2013 from Kaggle", show_time=True):
            folder = download_fer2013()
        return _imported(job, folder, job.name or unique_name("FER-2013"))
    if job.kind == PATH:
        path = Path(job.path).expanduser()
        return _imported(job, path, job.name or _name_by(path.name))
    with _on_disk(job.files) as path:
        return _imported(job, path, job.name or _name_by(job.files[0].name), ", ".join(f.name for f in job.files))


def _imported(job: Job, path: Path, name: str, source: str | None = None) -> Description:
    from emotion_core.datasets.store import import_dataset
    from emotion_core.faces.cropping import FaceCropper

    bar = st.progress(0.0, f"Importing {plain(path.name)}")
    st.button("Cancel", icon=":material/close:", help="Nothing of it is kept.")  # any rerun stops the import

    def progress(share: float) -> None:
        bar.progress(share, f"Importing {plain(path.name)}: {percent(share)}")

    cropper = None if job.crop == "never" else FaceCropper()
    return import_dataset(path, name, None, source, cropper=cropper, crop=job.crop, progress=progress, **job.wishes)


@contextmanager
def _on_disk(files: tuple[Any, ...]) -> Iterator[Path]:
    """Uploaded files as one path while they are read: the file itself, or a folder with several."""
    with tempfile.TemporaryDirectory(prefix="emotion-upload-") as folder:
        for file in files:
            (Path(folder) / Path(file.name).name).write_bytes(file.getbuffer())
        yield Path(folder) / Path(files[0].name).name if len(files) == 1 else Path(folder)


def _name_by(source: str) -> str:
    """A name that is free and allowed, by a file's or folder's name."""
    return unique_name(as_name(Path(source).stem) or "faces")


# What was read


def summary(described: Description) -> None:
    """What was read, mapped and left out, and why; open right after the import."""
    reading = described.reading
    if reading is None:
        return
    new = st.session_state.get("set_new") == described.name
    with st.expander("What was read", expanded=new, icon=":material/receipt_long:"):
        st.markdown("\n".join(f"- {line}" for line in lines_of(reading, described)))
        if reading.first_skipped:
            st.markdown("The first skipped rows:\n" + "\n".join(f"- {plain(row)}" for row in reading.first_skipped))


def lines_of(reading: Reading, described: Description) -> list[str]:
    """What was read, in words, as Markdown."""
    side, colour = "x".join(map(str, described.shape[:2])), "colour" if len(described.shape) == 3 else "grey"
    lines = [f"{reading.faces:,} faces from {plain(reading.form)}, stored as {side} pixels in {colour}"]
    mapped = [f"{plain(label)} → {name}" for label, name in reading.labels.items() if label != name]
    if mapped:
        lines.append("Labels taken to mean: " + ", ".join(mapped))
    if reading.left_out:
        out = ", ".join(f"{plain(label) or 'no label'} {number:,}" for label, number in reading.left_out.items())
        lines.append(f"Left out, as you chose: {out}")
    if not reading.splits_given:
        lines.append("No splits were given: 80 % training, 10 % validation and 10 % test were dealt out by content")
    if reading.faces_cut_out:
        lines.append("The pictures are photos: the largest face of each was cut out")
    if reading.skipped:
        lines.append(f"{count(reading.skipped, 'bad row')} skipped")
    return lines + reading.left_aside()

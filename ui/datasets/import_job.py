"""One import: what it is to bring in, how that is done with progress, and what stopped it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core.datasets import DEFAULT_SIDE, as_name, unique_name
from emotion_core.files import temporary_folder
from emotion_core.jobs import Import, import_elsewhere
from ui.datasets import under_way, view
from ui.datasets.understood import UNDERSTOOD, Understood
from ui.shared import access
from ui.shared.notifications import notify_after_rerun
from ui.shared.pages import DATASETS

if TYPE_CHECKING:
    from emotion_core.datasets import Classes, Description
    from ui.datasets.under_way import Progress

FILES, PATH, SYNTHETIC, NET = "Files", "A path on this machine", "Synthetic faces", "FER-2013 from Kaggle"
#: In the session: what stopped the last import, and how many there were.
FAILURE, IMPORTS = "set_failure", "set_imports"

#: What becomes of the labels at an import.
SEVEN, KEEP, GROUP = "The seven emotions", "Keep the labels", "Group the labels"
TABLE_EXAMPLE = "angry, disgusted, fearful, sad -> negative\nhappy -> positive\nneutral\nsurprised ->"
TABLE_HELP = (
    "A line says which labels make up a class. A label alone keeps its name, one with nothing behind the arrow is left "
    "out, and * stands for all that are not named."
)


@dataclass(frozen=True)
class Job:
    """What is to be brought in.

    Attributes:
        kind: one of `FILES`, `PATH`, `SYNTHETIC` and `NET`.
        name: what the set is to be called; empty for a name by its source.
        files: uploaded files, for `FILES`.
        path: where it lies, for `PATH`.
        count, seed, clips: for `SYNTHETIC`; whether clips are drawn, and not faces by themselves.
        labels, skip_bad_rows, side, crop, numbering, name_pattern, labels_from, encoding: see `load_dataset`.
        check: only look at it, and say what would be stored.
        classes: one of `SEVEN`, `KEEP` and `GROUP`.
        table: for `GROUP`, the lines of a table of classes.
    """

    kind: str
    name: str = ""
    files: tuple[Any, ...] = ()
    path: str = ""
    count: int = 0
    seed: int = 0
    clips: bool = False
    labels: Mapping[str, str | None] = field(default_factory=dict)
    skip_bad_rows: bool = False
    side: int = DEFAULT_SIDE
    crop: str = "auto"
    check: bool = False
    numbering: str = ""
    name_pattern: str = ""
    labels_from: str = "auto"
    encoding: str = ""
    classes: str = SEVEN
    table: str = ""


@dataclass(frozen=True)
class Failure:
    """What stopped a job: a message, the rows or labels that it is about, and whether folders and a table differ."""

    job: Job
    message: str
    rows: list[str] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)
    sources_differ: bool = False


def start(job: Job) -> None:
    """Have a job done when the page runs next; for callbacks."""
    st.session_state.set_job = job
    st.session_state.pop(FAILURE, None)
    st.session_state.pop(UNDERSTOOD, None)


def do_job() -> None:
    """Bring in what was asked for, with progress, and look at it; or note what stopped it."""
    job: Job | None = st.session_state.pop("set_job", None)
    if job is not None and job.kind == SYNTHETIC:
        _note(job, lambda: _drawn(job))
    elif job is not None:
        _note_if_refused(job)
    if ended := under_way.ended():
        _note(*ended)


def _note_if_refused(job: Job) -> None:
    """Begin an import; where it cannot begin, note why."""
    from emotion_core.datasets import DatasetError

    try:
        _begin(job)
    except (DatasetError, ValueError) as error:
        st.session_state[FAILURE] = Failure(job, str(error))
    except OSError as error:
        st.session_state[FAILURE] = Failure(job, _in_words(error))


def _note(job: Job, described: Callable[[], Description]) -> None:
    """Look at what was brought in, or note what stopped that."""
    from emotion_core.datasets import BadRowsError, DatasetError, LabelSourcesError, UnknownLabelsError

    try:
        found = described()
    except CancelledError:  # in another tab
        return
    except UnknownLabelsError as error:
        st.session_state[FAILURE] = Failure(job, str(error), labels=error.labels)
    except BadRowsError as error:
        st.session_state[FAILURE] = Failure(job, str(error), rows=error.rows)
    except (DatasetError, ValueError) as error:
        differ = isinstance(error, LabelSourcesError)
        st.session_state[FAILURE] = Failure(job, str(error), sources_differ=differ)
    except OSError as error:
        st.session_state[FAILURE] = Failure(job, _in_words(error))
    else:
        if job.check:
            st.session_state[UNDERSTOOD] = Understood(job, found)
        else:
            _look_at(found)


def _in_words(error: OSError) -> str:
    return f"{error.strerror}: {error.filename}" if error.strerror and error.filename else str(error)


def _look_at(described: Description) -> None:
    """Show a set that was just brought in."""
    access.claim(access.DATA, described.name)
    by_address = view.SET not in st.session_state and view.SET in st.query_params
    view.choose(described.name)
    st.session_state[IMPORTS] = st.session_state.get(IMPORTS, 0) + 1
    st.session_state.update(set_page=1, set_face=None, set_new=described.name, set_name="")
    notify_after_rerun(f"{described.counted_in_words} are in the set {described.name}.")
    if by_address:  # a visit begins with the set that its address names, whatever is chosen
        st.switch_page(DATASETS.path, query_params={view.SET: described.name})


def _drawn(job: Job) -> Description:
    from emotion_core.datasets import NAME, add_synthetic, add_synthetic_clips

    name = access.name_for_drawn(NAME) if job.name == NAME else job.name
    place = st.empty()
    with place, st.spinner("Drawing faces"):
        return (add_synthetic_clips if job.clips else add_synthetic)(name or None, job.count, job.seed)


def _begin(job: Job) -> None:
    """Begin an import beside the page.

    Raises:
        DatasetError, ValueError: it cannot begin; the message says why.
        OSError: its uploads cannot be written to the disk.
    """
    under_way.check_free()
    classes = _classes(job)
    if job.kind == NET:
        under_way.begin(job, "Downloading FER-2013 from Kaggle", partial(_downloaded, job, classes))
    elif job.kind == PATH:
        path = Path(os.path.expanduser(job.path))  # as it is where there is no such user; Path's own raises then
        access.check_path(path)
        under_way.begin(job, f"Importing {path.name}", partial(_imported, job, classes, path, path.name))
    else:
        names = ", ".join(file.name for file in job.files)
        uploads = ExitStack()
        path = uploads.enter_context(on_disk(job.files))
        do = partial(_imported, replace(job, files=()), classes, path, job.files[0].name, source=names)
        under_way.begin(job, f"Importing {names}", do, uploads)


def _downloaded(job: Job, classes: Classes, progress: Progress) -> Description:
    from emotion_core.datasets import download_fer2013

    folder = download_fer2013()
    return _imported(job, classes, folder, "FER-2013", progress)


def _imported(
    job: Job, classes: Classes, path: Path, called: str, progress: Progress, source: str | None = None
) -> Description:
    asked = Import(
        path,
        job.name or _name_by(called),
        source=source,
        labels=job.labels,
        skip_bad_rows=job.skip_bad_rows,
        side=job.side,
        crop=job.crop,
        dry_run=job.check,
        numbering=job.numbering or None,
        name_pattern=job.name_pattern or None,
        labels_from=job.labels_from,
        encoding=job.encoding,
        shown=source or "",
        classes=classes,
    )
    return import_elsewhere(asked, progress)


def _classes(job: Job) -> Classes:
    from emotion_core.datasets import class_table_of

    if job.classes == GROUP:
        return class_table_of(job.table)
    return "keep" if job.classes == KEEP else "seven"


@contextmanager
def on_disk(files: tuple[Any, ...]) -> Iterator[Path]:
    """Uploaded files as one path while they are read: the file itself, or a folder with several."""
    with temporary_folder("upload") as folder:
        for file in files:
            _free_path(Path(folder), Path(file.name).name).write_bytes(file.getbuffer())
        yield Path(folder) / Path(files[0].name).name if len(files) == 1 else Path(folder)


def _free_path(folder: Path, name: str) -> Path:
    """A path for a file in a folder, numbered where another file has the name: both are kept."""
    wanted = folder / name
    numbered = (wanted.with_stem(f"{wanted.stem} {number}") for number in count(2))
    return wanted if not wanted.exists() else next(path for path in numbered if not path.exists())


def _name_by(source: str) -> str:
    """A name that is free and allowed, by a file's or folder's name."""
    return unique_name(as_name(Path(source).stem) or "faces")

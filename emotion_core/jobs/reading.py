"""Reading what others made in a process of its own: what takes too much memory or time ends that process, not this one.

It is told what to do and answers with words alone; see `reading_process`.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emotion_core.command import end_process, own_command
from emotion_core.datasets.description import Description
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.names import check_new
from emotion_core.datasets.readers.labels import Classes
from emotion_core.datasets.readers.options import DEFAULT_SIDE, ReadOptions, VideoReader
from emotion_core.decoding import read_message, write_message
from emotion_core.extras import missing
from emotion_core.files import temporary_folder
from emotion_core.jobs.leftovers import sweep_leftovers
from emotion_core.jobs.told_errors import error_of
from emotion_core.limits import OUT_OF_TIME
from emotion_core.models.card import ModelError
from emotion_core.progress import Progress, no_progress
from emotion_core.video.errors import VideoError
from emotion_core.video.progress import Seconds, no_seconds
from emotion_core.workspace import workspace

if TYPE_CHECKING:
    from emotion_core.datasets.dataset import Dataset
    from emotion_core.video.result import VideoResult
    from emotion_core.video.writing import Draw

#: What reading may take: bytes of memory, and so many more for each byte that is read. Of a data set that is all which
#: the process has, what it has loaded and what decodes pictures for it included; of networks it is besides Keras.
MEMORY_BYTES, MEMORY_A_BYTE = 1000 * 2**20, 2
#: Seconds of processor time without getting further, and more for each megabyte that is read.
PROCESSOR_SECONDS, SECONDS_A_MEGABYTE = 10, 0.2
#: Videos take memory and time by the size and number of their frames: so much as files that are so much larger.
VIDEO_BYTES = 500 * 2**20
#: Seconds without a word.
WAITING_SECONDS = 600


@dataclass(frozen=True)
class Import:
    """A data set to be imported; see `import_dataset`.

    Faces are cut out of photos unless `crop` is "never"; videos are read as clips unless `videos` is False.
    """

    path: Path | str
    name: str
    votes: Path | str | None = None
    source: str | None = None
    labels: Mapping[str, str | None] = field(default_factory=dict)
    skip_bad_rows: bool = False
    side: int = DEFAULT_SIDE
    colour: bool | None = None
    crop: str = "auto"
    dry_run: bool = False
    numbering: str | None = None
    name_pattern: str | None = None
    labels_from: str = "auto"
    shown: str = ""
    classes: Classes = "seven"
    videos: bool = True
    encoding: str = ""


def import_elsewhere(asked: Import, progress: Progress = no_progress) -> Description:
    """Import a data set in a process of its own, within limits of memory and time.

    Raises:
        DatasetError: as `import_dataset` does, and where reading takes too much memory or time.
        OSError: a file cannot be read, or the disk is full.
    """
    check_new(asked.name)
    return _imported(asked, progress, workspace())


def _imported(asked: Import, progress: Progress, into: Path) -> Description:
    """What was imported into a workspace."""
    paths = {name: str(path) for name in ("path", "votes") if (path := getattr(asked, name)) is not None}
    shown = asked.shown or str(asked.path)
    words = {"do": "import", "workspace": str(into), **asdict(asked), **paths}
    return Description.model_validate(_done(words, _bytes_in(Path(asked.path)), progress, shown, DatasetError))


def load_elsewhere(asked: Import, progress: Progress = no_progress) -> Dataset:
    """A data set in memory, read in a process of its own; its name counts for nothing. Raises as `import_elsewhere`."""
    import numpy as np
    import pandas as pd

    from emotion_core.datasets.dataset import Dataset
    from emotion_core.datasets.store import IMAGES_FILE, TABLE_FILE

    with temporary_folder("load") as scratch:
        described = _imported(asked, progress, Path(scratch))
        folder = Path(scratch) / "datasets" / asked.name
        images, table = np.load(folder / IMAGES_FILE), pd.read_parquet(folder / TABLE_FILE)
    return Dataset(images, table, described.classes, described.colours, described.votes_as)


def ready_to_import(asked: Import) -> Callable[[Progress], Description]:
    """What imports a data set in this process, with all loaded that it needs; it is told whom to tell the progress."""
    from emotion_core.datasets.importing import import_dataset
    from emotion_core.faces.cropping import FaceCropper

    given: dict[str, Any] = {one.name: getattr(asked, one.name) for one in fields(asked)}
    how = {one.name: given.pop(one.name) for one in fields(ReadOptions) if one.name in given}
    how["cropper"] = None if asked.crop == "never" else FaceCropper()
    how["videos"] = _videos() if asked.videos and not missing("av") else None
    return lambda progress: import_dataset(**given, options=ReadOptions(**how, progress=progress))


def _videos() -> VideoReader:
    from emotion_core.video.sampling import SampledVideos  # which PyAV is needed for

    return SampledVideos()


def try_networks(paths: list[Path]) -> None:
    """Load Keras files in a process of its own, once, before they are trusted with this one's memory.

    Raises:
        ModelError: one cannot be loaded, or takes too much memory or time.
    """
    asked = {"do": "networks", "paths": [str(path) for path in paths]}
    _done(asked, sum(map(_bytes_in, paths)), no_progress, " or ".join(path.name for path in paths), ModelError)


def try_model(folder: Path) -> None:
    """Load a model's folder in a process of its own, once, before it is trusted with this one's memory.

    Raises:
        ModelError: it cannot be used, or takes too much memory or time.
    """
    asked = {"do": "model", "folder": str(folder)}
    _done(asked, _bytes_in(folder), no_progress, folder.name, ModelError)


def write_playable_elsewhere(path: Path, target: Path, progress: Seconds = no_seconds) -> None:
    """`write_playable` in a process of its own, within limits of memory and time.

    `progress` is told at which second of the video the work is. What it raises ends the work, and there is no copy.

    Raises:
        VideoError: the video cannot be read, or takes too much.
        OSError: the copy cannot be written.
    """
    _copied({"path": str(path), "target": str(target)}, path, b"", progress)


def write_annotated_elsewhere(result: VideoResult, target: Path, draw: Draw, progress: Seconds = no_seconds) -> None:
    """`write_annotated` in a process of its own; raises as `write_playable_elsewhere`.

    Args:
        draw: draws the faces of a frame; something that can be pickled, as functions of modules can.
    """
    _copied({"target": str(target)}, result.info.path, pickle.dumps((result, draw)), progress)


def _copied(asked: dict[str, Any], video: Path, pickled: bytes, progress: Seconds) -> None:
    size = VIDEO_BYTES + _bytes_in(video)
    _done({"do": "copy", **asked}, size, progress, "the video", VideoError, pickled)


def _done(
    asked: dict[str, Any],
    size: int,
    progress: Progress | Seconds,
    shown: str,
    kind: type[Exception],
    pickled: bytes = b"",
) -> Any:
    """What the process answers to what it is asked; raises what it says that stopped it, or that it ended.

    Args:
        size: bytes that it is going to read.
        shown: what it reads, in words.
        kind: of the error where it takes too much.
        pickled: objects that it is given.
    """
    memory = MEMORY_BYTES + MEMORY_A_BYTE * size
    seconds = PROCESSOR_SECONDS + SECONDS_A_MEGABYTE * size / 2**20
    with _process() as process:
        try:
            told = _answer(process, {**asked, "memory": memory, "seconds": seconds}, pickled, progress)
        except EOFError:
            raise kind(_why_ended(process.wait(), shown, memory, seconds, kind)) from None
    if "error" in told:
        raise error_of(told["error"], shown, kind)
    return told["done"]


@contextmanager
def _process() -> Iterator[subprocess.Popen[bytes]]:
    """The process, which ends, whatever happens, before anything else goes on."""
    command = {**own_command("emotion_core.jobs.reading_process"), "stdin": subprocess.PIPE}
    process = subprocess.Popen(**command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield process
    except BaseException:
        end_process(process)
        sweep_leftovers()
        raise
    end_process(process)


def _answer(
    process: subprocess.Popen[bytes], asked: dict[str, Any], pickled: bytes, progress: Progress | Seconds
) -> dict[str, Any]:
    """The last thing that the process says; raises an EOFError where it ends before."""
    assert process.stdin
    with suppress(BrokenPipeError):
        write_message(process.stdin, asked, pickled)
    while "progress" in (told := _next(process)):
        progress(told["progress"])
    return told


def _next(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """The next thing that the process says; it is killed where it says nothing for too long."""
    assert process.stdout
    watch = threading.Timer(WAITING_SECONDS, process.kill)
    watch.start()
    try:
        return read_message(process.stdout)[0]
    finally:
        watch.cancel()


def _why_ended(status: int, shown: str, memory: int, seconds: float, kind: type[Exception]) -> str:
    """Why a process ended that did not say so, in a sentence."""
    if status == OUT_OF_TIME:
        return (
            f"reading {shown} was stopped after {seconds:.0f} seconds of processor time without getting further; "
            "it is damaged, or far larger than it seems"
        )
    damaged = "a file is damaged; split it, or leave out what is damaged" if kind is DatasetError else "it is damaged"
    return (
        f"the process that read {shown} ended, as it does where that takes more than {memory // 2**20:,} MB of "
        f"memory, or {damaged}"
    )


def _bytes_in(path: Path) -> int:
    """The size of a file, or of all files in a folder; 0 where there is none."""
    if path.is_dir():
        return sum(_bytes_in(Path(place) / name) for place, _, names in os.walk(path) for name in names)
    try:
        return path.stat().st_size
    except OSError:
        return 0

"""Clips: videos, or frames in a folder a clip, in a folder per emotion; and CK+'s layout of numbered frames.

happy/laugh.mp4                                 a video is a clip
happy/clip 7/0001.png, 0002.png, ...            so is a folder of numbered frames below one that is called by a label
anger/S010_004_00000017.png, ...18.png          CK+ by emotion: the frames of one recording
cohn-kanade-images/S005/001/S005_001_00000001.png, ...      CK+ as it is handed out, its labels beside it:
Emotion/S005/001/S005_001_00000011_emotion.txt
"""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree, nested_archives, read_whole
from emotion_core.datasets.readers.numberings import NUMBERINGS
from emotion_core.datasets.readers.options import ReadOptions, VideoReader
from emotion_core.datasets.readers.picture_files import Pictures, load_picture
from emotion_core.datasets.readers.places import STRUCTURAL, Places
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_of
from emotion_core.files import temporary_folder

#: Frames a second of numbered frames, whose files do not say; those of CK+ were filmed so.
FRAME_RATE = 30.0
#: A folder of fewer numbered pictures is not taken for a clip.
FEWEST_FRAMES = 3
#: What CK+ calls a frame: person, recording and number.
_CK_PLUS_FRAME = re.compile(r"(S\d{3}_\d{3})_(\d{8})", re.IGNORECASE)
_CK_PLUS_LABEL = re.compile(r"(S\d{3}_\d{3})_\d{8}_emotion", re.IGNORECASE)
_NUMBERED = re.compile(r"(.*?)(\d+)")
#: The largest file with a label of CK+'s, in bytes.
_LABEL_BYTES = 1000


@dataclass(frozen=True)
class _FolderClip:
    """A clip of pictures: its name, its label and split as the source gives them, its frames by their numbers."""

    name: str
    label: str
    split: str
    frames: Mapping[int, str]


def clips(pictures: Pictures, options: ReadOptions) -> Source | None:
    """The source of clips; None where there are none, or nothing says what they show."""
    if options.videos and (names := [name for name in pictures.tree.names() if options.videos.is_video(name)]):
        places = Places(names)
        if any(map(places.label, names)):
            return _videos(pictures.tree, names, places, options.videos)
    found = _ck_plus(pictures) or _ck_plus_by_emotion(pictures) or _folders_of_frames(pictures)
    return _frames(pictures, *found) if found else None


def _videos(tree: Tree, names: list[str], places: Places, reader: VideoReader) -> Source:
    progress = Progress(len(names))

    def entries() -> Iterator[Entry]:
        for name in progress.over(names):
            clip, label, split = name.rpartition(".")[0], places.label(name), places.split(name)
            try:
                for seconds, picture in _pictures_of(tree, name, reader):
                    source = f"{name} at {seconds:.2f} s"
                    yield Entry(source, source, label, split, partial(_same, picture), clip=clip, seconds=seconds)
            except ValueError as error:
                yield Entry(name, name, label, split, partial(_same, np.empty(0)), problem=str(error))

    unused = [name for name in tree.names() if name not in set(names)]
    return Source("a folder per emotion with videos", tree.source, entries, progress.share, unused=unused)


def _pictures_of(tree: Tree, name: str, reader: VideoReader) -> Iterator[tuple[float, np.ndarray]]:
    """The pictures of a video and their times, by a copy: it may lie in an archive."""
    with temporary_folder("clip") as folder:
        path = Path(folder) / f"video{PurePosixPath(name).suffix}"
        with tree.open(name) as file, path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
        yield from reader.pictures(path)


def _same(picture: np.ndarray) -> np.ndarray:
    return picture


def _frames(pictures: Pictures, form: str, found: Sequence[_FolderClip], numbering: Mapping[str, str]) -> Source:
    """The frames of clips that are pictures, clip after clip."""
    progress = Progress(len(found))
    by_name = {clip.name: clip for clip in found}

    def entries() -> Iterator[Entry]:
        for name in progress.over(list(by_name)):
            clip = by_name[name]
            first = min(clip.frames)
            for number, file in sorted(clip.frames.items()):
                load, seconds = partial(load_picture, pictures.tree, file), (number - first) / FRAME_RATE
                yield Entry(file, file, clip.label, clip.split, load, clip=name, seconds=seconds)

    read = {file for clip in found for file in clip.frames.values()}
    unlabelled = [name for name in pictures.names if name not in read]
    known = {*pictures.names, *nested_archives(pictures.tree)}
    unused = [
        n for n in pictures.tree.names() if n not in known and not _CK_PLUS_LABEL.fullmatch(PurePosixPath(n).stem)
    ]
    return Source(
        form, pictures.tree.source, entries, progress.share, unused, lambda: unlabelled, numbering=dict(numbering)
    )


_Found = tuple[str, list[_FolderClip], Mapping[str, str]]


def _ck_plus(pictures: Pictures) -> _Found | None:
    """CK+ as it is handed out: recordings of numbered frames, and a text with a number for those that have a label."""
    texts = {
        found[1].upper(): name
        for name in pictures.tree.names()
        if name.lower().endswith(".txt") and (found := _CK_PLUS_LABEL.fullmatch(PurePosixPath(name).stem))
    }
    frames = _by_recording(pictures.names)
    labels = {recording: _label_in(pictures.tree, name) for recording, name in texts.items() if recording in frames}
    if not labels:
        return None
    # A person's recordings get names that say whose they are: S005/001.
    clips_found = [_FolderClip(_with_person(r), label, "", frames[r]) for r, label in sorted(labels.items())]
    names, first = NUMBERINGS["ck+"]
    numbering = {str(number): name for number, name in enumerate(names, first)}
    form = "CK+'s numbered frames with its labels, which the first, neutral ones of a recording have, too"
    return form, clips_found, numbering


def _ck_plus_by_emotion(pictures: Pictures) -> _Found | None:
    """Frames that are called as CK+'s, all of them, in a folder per emotion."""
    frames = _by_recording(pictures.names)
    if not frames or sum(map(len, frames.values())) < len(pictures.names):
        return None
    places = Places(pictures.names)
    found = []
    for recording, files in sorted(frames.items()):
        some = next(iter(files.values()))
        if label := places.label(some):
            found.append(_FolderClip(_with_person(recording), label, places.split(some), files))
    return ("CK+'s numbered frames in a folder per emotion", found, {}) if found else None


def _folders_of_frames(pictures: Pictures) -> _Found | None:
    """A folder a clip below folders per emotion, all pictures being numbered frames of one."""
    by_folder: defaultdict[str, list[str]] = defaultdict(list)
    for name in pictures.names:
        by_folder[name.rpartition("/")[0]].append(name)
    places = Places(pictures.names)
    found = []
    for folder, names in sorted(by_folder.items()):
        label, own = places.label(names[0]), PurePosixPath(folder).name
        above = PurePosixPath(folder).parts[:-1]
        frames = _numbered(names)
        says_nothing = own == label or split_of(own) or own.casefold() in STRUCTURAL
        if label not in above or says_nothing or len(frames) < max(FEWEST_FRAMES, len(names)):
            return None
        found.append(_FolderClip(folder, label, places.split(names[0]), frames))
    return ("a folder per emotion with folders of numbered frames", found, {}) if found else None


def _numbered(names: Sequence[str]) -> dict[int, str]:
    """Pictures by their numbers, where all are numbered without a gap and otherwise called alike; else none."""
    matches = {name: _NUMBERED.fullmatch(PurePosixPath(name).stem) for name in names}
    if not all(matches.values()) or len({found[1] for found in matches.values() if found}) > 1:
        return {}
    frames = {int(found[2]): name for name, found in matches.items() if found}
    return frames if max(frames) - min(frames) + 1 == len(names) == len(frames) else {}


def _by_recording(names: Sequence[str]) -> dict[str, dict[int, str]]:
    """Frames called as CK+'s by recording and number."""
    found: defaultdict[str, dict[int, str]] = defaultdict(dict)
    for name in names:
        if match := _CK_PLUS_FRAME.fullmatch(PurePosixPath(name).stem):
            found[match[1].upper()][int(match[2])] = name
    return dict(found)


def _with_person(recording: str) -> str:
    """S005_001 as S005/001."""
    return recording.replace("_", "/")


def _label_in(tree: Tree, name: str) -> str:
    """The number in a text of CK+'s, which writes 3 as 3.0000000e+00.

    Raises:
        DatasetError: there is none.
    """
    content = read_whole(tree, name, _LABEL_BYTES)
    try:
        return str(int(float(content.decode("ascii"))))
    except (ValueError, OverflowError):
        raise DatasetError(
            f"{tree.source}/{name} holds no label; it should be a number, such as 3.0000000e+00"
        ) from None

"""What files of annotations say of pictures: each face once, and what contradicts itself refused."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import PurePosixPath

import numpy as np

from emotion_core.datasets.readers.archives import nested_archives
from emotion_core.datasets.readers.boxes import Box, within
from emotion_core.datasets.readers.labels import plain_label
from emotion_core.datasets.readers.picture_files import Pictures, load_picture
from emotion_core.datasets.readers.places import names_say_splits, split_in_file_name
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_in_names
from emotion_core.datasets.votes import agreed
from emotion_core.emotions import emotion_of

_Face = tuple[str, str]
#: Nothing is said of where in its picture a face is.
NO_BOX: Box = (None, "")


@dataclass
class Annotations:
    """The entries that files of annotations give, seen together.

    A picture that is listed twice gives two faces where boxes say so. Without boxes the same label again is passed
    over, and two labels or splits for one face are refused, but where each row is what one of several raters says.
    Where no entry has a split, the names of all pictures may say it.

    Args:
        said: gives anew what is said, row by row.
        pictures: those of the tree.
        by_raters: whether a row is what one of several raters says.
    """

    said: Callable[[], Iterable[Entry]]
    pictures: Pictures
    by_raters: bool = False

    def entries(self) -> Iterator[Entry]:
        """Every face once."""
        faces_in: Counter[str] = Counter()
        seen: set[_Face] = set()
        for entry in self.said():
            face = (entry.source, entry.box)
            problem = entry.problem or self._survey.contradictions.get(face, "")
            if not problem and face in seen:
                continue
            seen.add(face)
            faces_in[entry.source] += 1
            number = faces_in[entry.source]
            source = f"{entry.source} face {number}" if entry.box and number > 1 else entry.source
            split = split_in_file_name(entry.source) if self._survey.splits_in_names else entry.split
            yield replace(self._survey.voted(entry, face), source=source, split=split, problem=problem)

    def unlabelled(self) -> list[str]:
        """The pictures of which nothing is said."""
        listed = {source for source, _ in self._survey.first}
        return [name for name in self.pictures.names if name not in listed]

    def labels(self) -> Iterator[tuple[str, str]]:
        """The name of every picture with a label, and the label."""
        for face, first in self._survey.first.items():
            entry = self._survey.voted(first, face)
            yield face[0], entry.label or (agreed(list(map(_meaning, entry.raters))) if entry.raters else None) or ""

    @cached_property
    def _survey(self) -> _Survey:
        survey = _Survey(self.by_raters)
        for entry in self.said():
            if not entry.problem:
                survey.add(entry)
        return survey


def annotated(form: str, name: str, annotations: Annotations, progress: Progress, read: Sequence[str]) -> Source:
    """The source of what files of annotations say.

    Args:
        read: the names of these files.
    """
    tree = annotations.pictures.tree
    whole = annotations.pictures.everywhere
    others = {*read, *nested_archives(tree), *annotations.pictures.names} if whole else set()
    return Source(
        form,
        name,
        annotations.entries,
        progress.share,
        unused=[file for file in tree.names() if file not in others] if whole else (),
        unlabelled=annotations.unlabelled if whole else tuple,
        said=annotations.labels,
    )


def from_files(
    form: str,
    pictures: Pictures,
    files: Sequence[str],
    said_in: Callable[[str], Iterable[Entry]],
    read: Sequence[str] | None = None,
) -> Source | None:
    """The source of what files say of pictures, one file after the other; None where there are no such files.

    Args:
        files: their names.
        said_in: gives anew what one of them says.
        read: the names of all files that are no unused ones, if these are not `files`.
    """
    if not files:
        return None
    progress = Progress(len(files))

    def said() -> Iterator[Entry]:
        for name in progress.over(list(files)):
            yield from said_in(name)

    everything = Annotations(said, pictures)
    return annotated(form, pictures.tree.source, everything, progress, files if read is None else read)


def face_entry(
    pictures: Pictures,
    file: str,
    path: str,
    *,
    place: str,
    label: str,
    split: str = "",
    box: Box = NO_BOX,
    problem: str = "",
) -> Entry:
    """The entry of a face in a picture that a file of annotations names by its path.

    Args:
        file: the name of the file of annotations.
        split: if it is given; else that in the folders of the picture, or in the name of the file.
        box: where the face is, and what is wrong with that.
        problem: what else is wrong with what is said, if anything is.
    """
    path = path.replace("\\", "/")
    return _entry(pictures, pictures.find(file, path), file, path, place, label, split, box, problem)


def nearby_entry(
    pictures: Pictures,
    file: str,
    path: str,
    *,
    place: str,
    label: str,
    box: Box = NO_BOX,
    problem: str = "",
) -> Entry:
    """The same of a file that is of one picture alone: the nearest one called as the file, or as it says."""
    path = path.replace("\\", "/")
    stems = (PurePosixPath(file).stem, PurePosixPath(path).stem)
    name = next((found for stem in stems if (found := pictures.nearest(file, stem))), None) or pictures.find(file, path)
    return _entry(pictures, name, str(PurePosixPath(file).parent), path, place, label, "", box, problem)


def _entry(
    pictures: Pictures, name: str | None, file: str, path: str, place: str, label: str, split: str, box: Box, why: str
) -> Entry:
    where, problem = box
    picture: Callable = partial(load_picture, pictures.tree, name or path)
    return Entry(
        place,
        name or path,
        label,
        split or split_in_names(str(PurePosixPath(name or path).parent)) or split_in_names(file),
        picture if where is None else within(picture, where),
        problem=why or problem or ("" if name else pictures.why_missing(path)),
        box=str(where or ""),
    )


@dataclass
class _Survey:
    """What is said of each face first, where it is contradicted, and whether splits are said.

    Args:
        by_raters: whether other labels of one face are no contradictions, but what other raters say.
    """

    by_raters: bool
    first: dict[_Face, Entry] = field(default_factory=dict)
    contradictions: dict[_Face, str] = field(default_factory=dict)
    has_splits: bool = False
    votes: defaultdict[_Face, dict[tuple[str, int], str]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, entry: Entry) -> None:
        face = (entry.source, entry.box)
        self.has_splits |= bool(entry.split.strip())
        first = self.first.setdefault(face, replace(entry, picture=_no_picture))
        label, split, which = first.label, first.split, "of one box" if entry.box else "without boxes"
        if self.by_raters:
            self._count(face, entry)
        elif _meaning(label) != _meaning(entry.label):
            labels = f"{plain_label(label)} and as {plain_label(entry.label)}"
            self.contradictions[face] = f"{entry.source} is listed as {labels}; {which} one label can stand"
        elif sorted(first.raters) != sorted(entry.raters):
            self.contradictions[face] = f"{entry.source} is listed twice, with other votes; {which} one row can stand"
        if split.strip() != entry.split.strip():
            self.contradictions.setdefault(face, f"{entry.source} is listed in the splits {split} and {entry.split}")

    def _count(self, face: _Face, entry: Entry) -> None:
        """What one rater says of a face, once; that one says two things of it is a contradiction."""
        label, votes = plain_label(entry.label), self.votes[face]
        if not label:
            return
        said = votes.setdefault((entry.rater, 0 if entry.rater else len(votes)), label)
        if _meaning(said) != _meaning(label):
            labels = f"{said} and as {label}"
            self.contradictions[face] = f"{entry.source} is listed as {labels} by {entry.rater}; one label can stand"

    @cached_property
    def splits_in_names(self) -> bool:
        """Whether only the names of all pictures say splits."""
        return not self.has_splits and names_say_splits([source for source, _ in self.first])

    def voted(self, entry: Entry, face: _Face) -> Entry:
        """An entry with what several raters said of it in a row each, if not all in this one."""
        votes = list(self.votes.get(face, {}).values())
        return replace(entry, label="", raters=tuple(votes)) if votes not in ([], [plain_label(entry.label)]) else entry


def _no_picture() -> np.ndarray:
    raise AssertionError("what is kept of a row to compare others with it has no picture")


def _meaning(label: str) -> str:
    return emotion_of(label) or plain_label(label).casefold()

"""From the entries that a reader finds to a data set: labels mapped, pictures made alike, bad rows named."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import BinaryIO, Protocol

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import content_hash
from emotion_core.datasets.errors import NAMED, BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.pictures import has_colour, in_colour, in_grey, squared
from emotion_core.datasets.readers.labels import LabelMap
from emotion_core.datasets.splits import assigned_split, split_of
from emotion_core.datasets.votes import COLUMNS
from emotion_core.images import ImageError

DEFAULT_SIDE = 48
SIDES = (16, 512)
#: Pictures with a side below this show no face.
SMALLEST_PICTURE = 8
#: So many pictures are looked at to see whether they are photos, and coloured.
LOOK_AT = 100
CROPPING = ("auto", "always", "never")
#: The column of a table that says which group a face belongs to; empty where the source says nothing.
GROUP = "group"


class Cropper(Protocol):
    """What finds the face in a photo; see `emotion_core.faces.cropping`."""

    def shows_photos(self, pictures: Iterable[np.ndarray]) -> bool:
        """Whether RGB pictures are photos with a face somewhere, rather than crops of faces."""

    def crop(self, picture: np.ndarray, side: int) -> np.ndarray | None:
        """The largest face as an upright RGB crop of (side, side, 3), or None where there is none."""


@dataclass(frozen=True)
class Entry:
    """One face as a reader finds it.

    Attributes:
        place: where it stands, for messages: "line 17", or a file's name.
        source: what it is called.
        label: as the source gives it.
        split: as the source gives it; empty where it gives none.
        picture: loads it as (h, w) grey or (h, w, 3) RGB, uint8. Raises ValueError.
        votes: FER+'s ten counts.
        problem: why it cannot be used, if that is known already.
        group: what the source groups faces by, such as an age; empty where it says nothing.
    """

    place: str
    source: str
    label: str
    split: str
    picture: Callable[[], np.ndarray]
    votes: tuple[int, ...] | None = None
    problem: str = ""
    group: str = ""


@dataclass(frozen=True)
class Found:
    """What a reader found.

    Attributes:
        form: which form it is, in words.
        source: the path, for messages.
        entries: gives all entries anew.
        share: how much of the source has been read, from 0 to 1, while the entries are gone through.
        ignored: files that are left aside, archives not counted.
        archives: archives inside, which are not looked into.
        numbering: what the source says that its labels mean.
    """

    form: str
    source: str
    entries: Callable[[], Iterable[Entry]]
    share: Callable[[], float]
    ignored: int = 0
    archives: int = 0
    numbering: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wishes:
    """How a source is to be read.

    Attributes:
        labels: what labels mean, beyond the known synonyms; None leaves such faces out.
        skip_bad_rows: leave out and count what cannot be used, instead of stopping.
        side: side of the square images in pixels.
        colour: keep colours; None keeps them where there are any and `side` is above 48.
        cropper: finds faces in photos.
        crop: "always", "never", or "auto", where the first hundred pictures decide.
        progress: is told how much is done, from 0 to 1.
    """

    labels: Mapping[str, str | None] = field(default_factory=dict)
    skip_bad_rows: bool = False
    side: int = DEFAULT_SIDE
    colour: bool | None = None
    cropper: Cropper | None = None
    crop: str = "auto"
    progress: Callable[[float], None] = lambda share: None

    def __post_init__(self) -> None:
        if not SIDES[0] <= self.side <= SIDES[1]:
            raise DatasetError(f"images of side {self.side} cannot be stored; allowed are {SIDES[0]} to {SIDES[1]}")
        if self.crop not in CROPPING:
            raise DatasetError(f"crop must be one of {', '.join(CROPPING)}, not {self.crop!r}")
        if self.crop == "always" and self.cropper is None:
            raise DatasetError("faces can only be cut out of photos with a cropper")


class Reading(BaseModel):
    """What was read, mapped and left out, and why.

    Attributes:
        form: the form that was recognised.
        faces: how many were read.
        labels: what each of the source's labels was taken to mean.
        left_out: faces left out because of their label, by label.
        skipped: bad rows that were skipped.
        first_skipped: the first ten of them with the reason.
        ignored_files: files beside pictures that are none.
        ignored_archives: archives inside, which are not looked into.
        splits_given: False where faces were dealt out by their content.
        faces_cut_out: whether faces were found and cut out of photos.
    """

    model_config = ConfigDict(extra="forbid")

    form: str
    faces: int
    labels: dict[str, str]
    left_out: dict[str, int]
    skipped: int = 0
    first_skipped: list[str] = []
    ignored_files: int = 0
    ignored_archives: int = 0
    splits_given: bool = True
    faces_cut_out: bool = False

    def left_aside(self) -> list[str]:
        """The files that were not read and why, in words."""
        archives, files = self.ignored_archives, self.ignored_files
        said = []
        if archives:
            said.append(f"{archives:,} archive{' inside was' if archives == 1 else 's inside were'} not looked into")
        if files:
            said.append(f"{files:,} {'file was no picture' if files == 1 else 'files were no pictures'}")
        return said


def gather(found: Found, wishes: Wishes, pile: BinaryIO) -> tuple[pd.DataFrame, tuple[int, ...], Reading]:
    """Go through all entries; their pixels are appended to `pile`, image after image.

    Returns:
        The table, the shape of one image, and what was read.

    Raises:
        BadRowsError: there are bad rows, and they are not to be skipped.
        UnknownLabelsError: labels are neither known nor mapped.
        DatasetError: the source cannot be read, or holds no face.
    """
    work = _Gathering(found, wishes, pile)
    for number, entry in enumerate(found.entries()):
        work.take(_storable_entry(entry))
        if number % 64 == 0:
            wishes.progress(min(1.0, found.share()))
    wishes.progress(1.0)
    return work.finished()


def in_memory(found: Found, wishes: Wishes) -> tuple[Dataset, Reading]:
    """The data set that a reader found, in memory; raises what `gather` raises."""
    pile = io.BytesIO()
    table, shape, reading = gather(found, wishes, pile)
    images = np.frombuffer(pile.getbuffer(), dtype=np.uint8).reshape(len(table), *shape)
    return Dataset(images, table), reading


def storable(text: str) -> str:
    """A text with question marks for what cannot be encoded: names of files that are not in UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


class _Gathering:
    """The work of `gather`: what has been taken so far, and what was wrong with it."""

    def __init__(self, found: Found, wishes: Wishes, pile: BinaryIO):
        self._found, self._wishes, self._pile = found, wishes, pile
        self._meanings = LabelMap(wishes.labels, found.numbering)
        self._rows: list[tuple[object, ...]] = []
        self._votes: list[tuple[int, ...]] = []
        self._groups: list[str] = []
        self._used: dict[str, str] = {}
        self._left_out: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._bad: list[str] = []
        self._has_votes = False
        self._any_split = False
        self._without_split: list[str] = []
        self._photos, self._colour = _look(found, wishes)

    def take(self, entry: Entry) -> None:
        if entry.problem:
            return self._refuse(entry, entry.problem)
        if not self._meanings.knows(entry.label):
            self._unknown[entry.label.strip()] += 1
            return None
        emotion = self._meanings[entry.label]
        if emotion is None:
            self._left_out[entry.label.strip()] += 1
            return None
        split = split_of(entry.split) if entry.split.strip() else ""
        if split is None:
            allowed = "train, validation, test, Training, PublicTest, PrivateTest"
            return self._refuse(entry, f"unknown split {entry.split!r}; allowed are {allowed}")
        if self._unknown:  # it is refused in the end; only the labels are still counted
            return None
        try:
            image = self._alike(entry.picture())
        except (ImageError, DatasetError) as error:
            return self._refuse(entry, str(error))
        return self._keep(entry, emotion, split, *image)

    def finished(self) -> tuple[pd.DataFrame, tuple[int, ...], Reading]:
        source = self._found.source
        if self._unknown:
            raise UnknownLabelsError(source, self._unknown)
        if self._bad and not self._wishes.skip_bad_rows:
            raise BadRowsError(source, self._bad)
        if self._any_split and self._without_split and not self._wishes.skip_bad_rows:
            rows = [f"{place} (no split, though others have one)" for place in self._without_split]
            raise BadRowsError(source, rows)
        if not self._rows:
            raise DatasetError(f"{source}: there is no usable face among what was read ({self._found.form})")
        return self._table(), self._shape(), self._reading()

    def _refuse(self, entry: Entry, reason: str) -> None:
        self._bad.append(storable(f"{entry.place} ({reason})"))
        if len(self._bad) >= NAMED and not self._wishes.skip_bad_rows and not self._unknown:
            raise BadRowsError(self._found.source, self._bad)

    def _keep(self, entry: Entry, emotion: str, split: str, image: np.ndarray, width: int, height: int) -> None:
        self._used[entry.label.strip()] = emotion
        content = content_hash(image)
        if split:
            self._any_split = True
        else:
            self._without_split.append(entry.place)
            split = assigned_split(content)
        self._rows.append((entry.source, emotion, split, width, height, content))
        self._groups.append(entry.group.strip())
        self._votes.append(entry.votes or (0,) * len(COLUMNS))
        self._has_votes |= entry.votes is not None
        self._pile.write(image.tobytes())

    def _alike(self, picture: np.ndarray) -> tuple[np.ndarray, int, int]:
        """A picture as all are stored, and its width and height before."""
        height, width = picture.shape[:2]
        side = self._wishes.side
        if min(height, width) < SMALLEST_PICTURE:
            raise DatasetError(
                f"{width}x{height} pixels are too few; needed are {SMALLEST_PICTURE}x{SMALLEST_PICTURE} or more"
            )
        if self._photos:
            assert self._wishes.cropper is not None
            crop = self._wishes.cropper.crop(in_colour(picture), side)
            if crop is None:
                raise DatasetError("no face was found in the photo")
        else:
            crop = squared(picture, side)
        return in_colour(crop) if self._colour else in_grey(crop), width, height

    def _shape(self) -> tuple[int, ...]:
        return (self._wishes.side,) * 2 + (3,) * self._colour

    def _table(self) -> pd.DataFrame:
        columns = ["source", "label", "split", "width", "height", "hash"]
        table = pd.DataFrame(self._rows, columns=columns)
        if self._has_votes:
            votes = pd.DataFrame(self._votes, columns=list(COLUMNS))
            table = pd.concat([table[columns[:3]], votes, table[columns[3:]]], axis=1)
        if any(self._groups):
            table.insert(3, GROUP, self._groups)
        return table

    def _reading(self) -> Reading:
        return Reading(
            form=self._found.form,
            faces=len(self._rows),
            labels=dict(sorted(self._used.items())),
            left_out=dict(self._left_out.most_common()),
            skipped=len(self._bad),
            first_skipped=self._bad[:NAMED],
            ignored_files=self._found.ignored,
            ignored_archives=self._found.archives,
            splits_given=self._any_split,
            faces_cut_out=self._photos,
        )


def _storable_entry(entry: Entry) -> Entry:
    texts = {"place": entry.place, "source": entry.source, "label": entry.label, "group": entry.group}
    changed = {name: storable(text) for name, text in texts.items() if storable(text) != text}
    return replace(entry, **changed) if changed else entry  # type: ignore[arg-type]


def _look(found: Found, wishes: Wishes) -> tuple[bool, bool]:
    """Whether the pictures are photos to cut faces out of, and whether their colours are to be kept."""
    asks_crop = wishes.cropper is not None and wishes.crop == "auto"
    asks_colour = wishes.colour is None and wishes.side > DEFAULT_SIDE
    photos, colour = wishes.crop == "always", bool(wishes.colour)
    if asks_crop and wishes.cropper is not None:
        photos = wishes.cropper.shows_photos(_first_pictures(found))
    if asks_colour:
        colour = any(has_colour(picture) for picture in _first_pictures(found))
    return photos, colour


def _first_pictures(found: Found) -> Iterator[np.ndarray]:
    """The readable ones among the first hundred, in RGB."""
    for entry in islice(found.entries(), LOOK_AT):
        if entry.problem:
            continue
        try:
            yield in_colour(entry.picture())
        except ValueError:
            continue

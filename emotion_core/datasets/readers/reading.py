"""From the entries of a source to a data set: labels mapped, pictures made alike, bad rows named."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from math import isfinite
from typing import BinaryIO

import numpy as np
import pandas as pd

from emotion_core.datasets.class_table import ClassTable
from emotion_core.datasets.clips import CLIP, SECONDS, clip_splits
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.duplicates import content_hash
from emotion_core.datasets.errors import NAMED, BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.people import PERSON, people_of, splits_by_person
from emotion_core.datasets.pictures import has_colour, in_colour, in_grey, squared
from emotion_core.datasets.readers.labels import LabelMap, number_of, plain_label
from emotion_core.datasets.readers.options import DEFAULT_SIDE, ReadOptions
from emotion_core.datasets.readers.source import GROUP, Entry, Source, storable
from emotion_core.datasets.readers.understood import FOLDERS_NAMED, Reading
from emotion_core.datasets.splits import SPLITS, assigned_split, split_of
from emotion_core.datasets.votes import COLUMNS, agreed, counts_of, voted_for
from emotion_core.emotions import FERPLUS_VOTES
from emotion_core.images import ImageError

#: Pictures with a side below this show no face.
SMALLEST_PICTURE = 8
#: What stands for the label where raters disagree, and what that means.
NO_MAJORITY, UNKNOWN = "no majority", "unknown"
#: So many pictures are looked at to see whether they are photos, and coloured.
LOOK_AT = 100


def gather(source: Source, options: ReadOptions, pile: BinaryIO) -> tuple[pd.DataFrame, tuple[int, ...], Reading]:
    """Go through all entries; their pixels are appended to `pile`, image after image.

    Returns:
        The table, the shape of one image, and what was read.

    Raises:
        BadRowsError: there are bad rows, and they are not to be skipped.
        UnknownLabelsError: labels are neither known nor mapped.
        DatasetError: the source cannot be read, or holds no face.
    """
    gathering = _Gathering(source, options, pile)
    for number, entry in enumerate(source.entries()):
        gathering.take(entry.storable())
        if number % 64 == 0:
            options.progress(min(1.0, source.share()))
    options.progress(1.0)
    return gathering.finished()


def in_memory(source: Source, options: ReadOptions) -> tuple[Dataset, Reading]:
    """The data set of a source, in memory; raises what `gather` raises."""
    pile = io.BytesIO()
    table, shape, reading = gather(source, options, pile)
    images = np.frombuffer(pile.getbuffer(), dtype=np.uint8).reshape(len(table), *shape)
    return Dataset(images, table, reading.classes, reading.colours, reading.votes_as), reading


class _NoFaceError(DatasetError):
    """A photo, or a frame of a clip, in which no face was found."""


class _Gathering:
    """The work of `gather`: what has been taken so far, and what was wrong with it."""

    def __init__(self, source: Source, options: ReadOptions, pile: BinaryIO):
        self._source, self._options, self._pile = source, options, pile
        self._meanings = LabelMap(options.labels, source.numbering, options.classes)
        self._rows: list[tuple[object, ...]] = []
        self._votes: list[tuple[int, ...]] = []
        self._groups: list[str] = []
        self._people: list[str] = []
        self._clips: list[tuple[str, float]] = []
        self._without_face = 0
        self._used: dict[str, str] = {}
        self._splits: dict[str, str] = {}
        self._numbers: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._unknown: Counter[str] = Counter()
        self._bad: list[str] = []
        self._has_votes = self._uncounted = False
        self._any_split = False
        self._by_person = False
        self._without_split: dict[int, str] = {}
        self._photos, self._colour = _look(source, options)

    def take(self, entry: Entry) -> None:
        if entry.problem:
            return self._refuse(entry, entry.problem)
        entry = replace(entry, label=plain_label(entry.label))
        if not all([self._is_known(word) for word in dict.fromkeys(entry.raters)]):  # every one is counted
            return None
        entry = self._with_votes(entry) if entry.raters else entry
        if entry.label != NO_MAJORITY and not self._is_known(entry.label):
            return None
        emotion = self._meaning(entry.label)
        if emotion is None:
            self._left_out[entry.label] += 1
            return None
        split = split_of(entry.split) if entry.split.strip() else ""
        if split is None:
            allowed = "train, validation, test, Training, PublicTest, PrivateTest"
            return self._refuse(entry, f"unknown split {entry.split!r}; allowed are {allowed}")
        if self._unknown:  # it is refused in the end; only the labels are still counted
            return None
        try:
            image = self._alike(entry.picture(), is_cut_out=bool(entry.box))
        except _NoFaceError as error:
            if not entry.clip:
                return self._refuse(entry, str(error))
            self._without_face += 1  # who films a face does not see it in every frame
            return None
        except (ImageError, DatasetError) as error:
            return self._refuse(entry, str(error))
        return self._keep(entry, emotion, split, *image)

    def _is_known(self, label: str) -> bool:
        """Whether somebody says what a label means; it is counted, if not."""
        if _is_number(label):
            self._numbers[label] += 1
        if self._meanings.knows(label):
            return True
        self._unknown[self._meanings.called(label)] += 1
        return False

    def _meaning(self, label: str) -> str | None:
        """What a known label means; where raters disagree that is none of the classes."""
        if label == NO_MAJORITY:
            return None if isinstance(self._options.classes, ClassTable) else UNKNOWN
        return self._meanings[label]

    def _with_votes(self, entry: Entry) -> Entry:
        """An entry with the votes of its raters, whose labels are known, and their majority where it has no label."""
        meanings = {word: self._meanings[word] for word in entry.raters}
        said = [meaning for word in entry.raters if (meaning := meanings[word])]
        self._used |= {word: meaning for word, meaning in meanings.items() if meaning}
        most = agreed(said) if said else None
        words = (word for word in entry.raters if meanings[word] == most)
        label = NO_MAJORITY if most is None and said else next(words)
        votes = None if isinstance(self._options.classes, ClassTable) else counts_of(said)
        self._uncounted |= votes is None
        return replace(entry, votes=votes, label=entry.label or label)

    def finished(self) -> tuple[pd.DataFrame, tuple[int, ...], Reading]:
        source = self._source.name
        self._check_numbering()
        if self._unknown:
            raise UnknownLabelsError(source, self._unknown, self._why_no_numbering())
        if self._bad and not self._options.skip_bad_rows:
            raise BadRowsError(source, self._bad)
        if self._any_split and self._without_split and not self._options.skip_bad_rows:
            folders = ", ".join(self._source.not_understood[:FOLDERS_NAMED])
            why = f"no split, though others have one{f'; no split is called {folders}' if folders else ''}"
            rows = [f"{place} ({why})" for place in self._without_split.values()]
            raise BadRowsError(source, rows)
        if not self._rows:
            raise DatasetError(f"{source}: there is no usable face among what was read ({self._source.form})")
        self._has_votes &= not self._uncounted  # those of some faces alone would stand for all
        table = self._table()
        return table, self._shape(), self._reading(table)

    def _check_numbering(self) -> None:
        """Where a number is not in an assumed numbering, that is another one: all numbers are asked about then."""
        if self._source.numbering_is_assumed and not all(map(self._meanings.is_stated, self._numbers)):
            self._unknown |= Counter({n: count for n, count in self._numbers.items() if not self._meanings.chosen(n)})

    def _why_no_numbering(self) -> str:
        """Why a legend beside the pictures does not say what the numbers mean; empty where there is none."""
        if not self._numbers or not self._source.legend or all(map(self._meanings.is_stated, self._numbers)):
            return ""
        if not self._source.numbering:
            return self._source.legend[0]
        numbers = list(self._source.numbering)
        return f"{self._source.legend[0]} names {numbers[0]} to {numbers[-1]} only, so it is not gone by"

    def _refuse(self, entry: Entry, reason: str) -> None:
        self._bad.append(storable(f"{entry.place} ({reason})"))
        if len(self._bad) >= NAMED and not self._options.skip_bad_rows and not self._unknown:
            raise BadRowsError(self._source.name, self._bad)

    def _keep(self, entry: Entry, emotion: str, split: str, image: np.ndarray, width: int, height: int) -> None:
        self._used[entry.label] = emotion
        content = content_hash(image)
        if split:
            self._any_split = True
            self._splits[entry.split.strip()] = split
        else:
            self._without_split[len(self._rows)] = entry.place
            split = assigned_split(content)
        self._rows.append((entry.source, emotion, split, width, height, content))
        self._groups.append(entry.group.strip())
        self._people.append(entry.person)
        self._clips.append((entry.clip, entry.seconds))
        self._votes.append(entry.votes or (0,) * len(COLUMNS))
        self._has_votes |= entry.votes is not None
        self._pile.write(image.tobytes())

    def _alike(self, picture: np.ndarray, is_cut_out: bool) -> tuple[np.ndarray, int, int]:
        """A picture as all are stored, and its width and height before."""
        height, width = picture.shape[:2]
        if min(height, width) < SMALLEST_PICTURE:
            raise DatasetError(
                f"{width}x{height} pixels are too few; needed are {SMALLEST_PICTURE}x{SMALLEST_PICTURE} or more"
            )
        crop = self._cut_out(picture) if self._photos and not is_cut_out else squared(picture, self._options.side)
        return in_colour(crop) if self._colour else in_grey(crop), width, height

    def _cut_out(self, photo: np.ndarray) -> np.ndarray:
        assert self._options.cropper is not None
        crop = self._options.cropper.crop(in_colour(photo), self._options.side)
        if crop is None:
            raise _NoFaceError("no face was found in the photo")
        return crop

    def _shape(self) -> tuple[int, ...]:
        return (self._options.side,) * 2 + (3,) * self._colour

    def _table(self) -> pd.DataFrame:
        columns = ["source", "label", "split", "width", "height", "hash"]
        table = pd.DataFrame(self._rows, columns=columns)
        if self._any_split and self._without_split:  # they may be of people in the test
            table.loc[list(self._without_split), "split"] = SPLITS[0]
            self._splits["none given"] = SPLITS[0]
        if self._has_votes:
            votes = pd.DataFrame(self._votes, columns=list(COLUMNS))
            table = pd.concat([table[columns[:3]], votes, table[columns[3:]]], axis=1)
        if any(self._groups):
            table.insert(3, GROUP, self._groups)
        if any(self._people):
            table[PERSON] = self._people
        if any(clip for clip, _ in self._clips):
            names, seconds = zip(*self._clips, strict=True)
            table = table.assign(**{CLIP: names, SECONDS: seconds})
            if not self._any_split:
                table["split"] = table[CLIP].map(clip_splits(sorted(set(names))))
        elif not self._any_split and (splits := splits_by_person(people_of(table))) is not None:
            table["split"], self._by_person = splits, True
        return table

    def _reading(self, table: pd.DataFrame) -> Reading:
        unlabelled = self._source.unlabelled()
        classes = self._options.classes
        table_of_classes = classes if isinstance(classes, ClassTable) else None
        legend = self._source.legend if self._numbers else ()
        unused = [name for name in self._source.unused if name not in legend]
        return Reading(
            form=self._source.form + (f", numbers as in {', '.join(legend[:NAMED])}" if legend else ""),
            faces=len(self._rows),
            labels=dict(sorted(self._used.items())),
            left_out=dict(self._left_out.most_common()),
            skipped=len(self._bad),
            first_skipped=self._bad[:NAMED],
            ignored_files=len(unused),
            unused_files=unused[:NAMED],
            unlabelled=len(unlabelled),
            first_unlabelled=list(unlabelled[:NAMED]),
            ignored_archives=self._source.archives,
            splits_given=self._any_split,
            by_person=self._by_person,
            splits=dict(sorted(self._splits.items())),
            not_understood=[] if self._any_split else list(self._source.not_understood[:NAMED]),
            faces_cut_out=self._photos,
            without_face=self._without_face,
            classes=self._meanings.classes([*self._used.values(), *self._voted(table)]),
            colours=dict(table_of_classes.colours) if table_of_classes else {},
            votes_as=self._votes_as(table_of_classes),
        )

    def _votes_as(self, classes: ClassTable | None) -> dict[str, str | None]:
        return {name: classes[name] for name in FERPLUS_VOTES} if classes and self._has_votes else {}

    def _voted(self, table: pd.DataFrame) -> list[str]:
        """What annotators' majorities say of faces, which are classes, too, where labels are kept."""
        return voted_for(table) if self._has_votes else []


def _is_number(label: str) -> bool:
    if number_of(label) is not None:
        return True
    try:
        return isfinite(float(label))
    except ValueError:
        return False


def _look(source: Source, options: ReadOptions) -> tuple[bool, bool]:
    """Whether the pictures are photos to cut faces out of, and whether their colours are to be kept."""
    photos, colour = options.crop == "always", bool(options.colour)
    if options.cropper is not None and options.crop == "auto":
        photos = options.cropper.shows_photos(_first_pictures(source))
    if options.colour is None and options.side > DEFAULT_SIDE:
        colour = any(has_colour(picture) for picture in _first_pictures(source))
    return photos, colour


def _first_pictures(source: Source) -> Iterator[np.ndarray]:
    """The readable ones among the first hundred, in RGB."""
    for entry in islice(source.entries(), LOOK_AT):
        if entry.problem or entry.box:
            continue
        try:
            yield in_colour(entry.picture())
        except ValueError:
            continue

"""What the place of a picture says of it: the names of its folders, and codes in the name of its file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from emotion_core.datasets.splits import SAY_NOTHING, split_of, words_of
from emotion_core.emotions import CODES, emotion_of

#: Folders so called hold pictures, and say nothing about them.
STRUCTURAL = {
    "image", "images", "img", "imgs", "picture", "pictures", "pic", "pics", "photo", "photos", "face", "faces", "data",
    "dataset", "datasets", "aligned", "crop", "crops", "cropped", "raw", "original", "originals", "all", "jpg", "jpeg",
    "png", "frames", "archive", "input", "files",
}  # fmt: skip
#: KDEF names a file by session, sex, person, emotion and angle: AF01ANS; JAFFE by person, emotion, number: KA.AN1.39.
_KDEF = re.compile(r"[AB][FM]\d{2}(AF|AN|DI|HA|NE|SA|SU)(?:S|FL|FR|HL|HR)", re.IGNORECASE)
_JAFFE = re.compile(r"[A-Z]{2}[._-](AN|DI|FE|HA|NE|SA|SU)\d[._-]\d+", re.IGNORECASE)
#: CREMA-D by actor, sentence, emotion and intensity: 1001_DFA_ANG_XX.
_CREMA_D = re.compile(r"\d{4}_[A-Z]{3}_(ANG|DIS|FEA|HAP|NEU|SAD)_(?:XX|X|LO|MD|HI)(?:[_-]\d+)?", re.IGNORECASE)
#: People, recordings and parts: AF01, S005, p3, subject 12, batch_2, a long number, a hash.
_ID = re.compile(
    r"[a-z]{0,3}[ _-]?\d{3,}|[a-z]{1,3}[ _-]?\d+|(?:sub|subject|person|user|participant|actor|id|people)[ _-]?\d+"
    r"|(?:batch|part|session|fold|video|clip|seq|sequence|take|trial|camera|shard|chunk)[ _-]?\d+"
    r"|(?=.*\d)[0-9a-f-]{8,}",
    re.IGNORECASE,
)
_AND_SPLIT = re.compile(r"[_.-]([a-z]{3,10})$", re.IGNORECASE)
_SPLIT_AND_NUMBER = re.compile(r"([a-z]{3,20})[_-]?\d", re.IGNORECASE)
_SPLIT_AND_WORD = re.compile(r"([a-z]{3,20})[_.-][^\W_]", re.IGNORECASE)
#: Folders with numbers for names stand for labels where there are so few, and else for people or recordings.
MOST_NUMBERS = 12


def emotion_word(folder: str) -> str:
    """What in a folder's name says an emotion: all of it, or Happy of "Happy Images" and of train_Happy; or nothing."""
    if emotion_of(folder):
        return folder
    words = [word for word in words_of(folder) if not _says_nothing(word.casefold())]
    word = " ".join(words)
    return word if words and word.casefold() not in CODES and emotion_of(word) else ""


def _says_nothing(word: str) -> bool:
    return word in STRUCTURAL or word in SAY_NOTHING or split_of(word) is not None


def label_in_file_name(stem: str) -> str:
    """The code of an emotion in a file's name as KDEF's, JAFFE's or CREMA-D's, as AN; an empty text for none."""
    found = _KDEF.fullmatch(stem) or _JAFFE.fullmatch(stem) or _CREMA_D.fullmatch(stem)
    return found[1] if found else ""


def word_in_file_name(name: str) -> str:
    """The only word of a picture's name that is an emotion, as in happy_01.jpg; an empty text for none."""
    words = re.findall(r"[^\W\d_]{3,}", PurePosixPath(name).stem)
    found = {word for word in words if word.casefold() not in CODES and emotion_of(word)}
    return found.pop() if len(found) == 1 else ""


def split_in_file_name(name: str) -> str:
    """The split that a picture's name begins with, as train_00001.jpg or test_happy_1.jpg, or ends with; or nothing."""
    word = _SPLIT_AND_WORD.match(name.rpartition("/")[2])
    return _counted_split(name) or (word[1] if word and split_of(word[1]) else "")


def names_say_splits(names: Sequence[str]) -> bool:
    """Whether the names of all pictures say their splits.

    Words before others do so where one of them is train: public_garden_1.jpg may be called so for any reason.
    """
    found = [split_in_file_name(name) for name in names]
    return all(found) and (all(map(_counted_split, names)) or "train" in map(split_of, found))


def _counted_split(name: str) -> str:
    """The split before a number, or at the end, as in test_0001.jpg and 0001_test.jpg; an empty text for none."""
    file = name.rpartition("/")[2]
    found = (_SPLIT_AND_NUMBER.match(file), _AND_SPLIT.search(file.rpartition(".")[0]))
    return next((one[1] for one in found if one and split_of(one[1])), "")


@dataclass(frozen=True)
class _Folder:
    """What a folder says of the pictures in it: an emotion, else a word that may be a label; a split; what else."""

    emotion: str
    candidate: str
    split: str
    not_understood: tuple[str, ...]


class Places:
    """What the places of pictures say, seen together: a folder is read by what stands beside it.

    Args:
        pictures: the names of all of them, with forward slashes.

    Attributes:
        not_understood: folders above the labels that are no splits and no mere structure, the most frequent first.
    """

    def __init__(self, pictures: Sequence[str]):
        pictures_in = Counter(name.rpartition("/")[0] for name in pictures)
        paths = {folder: PurePosixPath(folder).parts for folder in pictures_in}
        self._learn(paths.values())
        self._folders = {folder: self._read(parts) for folder, parts in paths.items()}
        candidates = {folder.candidate for folder in self._folders.values() if not folder.emotion}
        # One folder around all pictures tells none from another.
        self._around_all = candidates if len(candidates) == 1 < len(pictures) and len(self._emotions_at) == 0 else set()
        no_label = not self._emotions_at and not candidates - self._around_all - {""}
        self._words_are_labels = no_label and all(map(word_in_file_name, pictures))
        no_folder = not any(folder.split for folder in self._folders.values())
        self._splits_in_names = no_folder and names_say_splits(pictures)
        above: Counter[str] = Counter()
        for folder, count in pictures_in.items():
            above.update(dict.fromkeys(self._folders[folder].not_understood, count))
        self.not_understood = [part for part, _ in above.most_common()]

    def label(self, name: str) -> str:
        """What the place says that a picture shows: an emotion's name or code, or a word to ask about; or nothing."""
        folder, _, file = name.rpartition("/")
        read = self._folders[folder]
        if self._words_are_labels:
            return word_in_file_name(file)
        candidate = "" if read.candidate in self._around_all else read.candidate
        return read.emotion or label_in_file_name(file.rpartition(".")[0]) or candidate

    def split(self, name: str) -> str:
        """The nearest folder that is called as a split, else the picture's name's beginning; an empty text for none."""
        if self._splits_in_names:
            return split_in_file_name(name)
        return self._folders[name.rpartition("/")[0]].split

    def _learn(self, folders: Iterable[tuple[str, ...]]) -> None:
        """What can be known only of all folders together."""
        found = [(parts[:depth], emotion_word(part)) for parts in folders for depth, part in enumerate(parts)]
        self._above_emotions = {above for above, emotion in found if emotion}
        self._emotions_at = Counter(
            depth for depth, _ in {(len(above), emotion) for above, emotion in found if emotion}
        )
        numbers = {part for parts in folders for part in parts if part.isdecimal()}
        self._numbers_are_labels = len(numbers) <= MOST_NUMBERS and all(len(number) <= 2 for number in numbers)

    def _read(self, parts: tuple[str, ...]) -> _Folder:
        emotion, candidate = self._emotion(parts), self._candidate(parts)
        label = emotion or candidate
        above = parts[: parts.index(label)] if label else parts
        return _Folder(
            emotion_word(emotion),
            candidate,
            split=next((part for part in reversed(parts) if split_of(part)), ""),
            not_understood=tuple(p for p in above if not split_of(p) and p.casefold() not in STRUCTURAL),
        )

    def _emotion(self, parts: tuple[str, ...]) -> str:
        """The folder called by an emotion; of several the one at the depth where most emotions are, or the nearest."""
        depths = [depth for depth, part in enumerate(parts) if emotion_word(part)]
        return parts[max(depths, key=lambda depth: (self._emotions_at[depth], depth))] if depths else ""

    def _candidate(self, parts: tuple[str, ...]) -> str:
        """A folder that may be a label: one beside folders of emotions, or else the nearest that is not structural."""
        beside = [part for depth, part in enumerate(parts) if parts[:depth] in self._above_emotions]
        return next((part for part in [*reversed(beside), *reversed(parts)] if self._may_be_a_label(part)), "")

    def _may_be_a_label(self, part: str) -> bool:
        if part.isdecimal():
            return self._numbers_are_labels
        return not (split_of(part) or part.casefold() in STRUCTURAL or _ID.fullmatch(part))

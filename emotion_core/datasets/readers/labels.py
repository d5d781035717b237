"""What the words of a source mean: its labels and its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from emotion_core.datasets.errors import DatasetError
from emotion_core.emotions import LABELS, emotion_of

# fmt: off
#: What columns are called, in lower case and letters only; the first that is there is taken.
IMAGE_COLUMNS = (
    "image", "imagepath", "imagename", "imagefile", "imagefilename", "path", "filepath", "filename", "file", "img",
    "imgpath", "imgname", "pth", "pic", "picture", "photo", "subdirectoryfilepath", "relativepath", "imageid", "frame",
    "face", "images", "paths", "filepaths", "filenames", "files", "name", "id",
)
LABEL_COLUMNS = (
    "label", "labels", "emotion", "expression", "emotionlabel", "class", "category", "target", "emotions",
    "expressions", "facialexpression", "facialemotion", "expressionlabel", "labelname", "emotionname", "emotionclass",
    "classname", "categoryname", "classlabel", "groundtruth", "annotation", "sentiment", "choice", "tag", "y",
)
# fmt: on
SPLIT_COLUMNS = ("split", "usage", "set", "subset", "partition", "datasplit", "phase")
GROUP_COLUMNS = ("group",)


class LabelMap:
    """From a source's labels to emotions: by the user's own mapping, else the source's, else the table of synonyms.

    Args:
        chosen: what labels mean: a name of an emotion, of contempt, unknown or nf, or None to leave such faces out.
        stated: what the source says that its labels mean, such as its numbering.

    Raises:
        DatasetError: a label is to mean something that is no emotion.
    """

    def __init__(self, chosen: Mapping[str, str | None], stated: Mapping[str, str]):
        self._stated = {_key(label): name for label, name in stated.items()}
        self._chosen = {_key(label): _meaning(label, meaning) for label, meaning in chosen.items()}

    def knows(self, label: str) -> bool:
        names = {_key(label), _key(self._stated.get(_key(label), label))}
        return bool(names & set(self._chosen)) or self[label] is not None

    def chosen(self, label: str) -> bool:
        """Whether the user says himself what this very label means."""
        return _key(label) in self._chosen

    def __getitem__(self, label: str) -> str | None:
        """One of `EMOTIONS` or `OTHERS`; None where such faces are to be left out, or the label is not known."""
        for name in (_key(label), _key(self._stated.get(_key(label), label))):
            if name in self._chosen:
                return self._chosen[name]
        return emotion_of(self._stated.get(_key(label), label))


def numbered(names: Sequence[str], start: int = 0) -> dict[str, str | None]:
    """A mapping for labels that are numbers: `numbered(["angry", "sad"])` says that 0 is angry and 1 sad."""
    return {str(number): name for number, name in enumerate(names, start)}


def column_of(header: Sequence[str], names: Sequence[str]) -> int | None:
    """The place of the first of these names among a table's columns, whatever its case, blanks and signs."""
    columns = [letters(column) for column in header]
    return next((columns.index(name) for name in names if name in columns), None)


def columns_of(header: Sequence[str], names: Sequence[str]) -> list[int]:
    """The places of all columns that are called by one of these names, in the order of the names."""
    columns = [letters(column) for column in header]
    return [place for name in names for place, column in enumerate(columns) if column == name]


def letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.casefold())


def plain_label(label: str) -> str:
    """A label without blanks and quotes around it; a whole number as such, whether it is written 3, 3.0 or 03."""
    text = label.strip().strip("\"'").strip()
    return str(int(float(text))) if _WHOLE_NUMBER(text) else text


_WHOLE_NUMBER = re.compile(r"\d{1,9}(\.0*)?").fullmatch


def _key(label: str) -> str:
    return plain_label(label).casefold()


def _meaning(label: str, meaning: str | None) -> str | None:
    if meaning is None or not meaning.strip():
        return None
    emotion = emotion_of(meaning)
    if emotion is None:
        allowed = ", ".join(LABELS)
        raise DatasetError(f"the label {label!r} cannot mean {meaning!r}; allowed are {allowed}, or nothing")
    return emotion

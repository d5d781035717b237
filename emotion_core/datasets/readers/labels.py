"""What the words of a source mean: its labels and its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from emotion_core.classes import alike, checked_classes, class_name, in_order
from emotion_core.datasets.class_table import ClassTable
from emotion_core.datasets.errors import DatasetError
from emotion_core.emotions import EMOTIONS, LABELS, emotion_of

#: What becomes of the labels: kept as they are, mapped to the seven emotions, or grouped by a table.
Classes = Literal["keep", "seven"] | ClassTable

# fmt: off
#: What columns are called, in lower case and letters only; the first that is there is taken.
IMAGE_COLUMNS = (
    "image", "imagepath", "imagename", "imagefile", "imagefilename", "path", "filepath", "filename", "file", "img",
    "imgpath", "imgname", "pth", "pic", "picture", "photo", "subdirectoryfilepath", "relativepath", "imageid", "frame",
    "url", "imageurl", "uri", "face", "images", "paths", "filepaths", "filenames", "files", "name", "id",
)
LABEL_COLUMNS = (
    "label", "labels", "emotion", "expression", "emotionlabel", "class", "category", "target", "emotions",
    "expressions", "facialexpression", "facialemotion", "expressionlabel", "labelname", "emotionname", "emotionclass",
    "classname", "categoryname", "classlabel", "groundtruth", "truth", "truelabel", "labeltrue", "actual", "gold",
    "goldlabel", "gt", "annotation", "sentiment", "choice", "tag", "y",
)
# fmt: on
SPLIT_COLUMNS = ("split", "usage", "set", "subset", "partition", "datasplit", "phase")
GROUP_COLUMNS = ("group",)
#: Who gave a label, where each row has what one of several said.
RATER_COLUMNS = (
    "rater", "raterid", "annotator", "annotatorid", "coder", "coderid", "labeler", "labeller", "labelerid", "judge",
    "judgeid", "worker", "workerid", "observer", "reviewer", "voter", "evaluator", "annotatedby", "labeledby",
)  # fmt: skip
PERSON_COLUMNS = (
    "person", "personid", "subject", "subjectid", "participant", "participantid", "identity", "actor", "actorid",
)  # fmt: skip

#: What is in no class even where labels are kept as they are.
NO_CLASSES = {"unknown", "nf"}


class LabelMap:
    """From a source's labels to classes: by the user's own mapping, else the source's, else what `classes` says.

    Args:
        chosen: what labels mean: a name of an emotion, of contempt, unknown or nf, or None to leave such faces out.
            Where the classes are not the seven emotions, any name.
        stated: what the source says that its labels mean, such as its numbering.
        classes: "seven", by the table of synonyms; "keep", as they are; or a table.

    Raises:
        DatasetError: a label is to mean something that is no emotion.
    """

    def __init__(self, chosen: Mapping[str, str | None], stated: Mapping[str, str], classes: Classes = "seven"):
        self._classes = classes
        self._spelt: dict[str, str] = {}
        self._stated = {_key(label): name for label, name in stated.items()}
        self._chosen = {_key(label): self._meaning(label, meaning) for label, meaning in chosen.items()}

    def knows(self, label: str) -> bool:
        names = {_key(label), _key(self.called(label))}
        if names & set(self._chosen) or self[label] is not None:
            return True
        return isinstance(self._classes, ClassTable) and self._classes.knows(self.called(label))

    def called(self, label: str) -> str:
        """What the source says that a label is called; without that the label itself."""
        return self._stated.get(_key(label), label)

    def is_stated(self, label: str) -> bool:
        """Whether the source says what a label means."""
        return _key(label) in self._stated

    def chosen(self, label: str) -> bool:
        """Whether the user has said what this very label means."""
        return _key(label) in self._chosen

    def __getitem__(self, label: str) -> str | None:
        """A class or one of `OTHERS`; None where such faces are to be left out, or the label is not known."""
        for name in (_key(label), _key(self.called(label))):
            if name in self._chosen:
                return self._chosen[name]
        return self._named(label, self.called(label))

    def classes(self, used: Sequence[str]) -> tuple[str, ...]:
        """The classes in their order, where `used` is what labels were taken to mean.

        Raises:
            DatasetError: they are too few or too many.
        """
        if self._classes == "seven":
            return EMOTIONS
        if isinstance(self._classes, ClassTable):
            return self._classes.classes
        try:
            return checked_classes(in_order(set(used) - NO_CLASSES))
        except ValueError as error:
            raise DatasetError(str(error)) from None

    def _named(self, label: str, name: str) -> str | None:
        """What a name that is not mapped by the user means."""
        if self._classes == "seven":
            return emotion_of(name)
        if isinstance(self._classes, ClassTable):
            return self._classes[name]
        return self._kept(label, name) if name.strip() else None

    def _kept(self, label: str, name: str) -> str:
        """A name as it is; those that differ in case alone are the one that came first."""
        if _key(name) in NO_CLASSES:
            return _key(name)
        try:
            kept = class_name(plain_label(name))
        except ValueError as error:
            raise DatasetError(f"the label {label!r} cannot be kept: {error}; say what it is to be called") from None
        return self._spelt.setdefault(alike(kept), kept)

    def _meaning(self, label: str, meaning: str | None) -> str | None:
        """What the user says that a label means."""
        if meaning is None or not meaning.strip():
            return None
        if self._classes == "keep":
            return self._kept(label, meaning)
        if isinstance(self._classes, ClassTable):
            if meaning.strip() in self._classes.classes:
                return meaning.strip()
            if self._classes.knows(meaning):  # a label of the table, such as a number's emotion
                return self._classes[meaning]
            allowed = ", ".join(self._classes.classes)
            raise DatasetError(f"the label {label!r} cannot mean {meaning!r}; allowed are {allowed}, or nothing")
        emotion = emotion_of(meaning)
        if emotion is None:
            allowed = ", ".join(LABELS)
            raise DatasetError(f"the label {label!r} cannot mean {meaning!r}; allowed are {allowed}, or nothing")
        return emotion


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


_LABEL = re.compile(r"\d{1,2}(\.0*)?|[^\W\d_][\w /-]*")


def may_be_labels(values: Sequence[str]) -> bool:
    """Whether a column holds words, or small numbers."""
    return bool(values) and all(_LABEL.fullmatch(value) for value in values)


def hold_emotions(values: Sequence[str]) -> bool:
    """Whether a column holds names of emotions and nothing else."""
    return bool(values) and all(emotion_of(value) for value in values)


def number_of(label: str) -> int | None:
    """The number that a label is, as 3, 3.0, 03 or class_3; None where it is a word."""
    found = _NUMBERED(label.strip().strip("\"'").strip())
    return int(found[1]) if found else None


def plain_label(label: str) -> str:
    """A label without blanks and quotes around it, nor brackets where it is a list of one; a whole number as such.

    That may be written 3, 3.0 or 03. What programs write where there is none is none.
    """
    text = label.strip().strip("\"'").strip()
    text = text[1:-1].strip().strip("\"'").strip() if text[:1] + text[-1:] == "[]" and "," not in text else text
    if text.casefold() in _MISSING:
        return ""
    return str(int(float(text))) if _WHOLE_NUMBER(text) else text


_MISSING = {"nan", "null", "<na>", "n/a"}
_WHOLE_NUMBER = re.compile(r"\d{1,9}(\.0*)?").fullmatch
_NUMBERED = re.compile(r"(?:(?:class|label|emotion|expression|category)[ _-]?)?(\d{1,9})(?:\.0*)?", re.I).fullmatch


def _key(label: str) -> str:
    number = number_of(label)
    return alike(plain_label(label)) if number is None else str(number)

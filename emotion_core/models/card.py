"""A model's card: what its network expects and predicts, how it was made, how good it is, the sums of its files."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, overload

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from emotion_core.classes import checked_colour, class_name, stored_classes
from emotion_core.emotions import EMOTIONS
from emotion_core.models.prior import ROUNDING
from emotion_core.seals import BrokenSealError, sealed, unsealed

CARD_FILE = "card.json"
#: The network as Keras keeps it: what can be trained further, and converted.
KERAS_FILE = "model.keras"
#: The version of the cards that this program writes and reads. A card that names none is of this one.
CARD_VERSION = 1
#: A card has some ten thousand bytes; what is larger than this is none, and not looked into.
LARGEST_CARD = 10_000_000
#: Bytes of any other file of a model.
LARGEST_FILE = 1 << 30
#: An abstain threshold lies a little above 1 where a model is wrong even if it is certain: it always says "uncertain".
HIGHEST_THRESHOLD = 1.001


class ModelError(RuntimeError):
    """A model folder that cannot be used; the message says why."""


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True, serialize_by_alias=True
    )


def _written_as(name: str) -> Any:
    """A field that may be missing, and that files call by its first name: others' programs read cards, too."""
    return Field(default=None, validation_alias=name, serialization_alias=name)


class NetworkInput(_Part):
    """What a network expects: faces of (size, size, channels), each value being pixel * scale + offset."""

    size: int = Field(ge=8, le=512)
    channels: Literal[1, 3]
    scale: float = Field(gt=0, le=1)
    offset: float = Field(ge=-255, le=255)


class Architecture(_Part):
    """What the network is: its name, the arguments it was made with, and its size."""

    name: str
    parameters: int = Field(gt=0)
    multiply_adds: int = Field(gt=0)
    arguments: dict[str, int | float | list[int]] = {}


class Training(_Part):
    """What the network was trained on and how.

    Attributes:
        drawn: whether all faces are drawings.
        people: how many people the faces are of, where that is known.
    """

    data: str
    faces: int = Field(gt=0)
    recipe: dict[str, object]
    seed: int
    date: str
    seconds: float
    versions: dict[str, str]
    drawn: bool = False
    people: int | None = None


#: What predictions are compared with: FER-2013's labels, the majority of FER+'s annotators, or a data set's own labels.
Labels = Literal["fer2013", "ferplus-majority", "own"]


class Measurement(_Part):
    """One measured result with its protocol. Shares are from 0 to 1; figures of emotions are by the emotion's name.

    Attributes:
        prior: the mix of expressions that the predictions were made under; see `emotion_core.models.prior`.
        accuracy_interval, macro_recall_interval, expected_calibration_error_interval: the ends of 95 % bootstrap
            intervals.
        confusion: counts, in the order of `classes_in`: rows are the labels, columns the predictions; may be empty.
        coverage: the share of faces for which the prediction is not "uncertain"; "answered" in the file.
        selective_accuracy: the accuracy on those, None where there are none; "accuracy_answered" in the file.
    """

    data: str
    split: Literal["train", "validation", "test"]
    labels: Labels
    without_training_duplicates: bool
    test_time_augmentation: bool
    prior: Literal["trained", "balanced"] = "trained"
    faces: int = Field(gt=0)
    accuracy: float = Field(ge=0, le=1)
    macro_recall: float = Field(ge=0, le=1)
    recall: dict[str, float]
    expected_calibration_error: float = Field(ge=0, le=1)
    accuracy_interval: tuple[float, float] | None = None
    macro_recall_interval: tuple[float, float] | None = None
    expected_calibration_error_interval: tuple[float, float] | None = None
    precision: dict[str, float] = {}
    f1: dict[str, float] = {}
    confusion: list[list[int]] = []
    coverage: float | None = _written_as("answered")
    selective_accuracy: float | None = _written_as("accuracy_answered")


class GroupMeasurement(_Part):
    """Accuracy on a group of the faces of the card's validation split, by one kind of label.

    Attributes:
        by: what the groups differ in, such as "light".
        group: which one, such as "darkest fifth".
    """

    by: str
    group: str
    labels: Labels
    faces: int = Field(gt=0)
    accuracy: float = Field(ge=0, le=1)


class ElsewhereMeasurement(_Part):
    """One measured result on faces that have nothing to do with the training data: a hint at how a model does there.

    Attributes:
        data: which faces these are, in words.
        found: whether each face was detected and cropped first, as in photos; if not, its picture was taken whole.
        missed: how many faces were not detected, which count as wrong.
        prior: the mix of expressions that the predictions were made under.
        accuracy_interval, macro_recall_interval: the ends of 95 % bootstrap intervals.
    """

    data: str
    found: bool
    missed: int = Field(default=0, ge=0)
    prior: Literal["trained", "balanced"]
    test_time_augmentation: bool
    faces: int = Field(gt=0)
    accuracy: float = Field(ge=0, le=1)
    accuracy_interval: tuple[float, float]
    macro_recall: float = Field(ge=0, le=1)
    macro_recall_interval: tuple[float, float]
    recall: dict[str, float]


class Calibration(_Part):
    """What makes probabilities mean what they say, and below which confidence the answer is "uncertain"."""

    temperature: float = Field(ge=0.01, le=1000)
    abstain_threshold: float = Field(ge=0, le=HIGHEST_THRESHOLD)


class ModelCard(_Part):
    """All that is known of a model.

    Attributes:
        temperature, abstain_threshold: the calibration where the mix of expressions is that of training.
        prior: the share of each class in what the network was trained on, summing to 1; a class that it never saw has
            0. None on cards of earlier versions, whose models answer as they were trained.
        answers_under: the mix of expressions under which the probabilities in the model's file hold: that of training,
            or every class alike, where the training has made up for its shares.
        balanced: the calibration where every class is as likely as another; None where it was not measured.
        elsewhere: results on faces that have nothing to do with the training data.
        files: the sha256 of each file, by its name.
    """

    version: int = CARD_VERSION
    name: str
    summary: str
    class_order: tuple[str, ...]
    colours: dict[str, Annotated[str, AfterValidator(checked_colour)]] = {}
    input: NetworkInput
    temperature: float = Field(ge=0.01, le=1000)
    abstain_threshold: float = Field(ge=0, le=HIGHEST_THRESHOLD)
    architecture: Architecture
    training: Training
    measurements: list[Measurement]
    groups: list[GroupMeasurement] = []
    prior: dict[str, float] | None = None
    answers_under: Literal["trained", "balanced"] = "trained"
    balanced: Calibration | None = None
    elsewhere: list[ElsewhereMeasurement] = []
    terms: str
    files: dict[str, str]

    @model_validator(mode="after")
    def _consistent(self) -> ModelCard:
        if self.prior is not None:
            if sorted(self.prior) != sorted(self.class_order):
                raise ValueError("prior must have a share for each class")
            if min(self.prior.values()) < 0 or abs(sum(self.prior.values()) - 1) > ROUNDING:
                raise ValueError("prior must have shares from 0 to 1 that sum to 1")
        elif self.answers_under == "balanced":
            raise ValueError("answers_under cannot be balanced without a prior")
        return self

    def to_json(self) -> bytes:
        """The content of the card's file."""
        return (sealed(self.model_dump_json(indent=2)) + "\n").encode()


#: A card, or one that says more.
Card = TypeVar("Card", bound=ModelCard)


@overload
def read_card(folder: Path) -> ModelCard: ...
@overload
def read_card(folder: Path, kind: type[Card]) -> Card: ...
def read_card(folder: Path, kind: type[ModelCard] = ModelCard) -> ModelCard:
    """The card in a model's folder.

    Args:
        folder: the model's.
        kind: which kind of card it is.

    Raises:
        ModelError: the folder or its card is missing or cannot be used.
    """
    path = folder / CARD_FILE
    if not os.path.isdir(folder):  # which, unlike a path's own, has an answer for names that are too long
        raise ModelError(f"there is no model folder {folder}")
    if not os.path.lexists(path):
        raise ModelError(f"the model folder {folder} has no {CARD_FILE}")
    try:
        if path.stat().st_size > LARGEST_CARD:
            raise ModelError(f"{path} is no model card: it has more than {LARGEST_CARD:,} bytes")
        content = unsealed(_read_file(path))
        _check_version(path, content)
        card = kind.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ModelError(f"{path} is no model card: {where}: {first['msg']}") from None
    except BrokenSealError as error:
        raise ModelError(f"{path} is damaged: {error}") from None
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error})") from None
    try:
        kept = stored_classes(card.class_order)
    except ValueError as error:
        raise ModelError(f"{path}: {error}") from None
    if other := [name for name, as_kept in zip(card.class_order, kept, strict=True) if name != as_kept]:
        raise ModelError(f"{path}: the class {other[0]!r} must be written {class_name(other[0])!r}, as in data sets")
    count = len(card.class_order)
    for place, one in enumerate(card.measurements):
        if one.confusion and [len(row) for row in one.confusion] != [count] * count:
            where = f"{path} is no model card: measurements.{place}.confusion"
            raise ModelError(f"{where}: it must have {count} rows of {count} counts, or none")
    return card


def classes_in(card: ModelCard) -> tuple[str, ...]:
    """A model's classes in the order of its probabilities: the seven emotions in theirs, others in the card's."""
    return EMOTIONS if set(card.class_order) == set(EMOTIONS) else card.class_order


def _read_file(path: Path) -> bytes:
    """A file's bytes. Of a pipe or a device one would wait, or read without end.

    Raises:
        OSError: it cannot be read, or is none.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise OSError("it is no file")
    return path.read_bytes()


def _check_version(path: Path, content: bytes) -> None:
    """Refuse a card of another version before its fields are looked at, which may be other ones."""
    try:
        version = json.loads(content).get("version", CARD_VERSION)
    except (ValueError, AttributeError, RecursionError):  # no JSON, or no object: reading the card says so
        return
    if version != CARD_VERSION:
        raise ModelError(
            f"{path} is a model card of version {str(version)[:20]}; this program reads version {CARD_VERSION}"
        )


def card_sha256(folder: Path) -> str:
    """The sha256 of a model's card, which names those of its files: another one, another model.

    Raises:
        ModelError: the card cannot be read.
    """
    path = folder / CARD_FILE
    try:
        return hashlib.sha256(_read_file(path)).hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error})") from None


def read_verified(folder: Path, card: ModelCard, name: str) -> bytes:
    """A file of a model, refused if its sha256 is not the card's.

    Raises:
        ModelError: the file is missing, not on the card or differs from it.
    """
    path = folder / name
    if name not in card.files:
        raise ModelError(f"the card in {folder} does not list {name}")
    try:
        if os.path.getsize(path) > LARGEST_FILE:  # it may be sparse: small on the disk, and huge in memory
            raise ModelError(f"{path} has more than {LARGEST_FILE >> 20:,} MB; no network that is used here has")
        data = _read_file(path)
    except OSError as error:
        raise ModelError(f"the model's file {path} cannot be read ({error.strerror or error})") from None
    if hashlib.sha256(data).hexdigest() != card.files[name]:
        raise ModelError(f"{path} is refused: its sha256 is not the one on the model's card")
    return data

"""Teaching classes from a camera: faces are recorded for a class, and a model answers as soon as two classes have some.

    lesson = Lesson(load_classifier(), ["wink", "smile"])
    session = LiveSession(lesson.taught, watch=lesson.watch)
    lesson.record("wink")        # while the button is held
    lesson.record(None)
    session.classifier = lesson.learn()

All that is recorded lies in memory. Any thread may call any method.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import pandas as pd

from emotion_core.classes import MOST_CLASSES, checked_classes, class_name, colours_of
from emotion_core.datasets.dataset import Dataset
from emotion_core.emotions import isolated
from emotion_core.models.card import ModelCard, ModelError
from emotion_core.models.classifier import Classifier
from emotion_core.models.few_shot import Head, fit_head, most_confused, prepare
from emotion_core.models.prior import Prior
from emotion_core.streams.answers import TrackedFace
from emotion_core.streams.clock import SAME_TIME
from emotion_core.streams.hints import hints_of_face

#: Seconds from one recorded face to the next.
RECORDING_STEP = 0.2
#: A recorded face is at least so many pixels high.
SMALLEST_RECORDED = 60.0
#: A class with fewer faces is not learned yet.
FEWEST_LEARNED = 5
#: So many faces are kept of a class; then it says so and records no more.
MOST_RECORDED = 500
#: Below this probability the answer is "uncertain".
SURE = 0.5
#: Faces of one class that were recorded within so many seconds are judged together: they are nearly the same.
TOGETHER = 1.0

SEVERAL_FACES = "several faces"
ENOUGH = "enough"
NO_FACE = "no face"
TOO_SMALL = "too small"
#: What is said of a picture whose face is recorded all the same: nothing, or that it is the largest of several.
RECORDED_WITH = ("", SEVERAL_FACES)


@dataclass(frozen=True, eq=False)
class Example:
    """A recorded face.

    Attributes:
        number: which one, from 1; never given twice.
        name: its class.
        crop: (size, size, 3) RGB, uint8, as the network sees it.
        embedding: (D,) float32.
        group: those of one group are nearly the same picture.
        person: who it is of; empty where that is not known.
    """

    number: int
    name: str
    crop: np.ndarray
    embedding: np.ndarray
    group: int
    person: str = ""


class Taught:
    """What a lesson has taught so far: a classifier for a live session. It never changes.

    Attributes:
        card: of the model that it stands on, with the colours of the lesson's classes.
        classes: those that it knows; all classes of the lesson, alike, where nothing is learned yet.
        head: None where nothing is learned yet.
        labels: (N,) the class, as an index, of each face that it has learned from.
    """

    def __init__(
        self,
        base: Classifier,
        classes: tuple[str, ...],
        colours: Mapping[str, str],
        head: Head | None = None,
        labels: np.ndarray | None = None,
    ):
        self.card: ModelCard = base.card.model_copy(update={"colours": dict(colours)})
        self.classes = classes
        self.head = head
        self.labels = np.empty(0, np.int64) if labels is None else labels
        self._base = base

    @property
    def prior(self) -> Prior:
        """Every class alike."""
        return "balanced"

    @property
    def abstain_threshold(self) -> float:
        """Below this confidence the answer is "uncertain"; always, where nothing is learned yet."""
        return SURE if self.head else 1.01

    @property
    def named(self) -> str:
        """What results call it."""
        return f"taught on {self.card.name}"

    def under(self, prior: Prior) -> Taught:
        """The same: what was taught expects every class alike."""
        return self

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        """(N, classes) float32, as `Classifier.predict_proba`."""
        if self.head is None:
            return np.full((len(crops), len(self.classes)), 1 / len(self.classes), np.float32)
        return self.head.predict_proba(self._base.embed(crops))

    @property
    def confusion(self) -> np.ndarray:
        """(classes, classes) counts of cross-validation: rows are the classes, columns the answers."""
        counts = np.zeros((len(self.classes), len(self.classes)), np.int64)
        if self.head is not None:
            np.add.at(counts, (self.labels, self.head.held_out.argmax(axis=1)), 1)
        return counts

    @property
    def accuracy(self) -> float | None:
        """The share of faces that heads which have not seen them get right; None where nothing is learned yet."""
        return float(np.trace(self.confusion) / len(self.labels)) if self.head is not None else None


class Lesson:
    """Classes, the faces recorded of each, and what can be learned from them.

    Attributes:
        taught: what was learned last.
        note: what was wrong with the last picture while recording, of the words above and of `hints.HINTS`; empty if
            nothing was.
    """

    def __init__(self, base: Classifier, classes: Sequence[str]):
        """Begin with these classes.

        Raises:
            ValueError: the classes are not 2 to 30, or their names are not allowed.
            ModelError: the model has no embeddings to learn on.
        """
        if base.embedding_size is None:
            raise ModelError(f"the model {base.card.name} has no embeddings, on which classes could be taught")
        self._base = base
        self._lock = threading.Lock()
        self._classes = list(checked_classes(classes))
        self._examples: dict[int, Example] = {}
        self._next, self._group, self._version, self._learnt = 1, 0, 0, 0
        self._recording: str | None = None
        self._last = self._group_began = -1e9
        self.note = ""
        self.taught = Taught(base, tuple(self._classes), colours_of(self._classes))

    @property
    def classes(self) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._classes)

    @property
    def size(self) -> int:
        """The side in pixels of the faces as the network sees them."""
        return self._base.card.input.size

    @property
    def recording(self) -> str | None:
        """The class that faces are recorded for now."""
        return self._recording

    @property
    def changed(self) -> bool:
        """Whether there is something that has not been learned yet."""
        with self._lock:
            return self._version != self._learnt

    def examples(self, name: str | None = None) -> list[Example]:
        """The recorded faces, of one class or of all, the oldest first."""
        with self._lock:
            return [one for one in self._examples.values() if name in (None, one.name)]

    def counts(self) -> dict[str, int]:
        """How many faces there are of each class."""
        with self._lock:
            counted = Counter(one.name for one in self._examples.values())
            return {name: counted[name] for name in self._classes}

    def add_class(self, name: str) -> None:
        """One class more.

        Raises:
            ValueError: its name is not allowed or taken, or there are too many.
        """
        with self._lock:
            self._classes = list(checked_classes([*self._classes, name]))
            self._version += 1

    def remove_class(self, name: str) -> None:
        """Forget a class and its faces.

        Raises:
            ValueError: there would be fewer than two.
        """
        with self._lock:
            self._classes = list(checked_classes([other for other in self._classes if other != name]))
            self._examples = {number: one for number, one in self._examples.items() if one.name != name}
            self._recording = None if self._recording == name else self._recording
            self._version += 1

    def record(self, name: str | None) -> None:
        """Record faces for a class from the next picture on, or for none."""
        with self._lock:
            self._recording = name if name in self._classes else None
            self._group_began = -1e9
            self.note = ""

    def watch(self, crops: np.ndarray, faces: Sequence[TrackedFace], time: float) -> None:
        """Look at the faces of one picture, the largest first: where recording, it is kept if it can be read."""
        name = self._recording
        if name is None or abs(time - self._last) < RECORDING_STEP - SAME_TIME:
            return
        self.note = self.why_not(name, crops[0] if faces else None, [face.result.box.height for face in faces])
        if self.note in RECORDED_WITH:
            self._last = time
            embedding = self._base.embed(crops[:1])[0]
            with self._lock:
                if abs(time - self._group_began) >= TOGETHER:
                    self._group, self._group_began = self._group + 1, time
                if name in self._classes:  # it may have been removed meanwhile
                    self._keep(name, crops[0].copy(), embedding, "camera")

    def why_not(self, name: str, crop: np.ndarray | None, heights: Sequence[float]) -> str:
        """What is wrong with a picture that may be recorded, see `note`; of several faces the largest is taken.

        Args:
            name: of the class.
            crop: the largest face, (size, size, 3) RGB, uint8; None where there is none.
            heights: of the picture's faces in its pixels, that of the largest one first.
        """
        if self.counts().get(name, 0) >= MOST_RECORDED:
            return ENOUGH
        if crop is None:
            return NO_FACE
        if heights[0] < SMALLEST_RECORDED:
            return TOO_SMALL
        return next(iter(hints_of_face(crop, heights[0])), SEVERAL_FACES if len(heights) > 1 else "")

    def add(self, name: str, crop: np.ndarray, person: str = "", with_last: bool = False) -> None:
        """Add the face of a photo, or of a frame of a video.

        Args:
            name: its class.
            crop: (h, w, 3) RGB, uint8.
            person: who it is of, where that is known.
            with_last: whether it is nearly the same as the one that was added before it.

        Raises:
            ValueError: there is no such class.
        """
        fits = crop.shape[:2] == (self.size, self.size)
        seen = crop if fits else cv2.resize(crop, (self.size, self.size), interpolation=cv2.INTER_AREA)
        embedding = self._base.embed(seen[None])[0]
        with self._lock:
            if name not in self._classes:
                raise ValueError(f"there is no class {name!r}; there are {', '.join(self._classes)}")
            self._group += not with_last
            self._keep(name, seen, embedding, person)

    def drop(self, number: int) -> None:
        """Forget a face."""
        with self._lock:
            if self._examples.pop(number, None):
                self._version += 1

    def drop_last(self, name: str) -> None:
        """Forget the faces of a class that were recorded last, within the same second."""
        with self._lock:
            own = [one for one in self._examples.values() if one.name == name]
            for one in own:
                if one.group == own[-1].group:
                    del self._examples[one.number]
            self._version += bool(own)

    def learn(self) -> Taught:
        """Learn from what there is: the classes with `FEWEST_LEARNED` faces, where these are two or more."""
        with self._lock:
            version, examples, classes = self._version, list(self._examples.values()), tuple(self._classes)
        counts = Counter(one.name for one in examples)
        known = tuple(name for name in classes if counts[name] >= FEWEST_LEARNED)
        colours = colours_of(classes)  # those of all, so that none changes when another class is learned
        taught = Taught(self._base, classes, colours)
        if len(known) > 1:
            chosen = [one for one in examples if one.name in known]
            labels = np.array([known.index(one.name) for one in chosen])
            groups = np.array([one.group for one in chosen])
            head = fit_head(np.stack([one.embedding for one in chosen]), labels, len(known), groups)
            taught = Taught(self._base, known, colours, head, labels)
        elif examples:
            prepare()  # so that the first answer comes soon after the second class has its faces
        with self._lock:
            self._learnt, self.taught = version, taught
        return taught

    def dataset(self) -> Dataset:
        """The recorded faces as a data set to learn from, grey as the networks see them; classes without faces too."""
        examples = self.examples()
        images = np.empty((len(examples), self.size, self.size), np.uint8)
        for row, one in enumerate(examples):
            images[row] = cv2.cvtColor(one.crop, cv2.COLOR_RGB2GRAY)
        table = pd.DataFrame(
            {
                "source": [f"face {one.number}" for one in examples],
                "label": [one.name for one in examples],
                "split": "train",
                "person": [one.person for one in examples],
            }
        )
        return Dataset(images, table, self.classes)

    def groups(self) -> np.ndarray:
        """(N,) which of the faces of `dataset` are nearly the same."""
        return np.array([one.group for one in self.examples()], np.int64)

    def _keep(self, name: str, crop: np.ndarray, embedding: np.ndarray, person: str) -> None:
        self._examples[self._next] = Example(self._next, name, crop, embedding, self._group, person)
        self._next += 1
        self._version += 1


def what_next(taught: Taught, counts: dict[str, int]) -> str:
    """What to record next, in one sentence."""
    few = [name for name, count in counts.items() if count < FEWEST_LEARNED]
    if few:
        return f"Record {FEWEST_LEARNED} faces or more of “{isolated(few[0])}”."
    if pair := most_confused(taught.confusion):
        first, second = (isolated(taught.classes[place]) for place in pair)
        return f"“{first}” is most often predicted as “{second}”: record more of both, also with the head turned."
    fewest = min(counts, key=lambda name: counts[name])
    if counts[fewest] < 20:
        return f"All classes are recognised. Record more of “{isolated(fewest)}”, from other sides and in other light."
    return "All classes are recognised. Try it with another person, or in other light."


def parse_classes(text: str) -> tuple[str, ...]:
    """Names of classes, one a line or with commas between them.

    Raises:
        ValueError: they are not 2 to 30, or a name is not allowed.
    """
    names = [name for line in text.splitlines() for name in line.split(",") if name.strip()]
    if len(names) > MOST_CLASSES:
        raise ValueError(f"there must be 2 to {MOST_CLASSES} classes, not {len(names)} classes")
    return checked_classes(class_name(name) for name in names)

"""Which faces of a data set a network learns from and is validated on, and what it cannot learn; in numbers and words.

print(*learned_from(describe("FER-2013").counts).in_words(), sep="\\n")
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from emotion_core.datasets.description import Description
from emotion_core.datasets.store import open_dataset
from emotion_core.datasets.votes import has_votes, vote_targets
from emotion_core.emotions import EMOTIONS, display_name

#: This share of the training faces of every emotion is held out where there is no validation split.
HELD_OUT = 0.1


@dataclass(frozen=True)
class Learned:
    """What of a data set is learned. Faces are counted by label.

    Attributes:
        classes: the labels that a network is taught, in their order.
        training: faces to train on.
        validation: faces of these emotions to validate on.
        held_out: whether the validation faces are held out of the training split, as there is no validation split;
            then both counts are what is aimed at, from which duplicates that stay together may lead away a little.
        left_out: faces of both splits whose labels are none of the classes.
        unknowable: validation faces of emotions without a training face. A network cannot be right on them.
        voted: classes that no label names, but the annotators whose votes are learned; see `learned_of`.
    """

    classes: tuple[str, ...]
    training: dict[str, int]
    validation: dict[str, int]
    held_out: bool
    left_out: dict[str, int]
    unknowable: dict[str, int]
    voted: tuple[str, ...] = ()

    @property
    def not_learned(self) -> tuple[str, ...]:
        """The emotions that the network will never answer, as there is no face to learn them from."""
        return tuple(name for name in self.classes if name not in self.training and name not in self.voted)

    @property
    def not_validated(self) -> tuple[str, ...]:
        """The emotions that are learned and in no validation face."""
        return tuple(name for name in self.training if name not in self.validation)

    def in_words(self) -> list[str]:
        """What whoever trains on it should know, a sentence each; none where all is as usual."""
        return [self._split_in_words()] * self.held_out + self.emotions_in_words()

    def _split_in_words(self) -> str:
        held = sum(self.validation.values())
        return (
            f"No validation split: about a tenth of the training faces ({held:,}) is held out to validate on, the same "
            "faces in every run. Duplicates, near-duplicates and, where known, all faces of a person stay together."
        )

    def emotions_in_words(self) -> list[str]:
        """What is not learned or not validated, a sentence each; none where every class is both."""
        found = [
            (self.left_out, f"Not learned: {_counted(self.left_out)}, as these labels are not trained on."),
            (self.not_learned, f"Not learned: {_listed(self.not_learned)}, without training faces."),
            (self.unknowable, f"Validation faces of what is not learned count as wrong: {_counted(self.unknowable)}."),
            (
                self.not_validated,
                f"Not validated: {_listed(self.not_validated)}, without validation faces.",
            ),
        ]
        return [sentence for about, sentence in found if about]


def learned_from(counts: Mapping[str, Mapping[str, int]], classes: Sequence[str] = EMOTIONS) -> Learned:
    """What is learned of a data set.

    Args:
        counts: its faces by split and label, such as `Description.counts`.
        classes: the labels that a network is taught, in their order.
    """
    training, validation = (
        {name: faces[name] for name in classes if faces.get(name)}
        for faces in (counts.get(split, {}) for split in ("train", "validation"))
    )
    held_out = bool(training) and not training.keys() & validation.keys()
    if held_out:
        aimed = dict(zip(training, to_hold_out(np.array(list(training.values()))).tolist(), strict=True))
        training = {name: faces - int(aimed[name]) for name, faces in training.items()}
        validation |= {name: int(faces) for name, faces in aimed.items() if faces}
    left_out: dict[str, int] = {}
    for split in ("train", "validation"):
        for label, faces in counts.get(split, {}).items():
            if label not in classes and faces:
                left_out[label] = left_out.get(label, 0) + faces
    return Learned(
        classes=tuple(classes),
        training=training,
        validation={name: faces for name, faces in validation.items() if name in training},
        held_out=held_out,
        left_out=left_out,
        unknowable={name: faces for name, faces in validation.items() if name not in training},
    )


def learned_of(described: Description, by_votes: bool = False) -> Learned:
    """What is learned of a stored data set: of its labels, or of its annotators' votes.

    Raises:
        DatasetError: it is gone or damaged.
    """
    learned = learned_from(described.counts, described.classes)
    if not (by_votes and learned.not_learned):
        return learned
    training = open_dataset(described.name).of_classes().split("train")
    if not has_votes(training.table):
        return learned
    shares, usable = vote_targets(training.table, training.classes, training.votes_as)
    named = {training.classes[place] for place in np.unique(shares[usable].argmax(axis=1))}
    return replace(learned, voted=tuple(name for name in learned.not_learned if name in named))


def to_hold_out(faces: np.ndarray) -> np.ndarray:
    """How many faces of each emotion are to be held out of so many: one at least of two or more."""
    return np.where(faces < 2, 0, np.maximum(1, np.rint(HELD_OUT * faces)))


def _counted(faces: Mapping[str, int]) -> str:
    return ", ".join(f"{_word(label)} ({count:,})" for label, count in faces.items())


def _word(label: str) -> str:
    """A label within a sentence: "not a face"; others as they are."""
    return display_name(label).lower() if label == "nf" else label


def _listed(names: tuple[str, ...]) -> str:
    *others, last = names or ("",)
    return f"{', '.join(others)} and {last}" if others else last

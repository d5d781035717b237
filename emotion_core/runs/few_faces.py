"""What a run of few-shot came to: nothing of epochs and curves, for its head is fitted at once. Loads no Keras.

found = few_faces_of(find_run("from few"))
print(*found.in_words(), found.next_step, sep="\\n")
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emotion_core.evaluation.figures import Figure
from emotion_core.evaluation.intervals import share_interval
from emotion_core.evaluation.report import Scores
from emotion_core.inference.words import percent
from emotion_core.models.card import ModelError, read_card
from emotion_core.models.few_shot import STRENGTHS, most_confused
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.folder import MODEL_FOLDER
from emotion_core.runs.presets import FEW_SHOT
from emotion_core.runs.run import Run

#: With fewer faces, what a class looks like on other people and in other light is not learned yet.
ENOUGH = 20
#: A head that is right more often than always naming the most frequent class by less than this has learned little.
HARDLY_BETTER = 0.1
#: So many pairs of classes are named that are confused.
MOST_NAMED = 3


@dataclass(frozen=True)
class Confused:
    """Faces of one class that are predicted as another: how many of how many."""

    label: str
    prediction: str
    faces: int
    of: int

    def in_words(self) -> str:
        return f"{self.faces} of {self.of} faces of {self.label} are predicted as {self.prediction}."


@dataclass(frozen=True)
class ChosenHead:
    """The head that was chosen by cross-validation.

    Attributes:
        base: the model whose embeddings it stands on.
        strength: one of `STRENGTHS`, scikit-learn's C: the lower, the more regular.
        folds: into how many parts the faces were cut.
    """

    base: str
    strength: float
    folds: int

    def in_words(self) -> str:
        *others, last = (f"{one:g}" for one in STRENGTHS)
        return (
            f"The head is a logistic regression on the embeddings of {self.base}. Of the strengths "
            f"{', '.join(others)} and {last} (scikit-learn's C; lower is more regular), cross-validation in "
            f"{self.folds} parts chose {self.strength:g}."
        )


@dataclass(frozen=True)
class FewFaces:
    """What a head learned from few faces came to, judged on these, each by a head that has not seen it.

    Attributes:
        faces: training faces by class, in the order of the classes.
        accuracy: cross-validated, with Wilson's interval: the bootstrap's would have no width where all are right.
        recall: by class; None where a class has no faces.
        chance: the accuracy of always naming the most frequent class.
        head: None where the run's card cannot be read.
        confused: pairs of classes, the most faces first.
        next_step: what to collect next, in one sentence.
    """

    faces: dict[str, int]
    accuracy: Figure
    recall: dict[str, float | None]
    chance: float
    head: ChosenHead | None
    confused: tuple[Confused, ...]
    next_step: str

    def in_words(self) -> list[str]:
        """All of it but what to collect next, a sentence each."""
        confused = [one.in_words() for one in self.confused[:MOST_NAMED]] or ["No class is confused with another."]
        return [self.accuracy_in_words(), *([self.head.in_words()] if self.head else []), *confused]

    def accuracy_in_words(self) -> str:
        """How good it is, in one sentence."""
        one = self.accuracy
        return (
            f"Right on {percent(one.value)} of its {sum(self.faces.values()):,} faces, each judged by a head that has "
            f"not seen it (95 % interval {percent(one.low)} to {percent(one.high)}); always naming the most frequent "
            f"class would be right on {percent(self.chance)}. Expect less on other people and in other light."
        )


def is_few_shot(run: Run) -> bool:
    """Whether a run is one of few-shot."""
    return run.config is not None and run.config.architecture == FEW_SHOT


def few_faces_of(run: Run) -> FewFaces | None:
    """What a run of few-shot came to; None where its evaluation is missing or damaged."""
    found = read_evaluation(run.folder)
    if found is None or not found.evaluation.scores:
        return None
    scores = found.evaluation.scores[0]
    counts = np.array(scores.confusion)
    faces = {one.emotion: one.faces for one in scores.emotions}
    total, right = int(counts.sum()), int(np.trace(counts))
    low, high = share_interval(right, total)
    chance = max(faces.values()) / max(1, total)
    return FewFaces(
        faces=faces,
        accuracy=Figure(value=right / max(1, total), low=low, high=high),
        recall={one.emotion: one.recall.value if one.recall else None for one in scores.emotions},
        chance=chance,
        head=_head(run),
        confused=_confused(scores),
        next_step=_collect_next(faces, counts, right / max(1, total) - chance),
    )


def _confused(scores: Scores) -> tuple[Confused, ...]:
    names = [one.emotion for one in scores.emotions]
    pairs = [
        Confused(label, names[place], count, sum(row))
        for label, row in zip(names, scores.confusion, strict=True)
        for place, count in enumerate(row)
        if count and names[place] != label
    ]
    return tuple(sorted(pairs, key=lambda one: -one.faces))


def _collect_next(faces: dict[str, int], confusion: np.ndarray, above_chance: float) -> str:
    names = list(faces)
    fewest = min(names, key=faces.__getitem__)
    if above_chance < HARDLY_BETTER:
        return (
            "Look at the faces with their labels: it is hardly better than guessing. If they are right, the classes "
            f"look alike to the network; collect {ENOUGH} faces a class that show the difference clearly."
        )
    if pair := most_confused(confusion):
        label, prediction = (names[place] for place in pair)
        return f"Collect more faces of {label} and of {prediction}, which are confused most, also of other people."
    if faces[fewest] < ENOUGH:
        return f"Collect more faces of {fewest}, which has {faces[fewest]}, of other people and in other light."
    return "Try it on other people and in other light, and add the faces on which it is wrong."


def _head(run: Run) -> ChosenHead | None:
    try:
        recipe = read_card(run.folder / MODEL_FOLDER).training.recipe
        return ChosenHead(str(recipe["base"]), float(str(recipe["strength"])), int(str(recipe["folds"])))
    except (ModelError, KeyError, TypeError, ValueError):
        return None

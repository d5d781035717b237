"""What the curves of a run show, as numbers; `diagnosis` says it in words. Loads no Keras."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from emotion_core.emotions import EMOTIONS
from emotion_core.runs.chance import MostFrequent
from emotion_core.runs.curves import LOSSES, Curves, correlation, end, slope, smooth

Kind = Literal[
    "too-few",
    "diverged",
    "not-learning",
    "most-frequent",
    "unstable",
    "over-fitting",
    "still-learning",
    "cut-short",
    "converged",
    "validation-better",
    "few-faces",
]

#: Fewer epochs say nothing.
FEWEST = 3
#: The loss of a network that knows nothing and says so: all emotions equally likely.
KNOWS_NOTHING = math.log(len(EMOTIONS))
#: A training loss so many times that is one of a network that is sure of wrong answers.
ABSURD = 3.0
#: Of an accuracy that falls below this share of its highest, with a loss that rises by more than another, all is lost.
LOST_ACCURACY, LOST_LOSS = 0.6, 1.2
#: Accuracy within so much of guessing, with a loss that fell by less than a share, is not learning.
NEAR_CHANCE, NO_FALL = 0.05, 0.05
#: Accuracy within so much of what one answer to everything reaches, in each of the last epochs, is that of one answer.
ONE_ANSWER = 0.02
#: One emotion that is so many times as frequent as the mean of all is reason enough to answer nothing else.
PREVAILS = 2.0
#: What guessing may reach where nobody says: a quarter of FER-2013's faces are happy.
UNKNOWN_CHANCE = 0.25
#: An epoch jumps if its loss is off the median of it and its neighbours by more than a share of that.
JUMP, JUMPS, SHARE_OF_JUMPS = 0.1, 2, 0.15
#: Over-fitting: in the last quarter since its lowest, the validation loss was always higher by at least a share, and by
#: more than its noise.
RISE, NOISES = 0.03, 4.0
#: Still learning: over the last quarter of the epochs the validation loss fell, or the accuracy rose, by so much, in
#: step with time.
LOSS_FALL, ACCURACY_GAIN, IN_STEP = 0.02, 0.01, 0.7
#: While the learning rate comes down, every network improves a little; only one whose accuracy rose by more than that
#: was cut short.
CUT_SHORT_GAIN = 0.02


@dataclass(frozen=True)
class Finding:
    """One thing that the curves show.

    Attributes:
        kind: what it is.
        numbers: what it rests on, by name. Accuracies and shares are from 0 to 1.
        curve: the one that it is seen on, where it may be one or another.
        emotion: the one that it is about, where it is about one.
    """

    kind: Kind
    numbers: dict[str, float]
    curve: str = ""
    emotion: str = ""


def find(curves: Curves, chance: float | None, frequent: MostFrequent | None = None) -> list[Finding]:
    """All that the curves show, the weightiest first; never empty.

    Args:
        chance: the validation accuracy of always guessing the most frequent emotion, 0 to 1; None if it is not known.
        frequent: what that reaches in training; None if it is not known.
    """
    failed = _not_a_number(curves) or _too_few(curves) or _diverged(curves, frequent)
    one_answer = None if failed else _most_frequent(curves, chance, frequent)
    if one_answer and frequent and frequent.training >= PREVAILS * frequent.even:
        failed = one_answer
    failed = failed or _not_learning(curves, chance) or one_answer
    if failed:
        return [failed]
    unstable = _unstable(curves)
    state = _over_fitting(curves, chance) or _improving(curves) or _converged(curves)
    # Where it jumps, standing still cannot be seen.
    found = [unstable, None if unstable and state.kind == "converged" else state, _validation_better(curves)]
    return [finding for finding in found if finding]


def guesses(accuracy: float, chance: float | None) -> bool:
    """Whether an accuracy is one that guessing reaches."""
    return accuracy < (UNKNOWN_CHANCE if chance is None else chance) + NEAR_CHANCE


def _too_few(curves: Curves) -> Finding | None:
    count = len(curves.epochs)
    return None if count >= FEWEST else Finding("too-few", {"epochs": count, "needed": FEWEST})


def _not_a_number(curves: Curves) -> Finding | None:
    """Losses that are no numbers, of which one is enough."""
    for name in LOSSES:
        lost = np.flatnonzero(~np.isfinite(getattr(curves, name)))
        if name in curves.names and len(lost):
            return Finding("diverged", {"since": int(curves.epochs[lost[0]])}, name)
    return None


def _diverged(curves: Curves, frequent: MostFrequent | None) -> Finding | None:
    """A loss no network that knows nothing would have, or all that was learned forgotten."""
    loss, accuracy = end(curves.loss), end(curves.accuracy)
    knows_nothing = -math.log(frequent.even) if frequent else KNOWS_NOTHING
    if loss > ABSURD * knows_nothing:
        return Finding("diverged", {"loss": loss, "loss_of_knowing_nothing": knows_nothing})
    level = smooth(curves.accuracy)
    best = int(level.argmax())
    if accuracy < LOST_ACCURACY * level[best] and loss > LOST_LOSS * smooth(curves.loss)[best]:
        numbers = {"since": int(curves.epochs[best]) + 1, "before": float(level[best]), "after": accuracy}
        return Finding("diverged", numbers)
    return None


def _not_learning(curves: Curves, chance: float | None) -> Finding | None:
    """A loss that stays where it was, and predictions that are no better than guessing."""
    # In its first epoch a network may only unlearn its first weights.
    first, last = float(curves.loss[1]), end(curves.loss)
    accuracy, fall = end(curves.accuracy), 1 - last / first if first > 0 else 0.0
    gained = accuracy - float(curves.accuracy[0])
    if not guesses(accuracy, chance) or fall >= NO_FALL or gained >= NEAR_CHANCE:
        return None
    numbers = {"epochs": len(curves.epochs), "loss": last, "fall": fall, "accuracy": accuracy}
    known = {} if chance is None else {"chance": chance}
    return Finding("not-learning", {**numbers, **known, "correlation": correlation(curves.loss)})


def _most_frequent(curves: Curves, chance: float | None, frequent: MostFrequent | None) -> Finding | None:
    """Accuracies that are, epoch after epoch, what answering the most frequent emotion to everything reaches."""
    if frequent is None:
        return None
    away = [curves.accuracy[-FEWEST:] - frequent.training]
    if curves.validated and chance is not None:
        away.append(curves.val_accuracy[-FEWEST:] - chance)
    if np.abs(away).max() > ONE_ANSWER:
        return None
    numbers = {"accuracy": end(curves.accuracy), "share": frequent.training, "epochs": len(curves.epochs)}
    return Finding("most-frequent", numbers, emotion=frequent.emotion)


def _unstable(curves: Curves) -> Finding | None:
    """Losses that jump up and down from epoch to epoch, and go on doing so in the later half of the run."""
    for name in LOSSES:
        if name not in curves.names:
            continue
        values = getattr(curves, name)
        level = smooth(values)
        # Near zero, small differences are large shares of next to nothing.
        jumps = (np.abs(values - level) / np.maximum(level, values[0] / 4))[1:-1]
        jumps = jumps[len(jumps) // 2 :]  # at first, while the steps are large, most losses do
        count = int((jumps > JUMP).sum())
        if count >= max(JUMPS, SHARE_OF_JUMPS * len(jumps)):
            return Finding("unstable", {"jumps": count, "of": len(jumps), "largest": float(jumps.max())}, name)
    return None


def _over_fitting(curves: Curves, chance: float | None) -> Finding | None:
    """A validation loss that rises while the training loss falls on."""
    if not curves.validated:
        return None
    level, training = smooth(curves.val_loss), smooth(curves.loss)
    low = int(level.argmin())
    after = curves.val_loss[low:]
    noise = float(np.median(np.abs(curves.val_loss - level))) / level[low]
    rise = after[-max(FEWEST, len(after) // 4) :].min() / level[low] - 1
    if len(after) <= FEWEST or rise < max(RISE, NOISES * noise) or training[-1] > (1 - RISE) * training[low]:
        return None
    numbers = {
        "since": int(curves.epochs[low]) + 1,
        "lowest_val_loss": float(level[low]),
        "last_val_loss": float(level[-1]),
        "loss_then": float(training[low]),
        "last_loss": float(training[-1]),
        "accuracy": end(curves.accuracy),
        "val_accuracy": end(curves.val_accuracy),
        "accuracy_gain": end(curves.val_accuracy) - float(smooth(curves.val_accuracy)[low]),
    }
    return Finding("over-fitting", {**numbers, "guesses": float(guesses(numbers["val_accuracy"], chance))})


def _improving(curves: Curves) -> Finding | None:
    """A loss that still falls, or an accuracy that still rises; cut short where the learning rate is used up."""
    numbers = _last_epochs(curves)
    last = int(numbers["epochs"])
    rising = correlation(curves.judged_accuracy[-last:]) >= IN_STEP
    if curves.schedule_ended:
        cut_short = rising and numbers["accuracy_change"] >= CUT_SHORT_GAIN
        return Finding("cut-short", numbers, _judged(curves)) if cut_short else None
    falls = -numbers["loss_change"] >= LOSS_FALL and correlation(curves.judged_loss[-last:]) <= -IN_STEP
    rises = rising and numbers["accuracy_change"] >= ACCURACY_GAIN
    return Finding("still-learning", numbers, _judged(curves)) if falls or rises else None


def _converged(curves: Curves) -> Finding:
    """What is left: it has learned, and does so no more."""
    gap = end(curves.accuracy) - end(curves.judged_accuracy)
    numbers = {**_last_epochs(curves), "gap": gap, "training_accuracy": float(curves.accuracy[-1])}
    return Finding("converged", numbers, _judged(curves))


def _last_epochs(curves: Curves) -> dict[str, float]:
    """From where to where the last quarter of the epochs led, and the trends in them."""
    count = min(len(curves.epochs), max(5, min(12, round(len(curves.epochs) / 4))))
    loss, accuracy = curves.judged_loss[-count:], curves.judged_accuracy[-count:]
    return {
        "epochs": count,
        "first_loss": float(loss[0]),
        "last_loss": float(loss[-1]),
        "first_accuracy": float(accuracy[0]),
        "last_accuracy": float(accuracy[-1]),
        "loss_slope": slope(loss),
        "accuracy_slope": slope(accuracy),
        "loss_change": slope(loss) * (count - 1) / float(np.median(loss)),
        "accuracy_change": slope(accuracy) * (count - 1),
        "level": end(curves.judged_accuracy),
    }


def _judged(curves: Curves) -> str:
    return "validation" if curves.validated else "training"


def _validation_better(curves: Curves) -> Finding | None:
    """A validation accuracy above that of training in most epochs, which puzzles everyone the first time."""
    ahead = curves.val_accuracy - curves.accuracy
    better = ahead > 0
    if better.mean() < 0.5:
        return None
    numbers = {"epochs": int(better.sum()), "of": len(better), "ahead": float(np.median(ahead[better]))}
    return Finding("validation-better", numbers)

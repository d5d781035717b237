"""Reading a run's curves: what its history says, in words, with the numbers that they rest on. Loads no Keras.

Curves jump, so that nothing is judged by one epoch: levels are medians of three, trends are Theil-Sen slopes (Sen 1968,
"Estimates of the regression coefficient based on Kendall's tau") and Spearman's rank correlation with time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.ndimage import median_filter
from scipy.stats import spearmanr, theilslopes

from emotion_core.emotions import EMOTIONS
from emotion_core.inference.results import percent
from emotion_core.runs.history import Epoch

Kind = Literal[
    "too-few",
    "diverged",
    "not-learning",
    "unstable",
    "over-fitting",
    "still-learning",
    "converged",
    "validation-better",
]

#: Fewer epochs say nothing.
FEWEST = 3
#: The loss of a network that knows nothing and says so: all emotions equally likely.
KNOWS_NOTHING = math.log(len(EMOTIONS))
#: Keras reckons with no probability closer to one.
SMALLEST_LOSS = 1e-7
#: A training loss so many times that is one of a network that is sure of wrong answers.
ABSURD = 3.0
#: Accuracy within so much of guessing, with a loss that fell by less than a share, is not learning.
NEAR_CHANCE, NO_FALL = 0.05, 0.05
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
#: Learning rates above this are for nobody; a tenth of one is no advice.
LARGE_RATE = 0.5
#: A gap between training and validation accuracy that more or more varied faces would close.
GAP = 0.1


@dataclass(frozen=True)
class Verdict:
    """One thing that the curves say, and the numbers that it rests on, by name."""

    kind: Kind
    sentence: str
    numbers: dict[str, float]


@dataclass(frozen=True)
class Consistency:
    """How steady the trends were.

    Attributes:
        steps: from one epoch to the next, how many there were.
        improved: by curve, in how many of these steps it got better: a loss fell, an accuracy rose.
        correlations: by curve, Spearman's rank correlation with time, -1 to 1; 0 for a curve that never changed.
    """

    steps: int
    improved: dict[str, int]
    correlations: dict[str, float]

    @property
    def sentence(self) -> str:
        parts = [
            f"{_NAMES[curve]} {'fell' if curve in _LOSSES else 'rose'} in {count} ({self.correlations[curve]:+.2f})"
            for curve, count in self.improved.items()
        ]
        return (
            f"Of {self.steps} steps from one epoch to the next, {', '.join(parts)}; in brackets the rank correlation "
            "with time."
        )


@dataclass(frozen=True)
class Diagnosis:
    """What a history says.

    Attributes:
        verdicts: the weightiest first; never empty.
        consistency: None where there are too few epochs, or numbers that are none.
        best_epoch: the first with the highest validation accuracy; None if there is none.
        next_step: what to try next, in one sentence.
    """

    verdicts: tuple[Verdict, ...]
    consistency: Consistency | None
    best_epoch: int | None
    next_step: str

    def in_words(self) -> list[str]:
        """All of it, a sentence each."""
        steady = [self.consistency.sentence] if self.consistency else []
        return [*(verdict.sentence for verdict in self.verdicts), *steady, self.next_step]


def diagnose(
    history: Sequence[Epoch],
    chance: float | None = None,
    monitor: str = "val_accuracy",
    epochs_left: int = 0,
) -> Diagnosis:
    """Read the curves of a run.

    Args:
        history: in any order; of an epoch that was done again the last one counts. Validation figures that are None in
            all of them are not read.
        chance: the accuracy of always guessing the most frequent emotion, 0 to 1; None if it is not known.
        monitor: which validation accuracy is measured as the training accuracy is; see `history.monitor`.
        epochs_left: how many epochs a run that can be resumed would still train; 0 where it cannot.
    """
    curves = _curves(history, monitor, epochs_left)
    verdicts = _verdicts(curves, chance)
    next_step = _NEXT_STEPS[verdicts[0].kind](curves, verdicts[0])
    consistency = _consistency(curves) if len(curves.epochs) >= FEWEST else None
    return Diagnosis(tuple(verdicts), consistency, curves.best_epoch, next_step)


def _verdicts(curves: _Curves, chance: float | None) -> list[Verdict]:
    failed = _no_number(curves) or _too_few(curves) or _diverged(curves) or _not_learning(curves, chance)
    if failed:
        return [failed]
    unstable = _unstable(curves)
    state = _over_fitting(curves, chance) or _still_learning(curves) or _converged(curves)
    # Where it jumps, standing still cannot be seen.
    found = [unstable, None if unstable and state.kind == "converged" else state, _validation_better(curves)]
    return [verdict for verdict in found if verdict]


@dataclass(frozen=True)
class _Curves:
    """The history as arrays of (epochs,), oldest first; NaN where there is no number."""

    epochs: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray
    rate: np.ndarray
    present: frozenset[str]
    left: int

    @property
    def best_epoch(self) -> int | None:
        known = np.isfinite(self.val_accuracy)
        if not known.any():
            return None
        return int(self.epochs[np.where(known, self.val_accuracy, -np.inf).argmax()])

    @property
    def judged_loss(self) -> np.ndarray:
        """The validation loss, or the training loss where nothing was validated."""
        return self.val_loss if "val_loss" in self.present else self.loss

    @property
    def judged_accuracy(self) -> np.ndarray:
        return self.val_accuracy if "val_accuracy" in self.present else self.accuracy

    @property
    def judged(self) -> str:
        return "validation" if "val_loss" in self.present else "training"


_NAMES = {
    "loss": "the training loss",
    "accuracy": "the training accuracy",
    "val_loss": "the validation loss",
    "val_accuracy": "the validation accuracy",
}
_LOSSES = ("loss", "val_loss")


def _curves(history: Sequence[Epoch], monitor: str, left: int) -> _Curves:
    by_epoch = {epoch.epoch: epoch for epoch in history}  # an epoch that was done again counts once, the later one
    epochs = [by_epoch[number] for number in sorted(by_epoch)]

    def column(name: str) -> np.ndarray:
        figures = [getattr(epoch, name) for epoch in epochs]
        return np.array([math.nan if figure is None else figure for figure in figures])

    names = {"loss": "loss", "accuracy": "accuracy", "val_loss": "val_loss", "val_accuracy": monitor}
    validated = any(epoch.val_loss is not None for epoch in epochs)
    present = frozenset(curve for curve in names if validated or curve in ("loss", "accuracy"))
    columns = {curve: column(name) for curve, name in names.items()}
    for curve in _LOSSES:
        columns[curve] = np.maximum(columns[curve], SMALLEST_LOSS)  # shares of nothing are no numbers
    return _Curves(np.array(sorted(by_epoch)), **columns, rate=column("learning_rate"), present=present, left=left)


def _smooth(values: np.ndarray) -> np.ndarray:
    return median_filter(values, size=3, mode="nearest")


def _end(values: np.ndarray) -> float:
    return float(np.median(values[-3:]))


def _rate(value: float) -> str:
    """A learning rate in the two digits that matter."""
    return f"{float(f'{value:.2g}'):g}"


def _loss(value: float) -> str:
    """A loss with as many digits as anyone reads."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value >= 0.095 else f"{value:.2g}"


def _correlation(values: np.ndarray) -> float:
    """Spearman's rank correlation with time; 0 for a curve that never changed."""
    if len(values) < 2 or np.ptp(values) == 0:
        return 0.0
    return float(spearmanr(np.arange(len(values)), values).statistic)


def _change(values: np.ndarray) -> float:
    """How much a curve rose from its first to its last epoch, along the Theil-Sen line."""
    return float(theilslopes(values)[0]) * (len(values) - 1)


def _too_few(curves: _Curves) -> Verdict | None:
    count = len(curves.epochs)
    if count >= FEWEST:
        return None
    sentence = f"{count or 'No'} epoch{'s' * (count != 1)} done: too few to say anything."
    return Verdict("too-few", sentence, {"epochs": count, "needed": FEWEST})


def _no_number(curves: _Curves) -> Verdict | None:
    """Losses that are no numbers, of which one is enough."""
    for curve in _LOSSES:
        values = getattr(curves, curve)
        if curve in curves.present and not np.isfinite(values).all():
            epoch = int(curves.epochs[np.flatnonzero(~np.isfinite(values))[0]])
            sentence = f"Diverged: from epoch {epoch} on {_NAMES[curve]} is not a number."
            return Verdict("diverged", sentence, {"since": epoch})
    return None


def _diverged(curves: _Curves) -> Verdict | None:
    """A loss no network that knows nothing would have, or all learnt things forgotten."""
    loss, accuracy = _end(curves.loss), _end(curves.accuracy)
    if loss > ABSURD * KNOWS_NOTHING:
        sentence = (
            f"Diverged: the training loss ended at {_loss(loss)}, though a network that knows nothing would have "
            f"{_loss(KNOWS_NOTHING)}."
        )
        return Verdict("diverged", sentence, {"loss": loss, "loss_of_knowing_nothing": KNOWS_NOTHING})
    smooth = _smooth(curves.accuracy)
    best = int(smooth.argmax())
    if accuracy < 0.6 * smooth[best] and loss > 1.2 * _smooth(curves.loss)[best]:
        epoch = int(curves.epochs[best])
        sentence = (
            f"Diverged: the training accuracy fell from {percent(smooth[best])} (epoch {epoch}) to "
            f"{percent(accuracy)}, so that what was learnt is lost."
        )
        return Verdict("diverged", sentence, {"since": epoch + 1, "before": float(smooth[best]), "after": accuracy})
    return None


def _guesses(accuracy: float, chance: float | None) -> bool:
    """Whether an accuracy is one that guessing reaches."""
    return accuracy < (UNKNOWN_CHANCE if chance is None else chance) + NEAR_CHANCE


def _not_learning(curves: _Curves, chance: float | None) -> Verdict | None:
    """A loss that stays where it was, and answers that are no better than guessing."""
    # In its first epoch a network may only unlearn its first weights.
    first, last = float(curves.loss[1]), _end(curves.loss)
    accuracy, fall = _end(curves.accuracy), 1 - last / first if first > 0 else 0.0
    learnt = accuracy - float(curves.accuracy[0])
    if not _guesses(accuracy, chance) or fall >= NO_FALL or learnt >= NEAR_CHANCE:
        return None
    steady = _correlation(curves.loss)
    how = f"fell by only {100 * fall:.1f} %, though steadily," if steady < -0.7 else f"stays at {_loss(last)}"
    guess = "" if chance is None else f", and guessing the most frequent emotion reaches {percent(chance)}"
    sentence = (
        f"Not learning: in {len(curves.epochs)} epochs the training loss {how} and the training accuracy is "
        f"{percent(accuracy)}{guess}."
    )
    return Verdict("not-learning", sentence, {"fall": fall, "accuracy": accuracy, "correlation": steady})


def _unstable(curves: _Curves) -> Verdict | None:
    """Losses that jump up and down from epoch to epoch, and go on doing so in the later half of the run."""
    for curve in _LOSSES:
        values = getattr(curves, curve)
        if curve not in curves.present:
            continue
        smooth = _smooth(values)
        # Near zero, small differences are large shares of next to nothing.
        jumps = (np.abs(values - smooth) / np.maximum(smooth, values[0] / 4))[1:-1]
        jumps = jumps[len(jumps) // 2 :]  # at first, while the steps are large, most losses do
        count = int((jumps > JUMP).sum())
        if count >= max(JUMPS, SHARE_OF_JUMPS * len(jumps)):
            sentence = (
                f"Unstable: {_NAMES[curve]} jumped by more than {percent(JUMP)} against the epochs beside it "
                f"{count} times in the last {len(jumps)} epochs, the furthest by {percent(float(jumps.max()))}."
            )
            return Verdict("unstable", sentence, {"jumps": count, "largest": float(jumps.max())})
    return None


def _over_fitting(curves: _Curves, chance: float | None) -> Verdict | None:
    """A validation loss that rises while the training loss falls on."""
    if "val_loss" not in curves.present:
        return None
    smooth, training = _smooth(curves.val_loss), _smooth(curves.loss)
    low = int(smooth.argmin())
    after = curves.val_loss[low:]
    noise = float(np.median(np.abs(curves.val_loss - smooth))) / smooth[low]
    latest = after[-max(FEWEST, len(after) // 4) :]
    rise = latest.min() / smooth[low] - 1
    if len(after) <= FEWEST or rise < max(RISE, NOISES * noise) or training[-1] > (1 - RISE) * training[low]:
        return None
    since = int(curves.epochs[low]) + 1
    gained = _end(curves.val_accuracy) - float(_smooth(curves.val_accuracy)[low])
    accuracy, val_accuracy = _end(curves.accuracy), _end(curves.val_accuracy)
    sentence = (
        f"Over-fitting since epoch {since}: the validation loss rose from {_loss(smooth[low])} to {_loss(smooth[-1])} "
        f"while the training loss fell from {_loss(training[low])} to {_loss(training[-1])}; the network knows "
        f"{percent(accuracy)} of its training faces and {percent(val_accuracy)} of the others."
    )
    guesses = _guesses(val_accuracy, chance)
    if guesses:
        sentence += " That is no better than guessing: what it learnt is no expression, but these faces by heart."
    elif gained >= ACCURACY_GAIN:
        sentence += (
            f" The validation accuracy still rose by {100 * gained:.1f} points: its mistakes became surer rather than "
            "more."
        )
    numbers = {
        "since": since,
        "lowest_val_loss": float(smooth[low]),
        "last_val_loss": float(smooth[-1]),
        "accuracy": accuracy,
        "val_accuracy": val_accuracy,
        "guesses": float(guesses),
    }
    return Verdict("over-fitting", sentence, numbers)


def _last_epochs(curves: _Curves) -> tuple[int, float, float]:
    """How many epochs the last quarter has, the loss's change in it as a share, and the accuracy's."""
    count = min(len(curves.epochs), max(5, min(12, round(len(curves.epochs) / 4))))
    loss, accuracy = curves.judged_loss[-count:], curves.judged_accuracy[-count:]
    return count, _change(loss) / float(np.median(loss)), _change(accuracy)


def _course(curves: _Curves, count: int) -> str:
    """From where to where the last epochs led, as a chart shows it, and the trend in them."""
    loss, accuracy = curves.judged_loss[-count:], curves.judged_accuracy[-count:]
    falls, rises = (_change(values) / (count - 1) for values in (loss, accuracy))
    first, last = percent(float(accuracy[0])), percent(float(accuracy[-1]))
    return (
        f"over the last {count} epochs the {curves.judged} loss went from {_loss(loss[0])} to {_loss(loss[-1])} and "
        f"the {curves.judged} accuracy from {first} to {last}; the trend, which no single epoch sways, is "
        f"{'-' if falls < 0 else '+'}{_loss(abs(falls))} an epoch for the loss and {100 * rises:+.1f} points for the "
        "accuracy"
    )


def _still_learning(curves: _Curves) -> Verdict | None:
    """A loss that goes on falling, or an accuracy that goes on rising, while steps are still being made."""
    count, fall, gain = _last_epochs(curves)
    falls = -fall >= LOSS_FALL and _correlation(curves.judged_loss[-count:]) <= -IN_STEP
    rises = gain >= ACCURACY_GAIN and _correlation(curves.judged_accuracy[-count:]) >= IN_STEP
    if not (falls or rises) or _schedule_ended(curves):
        return None
    sentence = f"Still learning: {_course(curves, count)}."
    return Verdict("still-learning", sentence, {"epochs": count, "loss_change": fall, "accuracy_change": gain})


def _converged(curves: _Curves) -> Verdict:
    """What is left: it has learnt, and does so no more."""
    count, fall, gain = _last_epochs(curves)
    accuracy, judged = _end(curves.accuracy), _end(curves.judged_accuracy)
    sentence = f"Converged: {_course(curves, count)}."
    if curves.judged != "training":
        sentence += f" The training accuracy stands at {percent(float(curves.accuracy[-1]))}."
    if accuracy - judged > GAP:
        sentence += " So it knows its training faces better than it knows expressions."
    if _schedule_ended(curves):
        sentence += " The learning rate has come down to next to nothing, as its schedule says."
    numbers = {"epochs": count, "loss_change": fall, "accuracy_change": gain, "gap": accuracy - judged}
    return Verdict("converged", sentence, numbers)


def _schedule_ended(curves: _Curves) -> bool:
    known = curves.rate[np.isfinite(curves.rate)]
    return bool(len(known) and known[-1] < 0.02 * known.max())


def _validation_better(curves: _Curves) -> Verdict | None:
    """A validation accuracy above that of training in most epochs, which puzzles everyone the first time."""
    ahead = curves.val_accuracy - curves.accuracy
    better = ahead > 0
    if better.mean() < 0.5:
        return None
    middle = float(np.median(ahead[better]))
    sentence = (
        f"Validation was better than training in {better.sum()} of {len(better)} epochs, by {100 * middle:.1f} points "
        "in the middle. That is usual: dropout, augmentation, mixup and smoothed labels make training harder than "
        "validation, and the training figures are means over an epoch in which the network was still getting better."
    )
    return Verdict("validation-better", sentence, {"epochs": int(better.sum()), "ahead": middle})


def _consistency(curves: _Curves) -> Consistency | None:
    values = {curve: getattr(curves, curve) for curve in _NAMES if curve in curves.present}
    values = {curve: curve_values for curve, curve_values in values.items() if np.isfinite(curve_values).all()}
    if not values:
        return None
    improved = {curve: int((np.diff(y) * (-1 if curve in _LOSSES else 1) > 0).sum()) for curve, y in values.items()}
    return Consistency(len(curves.epochs) - 1, improved, {curve: _correlation(y) for curve, y in values.items()})


def _largest_rate(curves: _Curves) -> float:
    """The learning rate of the largest steps; NaN if none is known."""
    known = curves.rate[np.isfinite(curves.rate)]
    return float(known.max()) if len(known) else math.nan


def _other_rate(curves: _Curves, factor: float) -> str:
    """A learning rate so many times the present one, in words."""
    rate = _largest_rate(curves)
    words = f"{factor:g} times larger" if factor > 1 else f"{1 / factor:g} times smaller"
    return f"a learning rate {words}" + (
        "" if math.isnan(rate) else f" ({_rate(rate * factor)} instead of {_rate(rate)})"
    )


def _resume(curves: _Curves) -> str:
    """To go on with a run that has epochs left; empty where there are none."""
    if not curves.left:
        return ""
    asked, verb = len(curves.epochs) + curves.left, "is" if curves.left == 1 else "are"
    return f"Resume it: {curves.left} of its {asked} epochs {verb} left."


def _after_too_few(curves: _Curves, verdict: Verdict) -> str:
    return _resume(curves) or f"Let it train for at least {FEWEST} epochs."


def _after_divergence(curves: _Curves, verdict: Verdict) -> str:
    if _largest_rate(curves) > LARGE_RATE:
        return "Start anew with a far smaller learning rate, such as 0.001: the steps were much too large."
    return f"Start anew with {_other_rate(curves, 0.1)}: the steps were too large."


def _after_not_learning(curves: _Curves, verdict: Verdict) -> str:
    rate = _largest_rate(curves)
    if rate == 0:
        return "Set a learning rate above zero: with none, nothing is learnt."
    if verdict.numbers["correlation"] < -0.7:
        return f"Try {_other_rate(curves, 10)}: the direction is right, but the steps are too small."
    if rate >= 0.01:
        return f"Try {_other_rate(curves, 0.1)}: such large steps can break a network at once."
    return (
        "Look at some faces with their labels; if these are right, a few more epochs may be needed, or "
        f"{_other_rate(curves, 10)}: a network should be able to learn a hundred faces by heart."
    )


def _after_instability(curves: _Curves, verdict: Verdict) -> str:
    return f"Try {_other_rate(curves, 1 / 3)}, or one that falls, as the cosine schedule's does."


def _after_over_fitting(curves: _Curves, verdict: Verdict) -> str:
    if verdict.numbers["guesses"]:
        return "Look at some faces with their labels: if these are right, many more faces are needed."
    return (
        f"Use the network of epoch {curves.best_epoch}, the best on validation; for a better one, train on more faces, "
        "or vary them more: augmentation, mixup, weight decay."
    )


def _after_learning(curves: _Curves, verdict: Verdict) -> str:
    return _resume(curves) or (
        'Train on: a new run that starts from this one, by "Start from" on the page or --start-from in a shell, would '
        f"show in {len(curves.epochs)} epochs, as many as this one had, how far it gets."
    )


def _after_convergence(curves: _Curves, verdict: Verdict) -> str:
    if verdict.numbers["gap"] > GAP:
        return "More faces, or more varied ones by augmentation and mixup, would help: it knows its training faces."
    if _schedule_ended(curves):
        return "Train anew with more epochs, over which the learning rate falls more slowly, or with a larger network."
    return f"Try {_other_rate(curves, 0.1)} for some last epochs, or a larger network."


_NEXT_STEPS = {
    "too-few": _after_too_few,
    "diverged": _after_divergence,
    "not-learning": _after_not_learning,
    "unstable": _after_instability,
    "over-fitting": _after_over_fitting,
    "still-learning": _after_learning,
    "converged": _after_convergence,
}

"""What the curves of a run say, in words, with the numbers that they rest on, and what to try next. Loads no Keras.

print(*diagnose_run(find_run("seed-cnn quick 1")).in_words(), sep="\\n")
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from emotion_core.inference.words import percent
from emotion_core.runs.chance import chance_accuracy
from emotion_core.runs.curves import LOSSES, Consistency, Curves, consistency_of, curves_of
from emotion_core.runs.findings import ACCURACY_GAIN, FEWEST, JUMP, Finding, Kind, find
from emotion_core.runs.history import Epoch
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.run import Run

#: Learning rates above this are for nobody; a tenth of one is no advice.
LARGE_RATE = 0.5
#: A learning rate that can break a network at once.
BREAKING_RATE = 0.01
#: A loss that falls in step with time this strictly is only too slow.
STEADY = -0.7
#: A gap between training and validation accuracy that more faces, or more augmentation, would close.
GAP = 0.1
#: With an accuracy above this, little is left to gain.
NEARLY_ALL = 0.97

_NAMES = {
    "loss": "the training loss",
    "accuracy": "the training accuracy",
    "val_loss": "the validation loss",
    "val_accuracy": "the validation accuracy",
}


@dataclass(frozen=True)
class Verdict:
    """One thing that the curves say, and the numbers that it rests on, by name; see `findings`."""

    kind: Kind
    sentence: str
    numbers: dict[str, float]


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
        steady = [steadiness(self.consistency)] if self.consistency else []
        return [*(verdict.sentence for verdict in self.verdicts), *steady, self.next_step]


def diagnose_run(run: Run) -> Diagnosis:
    """Read the curves of a run; what was asked, and the data set if it is there, count too."""
    recipe = run.config.recipe if run.config else None
    chance = chance_accuracy(run.config) if run.config else None
    return diagnose(run.history, chance, run.monitor, run.epochs_left, recipe)


def diagnose(
    history: Sequence[Epoch],
    chance: float | None = None,
    monitor: str = "val_accuracy",
    epochs_left: int = 0,
    recipe: Recipe | None = None,
) -> Diagnosis:
    """Read the curves of a history.

    Args:
        history: in any order; of an epoch that was done again the last one counts. Validation figures that are None in
            all of them are not read.
        chance: the accuracy of always guessing the most frequent emotion, 0 to 1; None if it is not known.
        monitor: which validation accuracy is measured as the training accuracy is; see `history.monitor`.
        epochs_left: how many epochs a run that can be resumed would still train; 0 where it cannot.
        recipe: how it was trained; None if it is not known.
    """
    curves = curves_of(history, monitor)
    context = _Context(curves, epochs_left, recipe)
    findings = find(curves, chance)
    verdicts = [Verdict(one.kind, _SENTENCES[one.kind](one, context), one.numbers) for one in findings]
    consistency = consistency_of(curves) if len(curves.epochs) >= FEWEST else None
    next_step = _NEXT_STEPS[findings[0].kind](findings[0], context)
    return Diagnosis(tuple(verdicts), consistency, curves.best_epoch, next_step)


def steadiness(consistency: Consistency) -> str:
    """How steady the trends were, in one sentence."""
    parts = [
        f"{_NAMES[curve]} {'fell' if curve in LOSSES else 'rose'} in {count} ({consistency.correlations[curve]:+.2f})"
        for curve, count in consistency.improved.items()
    ]
    return (
        f"Of {consistency.steps} steps from one epoch to the next, {', '.join(parts)}; in brackets the rank "
        "correlation with time."
    )


@dataclass(frozen=True)
class _Context:
    """What sentences are chosen by besides a finding; see `diagnose`."""

    curves: Curves
    epochs_left: int
    recipe: Recipe | None


# What was found


def _too_few(found: Finding, context: _Context) -> str:
    count = int(found.numbers["epochs"])
    return f"{count or 'No'} epoch{'s' * (count != 1)} done: too few to say anything."


def _diverged(found: Finding, context: _Context) -> str:
    if found.curve:
        return f"Diverged: from epoch {found.numbers['since']} on, {_NAMES[found.curve]} is not a number."
    if "loss" in found.numbers:
        loss, nothing = (_loss(found.numbers[name]) for name in ("loss", "loss_of_knowing_nothing"))
        return f"Diverged: the training loss ended at {loss}, though a network that knows nothing would have {nothing}."
    before, after = (percent(found.numbers[name]) for name in ("before", "after"))
    return (
        f"Diverged: from epoch {found.numbers['since']} on, the training accuracy fell from {before} to {after}, so "
        "that what was learned is lost."
    )


def _not_learning(found: Finding, context: _Context) -> str:
    numbers = found.numbers
    slowly = f"fell by only {100 * numbers['fall']:.1f} %, though steadily,"
    how = slowly if numbers["correlation"] < STEADY else f"stays at {_loss(numbers['loss'])}"
    guess = ""
    if "chance" in numbers:
        guess = f", and guessing the most frequent emotion reaches {percent(numbers['chance'])}"
    return (
        f"Not learning: in {numbers['epochs']} epochs the training loss {how} and the training accuracy is "
        f"{percent(numbers['accuracy'])}{guess}."
    )


def _unstable(found: Finding, context: _Context) -> str:
    numbers = found.numbers
    return (
        f"Unstable: {_NAMES[found.curve]} jumped by more than {percent(JUMP)} against neighbouring epochs "
        f"{numbers['jumps']} times in the last {numbers['of']} epochs, by {percent(numbers['largest'])} at most."
    )


def _over_fitting(found: Finding, context: _Context) -> str:
    numbers = found.numbers
    lowest, last, then, now = (
        _loss(numbers[name]) for name in ("lowest_val_loss", "last_val_loss", "loss_then", "last_loss")
    )
    sentence = (
        f"Over-fitting since epoch {numbers['since']}: the validation loss rose from {lowest} to {last} while the "
        f"training loss fell from {then} to {now}; the network is right on {percent(numbers['accuracy'])} of its "
        f"training faces and on {percent(numbers['val_accuracy'])} of the others."
    )
    if numbers["guesses"]:
        return f"{sentence} That is no better than guessing: it memorised these faces rather than expressions."
    if numbers["accuracy_gain"] >= ACCURACY_GAIN:
        gained = f"{100 * numbers['accuracy_gain']:.1f} points"
        more = "its errors became more confident rather than more frequent"
        return f"{sentence} The validation accuracy still rose by {gained}: {more}."
    return sentence


def _still_learning(found: Finding, context: _Context) -> str:
    return f"Still learning: {_course(found)}."


def _cut_short(found: Finding, context: _Context) -> str:
    return (
        f"Cut short: {_course(found)}. But the learning rate has come down to next to nothing, so that it stops here."
    )


def _converged(found: Finding, context: _Context) -> str:
    numbers, sentence = found.numbers, f"Converged: {_course(found)}."
    if found.curve != "training":
        sentence += f" The training accuracy stands at {percent(numbers['training_accuracy'])}."
    if numbers["gap"] > GAP:
        sentence += " So it knows its training faces better than it knows expressions."
    if context.curves.schedule_ended:
        sentence += " The learning rate has come down to next to nothing, as its schedule says."
    return sentence


def _validation_better(found: Finding, context: _Context) -> str:
    numbers = found.numbers
    return (
        f"Validation was better than training in {numbers['epochs']} of {numbers['of']} epochs, by "
        f"{100 * numbers['ahead']:.1f} points in the median. That is usual: {_harder(context.recipe)} make training "
        "harder than validation, and the training figures are means over an epoch in which the network was still "
        "getting better."
    )


def _harder(recipe: Recipe | None) -> str:
    """What makes training harder than validation: of a known recipe only what it has."""
    if recipe is None:
        return "dropout and augmentation"
    used = {
        "dropout": True,  # of the network, not of the recipe
        "augmentation": bool(recipe.augmentation),
        "mixup": bool(recipe.mixup),
        "smoothed labels": bool(recipe.label_smoothing),
    }
    *others, last = [name for name, there in used.items() if there]
    return f"{', '.join(others)} and {last}" if others else "dropout and the like"


def _course(found: Finding) -> str:
    """From where to where the last epochs led, as a chart shows it, and the trend in them."""
    numbers, what = found.numbers, found.curve
    loss, accuracy = numbers["loss_slope"], numbers["accuracy_slope"]
    return (
        f"over the last {numbers['epochs']} epochs the {what} loss went from {_loss(numbers['first_loss'])} to "
        f"{_loss(numbers['last_loss'])} and the {what} accuracy from {percent(numbers['first_accuracy'])} to "
        f"{percent(numbers['last_accuracy'])}; the trend, which no single epoch sways, is "
        f"{'-' if loss < 0 else '+'}{_loss(abs(loss))} an epoch for the loss and {100 * accuracy:+.1f} points for the "
        "accuracy"
    )


def _loss(value: float) -> str:
    """A loss with as many digits as anyone reads."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}" if value >= 0.095 else f"{value:.2g}"


# What to try next


def _after_too_few(found: Finding, context: _Context) -> str:
    return _resume(context) or f"Let it train for at least {FEWEST} epochs."


def _after_divergence(found: Finding, context: _Context) -> str:
    if context.curves.largest_rate > LARGE_RATE:
        return "Start a new run with a far smaller learning rate, such as 0.001: the steps were much too large."
    return f"Start a new run with {_other_rate(context, 0.1)}: the steps were too large."


def _after_not_learning(found: Finding, context: _Context) -> str:
    rate = context.curves.largest_rate
    if rate == 0:
        return "Set a learning rate above zero: with none, nothing is learned."
    if found.numbers["correlation"] < STEADY:
        return f"Try {_other_rate(context, 10)}: the direction is right, but the steps are too small."
    if rate >= BREAKING_RATE:
        return f"Try {_other_rate(context, 0.1)}: such large steps can break a network at once."
    return (
        "Look at some faces with their labels; if these are right, a few more epochs may be needed, or "
        f"{_other_rate(context, 10)}: a network should be able to memorise a hundred faces."
    )


def _after_instability(found: Finding, context: _Context) -> str:
    return f"Try {_other_rate(context, 1 / 3)}, or one that falls, as the cosine schedule's does."


def _after_over_fitting(found: Finding, context: _Context) -> str:
    if found.numbers["guesses"]:
        return "Look at some faces with their labels: if these are right, many more faces are needed."
    return (
        f"Use the network of epoch {context.curves.best_epoch}, the best on validation; for a better one, train on "
        f"more faces, or with {_regularisation(context.recipe)}."
    )


def _after_learning(found: Finding, context: _Context) -> str:
    if resume := _resume(context):
        return resume
    if found.numbers["level"] >= NEARLY_ALL:
        return _ENOUGH
    return (
        "Train on: a new run that starts from this one would show in "
        f"{len(context.curves.epochs)} epochs, as many as this one had, how far it gets."
    )


def _after_cut_short(found: Finding, context: _Context) -> str:
    if found.numbers["level"] >= NEARLY_ALL:
        return _ENOUGH
    return "Start a new run with more epochs, over which the learning rate falls more slowly."


def _after_convergence(found: Finding, context: _Context) -> str:
    if found.numbers["gap"] > GAP:
        with_what = _regularisation(context.recipe)
        return f"More faces, or training with {with_what}, would help: it knows its training faces."
    if found.numbers["level"] >= NEARLY_ALL:
        return _ENOUGH
    if context.curves.schedule_ended:
        return "More of the same would change little: try a larger network, more faces or cleaner labels."
    return f"Try {_other_rate(context, 0.1)} for some last epochs, or a larger network."


_ENOUGH = "Little is left to gain: use its best network, and evaluate it on the test split."


def _resume(context: _Context) -> str:
    """To resume a run that has epochs left; empty where there are none."""
    left = context.epochs_left
    asked, verb = len(context.curves.epochs) + left, "is" if left == 1 else "are"
    return f"Resume it: {left} of its {asked} epochs {verb} left." if left else ""


def _regularisation(recipe: Recipe | None) -> str:
    """What keeps a network from memorising its training faces: what a recipe has none of, or more of what it has."""
    if recipe is None:
        return "stronger augmentation or weight decay"
    offered = {
        "augmentation": recipe.augmentation,
        "mixup": recipe.mixup,
        "weight decay": recipe.weight_decay,
    }
    *others, last = [f"stronger {name}" if used else name for name, used in offered.items()]
    return f"{', '.join(others)} or {last}"


def _other_rate(context: _Context, factor: float) -> str:
    """A learning rate so many times the present one, in words."""
    rate = context.curves.largest_rate
    words = f"{factor:g} times larger" if factor > 1 else f"{1 / factor:g} times smaller"
    figures = "" if math.isnan(rate) else f" ({_rate(rate * factor)} instead of {_rate(rate)})"
    return f"a learning rate {words}{figures}"


def _rate(value: float) -> str:
    """A learning rate in the two digits that matter."""
    return f"{float(f'{value:.2g}'):g}"


_SENTENCES: dict[Kind, Callable[[Finding, _Context], str]] = {
    "too-few": _too_few,
    "diverged": _diverged,
    "not-learning": _not_learning,
    "unstable": _unstable,
    "over-fitting": _over_fitting,
    "still-learning": _still_learning,
    "cut-short": _cut_short,
    "converged": _converged,
    "validation-better": _validation_better,
}
_NEXT_STEPS: dict[Kind, Callable[[Finding, _Context], str]] = {
    "too-few": _after_too_few,
    "diverged": _after_divergence,
    "not-learning": _after_not_learning,
    "unstable": _after_instability,
    "over-fitting": _after_over_fitting,
    "still-learning": _after_learning,
    "cut-short": _after_cut_short,
    "converged": _after_convergence,
}

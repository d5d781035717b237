"""What to try next, by what the curves of a run show. Loads no Keras."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from emotion_core.inference.words import percent
from emotion_core.runs.curves import Curves, end
from emotion_core.runs.findings import FEWEST, Finding, Kind
from emotion_core.runs.recipes import Recipe

#: Learning rates above this are for nobody; a tenth of one is no advice.
LARGE_RATE = 0.5
#: A learning rate that can break a network at once.
BREAKING_RATE = 0.01
#: A loss that falls in step with time this strictly is only too slow.
STEADY = -0.7
#: A gap between training and validation accuracy that more faces, or more augmentation, would close.
GAP = 0.1
#: With a training accuracy below this, a network does not even know its training faces.
KNOWN = 0.5
#: With an accuracy above this, little is left to gain.
NEARLY_ALL = 0.97


@dataclass(frozen=True)
class Context:
    """What words are chosen by besides a finding; see `diagnosis.diagnose`."""

    curves: Curves
    epochs_left: int
    recipe: Recipe | None


def knows_its_faces(found: Finding) -> bool:
    """Whether a network that has converged knows its training faces far better than others."""
    return found.numbers["gap"] > GAP and found.numbers["training_accuracy"] >= KNOWN


def next_step(found: Finding, context: Context) -> str:
    """What to try next after the weightiest finding, in one sentence."""
    return _NEXT_STEPS[found.kind](found, context)


def _after_too_few(found: Finding, context: Context) -> str:
    return _resume(context) or f"Let it train for at least {FEWEST} epochs."


def _after_divergence(found: Finding, context: Context) -> str:
    if context.curves.largest_rate > LARGE_RATE:
        return "Start a new run with a far smaller learning rate, such as 0.001: the steps were much too large."
    return f"Start a new run with {_other_rate(context, 0.1)}: the steps were too large."


def _after_not_learning(found: Finding, context: Context) -> str:
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


def _after_most_frequent(found: Finding, context: Context) -> str:
    if context.recipe and (context.recipe.class_weights or context.recipe.class_balance in ("weights", "logits")):
        return f"Look at some faces with their labels; if these are right, try {_other_rate(context, 0.1)}."
    return (
        "Train with class weights (class_balance=weights, or logits), so that rare emotions count as much as frequent "
        "ones, or add faces of the rare ones."
    )


def _after_instability(found: Finding, context: Context) -> str:
    if end(context.curves.judged_accuracy) >= NEARLY_ALL:
        return _ENOUGH
    advice = f"Try {_other_rate(context, 1 / 3)}"
    if context.recipe and context.recipe.schedule != "constant":
        return f"{advice}."
    return f"{advice}, or one that falls, as the cosine schedule's does."


def _after_over_fitting(found: Finding, context: Context) -> str:
    if found.numbers["guesses"]:
        return "Look at some faces with their labels: if these are right, many more faces are needed."
    return (
        f"Use the network of epoch {context.curves.best_epoch}, the best on validation; for a better one, train on "
        f"more faces, or with {_regularisation(context.recipe)}."
    )


def _after_learning(found: Finding, context: Context) -> str:
    if found.numbers["level"] >= NEARLY_ALL:
        return _ENOUGH
    if resume := _resume(context):
        return resume
    return (
        "Train on: a new run that starts from this one would show in "
        f"{len(context.curves.epochs)} epochs, as many as this one had, how far it gets."
    )


def _after_cut_short(found: Finding, context: Context) -> str:
    if found.numbers["level"] >= NEARLY_ALL:
        return _ENOUGH
    return "Start a new run with more epochs, over which the learning rate falls more slowly."


def _after_convergence(found: Finding, context: Context) -> str:
    if knows_its_faces(found):
        with_what = _regularisation(context.recipe)
        return f"More faces, or training with {with_what}, would help: it knows its training faces."
    if found.numbers["level"] >= NEARLY_ALL:
        return _ENOUGH
    if found.numbers["training_accuracy"] < KNOWN and found.numbers["gap"] >= 0:
        right = percent(found.numbers["training_accuracy"])
        return f"Train for more epochs, or try a larger network: its training accuracy is only {right}."
    if context.curves.schedule_ended:
        return "More of the same would change little: try a larger network, more faces or cleaner labels."
    return f"Try {_other_rate(context, 0.1)} for some last epochs, or a larger network."


_ENOUGH = "Little is left to gain: use its best network, and evaluate it on the test split."


def _resume(context: Context) -> str:
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


def _other_rate(context: Context, factor: float) -> str:
    """A learning rate so many times the present one, in words."""
    rate = context.curves.largest_rate
    words = f"{factor:g} times larger" if factor > 1 else f"{1 / factor:g} times smaller"
    figures = "" if math.isnan(rate) else f" ({_rate(rate * factor)} instead of {_rate(rate)})"
    return f"a learning rate {words}{figures}"


def _rate(value: float) -> str:
    """A learning rate in the two digits that matter."""
    return f"{float(f'{value:.2g}'):g}"


_NEXT_STEPS: dict[Kind, Callable[[Finding, Context], str]] = {
    "too-few": _after_too_few,
    "diverged": _after_divergence,
    "not-learning": _after_not_learning,
    "most-frequent": _after_most_frequent,
    "unstable": _after_instability,
    "over-fitting": _after_over_fitting,
    "still-learning": _after_learning,
    "cut-short": _after_cut_short,
    "converged": _after_convergence,
}

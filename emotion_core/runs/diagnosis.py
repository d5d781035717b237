"""What the curves of a run say, in words, with the numbers that they rest on, and what to try next. Loads no Keras.

print(*diagnose_run(find_run("seed-cnn quick 1")).in_words(), sep="\\n")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from emotion_core.datasets.errors import DatasetError
from emotion_core.emotions import EMOTIONS
from emotion_core.inference.words import percent
from emotion_core.runs.advice import STEADY, Context, knows_its_faces, next_step
from emotion_core.runs.chance import MostFrequent, chance_accuracy, most_frequent
from emotion_core.runs.config import RunConfig
from emotion_core.runs.curves import LOSSES, Consistency, consistency_of, curves_of
from emotion_core.runs.events import Epoch
from emotion_core.runs.few_faces import few_faces_of, is_few_shot
from emotion_core.runs.findings import ACCURACY_GAIN, FEWEST, JUMP, Finding, Kind, find
from emotion_core.runs.folder import EVALUATION_FILE
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.run import Run

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
        not_learned: what of the data set was not learned or not validated, a sentence each.
    """

    verdicts: tuple[Verdict, ...]
    consistency: Consistency | None
    best_epoch: int | None
    next_step: str
    not_learned: tuple[str, ...] = ()

    def in_words(self) -> list[str]:
        """All of it, a sentence each."""
        steady = [steadiness(self.consistency)] if self.consistency else []
        return [*(verdict.sentence for verdict in self.verdicts), *self.not_learned, *steady, self.next_step]


def diagnose_run(run: Run) -> Diagnosis:
    """Read the curves of a run; what was asked, and the data set if it is there, count too."""
    if is_few_shot(run):
        return _of_few_faces(run)
    recipe = run.config.recipe if run.config else None
    chance = chance_accuracy(run.config) if run.config else None
    frequent = most_frequent(run.config) if run.config else None
    found = diagnose(run.history, chance, run.monitor, run.epochs_left, recipe, frequent)
    return replace(found, not_learned=_not_learned(run.config)) if run.config else found


def _of_few_faces(run: Run) -> Diagnosis:
    """What is said of a head that was fitted at once, which has no curves."""
    found = few_faces_of(run)
    if found is None:
        unknown = f"How good it is is not known: its {EVALUATION_FILE} is missing or damaged."
        return Diagnosis((Verdict("few-faces", unknown, {}),), None, None, "Make it a model, and evaluate that.")
    numbers = {"accuracy": found.accuracy.value, "low": found.accuracy.low, "high": found.accuracy.high}
    verdicts = (Verdict("few-faces", sentence, numbers) for sentence in found.in_words())
    return Diagnosis(tuple(verdicts), None, 1, found.next_step)


def _not_learned(config: RunConfig) -> tuple[str, ...]:
    """What of a run's data set was not learned, a sentence each; nothing where it is gone."""
    from emotion_core.datasets.learned import learned_of
    from emotion_core.datasets.store import describe

    try:
        return tuple(learned_of(describe(config.data), config.recipe.labels == "votes").emotions_in_words())
    except DatasetError:
        return ()


def diagnose(
    history: Sequence[Epoch],
    chance: float | None = None,
    monitor: str = "val_accuracy",
    epochs_left: int = 0,
    recipe: Recipe | None = None,
    frequent: MostFrequent | None = None,
) -> Diagnosis:
    """Read the curves of a history.

    Args:
        history: in any order; of an epoch that was done again the last one counts. Validation figures that are None in
            all of them are not read.
        chance: the accuracy of always guessing the most frequent emotion, 0 to 1; None if it is not known.
        monitor: which validation accuracy is measured as the training accuracy is; see `history.monitor`.
        epochs_left: how many epochs a run that can be resumed would still train; 0 where it cannot.
        recipe: how it was trained; None if it is not known.
        frequent: what always answering the most frequent emotion reaches in training. None if it is not known: then
            what it reaches in validation.
    """
    if frequent is None and chance is not None:
        frequent = MostFrequent("", chance, 1 / len(EMOTIONS))
    curves = curves_of(history, monitor)
    context = Context(curves, epochs_left, recipe)
    findings = find(curves, chance, frequent)
    verdicts = [Verdict(one.kind, _SENTENCES[one.kind](one, context), one.numbers) for one in findings]
    consistency = consistency_of(curves) if len(curves.epochs) >= FEWEST else None
    return Diagnosis(tuple(verdicts), consistency, curves.best_epoch, next_step(findings[0], context))


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


# What was found


def _too_few(found: Finding, context: Context) -> str:
    count = int(found.numbers["epochs"])
    return f"{count or 'No'} epoch{'s' * (count != 1)} done: too few to say anything."


def _diverged(found: Finding, context: Context) -> str:
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


def _not_learning(found: Finding, context: Context) -> str:
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


def _most_frequent(found: Finding, context: Context) -> str:
    emotion = found.emotion and f" ({found.emotion})"
    return (
        f"It only predicts the most frequent emotion{emotion}: the training accuracy is "
        f"{percent(found.numbers['accuracy'])}, and predicting it for every face reaches "
        f"{percent(found.numbers['share'])}."
    )


def _unstable(found: Finding, context: Context) -> str:
    numbers = found.numbers
    return (
        f"Unstable: {_NAMES[found.curve]} jumped by more than {percent(JUMP)} against neighbouring epochs "
        f"{numbers['jumps']} times in the last {numbers['of']} epochs, by {percent(numbers['largest'])} at most."
    )


def _over_fitting(found: Finding, context: Context) -> str:
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


def _still_learning(found: Finding, context: Context) -> str:
    return f"Still learning: {_course(found)}."


def _cut_short(found: Finding, context: Context) -> str:
    return (
        f"Cut short: {_course(found)}. But the learning rate has come down to next to nothing, so that it stops here."
    )


def _converged(found: Finding, context: Context) -> str:
    numbers, sentence = found.numbers, f"Converged: {_course(found)}."
    if found.curve != "training":
        sentence += f" The training accuracy stands at {percent(numbers['training_accuracy'])}."
    if knows_its_faces(found):
        sentence += " So it knows its training faces better than it knows expressions."
    if context.curves.schedule_ended:
        sentence += " The learning rate has come down to next to nothing, as its schedule says."
    return sentence


def _validation_better(found: Finding, context: Context) -> str:
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


_SENTENCES: dict[Kind, Callable[[Finding, Context], str]] = {
    "too-few": _too_few,
    "diverged": _diverged,
    "not-learning": _not_learning,
    "most-frequent": _most_frequent,
    "unstable": _unstable,
    "over-fitting": _over_fitting,
    "still-learning": _still_learning,
    "cut-short": _cut_short,
    "converged": _converged,
    "validation-better": _validation_better,
}

"""A model's card in words: the README in its folder, written from `card.json` so that the two cannot differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from emotion_core.evaluation.groups import group_in_words
from emotion_core.evaluation.plain_text import plain_text
from emotion_core.inference.words import figure_in_percent, percent
from emotion_core.models.card import Measurement, ModelCard, classes_in
from emotion_core.models.prior import BALANCED, TRAINED, Prior, prior_in_words

LABELS_IN_WORDS = {
    "fer2013": "FER-2013's own labels",
    "ferplus-majority": "the majority of FER+'s ten annotators",
    "own": "the data set's own labels",
}
#: An emotion of which a smaller share is found is named as one that the model is weak at...
WEAK_RECALL = 0.6
#: ...and so is a group of faces on which the accuracy is lower than on all faces by this.
WEAK_GROUP = 0.03

NOT_FOR = (
    "It says how an expression looks, not what a person feels. It is not for decisions about people: not for work, "
    "school, hiring, policing, medicine or lie detection. In the European Union, emotion recognition at work and in "
    "education is prohibited by Article 5(1)(f) of the AI Act."
)


#: A model that has learned from fewer faces says so wherever it is used.
FEW_FACES = 500
#: So many points above always naming the most frequent class a model is better than guessing.
HARDLY_BETTER = 0.10


def labels_in_words(labels: str, without_training_duplicates: bool = False, counted: str = "faces") -> str:
    """Which labels, as the end of "accuracy against"."""
    return LABELS_IN_WORDS[labels] + (f", without {counted} also in training" if without_training_duplicates else "")


def faces_in_words(number: int, counted: str = "faces") -> str:
    """ "1 face", "3,589 faces", or as many clips where these are `counted`."""
    return f"{number:,} {counted.removesuffix('s') if number == 1 else counted}"


def calibration_in_words(error: float, ends: tuple[float, float] | None) -> str:
    """A calibration error with its interval where it has one: "0.016 (0.010 to 0.019)"."""
    return f"{error:.3f}" + ("" if ends is None else f" ({ends[0]:.3f} to {ends[1]:.3f})")


@dataclass(frozen=True)
class CardParts:
    """A card as Markdown, part by part, without headings of the first two levels.

    Attributes:
        summary: what the model is, in a paragraph.
        figures: every measurement, as tables and sentences.
        weaknesses: a list of what it is bad at.
        facts: a list of what it is, and how it was made.
        terms: on which it may be used.
    """

    summary: str
    figures: str
    weaknesses: str
    facts: str
    terms: str


def card_parts(card: ModelCard) -> CardParts:
    """The card as Markdown, part by part."""
    figures = [
        "A single pass through the shipped file, no test-time augmentation unless said.",
        _measurements(card),
        _mixes(card),
        _elsewhere(card),
        _by_emotion(card),
        _confusions(card),
    ]
    return CardParts(
        summary=plain_text(card.summary),
        figures=_paragraphs(figures),
        weaknesses=weaknesses(card),
        facts=_facts(card),
        terms=plain_text(card.terms),
    )


def card_in_words(card: ModelCard) -> str:
    """The card as Markdown."""
    known = card_parts(card)
    headed = {
        f"# {plain_text(card.name)}": known.summary,
        "## What it is not for": NOT_FOR,
        "## How good it is": known.figures,
        "## Where it is weak": known.weaknesses,
        "## What it is": known.facts,
        "## Terms": known.terms,
    }
    return _paragraphs(part for both in headed.items() for part in both) + "\n"


def _paragraphs(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def main_measurement(card: ModelCard) -> Measurement | None:
    """That by the majority of annotators where there is one, else the first; None if nothing was measured."""
    return measurement(card, "ferplus-majority") or next(iter(card.measurements), None)


def measurement(
    card: ModelCard, labels: str, without_training_duplicates: bool = False, prior: Prior = TRAINED
) -> Measurement | None:
    """The card's measurement by one kind of label on its validation split under a prior, if it has one."""
    for one in card.measurements:
        if (one.labels, one.without_training_duplicates, one.prior) == (labels, without_training_duplicates, prior):
            return one
    return None


def weaknesses(card: ModelCard) -> str:
    """What the card's figures say of emotions and groups of faces with which the model has trouble, as Markdown."""
    lines = [line for labels in LABELS_IN_WORDS for line in _weak_emotions(card, labels)]
    lines += [line for labels in LABELS_IN_WORDS for line in _weak_groups(card, labels)]
    lines.append(
        "FER-2013 does not record the age, sex, skin or origin of the people in it, so how the predictions differ by "
        "these is not known. Its pictures come from a web search for words of emotion; its bias is in the network, too."
        if "FER-2013" in card.training.data
        else "How the predictions differ by age, sex, skin or origin is not known."
    )
    return "\n".join(f"- {line}" for line in lines)


def cautions(card: ModelCard) -> list[str]:
    """What users of a model should know of what it has learned from, a sentence each; none where all is as usual."""
    training = card.training
    found = []
    if training.faces < FEW_FACES:
        found.append(f"This model has learned from few faces: {training.faces:,}.")
    if training.drawn:
        found.append("This model has learned from drawn faces only: it knows nothing of real ones.")
    if training.people == 1:
        found.append("This model has learned from one person only: it may be wrong about others.")
    return found + [_near_chance(one) for one in _official(card)[:1] if one.confusion and _near_chance(one)]


def _near_chance(one: Measurement) -> str:
    """That a model is hardly better than always naming the most frequent class; empty where it is."""
    counts = [sum(row) for row in one.confusion]
    chance = max(counts) / max(1, sum(counts))
    if one.accuracy >= chance + HARDLY_BETTER:
        return ""
    return (
        f"This model is hardly better than guessing: right in {percent(one.accuracy)} of the faces that it was "
        f"evaluated on, where always naming the most frequent class would be right in {percent(chance)}."
    )


def _measurements(card: ModelCard) -> str:
    lines = [
        "| data, split | labels | expected mix | faces | accuracy | mean recall | calibration error |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in card.measurements:
        faces = f"{one.faces}, without those also in training" if one.without_training_duplicates else f"{one.faces}"
        augmented = ", flip averaged" if one.test_time_augmentation else ""
        lines.append(
            f"| {plain_text(one.data)}, {one.split}{augmented} | {LABELS_IN_WORDS[one.labels]} "
            f"| {prior_in_words(one.prior)} | {faces} "
            f"| {figure_in_percent(one.accuracy)}{_between(one.accuracy_interval)} "
            f"| {figure_in_percent(one.macro_recall)}{_between(one.macro_recall_interval)} "
            f"| {calibration_in_words(one.expected_calibration_error, one.expected_calibration_error_interval)} |"
        )
    if any(one.accuracy_interval for one in card.measurements):
        lines.append("\nIn brackets: 95 % bootstrap intervals, had other faces of the same kind been drawn.")
    lines += [
        f'\nCoverage: {percent(one.coverage)} of the faces get a prediction other than "uncertain"; on these the '
        f"accuracy against {LABELS_IN_WORDS[one.labels]} is {percent(one.selective_accuracy)}."
        for one in _official(card)
        if one.coverage is not None and one.selective_accuracy is not None
    ]
    return "\n".join(lines)


def _mixes(card: ModelCard) -> str:
    """What the two mixes of expressions mean."""
    if card.prior is None:
        return ""
    return (
        'Expected mix: "as in the training data" is right for pictures in which expressions are as frequent as they '
        'were there, such as a split of the same data. "Every expression alike" favours none, so it finds more of the '
        "rare ones; photos, the webcam and videos use it unless set otherwise."
    )


def elsewhere_in_words(card: ModelCard) -> str:
    """How good the model is on faces that have nothing to do with its training, and what that means; "" if unknown."""
    whole = [one for one in card.elsewhere if not one.found]
    one = next((one for one in whole if one.prior == BALANCED), None)
    if one is None:
        return ""
    known = measurement(card, "ferplus-majority", prior=BALANCED) or measurement(card, "own", prior=BALANCED)
    beside = f", beside {percent(known.accuracy)} on {plain_text(known.data)}" if known else ""
    weak = sorted((name for name in one.recall if one.recall[name] < WEAK_RECALL), key=lambda name: one.recall[name])
    missed = ", ".join(f"{percent(one.recall[name])} of the {plain_text(name)}" for name in weak)
    return (
        f"On faces from elsewhere ({plain_text(one.data)}) it is right in {percent(one.accuracy)}{beside}, and its "
        f"mean recall is {percent(one.macro_recall)}: expect this of your own photos."
        + (f" There it finds only {missed} faces." if missed else "")
    )


def _elsewhere(card: ModelCard) -> str:
    if not card.elsewhere:
        return ""
    lines = ["| faces from elsewhere | expected mix | faces | accuracy | mean recall |", "|---|---|---|---|---|"]
    for one in card.elsewhere:
        how = f"detected and cropped, {one.missed:,} missed count as wrong" if one.found else "whole pictures"
        augmented = ", flip averaged" if one.test_time_augmentation else ""
        lines.append(
            f"| {plain_text(one.data)}, {how}{augmented} | {prior_in_words(one.prior)} | {one.faces} "
            f"| {figure_in_percent(one.accuracy)}{_between(one.accuracy_interval)} "
            f"| {figure_in_percent(one.macro_recall)}{_between(one.macro_recall_interval)} |"
        )
    return "\n".join([*lines, "", elsewhere_in_words(card)]).rstrip()


def _between(ends: tuple[float, float] | None) -> str:
    return "" if ends is None else f" ({100 * ends[0]:.1f} to {100 * ends[1]:.1f})"


def _official(card: ModelCard) -> list[Measurement]:
    """One measurement for each kind of label, on all faces."""
    found = [measurement(card, labels) for labels in LABELS_IN_WORDS]
    return [one for one in found if one]


def _by_emotion(card: ModelCard) -> str:
    parts = []
    for one in _official(card):
        words = LABELS_IN_WORDS[one.labels]
        recalls = ", ".join(f"{name} {percent(one.recall[name])}" for name in classes_in(card) if name in one.recall)
        parts.append(f"Recall against {words}: {recalls}.")
        if one.precision:
            rows = [
                f"| {name} | {_share(one.precision, name)} | {_share(one.recall, name)} | {_share(one.f1, name)} |"
                for name in classes_in(card)
            ]
            header = f"| against {words} | precision | recall | F1 |\n|---|---|---|---|\n"
            parts.append(header + "\n".join(rows))
    return "\n\n".join(parts)


def _share(figures: Mapping[str, float], name: str) -> str:
    return figure_in_percent(figures[name]) if name in figures else "none"


def _confusions(card: ModelCard) -> str:
    parts = []
    for one in _official(card):
        if one.confusion:
            columns = [f"{LABELS_IN_WORDS[one.labels]}, predicted as:", *classes_in(card)]
            header = f"| {' | '.join(columns)} |\n" + "|---" * len(columns) + "|\n"
            rows = [
                f"| {name} | {' | '.join(map(str, counts))} |"
                for name, counts in zip(classes_in(card), one.confusion, strict=True)
            ]
            parts.append(header + "\n".join(rows))
    return "\n\n".join(parts)


def _weak_emotions(card: ModelCard, labels: str) -> Iterator[str]:
    one = measurement(card, labels)
    weak = [name for name in classes_in(card) if one and one.recall.get(name, 1.0) < WEAK_RECALL]
    if one and weak:
        named = ", ".join(f"{name} ({percent(one.recall[name])})" for name in sorted(weak, key=lambda n: one.recall[n]))
        least = percent(WEAK_RECALL)
        yield f"Recall below {least} against {LABELS_IN_WORDS[labels]}: {named}."


def _weak_groups(card: ModelCard, labels: str) -> Iterator[str]:
    whole = measurement(card, labels)
    for group in card.groups:
        if whole and group.labels == labels and group.accuracy <= whole.accuracy - WEAK_GROUP:
            named = plain_text(group_in_words(group.by, group.group))
            yield (
                f"Accuracy against {LABELS_IN_WORDS[labels]} is {percent(group.accuracy)} on the {group.faces} faces "
                f'of the group "{named}", and {percent(whole.accuracy)} on all faces.'
            )


def _facts(card: ModelCard) -> str:
    network, seen, training = card.architecture, card.input, card.training
    colours = "grey" if seen.channels == 1 else "RGB"
    versions = plain_text(", ".join(f"{name} {version}" for name, version in training.versions.items()))
    lines = [
        f"Network: {plain_text(network.name)}, {network.parameters:,} parameters, "
        f"{network.multiply_adds / 1e6:.0f} million multiply-adds a face.",
        f"Input: one face of {seen.size}x{seen.size} pixels, {colours}, each value from {seen.offset:g} to "
        f"{255 * seen.scale + seen.offset:g}.",
        f"Output in the order: {', '.join(map(plain_text, card.class_order))}; temperature {card.temperature:.3f}; "
        f'"uncertain" below {percent(card.abstain_threshold)}.',
        *_prior(card),
        f"Trained on: {plain_text(training.data)}, {training.faces:,} faces, seed {training.seed}, "
        f"{plain_text(training.date)}, {_time_in_words(training.seconds)} of computing.",
        f"Recipe: {plain_text(', '.join(_settings(training.recipe)))}.",
        *([f"Made with: {versions}."] if versions else []),
    ]
    return "\n".join(f"- {line}" for line in lines)


def _time_in_words(seconds: float) -> str:
    """ "0.8 seconds", "12 minutes"."""
    return f"{seconds:.1f} seconds" if seconds < 60 else f"{seconds / 60:.0f} minutes"


def _prior(card: ModelCard) -> Iterator[str]:
    """The mix of expressions that the network was trained on, and the calibration for every expression alike."""
    if card.balanced:
        yield (
            f"With every expression alike: temperature {card.balanced.temperature:.3f}; "
            f'"uncertain" below {percent(card.balanced.abstain_threshold)}.'
        )
    if card.prior:
        made_up = ", which its training made up for" if card.answers_under == BALANCED else ""
        yield f"Mix of expressions in the training data: {plain_text(prior_in_words(card.prior))}{made_up}."


def _settings(recipe: Mapping[str, object]) -> Iterator[str]:
    """Each setting as "name value"; those within a setting one by one."""
    for name, value in recipe.items():
        if isinstance(value, Mapping):
            yield from _settings(value)
        else:
            yield f"{name.replace('_', ' ')} {'none' if value is None else value}"

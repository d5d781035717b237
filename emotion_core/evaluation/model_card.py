"""A model's card in words: the README in its folder, written from `card.json` so that the two cannot differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from emotion_core.emotions import EMOTIONS
from emotion_core.inference.card import Measurement, ModelCard
from emotion_core.inference.results import percent

LABELS_IN_WORDS = {
    "fer2013": "FER-2013's own labels",
    "ferplus-majority": "the majority of FER+'s ten annotators",
}

NOT_FOR = (
    "It says how an expression looks, not what a person feels. It is not for decisions about people: not for work, "
    "school, hiring, policing, medicine or lie detection. In the European Union, emotion recognition at work and in "
    "education is prohibited by Article 5(1)(f) of the AI Act."
)


def card_in_words(card: ModelCard) -> str:
    """The card as Markdown."""
    parts = [
        f"# {card.name}",
        card.summary,
        "## What it is not for",
        NOT_FOR,
        "## How good it is",
        "A single pass through the shipped file, no test-time augmentation unless said.",
        _measurements(card),
        _weakest(card),
        "## What it is",
        _facts(card),
        "## Terms",
        card.terms,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def measurement(card: ModelCard, labels: str, without_training_duplicates: bool = False) -> Measurement | None:
    """The card's measurement by one kind of label on its validation split, if it has one."""
    for one in card.measurements:
        if one.labels == labels and one.without_training_duplicates == without_training_duplicates:
            return one
    return None


def _measurements(card: ModelCard) -> str:
    lines = [
        "| data, split | judged by | faces | accuracy | macro recall | calibration error |",
        "|---|---|---|---|---|---|",
    ]
    for one in card.measurements:
        faces = f"{one.faces}, without those also in training" if one.without_training_duplicates else f"{one.faces}"
        augmented = ", flip averaged" if one.test_time_augmentation else ""
        lines.append(
            f"| {one.data}, {one.split}{augmented} | {LABELS_IN_WORDS[one.labels]} | {faces} | {one.accuracy:.1%} "
            f"| {one.macro_recall:.1%} | {one.expected_calibration_error:.3f} |"
        )
    return "\n".join(lines)


def _weakest(card: ModelCard) -> str:
    lines = []
    for labels, words in LABELS_IN_WORDS.items():
        one = measurement(card, labels)
        if one:
            recalls = ", ".join(f"{name} {percent(one.recall[name])}" for name in EMOTIONS if name in one.recall)
            lines.append(f"Found, of the faces that {words} call so: {recalls}.")
    return "\n\n".join(lines)


def _facts(card: ModelCard) -> str:
    network, seen, training = card.architecture, card.input, card.training
    colours = "grey" if seen.channels == 1 else "RGB"
    versions = ", ".join(f"{name} {version}" for name, version in training.versions.items())
    lines = [
        f"Network: {network.name}, {network.parameters:,} parameters, {network.multiply_adds / 1e6:.0f} million "
        "multiply-adds a face.",
        f"Sees: one face of {seen.size}x{seen.size} pixels, {colours}, each value from {seen.offset:g} to "
        f"{255 * seen.scale + seen.offset:g}.",
        f"Answers in the order: {', '.join(card.class_order)}; temperature {card.temperature:.3f}; "
        f'"uncertain" below {card.abstain_threshold:.0%}.',
        f"Learnt from: {training.data}, {training.faces:,} faces, seed {training.seed}, {training.date}, "
        f"{training.seconds / 60:.0f} minutes of computing.",
        f"Recipe: {', '.join(_settings(training.recipe))}.",
        f"Made with: {versions}.",
    ]
    return "\n".join(f"- {line}" for line in lines)


def _settings(recipe: Mapping[str, object]) -> Iterator[str]:
    """Each setting as "name value"; those within a setting one by one."""
    for name, value in recipe.items():
        if isinstance(value, Mapping):
            yield from _settings(value)
        else:
            yield f"{name.replace('_', ' ')} {'none' if value is None else value}"

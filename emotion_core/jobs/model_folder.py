"""From a trained network to a model's folder: its files, evaluated, with a card. Importing this loads no Keras."""

from __future__ import annotations

import hashlib
import platform
import sys
import time
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.people import number_of_people
from emotion_core.evaluation import card_in_words, evaluation_set
from emotion_core.files import replace_file
from emotion_core.jobs.assessment import SPLIT, Assessment, LearnedMix, Predict, assess
from emotion_core.models.card import CARD_FILE, KERAS_FILE, Architecture, Labels, ModelCard, NetworkInput, Training
from emotion_core.models.classifier import LITERT_FILE, Classifier
from emotion_core.models.prediction import predict_all
from emotion_core.models.prior import TRAINED
from emotion_core.runs.events import Epoch
from emotion_core.runs.recipes import Recipe

if TYPE_CHECKING:
    import keras

HISTORY_FILE = "history.jsonl"


@dataclass(frozen=True)
class Provenance:
    """What a card says that cannot be read off the network.

    Attributes:
        name, summary, terms: as on the card.
        data: what it was trained on, in words.
        evaluated_on: what the card calls the data set whose validation split it is evaluated on.
        own_labels: what `Measurement.labels` calls the data set's own labels.
        recipe, seed: how it was trained.
        history: its finished epochs.
        arguments: those that the network was made with.
        drawn: whether all faces are drawings.
    """

    name: str
    summary: str
    terms: str
    data: str
    evaluated_on: str
    own_labels: Labels
    recipe: Recipe
    seed: int
    history: list[Epoch]
    arguments: dict[str, int | float | list[int]]
    drawn: bool = False

    @property
    def trained_on(self) -> Labels:
        """By which labels the network is calibrated: those that it was trained on."""
        return "ferplus-majority" if self.recipe.labels == "votes" else self.own_labels


def write_model(folder: Path, network: keras.Model, dataset: Dataset, made: Provenance) -> Assessment:
    """The folder of a trained network: Keras file, LiteRT file, history, card and README; how good it is.

    Temperatures and abstain thresholds are fitted, and the figures measured, through the LiteRT file and the
    classifier that everything else uses. Needs TensorFlow.

    Args:
        folder: made if it is not there.
        network: computes in 32 bits and has one head.
        dataset: what it was trained on, with a validation split.
        made: what the card says besides.
    """
    from emotion_core.networks.conversion import to_litert

    folder.mkdir(parents=True, exist_ok=True)
    network.save(folder / KERAS_FILE)
    (folder / LITERT_FILE).write_bytes(to_litert(network))
    (folder / HISTORY_FILE).write_text("".join(f"{epoch.line()}\n" for epoch in made.history))
    card = build_card(network, made, dataset, _sums(folder))
    write_card(folder, card)  # without which the classifier would not load it
    found = assess_on(partial(predict_all, Classifier(folder, TRAINED)), dataset, made)
    write_card(folder, found.on(card, made.evaluated_on))
    return found


def assess_on(predict: Predict, dataset: Dataset, made: Provenance) -> Assessment:
    """Calibrate a network on the validation split of what it was trained on, and say how good it then is.

    Args:
        predict: (N, h, w) or (N, h, w, 3) uint8 -> (N, classes), not calibrated.
        dataset: with a training split, and a validation split of labelled faces.
        made: what it was trained on, and what it is called.
    """
    faces = evaluation_set(dataset, made.evaluated_on, SPLIT, own=made.own_labels)
    return assess(predict, faces, LearnedMix.of(made.recipe, dataset), made.name, made.trained_on)


def build_card(network: keras.Model, made: Provenance, dataset: Dataset, files: dict[str, str]) -> ModelCard:
    """The card of a network that is not evaluated yet.

    Args:
        dataset: what it was trained on.
        files: the sha256 of each file of the model, by its name.
    """
    from emotion_core.networks.architectures import multiply_adds
    from emotion_core.training.fit import input_of

    return ModelCard(
        name=made.name,
        summary=made.summary,
        class_order=dataset.classes,
        colours=dict(dataset.colours),
        input=NetworkInput(**asdict(input_of(network, made.recipe))),
        temperature=1.0,
        abstain_threshold=0.0,
        architecture=Architecture(
            name=network.name,
            parameters=network.count_params(),
            multiply_adds=multiply_adds(network),
            arguments=made.arguments,
        ),
        training=training_of(made, dataset.of_classes().split("train")),
        measurements=[],
        terms=made.terms,
        files=files,
    )


def write_card(folder: Path, card: ModelCard) -> None:
    """Write a model's card, and the README that is made of it."""
    replace_file(folder / CARD_FILE, card.to_json())
    (folder / "README.md").write_text(card_in_words(card), "utf-8")


def training_of(made: Provenance, faces: Dataset, count: int | None = None) -> Training:
    """What a card says of training on these faces; `count` if they stand for more, such as frames of clips."""
    recipe = {key: value for key, value in made.recipe.model_dump().items() if key not in ("scale", "offset")}
    return Training(
        data=made.data,
        faces=count or len(faces),
        recipe={**recipe, "epochs": len(made.history)},
        seed=made.seed,
        date=time.strftime("%Y-%m-%d"),
        seconds=sum(epoch.seconds for epoch in made.history),
        versions={"python": platform.python_version(), **_versions("keras", "tensorflow", "jax")},
        drawn=made.drawn,
        people=number_of_people(faces.table),
    )


def _sums(folder: Path) -> dict[str, str]:
    files = (KERAS_FILE, LITERT_FILE, HISTORY_FILE)
    return {file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files}


def _versions(*packages: str) -> dict[str, str]:
    """Those of the packages that the process works with."""
    found = {}
    for package in packages:
        if package in sys.modules:
            try:
                found[package] = version(package)
            except PackageNotFoundError:
                continue
    return found

"""Make a model that ships: train it, measure it, and write its folder, with one command.

    python -m emotion_core.training.make_model emotion-net --data FOLDER --run FOLDER

FOLDER of the data holds `fer2013.csv` and FER+'s `fer2013new.csv`. A run that was stopped goes on from its last epoch.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import os
import platform
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import keras
import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.formats import read_fer2013
from emotion_core.datasets.votes import NO_LABEL, majority_labels
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation.calibration import abstain_threshold, fit_temperature
from emotion_core.evaluation.metrics import measure_all, own_labels
from emotion_core.evaluation.model_card import card_in_words
from emotion_core.inference.card import CARD_FILE, Architecture, ModelCard, Training
from emotion_core.inference.classifier import LITERT_FILE, Classifier
from emotion_core.training.architectures import emotion_net, multiply_adds, seed_cnn
from emotion_core.training.export import to_litert
from emotion_core.training.fit import fit, input_of, read_history
from emotion_core.training.recipes import SEED, VOTES, Recipe
from emotion_core.workspace import SHIPPED_MODELS

KERAS_FILE = "model.keras"
DATA = "FER-2013"
#: At most this share of the answers that are given is wrong; rarer confidence is called uncertain.
MOST_WRONG = 0.10

TERMS = (
    "The weights were learnt from FER-2013 (Goodfellow et al. 2013, arXiv 1307.0414), photos gathered by web search, "
    "whose authors gave it for research; its pictures' rights are with their owners. Use the weights for teaching, "
    "study and research; for anything else, train on data that you have the rights to. The code is under the MIT "
    "licence."
)


@dataclasses.dataclass(frozen=True)
class Shipped:
    """A model that ships: its network, its recipe, and what its card says first."""

    build: Callable[[], keras.Model]
    recipe: Recipe
    summary: str


SHIPPED = {
    "emotion-net": Shipped(
        emotion_net,
        VOTES,
        "The default: a compact residual network that learnt from the votes of FER+'s ten annotators a face, because "
        "its answers are then what ten people would say.",
    ),
    "seed-cnn": Shipped(
        seed_cnn,
        SEED,
        "The four-convolution network of the student project that this one grew from, trained its way on FER-2013's "
        "own labels: for comparison and teaching.",
    ),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=SHIPPED)
    parser.add_argument("--data", type=Path, required=True, help="folder with fer2013.csv and fer2013new.csv")
    parser.add_argument("--run", type=Path, required=True, help="folder where the run is kept")
    parser.add_argument("--models", type=Path, default=SHIPPED_MODELS, help="where the model's folder is written")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    dataset = read_fer2013(chosen.data / "fer2013.csv", chosen.data / "fer2013new.csv")
    folder = make_model(chosen.name, dataset, chosen.run, chosen.models, chosen.seed)
    print(f"{folder} written")
    return 0


def make_model(name: str, dataset: Dataset, run: Path, models: Path, seed: int) -> Path:
    """Train what is left to train of a shipped model, then measure it and write its folder."""
    shipped = SHIPPED[name]
    keras.utils.set_random_seed(seed)
    network = fit(shipped.build(), dataset, shipped.recipe, run, seed)
    return write_model(name, network, dataset, run, models, seed)


def write_model(name: str, network: keras.Model, dataset: Dataset, run: Path, models: Path, seed: int) -> Path:
    """The folder of a trained network: Keras file, LiteRT file, history, card and README.

    The temperature and the abstain threshold are fitted, and the figures measured, on the validation split, through the
    LiteRT file and the classifier that everything else uses.
    """
    shipped, folder = SHIPPED[name], models / name
    folder.mkdir(parents=True, exist_ok=True)
    network.save(folder / KERAS_FILE)
    (folder / LITERT_FILE).write_bytes(to_litert(network))
    (folder / "history.jsonl").write_bytes((run / "metrics.jsonl").read_bytes())
    card = _card(name, shipped, network, dataset, run, folder, seed)
    training, validation = dataset.split("train"), dataset.split("validation")

    labels = _judged_by(shipped.recipe, validation)
    known = labels != NO_LABEL
    raw = _probabilities(folder, card, validation)
    temperature = fit_temperature(raw[known], np.eye(len(EMOTIONS))[labels[known]])
    card = card.model_copy(update={"temperature": temperature})
    calibrated = _probabilities(folder, card, validation)
    card = card.model_copy(
        update={
            "abstain_threshold": abstain_threshold(calibrated[known], labels[known], MOST_WRONG),
            "measurements": measure_all(calibrated, validation, training, f"{DATA} PublicTest", "validation"),
        }
    )
    _write_card(folder, card)
    (folder / "README.md").write_text(card_in_words(card))
    return folder


def _judged_by(recipe: Recipe, faces: Dataset) -> np.ndarray:
    """What a model's answers should be, (N,) indices into `EMOTIONS` or `NO_LABEL`."""
    return majority_labels(faces.table) if recipe.labels == "votes" else own_labels(faces)


def _probabilities(folder: Path, card: ModelCard, faces: Dataset) -> np.ndarray:
    _write_card(folder, card)
    return Classifier(folder).predict_proba(faces.images)


def _write_card(folder: Path, card: ModelCard) -> None:
    partial = folder / f"{CARD_FILE}.partial"
    partial.write_text(card.model_dump_json(indent=2) + "\n")
    os.replace(partial, folder / CARD_FILE)


def _card(
    name: str, shipped: Shipped, network: keras.Model, dataset: Dataset, run: Path, folder: Path, seed: int
) -> ModelCard:
    history = read_history(run)
    recipe = {key: value for key, value in dataclasses.asdict(shipped.recipe).items() if key not in ("scale", "offset")}
    recipe["epochs"] = len(history)
    files = [KERAS_FILE, LITERT_FILE, "history.jsonl"]
    return ModelCard(
        name=name,
        summary=shipped.summary,
        class_order=EMOTIONS,
        input=input_of(network, shipped.recipe),
        temperature=1.0,
        abstain_threshold=0.0,
        architecture=Architecture(
            name=network.name, parameters=network.count_params(), multiply_adds=multiply_adds(network)
        ),
        training=Training(
            data=f"{DATA} Training, " + ("FER+'s votes" if shipped.recipe.labels == "votes" else "FER-2013's labels"),
            faces=len(dataset.split("train")),
            recipe=recipe,
            seed=seed,
            date=time.strftime("%Y-%m-%d"),
            seconds=sum(row["seconds"] for row in history),
            versions={
                "python": platform.python_version(),
                "keras": version("keras"),
                "tensorflow": version("tensorflow"),
            },
        ),
        measurements=[],
        terms=TERMS,
        files={file: hashlib.sha256((folder / file).read_bytes()).hexdigest() for file in files},
    )


if __name__ == "__main__":
    sys.exit(main())

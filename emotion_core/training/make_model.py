"""Make a model that ships: train it, measure it, and write its folder, with one command.

    python -m emotion_core.training.make_model emotion-net --data FOLDER --run FOLDER

FOLDER of the data holds `fer2013.csv` and FER+'s `fer2013new.csv`. A run that was stopped goes on from its last epoch.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import keras

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.formats import read_fer2013
from emotion_core.training.architectures import emotion_net, seed_cnn
from emotion_core.training.fit import fit, last_network
from emotion_core.training.publish import Provenance, write_model
from emotion_core.training.recipes import LABELS, SEED, VOTES, Recipe
from emotion_core.training.run import read_history
from emotion_core.training.writer import RunWriter
from emotion_core.workspace import SHIPPED_MODELS

DATA = "FER-2013"

TERMS = (
    "The weights were learnt from FER-2013 (Goodfellow et al. 2013, arXiv 1307.0414), photos gathered by web search, "
    "whose authors gave it for research; its pictures' rights are with their owners. Use the weights for teaching, "
    "study and research; for anything else, train on data that you have the rights to. The code is under the MIT "
    "licence."
)


@dataclass(frozen=True)
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
    "emotion-net-fer2013": Shipped(
        emotion_net,
        LABELS,
        "The default's network, answering by FER-2013's own labels: for comparison with figures published for that "
        "data set. Its answers are further from what ten people would say than the default's.",
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
    """Train what is left to train of a shipped model, then measure its last network and write its folder."""
    shipped, folder = SHIPPED[name], models / name
    run.mkdir(parents=True, exist_ok=True)
    keras.utils.set_random_seed(seed)
    fit(shipped.build(), dataset, shipped.recipe, RunWriter(run), seed)
    made = Provenance(
        name=name,
        summary=shipped.summary,
        terms=TERMS,
        data=f"{DATA} Training, " + ("FER+'s votes" if shipped.recipe.labels == "votes" else "FER-2013's labels"),
        measured_on={"validation": f"{DATA} PublicTest"},
        own_labels="fer2013",
        recipe=shipped.recipe,
        seed=seed,
        history=read_history(run),
        arguments={},
    )
    write_model(folder, last_network(run), dataset, made)
    return folder


if __name__ == "__main__":
    sys.exit(main())

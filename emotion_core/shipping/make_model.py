"""Make the models that ship: train a network, measure its outputs, and write a folder for each, with one command.

    python -m emotion_core.shipping.make_model emotion-net --data FOLDER --run FOLDER

FOLDER of the data holds `fer2013.csv` and FER+'s `fer2013new.csv`. A run that was stopped goes on from its last epoch.
The later stages of emotion-net go on from what an earlier one has come to, and learn in part what it answers:

    python -m emotion_core.shipping.make_model emotion-net --stage refined --start MODEL --teacher MODEL ...

With --average the mean of the weights that a stage began with and of what came of them is written, for the output that
the model it began with gives.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import keras
import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.readers.formats import read_fer2013
from emotion_core.jobs.model_folder import Provenance, write_model
from emotion_core.models.card import KERAS_FILE, ModelError, NetworkInput, read_card
from emotion_core.models.face_input import FaceInput, network_input
from emotion_core.networks.architectures import emotion_net, fine_tune, seed_cnn
from emotion_core.networks.averaging import mean_of
from emotion_core.runs.errors import RunError
from emotion_core.runs.history import read_history
from emotion_core.runs.recipes import AGAIN, LABELS, REFINED, SEED, SHARPENED, Recipe
from emotion_core.runs.writer import RunWriter
from emotion_core.training.fit import Trainer, input_of, last_network
from emotion_core.training.heads import FIRST_HEAD, SECOND_HEAD
from emotion_core.training.preparation import faces_of
from emotion_core.workspace import SHIPPED_MODELS

DATA = "FER-2013"
FIRST_STAGE = "first"
AVERAGED = "; these are the mean of the weights that it began with and of those that it came to"
#: Training faces from which a mean network's normalising layers take their statistics.
STATISTICS_FACES = 8192
#: In the run's folder: what was asked of it.
ASKED_FILE = "asked.json"
BOTH = "FER-2013's labels and FER+'s votes as two outputs of one network"

TERMS = (
    "The weights were trained on FER-2013 (Goodfellow et al. 2013, arXiv 1307.0414), photos gathered by web search, "
    "whose authors gave it for research; its pictures' rights are with their owners. Use the weights for teaching, "
    "study and research; for anything else, train on data that you have the rights to. The code is under the MIT "
    "licence."
)


@dataclass(frozen=True)
class Output:
    """One of a network's outputs, which ships as a model of its own.

    Attributes:
        head: the network's head that gives it.
        labels: which labels that head was trained on.
        trained_on: these labels in words.
        summary: what the card says first.
    """

    head: str
    labels: Literal["own", "votes"]
    trained_on: str
    summary: str


@dataclass(frozen=True)
class TrainingPlan:
    """How a network that ships is trained, stage by stage, and the models that it gives, by name."""

    build: Callable[[], keras.Model]
    stages: dict[str, Recipe]
    outputs: dict[str, Output]


PLANS = {
    "emotion-net": TrainingPlan(
        emotion_net,
        {FIRST_STAGE: LABELS, "refined": REFINED, "sharpened": SHARPENED, "again": AGAIN},
        {
            "emotion-net": Output(
                SECOND_HEAD,
                "votes",
                f"{BOTH}; this is the output trained on the votes",
                "The default: a compact residual network trained on the votes of FER+'s ten annotators a face, "
                "because its answers are then what ten people would say.",
            ),
            "emotion-net-fer2013": Output(
                FIRST_HEAD,
                "own",
                f"{BOTH}; this is the output trained on the labels",
                "The default's network, answering by FER-2013's own labels: for comparison with figures published for "
                "that data set. Its answers are further from what ten people would say than the default's.",
            ),
        },
    ),
    "seed-cnn": TrainingPlan(
        seed_cnn,
        {FIRST_STAGE: SEED},
        {
            "seed-cnn": Output(
                FIRST_HEAD,
                "own",
                "FER-2013's labels",
                "The four-convolution network of the student project that this one grew from, trained its way on "
                "FER-2013's own labels: for comparison and teaching.",
            )
        },
    ),
}


@dataclass(frozen=True)
class Stage:
    """One run of a plan: from fresh weights or from those in a model's folder, with models' folders as teachers.

    Attributes:
        average: write the mean of the weights that it began with and of those that it came to.
    """

    plan: str
    recipe: Recipe
    seed: int
    start: Path | None
    teachers: tuple[Path, ...]
    average: bool

    def in_words(self) -> str:
        """What it began with and was taught by, as the end of a sentence; empty for fresh weights."""
        words = f"; begun with the weights of {named(self.start)}" if self.start else ""
        if self.teachers:
            words += f"; taught by {', '.join(map(named, self.teachers))}"
        return words


def named(folder: Path) -> str:
    """A model so that it can be told from others of its name: by its date and the first digits of its sha256."""
    card = read_card(folder)
    return f"{card.name} of {card.training.date} ({card.files[KERAS_FILE][:8]})"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=PLANS)
    parser.add_argument("--data", type=Path, required=True, help="folder with fer2013.csv and fer2013new.csv")
    parser.add_argument("--run", type=Path, required=True, help="folder where the run is kept")
    parser.add_argument("--models", type=Path, default=SHIPPED_MODELS, help="where the models' folders are written")
    parser.add_argument("--stage", default=FIRST_STAGE, help="which stage of its training; the first one if not given")
    parser.add_argument("--start", type=Path, help="folder of the model whose weights a new run begins with")
    parser.add_argument("--teacher", type=Path, action="append", default=[], help="folder of a model to learn from")
    parser.add_argument("--average", action="store_true", help="write the mean of the weights begun with and come to")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, help="instead of the recipe's")
    chosen = parser.parse_args(arguments)
    dataset = read_fer2013(chosen.data / "fer2013.csv", chosen.data / "fer2013new.csv")
    try:
        stage = _stage(chosen)
        for folder in make_models(stage, dataset, chosen.run, chosen.models):
            print(f"{folder} written")
    except (ModelError, RunError) as error:
        parser.error(str(error))
    return 0


def make_models(stage: Stage, dataset: Dataset, run: Path, models: Path) -> list[Path]:
    """Train what is left to train of a stage, then measure its last network's outputs; a folder for each.

    Raises:
        ModelError: the network to start from, or a teacher, cannot be used.
        RunError: the run's folder is another stage's, or the loss became no number.
    """
    _claim(run, stage)
    plan = PLANS[stage.plan]
    keras.utils.set_random_seed(stage.seed)
    network = fine_tune(stage.start, frozen=False) if stage.start else plan.build()
    teachers = [fine_tune(folder, frozen=False) for folder in stage.teachers]
    Trainer(network, faces_of(dataset, stage.recipe), stage.recipe, RunWriter(run), stage.seed, teachers).fit()
    # The weights that a stage begins with give the first head's output alone.
    names = [name for name, output in plan.outputs.items() if output.head == FIRST_HEAD or not stage.average]
    return [_write_output(stage, name, dataset, run, models) for name in names]


def _stage(chosen: argparse.Namespace) -> Stage:
    plan = PLANS[chosen.name]
    if chosen.stage not in plan.stages:
        raise ModelError(f"{chosen.name} has no stage {chosen.stage!r}; there are {', '.join(plan.stages)}")
    recipe = plan.stages[chosen.stage]
    if bool(chosen.teacher) != bool(recipe.distillation):
        needed = "needs a --teacher" if recipe.distillation else "takes no --teacher"
        raise ModelError(f"the stage {chosen.stage!r} of {chosen.name} {needed}")
    if chosen.average and not chosen.start:
        raise ModelError("--average needs a --start, whose weights it takes into the mean")
    if chosen.epochs:
        recipe = recipe.model_copy(update={"epochs": chosen.epochs})
    for folder in chosen.teacher:
        seen = read_card(folder).input
        if (seen.scale, seen.offset) != (recipe.scale, recipe.offset):
            raise ModelError(f"{folder} cannot teach: it sees pixels in another scale than the network that is trained")
    return Stage(chosen.name, recipe, chosen.seed, chosen.start, tuple(chosen.teacher), chosen.average)


def _claim(run: Path, stage: Stage) -> None:
    """Note in a run's folder what is asked of it, or refuse if it is something else than when the run began."""
    asked = {"recipe": stage.recipe.model_dump(), "seed": stage.seed, "data": stage.in_words()}
    path = run / ASKED_FILE
    run.mkdir(parents=True, exist_ok=True)
    if path.exists() and json.loads(path.read_text()) != asked:
        raise RunError(f"{run} holds a run with another recipe, start or teachers; choose another folder for this one")
    path.write_text(json.dumps(asked, indent=1))


def _write_output(stage: Stage, name: str, dataset: Dataset, run: Path, models: Path) -> Path:
    output = PLANS[stage.plan].outputs[name]
    made = Provenance(
        name=name,
        summary=output.summary,
        terms=TERMS,
        data=f"{DATA} Training, {output.trained_on}{stage.in_words()}{AVERAGED if stage.average else ''}",
        evaluated_on=f"{DATA} PublicTest",
        own_labels="fer2013",
        recipe=stage.recipe.model_copy(update={"labels": output.labels}),
        seed=stage.seed,
        history=read_history(run),
        arguments={},
    )
    write_model(models / name, _network(stage, output.head, dataset, run), dataset, made)
    return models / name


def _network(stage: Stage, head: str, dataset: Dataset, run: Path) -> keras.Model:
    """What a stage has come to, of which an output is written."""
    network = last_network(run, head)
    if not (stage.average and stage.start):
        return network
    batches = training_batches(dataset, input_of(network, stage.recipe), 256)
    few = islice(batches, STATISTICS_FACES // 256)
    return mean_of([network, fine_tune(stage.start, frozen=False)], few)


def training_batches(dataset: Dataset, expected: NetworkInput | FaceInput, size: int) -> Iterator[np.ndarray]:
    """The training faces that show one of the emotions, so many at a time, as a network takes them."""
    images = dataset.of_classes().split("train").images
    return (network_input(images[row : row + size], expected) for row in range(0, len(images), size))


if __name__ == "__main__":
    sys.exit(main())

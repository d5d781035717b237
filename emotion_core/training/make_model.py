"""Make the models that ship: train a network, measure its answers, and write a folder for each, with one command.

    python -m emotion_core.training.make_model emotion-net --data FOLDER --run FOLDER

FOLDER of the data holds `fer2013.csv` and FER+'s `fer2013new.csv`. A run that was stopped goes on from its last epoch.
With `--start MODEL` a new run goes on from a model's weights, and with `--teacher MODEL`, which may be given several
times, it learns in part what these models answer.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import keras

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.formats import read_fer2013
from emotion_core.training.architectures import emotion_net, fine_tune, seed_cnn
from emotion_core.training.batches import FIRST_HEAD, SECOND_HEAD
from emotion_core.training.fit import fit, last_network
from emotion_core.training.publish import Provenance, write_model
from emotion_core.training.recipes import LABELS, REFINED, SEED, Recipe
from emotion_core.training.run import read_history
from emotion_core.training.writer import RunWriter
from emotion_core.workspace import SHIPPED_MODELS

DATA = "FER-2013"
BOTH = "FER-2013's labels and FER+'s votes as two answers of one network"

TERMS = (
    "The weights were learnt from FER-2013 (Goodfellow et al. 2013, arXiv 1307.0414), photos gathered by web search, "
    "whose authors gave it for research; its pictures' rights are with their owners. Use the weights for teaching, "
    "study and research; for anything else, train on data that you have the rights to. The code is under the MIT "
    "licence."
)


@dataclass(frozen=True)
class Answer:
    """One answer of a network, which ships as a model of its own.

    Attributes:
        head: the network's head that gives it.
        labels: which labels that head learnt.
        learnt: these labels in words.
        summary: what the card says first.
    """

    head: str
    labels: Literal["own", "votes"]
    learnt: str
    summary: str


@dataclass(frozen=True)
class Course:
    """How a network that ships is trained, at first and from earlier ones on, and the models that it gives, by name."""

    build: Callable[[], keras.Model]
    recipe: Recipe
    taught: Recipe
    answers: dict[str, Answer]


COURSES = {
    "emotion-net": Course(
        emotion_net,
        LABELS,
        REFINED,
        {
            "emotion-net": Answer(
                SECOND_HEAD,
                "votes",
                f"{BOTH}; this is the answer that learnt the votes",
                "The default: a compact residual network that learnt from the votes of FER+'s ten annotators a face, "
                "because its answers are then what ten people would say.",
            ),
            "emotion-net-fer2013": Answer(
                FIRST_HEAD,
                "own",
                f"{BOTH}; this is the answer that learnt the labels",
                "The default's network, answering by FER-2013's own labels: for comparison with figures published for "
                "that data set. Its answers are further from what ten people would say than the default's.",
            ),
        },
    ),
    "seed-cnn": Course(
        seed_cnn,
        SEED,
        SEED,
        {
            "seed-cnn": Answer(
                FIRST_HEAD,
                "own",
                "FER-2013's labels",
                "The four-convolution network of the student project that this one grew from, trained its way on "
                "FER-2013's own labels: for comparison and teaching.",
            )
        },
    ),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=COURSES)
    parser.add_argument("--data", type=Path, required=True, help="folder with fer2013.csv and fer2013new.csv")
    parser.add_argument("--run", type=Path, required=True, help="folder where the run is kept")
    parser.add_argument("--models", type=Path, default=SHIPPED_MODELS, help="where the models' folders are written")
    parser.add_argument("--start", type=Path, help="folder of the model whose weights a new run begins with")
    parser.add_argument("--teacher", type=Path, action="append", default=[], help="folder of a model to learn from")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    dataset = read_fer2013(chosen.data / "fer2013.csv", chosen.data / "fer2013new.csv")
    course = COURSES[chosen.name]
    recipe = course.taught if chosen.teacher else course.recipe
    keras.utils.set_random_seed(chosen.seed)
    network = fine_tune(chosen.start, frozen=False) if chosen.start else course.build()
    teachers = [fine_tune(folder, frozen=False) for folder in chosen.teacher]
    chosen.run.mkdir(parents=True, exist_ok=True)
    fit(network, dataset, recipe, RunWriter(chosen.run), chosen.seed, teachers)
    for name in course.answers:
        print(f"{write_answer(course, name, recipe, dataset, chosen.run, chosen.models, chosen.seed)} written")
    return 0


def write_answer(
    course: Course, name: str, recipe: Recipe, dataset: Dataset, run: Path, models: Path, seed: int
) -> Path:
    """Measure one answer of a run's last network and write its folder."""
    answer = course.answers[name]
    made = Provenance(
        name=name,
        summary=answer.summary,
        terms=TERMS,
        data=f"{DATA} Training, {answer.learnt}",
        measured_on={"validation": f"{DATA} PublicTest"},
        own_labels="fer2013",
        recipe=recipe.model_copy(update={"labels": answer.labels}),
        seed=seed,
        history=read_history(run),
        arguments={},
    )
    write_model(models / name, last_network(run, answer.head), dataset, made)
    return models / name


if __name__ == "__main__":
    sys.exit(main())

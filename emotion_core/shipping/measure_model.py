"""Calibrate a model that ships and measure it, for both mixes of expressions, without changing its weights.

    python -m emotion_core.shipping.measure_model MODEL --data FOLDER [--elsewhere FOLDER --named WORDS]

FOLDER of the data holds `fer2013.csv` and FER+'s `fer2013new.csv`. The card's prior is counted in the training split if
that is there; otherwise the card must have one. With --elsewhere the model is also measured, whole and found, on faces
that have nothing to do with FER-2013: a folder with `faces.jpg`, a sheet of faces of 100 pixels, 60 a row, and
`labels.csv` with the column `label`, a row a face.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.formats import read_fer2013
from emotion_core.datasets.votes import vote_targets
from emotion_core.emotions import EMOTIONS
from emotion_core.evaluation import (
    EvaluationSet,
    build_report,
    elsewhere_measurement,
    evaluate_model,
    evaluation_set,
    found_faces,
    own_labels,
)
from emotion_core.images import ImageError, load_image
from emotion_core.jobs.assessment import SPLIT, LearnedMix, Mix, assess
from emotion_core.jobs.model_folder import write_card
from emotion_core.models.card import (
    ElsewhereMeasurement,
    Labels,
    Measurement,
    ModelCard,
    ModelError,
    read_card,
)
from emotion_core.models.classifier import Classifier
from emotion_core.models.prediction import predict_all
from emotion_core.models.prior import BALANCED, TRAINED, shares_of
from emotion_core.shipping.make_model import DATA

MIXES = (TRAINED, BALANCED)
#: What the card calls the faces that a model is calibrated and evaluated on.
FACES = f"{DATA} PublicTest"
#: Of a sheet of faces: pixels of a face's side, and faces in a row.
SIDE, ROW = 100, 60
#: What makes a card one of a network whose answers are taken as they are.
UNCALIBRATED = {
    "temperature": 1.0,
    "abstain_threshold": 0.0,
    "balanced": None,
    "prior": None,
    "answers_under": TRAINED,
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of the model, whose card is written anew")
    parser.add_argument("--data", type=Path, required=True, help="folder with fer2013.csv and fer2013new.csv")
    parser.add_argument(
        "--answers-under", choices=MIXES, help="under which mix the file's answers hold, if not the card's"
    )
    parser.add_argument("--elsewhere", type=Path, help="folder with faces.jpg and labels.csv")
    parser.add_argument("--named", default="faces from elsewhere", help="what the card calls these, in words")
    chosen = parser.parse_args(arguments)
    try:
        dataset = read_fer2013(chosen.data / "fer2013.csv", chosen.data / "fer2013new.csv")
        elsewhere = sheet_of_faces(chosen.elsewhere, chosen.named) if chosen.elsewhere else None
        card = measure_model(chosen.model, dataset, elsewhere, chosen.answers_under)
    except (ModelError, DatasetError, ImageError, OSError) as error:
        parser.error(str(error))
    print("\n".join(_in_words(card)))
    return 0


def measure_model(
    folder: Path, dataset: Dataset, elsewhere: EvaluationSet | None = None, answers_under: Mix | None = None
) -> ModelCard:
    """Write a model's card anew, with its prior, a calibration for each mix of expressions and the figures of both.

    Args:
        folder: the model's.
        dataset: FER-2013 with the validation split, and with the training split if the prior is to be counted.
        elsewhere: faces that have nothing to do with it; if not given, what the card says of such is kept.
        answers_under: the mix under which the probabilities in the model's file hold; the card's if not given.

    Raises:
        ModelError: the model cannot be used, or nothing says what it was trained on.
        DatasetError: there is no validation split.
    """
    card = read_card(folder)
    mix = LearnedMix(_prior(card, dataset), answers_under or card.answers_under)
    faces = evaluation_set(dataset, FACES, SPLIT, own="fer2013")
    with tempfile.TemporaryDirectory() as scratch:  # so that the model is never there without its calibration
        copy = Path(scratch) / folder.name
        shutil.copytree(folder, copy)
        write_card(copy, card.model_copy(update=UNCALIBRATED))
        predict = partial(predict_all, Classifier(copy, TRAINED))
        card = assess(predict, faces, mix, card.name, _trained_on(card)).on(card, FACES)
        write_card(copy, card)
        if elsewhere is not None:
            card = card.model_copy(update={"elsewhere": _measured_elsewhere(copy, elsewhere)})
    write_card(folder, card)
    return card


def sheet_of_faces(folder: Path, name: str) -> EvaluationSet:
    """The faces of a sheet, all as one test split.

    Raises:
        DatasetError: the labels are no csv with a column `label`, or more than the sheet has faces.
        ImageError: the sheet cannot be read.
        OSError: a file is missing.
    """
    sheet = load_image(folder / "faces.jpg")
    rows, across = sheet.shape[0] // SIDE, min(ROW, sheet.shape[1] // SIDE)
    tiles = sheet[: rows * SIDE, : across * SIDE].reshape(rows, SIDE, across, SIDE, 3)
    images = tiles.transpose(0, 2, 1, 3, 4).reshape(-1, SIDE, SIDE, 3)
    labels = pd.read_csv(folder / "labels.csv")
    if "label" not in labels or not len(labels) <= len(images):
        raise DatasetError(f"{folder / 'labels.csv'} must have a column label with at most {len(images):,} rows")
    sources = [f"face {number}" for number in range(len(labels))]
    table = pd.DataFrame({"source": sources, "label": labels["label"], "split": "test"})
    return evaluation_set(Dataset(images[: len(table)], table), name, "test")


def _trained_on(card: ModelCard) -> Labels:
    return "ferplus-majority" if card.training.recipe.get("labels") == "votes" else "fer2013"


def _prior(card: ModelCard, dataset: Dataset) -> np.ndarray:
    """The shares of what a model learned from, (7,): of the votes or of the labels of the training split."""
    training = dataset.of_classes().split("train")
    if not len(training):
        if card.prior is None:
            raise ModelError(f"the card of {card.name} has no prior, and there is no training split to count it in")
        return np.array([card.prior[name] for name in EMOTIONS])
    if _trained_on(card) == "ferplus-majority":
        targets, usable = vote_targets(training.table)
        shares = shares_of(targets[usable])
    else:
        shares = shares_of(np.eye(len(EMOTIONS))[own_labels(training)])
    return np.round(shares, 4)


def _measured_elsewhere(folder: Path, faces: EvaluationSet) -> list[ElsewhereMeasurement]:
    """How good a model is on faces from elsewhere: whole and found, under both mixes."""
    classifiers = [Classifier(folder, mix) for mix in MIXES]
    found = found_faces(faces, classifiers[0].card.input.size)
    evaluated = [(one, evaluate_model(classifier, one)) for one in (faces, found) for classifier in classifiers]
    return [elsewhere_measurement(build_report(one, [result])) for one, result in evaluated]


def _in_words(card: ModelCard) -> list[str]:
    lines = [f"{card.name}, prior {', '.join(f'{name} {share:.4f}' for name, share in (card.prior or {}).items())}"]
    for mix, calibration in zip(MIXES, (card, card.balanced), strict=True):
        assert calibration is not None
        lines.append(
            f"{mix}: temperature {calibration.temperature:.3f}, uncertain below {calibration.abstain_threshold:.3f}"
        )
    measured: list[tuple[Measurement | ElsewhereMeasurement, str]] = [
        (one, f"{one.data}, {one.labels}") for one in card.measurements if not one.without_training_duplicates
    ]
    measured += [(one, f"{one.data}, {'found' if one.found else 'whole'}") for one in card.elsewhere]
    for one, words in measured:
        lines.append(f"{words}, {one.prior}: accuracy {one.accuracy:.2%}, mean recall {one.macro_recall:.2%}")
    return lines


if __name__ == "__main__":
    sys.exit(main())

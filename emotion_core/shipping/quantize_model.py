"""Make a model that ships compute in 8 bits, and measure it anew: the last step of its making.

    python -m emotion_core.shipping.quantize_model MODEL --data FOLDER

MODEL is the folder that `make_model` wrote; FOLDER of the data is as there. With --statistics the layers that normalise
learn from all training faces what the rounded weights give them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.formats import read_fer2013
from emotion_core.jobs.model_folder import HISTORY_FILE, Provenance, write_model
from emotion_core.models.card import KERAS_FILE, ModelCard, ModelError, read_card, read_verified
from emotion_core.networks.architectures import load_network
from emotion_core.networks.averaging import mean_of
from emotion_core.networks.quantization import count_quantized, quantize
from emotion_core.runs.history import parse_history
from emotion_core.runs.recipes import STORED_BEFORE, Recipe
from emotion_core.shipping.make_model import DATA, named, training_batches
from emotion_core.workspace import SHIPPED_MODELS

#: Training faces that the network sees at once when it takes their statistics.
FACES = 512
STATISTICS = ", with statistics of all training faces in the layers that normalise"
SUMMARY = " Its larger convolutions compute in 8 bits."


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of the model")
    parser.add_argument("--data", type=Path, required=True, help="folder with fer2013.csv and fer2013new.csv")
    parser.add_argument("--models", type=Path, default=SHIPPED_MODELS, help="where the model's folder is written")
    parser.add_argument("--statistics", action="store_true", help="take those of the normalising layers anew")
    chosen = parser.parse_args(arguments)
    try:
        dataset = read_fer2013(chosen.data / "fer2013.csv", chosen.data / "fer2013new.csv")
        print(f"{quantize_model(chosen.model, dataset, chosen.models, chosen.statistics)} written")
    except (ModelError, DatasetError, OSError) as error:
        parser.error(str(error))
    return 0


def quantize_model(model: Path, dataset: Dataset, models: Path, statistics: bool) -> Path:
    """The folder, of the same name, of a model that computes as much in 8 bits as is worth it.

    Args:
        model: the folder of the model in 32 bits.
        dataset: what it was trained on and is evaluated on.
        models: where the folder is written.
        statistics: take those of the layers that normalise anew.

    Raises:
        ModelError: the model cannot be used, does so already, has nothing to compute so, or would be written over.
    """
    card = read_card(model)
    if (models / card.name).resolve() == model.resolve():
        raise ModelError(f"{model} would be written over; choose another folder, or copy the model elsewhere first")
    for file in (KERAS_FILE, HISTORY_FILE):
        read_verified(model, card, file)
    try:
        rounding = quantize(load_network(model / KERAS_FILE))
    except ValueError as error:
        raise ModelError(f"{model}: {error}") from None
    if not count_quantized(rounding):
        raise ModelError(f"{model} has no convolution that is worth computing in 8 bits")
    if statistics:
        rounding = mean_of([rounding], training_batches(dataset, card.input, FACES))
    done = f"; rounded to 8 bits from {named(model)}" + (STATISTICS if statistics else "")
    made = Provenance(
        name=card.name,
        summary=card.summary + SUMMARY,
        terms=card.terms,
        data=card.training.data + done,
        evaluated_on=f"{DATA} PublicTest",
        own_labels="fer2013",
        recipe=_recipe(card),
        seed=card.training.seed,
        history=parse_history((model / HISTORY_FILE).read_bytes()),
        arguments=card.architecture.arguments,
    )
    write_model(models / card.name, rounding, dataset, made)
    return models / card.name


def _recipe(card: ModelCard) -> Recipe:
    try:
        return Recipe.model_validate(
            {**STORED_BEFORE, **card.training.recipe, "scale": card.input.scale, "offset": card.input.offset}
        )
    except ValidationError:
        raise ModelError(f"the card of {card.name} names a recipe of another version") from None


if __name__ == "__main__":
    sys.exit(main())

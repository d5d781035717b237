"""Recipes: how a network is trained, as data. Importing this loads no Keras."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from emotion_core.runs.errors import RunError, explain


class _Hyperparameters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Augmentation(_Hyperparameters):
    """How strongly training faces are changed; zero everywhere leaves them as they are."""

    flip: bool = Field(default=True, description="Mirror half of the faces.")
    rotation: float = Field(default=0.0, ge=0, le=90, description="Largest turn in degrees, either way.")
    scale: float = Field(default=0.0, ge=0, le=0.9, description="Largest change of size: 0.15 scales by 0.85 to 1.15.")
    shift: float = Field(
        default=0.0, ge=0, le=0.9, description="Largest move in either direction, as a share of the side."
    )
    brightness: float = Field(
        default=0.0, ge=0, le=1, description="Largest change, as a share of the full range of grey."
    )
    contrast: float = Field(
        default=0.0, ge=0, le=1, description="Largest relative change of the distance from mid-grey."
    )
    erasing: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="How often a rectangle of 2 % to 20 % of the face is replaced by noise "
        "(random erasing: Zhong et al. 2017, arXiv 1708.04896).",
    )


NO_AUGMENTATION = Augmentation(flip=False)


class Recipe(_Hyperparameters):
    """How a network is trained. Each field's description is one sentence for whoever sets it."""

    labels: Literal["own", "votes"] = Field(
        default="own",
        description="Train on the data set's own label of each face, or on the shares of FER+'s ten annotators' votes.",
    )
    epochs: int = Field(default=20, ge=1, le=1000, description="Passes over the training faces.")
    batch_size: int = Field(
        default=64, ge=2, le=4096, description="Faces a step, over all machines that take part in the run."
    )
    optimizer: Literal["adam", "adamw", "sgd"] = Field(
        default="adam", description="How steps are computed; SGD goes with Nesterov momentum 0.9."
    )
    learning_rate: float = Field(
        default=1e-3, gt=0, le=1, description="How large the steps are at their largest; too large never settles."
    )
    schedule: Literal["constant", "cosine", "one-cycle", "plateau"] = Field(
        default="constant",
        description="How the learning rate changes: not at all; half a cosine down to zero; up and down once; "
        "halved whenever the validation loss has not fallen for three epochs.",
    )
    warmup_epochs: float = Field(
        default=1.0,
        ge=0,
        le=20,
        description="Epochs in which the cosine's learning rate rises from a tenth to its highest.",
    )
    weight_decay: float = Field(
        default=0.0,
        ge=0,
        le=0.5,
        description="How strongly weights are pulled towards zero, which keeps a network simple.",
    )
    second_head_weight: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Weight of a second output, trained on the labels that the first one is not trained on.",
    )
    label_smoothing: float = Field(
        default=0.0,
        ge=0,
        le=0.5,
        description="Share of each label that is spread over all emotions, as labels may be wrong.",
    )
    distillation: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of the first output's targets that are its teachers' predictions for the same augmented "
        "face, instead of the face's label (Hinton et al. 2015, arXiv 1503.02531).",
    )
    class_balance: Literal["auto", "none", "weights", "logits"] = Field(
        default="auto",
        description="How rare emotions are made to count as much as frequent ones, so that they are recognised more "
        "often: by weights of their faces, or by adjusting logits in the loss (Menon et al. 2021, arXiv 2007.07314); "
        "auto adjusts where one emotion has more than 3 times the faces of another.",
    )
    class_weights: bool = Field(default=False, description="The same as class_balance=weights, which came later.")
    mixup: float = Field(
        default=0.0,
        ge=0,
        le=2,
        description="How strongly half of the batches are blended with themselves, but for the last tenth of the "
        "epochs (mixup's alpha: Zhang et al. 2018, arXiv 1710.09412).",
    )
    ema: float = Field(
        default=0.0,
        ge=0,
        le=0.9999,
        description="Decay of the exponential moving average (EMA) of the weights, which is then the network that is "
        "used; 0 for none.",
    )
    early_stopping: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="Stop after so many epochs without a better validation accuracy; 0 for never.",
    )
    augmentation: Augmentation | None = Field(default=None, description="How training faces are augmented.")
    precision: Literal["auto", "float32", "mixed_bfloat16"] = Field(
        default="auto",
        description="Compute in 16 bits and keep weights in 32, about twice as fast on processors that can, or in 32; "
        "auto takes the faster.",
    )
    scale: float = Field(default=1 / 255, gt=0, le=1, description="The network sees pixel * scale + offset.")
    offset: float = Field(default=0.0, ge=-255, le=255, description="The network sees pixel * scale + offset.")


#: What a recipe means that a version before has stored, and that this one would take otherwise.
STORED_BEFORE = {"class_balance": "none"}


def make_recipe(base: Recipe, **changes: Any) -> Recipe:
    """A recipe with some hyperparameters set otherwise; `augmentation` may be a dictionary of some of its own.

    Raises:
        RunError: a value is impossible; the message says which and what is allowed.
    """
    if isinstance(changes.get("augmentation"), dict):
        before = base.augmentation or NO_AUGMENTATION
        changes["augmentation"] = {**before.model_dump(), **changes["augmentation"]}
    try:
        recipe = Recipe.model_validate({**base.model_dump(), **changes})
    except ValidationError as error:
        raise RunError(explain(error, Recipe)) from None
    return recipe.model_copy(update={"augmentation": None}) if recipe.augmentation == NO_AUGMENTATION else recipe


@dataclass(frozen=True)
class RecipePreset:
    """A recipe as it is offered, and what it is for in one sentence."""

    recipe: Recipe
    sentence: str


#: The student project's own: no augmentation, a constant step.
SEED = Recipe(epochs=50, batch_size=64, optimizer="adam", learning_rate=1e-4, class_balance="none")

#: Soon done on a small set.
QUICK = Recipe(
    epochs=12,
    batch_size=32,
    optimizer="adamw",
    learning_rate=3e-3,
    schedule="one-cycle",
    weight_decay=1e-3,
    augmentation=Augmentation(rotation=8, scale=0.1, shift=0.05, brightness=0.1, contrast=0.2),
    scale=1 / 127.5,
    offset=-1.0,
)

#: The best that a processor alone can do with FER-2013 in a night.
STRONG = Recipe(
    epochs=120,
    batch_size=128,
    optimizer="sgd",
    learning_rate=0.05,
    schedule="cosine",
    warmup_epochs=2,
    weight_decay=5e-4,
    label_smoothing=0.1,
    mixup=0.2,
    ema=0.998,
    second_head_weight=0.4,
    augmentation=Augmentation(rotation=12, scale=0.15, shift=0.08, brightness=0.3, contrast=0.3, erasing=0.5),
    scale=1 / 127.5,
    offset=-1.0,
)

#: Trained on annotators' votes, for a data set that has them.
VOTES = Recipe(
    labels="votes",
    epochs=50,
    batch_size=64,
    optimizer="sgd",
    learning_rate=0.05,
    schedule="cosine",
    weight_decay=4e-3,
    second_head_weight=1.0,
    label_smoothing=0.1,
    mixup=0.2,
    augmentation=Augmentation(rotation=12, scale=0.15, shift=0.08, brightness=0.15, contrast=0.3, erasing=0.3),
    scale=1 / 127.5,
    offset=-1.0,
)

#: The same with the two outputs exchanged: how the shipped emotion-nets began, both being outputs of one network.
LABELS = VOTES.model_copy(update={"labels": "own", "class_balance": "none"})

#: How they went on: from their own weights, with what they had come to as the teacher.
REFINED = LABELS.model_copy(update={"epochs": 30, "batch_size": 128, "learning_rate": 0.06, "distillation": 0.5})

#: How they went on from there: the same with less augmentation, for the first output's sake.
SHARPENED = REFINED.model_copy(
    update={
        "epochs": 24,
        "learning_rate": 0.03,
        "second_head_weight": 0.3,
        "mixup": 0.0,
        "label_smoothing": 0.05,
        "augmentation": Augmentation(rotation=12, scale=0.15, shift=0.08, brightness=0.15, contrast=0.3, erasing=0.15),
    }
)

#: How they ended: that once more, into another corner of the same valley, to be averaged with where it began.
AGAIN = SHARPENED.model_copy(update={"epochs": 11, "learning_rate": 0.025})

#: The one of sequence-net, which learns from clips' embeddings: batches are of clips, and faces are not augmented.
SEQUENCE = Recipe(
    epochs=60,
    batch_size=32,
    optimizer="adamw",
    learning_rate=3e-3,
    schedule="cosine",
    warmup_epochs=1,
    weight_decay=1e-2,
)
#: What of it can be set otherwise; all else is about single faces.
SEQUENCE_FIELDS = (
    *("epochs", "batch_size", "optimizer", "learning_rate", "schedule", "warmup_epochs", "weight_decay"),
    *("label_smoothing", "early_stopping"),
)

RECIPES = {
    "quick": RecipePreset(QUICK, "Done in minutes on a small data set: to see how training goes."),
    "seed": RecipePreset(
        SEED, "The student project's own: 50 epochs of small steps, no augmentation, to watch it overfit."
    ),
    "votes": RecipePreset(
        VOTES, "Trains on the votes of ten annotators a face, as the default model did; needs FER+'s votes."
    ),
    "strong": RecipePreset(STRONG, "All that helps, overnight: strong augmentation, mixup, an EMA of the weights."),
}

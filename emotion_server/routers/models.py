"""The models that there are, and their cards."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel

import emotion_core
from emotion_core.models import find_model, model_names, model_version, read_card
from emotion_server.answers import exemplified
from emotion_server.models import DEFAULT, check_name
from emotion_server.problems import documented

router = APIRouter(tags=["models"])

#: Some of what a card says, for the description.
CARD = {
    "content": {
        "application/json": {
            "example": {
                "name": "emotion-net",
                "class_order": ["angry", "disgusted", "fearful", "happy", "neutral", "sad", "surprised"],
                "input": {"size": 48, "channels": 1},
                "card_sha256": "5f7a…",
            }
        }
    }
}


class ModelName(BaseModel):
    """A model: its name, the sum of its card, and whether it is the one that is asked where none is named."""

    name: str
    card_sha256: str
    default: bool


class ModelList(BaseModel):
    model_config = exemplified(
        models=[{"name": "emotion-net", "card_sha256": "5f7a…", "default": True}], version=emotion_core.__version__
    )

    models: list[ModelName]
    version: str


@router.get("/models", summary="The models that there are")
def models() -> ModelList:
    default = find_model(DEFAULT).name
    found = [ModelName(name=name, card_sha256=model_version(name), default=name == default) for name in model_names()]
    return ModelList(models=found, version=emotion_core.__version__)


@router.get("/models/{name}", summary="A model's card", responses={200: CARD, **documented(404, 503)})
def card(name: str) -> dict[str, Any]:
    """What the model's network expects and answers, how it was made, and how good it is; and the sum of all that."""
    check_name(name)
    return {**read_card(find_model(name)).model_dump(mode="json"), "card_sha256": model_version(name)}

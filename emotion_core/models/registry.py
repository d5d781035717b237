"""Which models there are: those that ship, and those of the workspace, which come before shipped ones of their name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from emotion_core import workspace
from emotion_core.files import replace_file
from emotion_core.models.card import CARD_FILE, ModelError, card_sha256

if TYPE_CHECKING:
    from emotion_core.models.classifier import Classifier
    from emotion_core.models.prior import Prior

#: The default model until another one is chosen.
DEFAULT_MODEL = "emotion-net"
#: The file beside the models of the workspace that names the default one.
DEFAULT_FILE = ".default"
#: Bytes that a name has at most.
_LONGEST = 1000


def model_names() -> list[str]:
    """The models that there are, the default one first."""
    default = default_model()
    return sorted(_found(), key=lambda name: (name != default, name))


def default_model() -> str:
    """The model that is used where none is named: the one chosen in the workspace, else `DEFAULT_MODEL`."""
    try:
        with (own_models_folder() / DEFAULT_FILE).open("rb") as file:
            chosen = file.read(_LONGEST).decode().strip()
    except (OSError, UnicodeDecodeError):
        return DEFAULT_MODEL
    return chosen if chosen in _found() else DEFAULT_MODEL


def choose_default_model(name: str) -> None:
    """Have a model used from now on, by every page and command, where none is named.

    Raises:
        ModelError: there is no such model.
        OSError: the workspace cannot be written to.
    """
    if name not in _found():
        raise _no_such_model(name)
    own_models_folder().mkdir(parents=True, exist_ok=True)
    replace_file(own_models_folder() / DEFAULT_FILE, name.encode())


def model_folder(model: str | Path) -> Path:
    """The folder of a model given by name, by "default" or by its folder; the folder need not exist."""
    if isinstance(model, Path) or os.sep in model:
        return Path(model)
    name = default_model() if model == "default" else model
    folders = [root / name for root in _roots()]
    with_card = [folder for folder in folders if os.path.exists(folder / CARD_FILE)]
    return next(iter(with_card), folders[-1])


def find_model(model: str | Path) -> Path:
    """The whole path of a model's folder, whose last part is the model's name however it was asked for.

    Raises:
        ModelError: there is no such model.
    """
    folder = Path(os.path.abspath(model_folder(model)))  # "./" alone has no last part
    if not os.path.isdir(folder):  # which, unlike a path's own, has an answer for names that are too long
        raise _no_such_model(str(model))
    return folder


def load_classifier(model: str | Path = "default", prior: Prior = "balanced") -> Classifier:
    """A model by its name among those shipped or in the workspace, or by its folder.

    Args:
        model: name or folder.
        prior: the mix of expressions that is expected, under which `predict_proba` answers: "balanced", every one
            alike; "trained", as in the data that the model was trained on; or shares such as {"happy": 0.3}, where
            the expressions that are not named share the rest equally.

    Raises:
        ModelError: there is no such model, or its folder cannot be used.
        ValueError: the prior is none for this model.
    """
    from emotion_core.models.classifier import Classifier  # naming the models takes no LiteRT

    return Classifier(find_model(model), prior)


def model_version(model: str | Path) -> str:
    """What changes whenever a model does, for whoever keeps what it predicted: its card's sha256.

    Empty where there is no card that can be read.
    """
    try:
        return card_sha256(model_folder(model))
    except ModelError:
        return ""


def own_models_folder() -> Path:
    """The folder with the models of the workspace. It need not exist yet."""
    return workspace.workspace() / "models"


def _no_such_model(name: str) -> ModelError:
    return ModelError(f"there is no model {name!r}; there are {', '.join(model_names()) or 'none'}")


def _found() -> set[str]:
    folders = [folder for root in _roots() if root.is_dir() for folder in root.iterdir()]
    return {folder.name for folder in folders if not folder.name.startswith(".") and (folder / CARD_FILE).exists()}


def _roots() -> list[Path]:
    return [own_models_folder(), workspace.SHIPPED_MODELS]

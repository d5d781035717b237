"""The pages as the menu and Home show them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ui.datasets import view
from ui.evaluate import evaluation
from ui.shared import models
from ui.train import actions


@dataclass(frozen=True)
class Door:
    """A page as the menu and Home show it.

    Attributes:
        path: its file.
        title: its name in the menu.
        icon: a Material symbol.
        promise: what one does there.
        state: says in a few words how things stand there; must be quick.
    """

    path: str
    title: str
    icon: str
    promise: str
    state: Callable[[], str]


#: The pages in the order of the menu. A new page is one more line.
DOORS = [
    Door(
        "pages/1_Dataset.py",
        "Data sets",
        ":material/photo_library:",
        "Bring in faces, see what is in them, and mend their labels.",
        view.datasets_state,
    ),
    Door(
        "pages/2_Train.py",
        "Train",
        ":material/model_training:",
        "Teach a network your faces and watch it learn.",
        actions.training_state,
    ),
    Door(
        "pages/3_Predict.py",
        "Photos",
        ":material/add_a_photo:",
        "Drop in your pictures and see how the faces in them look.",
        models.model_state,
    ),
    Door(
        "pages/4_Webcam.py",
        "Webcam",
        ":material/videocam:",
        "Watch how faces before your camera look, now and over time.",
        models.model_state,
    ),
    Door(
        "pages/5_Evaluate.py",
        "Evaluate",
        ":material/fact_check:",
        "See how good a model is, where it is weak, and which of two is better.",
        evaluation.evaluation_state,
    ),
]

"""From an evaluation to its faces: the gallery of the page of data sets shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emotion_core.models import model_folder
from ui.datasets.only import show_only
from ui.evaluate.predictions import Task

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation import EvaluationSet, Misclassification, Scores


def open_cell(task: Task, model: str, scores: Scores, label: int, prediction: int) -> None:
    """Show the faces in a cell of a model's confusion matrix; a callback."""
    asked = next(name for name in task.asked.models if model_folder(name).name == model)
    predictions = task.predictions(asked)
    if task.faces is not None and predictions is not None:
        show_cell(task.faces, predictions, model, scores, label, prediction)


def show_cell(
    faces: EvaluationSet, predictions: np.ndarray, model: str, scores: Scores, label: int, prediction: int
) -> None:
    """The same of faces and predictions that are at hand."""
    from emotion_core.evaluation import NOT_DETECTED, confused

    rows = confused(predictions, faces, scores, label, prediction)
    predicted = f"predicted {faces.classes[prediction]}" if prediction < len(faces.classes) else NOT_DETECTED
    show_only(faces.data, rows, f"{_of(faces)} labelled {faces.classes[label]} and {predicted} by {model}")


def _of(faces: EvaluationSet) -> str:
    middle = "in the middle of clips " if faces.counted == "clips" else ""
    return f"{middle}of {faces.split}"


def open_errors(faces: EvaluationSet, errors: list[Misclassification], opened: Misclassification) -> None:
    """Show errors, and open one of them; a callback."""
    from emotion_core.evaluation import imported_rows

    def row_of(error: Misclassification) -> int:
        return int(imported_rows(faces, (faces.index == error.index).nonzero()[0])[0])

    words = f"{_of(faces)} on which a model is most confidently wrong"
    show_only(faces.data, map(row_of, errors), words, row_of(opened))

"""The models' predictions, which come in parts and are kept, and the report that is made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.datasets.names import version_token
from emotion_core.models.registry import model_folder, model_version
from ui.evaluate.question import Question
from ui.shared import models
from ui.shared.layout import plain

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation.evaluation_set import EvaluationSet
    from emotion_core.evaluation.report import Report

#: Predictions of so many models and splits are kept for all visitors, a megabyte for 32,000 faces.
KEPT = 60

Key = tuple[object, ...]


@dataclass(frozen=True)
class Task:
    """What is asked, with the faces that it is asked about."""

    asked: Question
    faces: EvaluationSet

    def key(self, model: str) -> Key:
        """What a model's predictions depend on."""
        return model_version(model), self.asked.flip, self.faces.split, self.faces.sha256

    def predictions(self, model: str) -> np.ndarray | None:
        """A model's predictions, (N, 7) float32; None as long as they are not complete."""
        return _kept().get(self.key(model))

    def missing(self) -> list[str]:
        """The models whose predictions are not complete."""
        return [model for model in self.asked.models if self.predictions(model) is None]

    def predicted(self) -> int:
        """How many predictions there are of the models whose predictions are not complete."""
        return sum(len(part) for model in self.missing() for part in _parts(self.key(model)))


@st.cache_resource(max_entries=1, show_spinner=False)
def _kept() -> dict[Key, np.ndarray]:
    """All visitors' complete predictions; what is asked again is not computed again."""
    return {}


def _parts(key: Key) -> list[np.ndarray]:
    """The predictions so far, kept for this session: what was stopped goes on where it was."""
    return st.session_state.setdefault("evaluate_parts", {}).setdefault(key, [])


def predict(task: Task, on_stop: Callable[[bool], None]) -> None:
    """Make the predictions that are missing, with progress and a button to stop. It goes on where it was stopped.

    Raises:
        ModelError: a model cannot be used, or predicts what are no numbers.
    """
    progress = st.progress(0.0)
    # Streamlit has a "Stop" of its own in the corner, which shows nothing of what is done.
    st.button("Stop the evaluation", on_click=on_stop, args=(False,), icon=":material/stop:")
    total, names = len(task.faces), task.asked.models
    for number, model in enumerate(names, start=1):
        which = plain(f"{model} ({number} of {len(names)})" if len(names) > 1 else model)

        def show(done: int, which: str = which) -> None:
            # Where the visitor has clicked Stop, the page ends here.
            progress.progress(done / total, f"{which}: {done:,} of {total:,} faces")

        if task.predictions(model) is None:
            _predict_one(task, model, show)


def _predict_one(task: Task, model: str, show: Callable[[int], None]) -> None:
    import numpy as np

    from emotion_core.models.prediction import predict_in_parts

    key = task.key(model)
    parts = _parts(key)
    done = sum(map(len, parts))
    show(done)
    for part in predict_in_parts(models.classifier(model), task.faces.images, task.asked.flip, start=done):
        parts.append(part)
        done += len(part)
        show(done)
    kept = _kept()
    if len(kept) >= KEPT:
        kept.pop(next(iter(kept)))
    kept[key] = np.concatenate(parts)
    del st.session_state["evaluate_parts"][key]


def report_of(task: Task) -> Report:
    """The figures of all models whose predictions are complete; at least one must be.

    Raises:
        ModelError: a model's card cannot be read.
    """
    known = tuple(model for model in task.asked.models if task.predictions(model) is not None)
    # Labels, votes and what is known from training change with the data set, while the predictions stay.
    return _report(known, version_token(task.asked.data), tuple(map(task.key, known)), task.asked, task)


@st.cache_resource(max_entries=8, show_spinner="Computing the figures")
def _report(known: tuple[str, ...], data_version: str, keys: tuple[Key, ...], asked: Question, _task: Task) -> Report:
    from emotion_core.evaluation.scoring import build_report, score

    found = []
    for model, key in zip(known, keys, strict=True):
        predictions, card = _kept()[key], models.read_card(model)
        figures = score(
            predictions,
            _task.faces,
            model_folder(model).name,
            card.abstain_threshold,
            card.temperature,
            model_version(model),
        )
        found.append((figures, predictions))
    return build_report(_task.faces, found, _task.asked.flip)

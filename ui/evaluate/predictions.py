"""The models' predictions, which come in parts and are kept, and the report that is made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.classes import in_classes_of
from emotion_core.datasets import version_token
from emotion_core.models import classes_in, model_folder, model_version
from ui.evaluate.kept import Key, Result, keep
from ui.evaluate.question import Question
from ui.shared import models
from ui.shared.layout import plain

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation import Crops, EvaluationSet, Report

#: Predictions of so many models and splits are kept for all visitors, a megabyte for 32,000 faces.
PREDICTIONS_KEPT = 60
#: Crops of so many splits are kept for all visitors, 25 megabytes for 3,589 faces.
CROPS_KEPT = 2


@dataclass(frozen=True)
class Task:
    """What is asked, with the faces that it is asked about.

    Attributes:
        asked: by the page's widgets.
        whole: the faces as they are in the data set.
    """

    asked: Question
    whole: EvaluationSet

    @property
    def faces(self) -> EvaluationSet | None:
        """What is predicted: the faces as they are, or as they were detected; None until all were looked for.

        Raises:
            DatasetError: none was detected.
        """
        if not self.asked.found:
            return self.whole
        from emotion_core.evaluation import with_crops

        crops = _kept_crops().get(self.crops_key())
        return None if crops is None else with_crops(self.whole, crops)

    def crops_key(self) -> Key:
        """What the crops depend on."""
        return self.whole.split, self.whole.sha256, self.crop_size()

    def crop_size(self) -> int:
        """The side of crops of which no model sees less than it can, in pixels."""
        return max(models.read_card(model).input.size for model in self.asked.models)

    def key(self, model: str) -> Key:
        """What a model's predictions depend on."""
        crops = self.crop_size() if self.asked.found else None
        asked = self.asked
        return model_version(model), asked.flip, asked.prior, crops, self.whole.split, self.whole.sha256

    def predictions(self, model: str) -> np.ndarray | None:
        """A model's predictions, (N, its classes) float32; None as long as they are not complete."""
        return None if self.faces is None else _kept_predictions().get(self.key(model))

    def missing(self) -> list[str]:
        """The models whose predictions are not complete."""
        return [model for model in self.asked.models if self.predictions(model) is None]

    def predicted(self) -> int:
        """How many predictions there are of the models whose predictions are not complete."""
        return sum(len(part) for model in self.missing() for part in _parts(self.key(model)))


@st.cache_resource(max_entries=1, show_spinner=False)
def _kept_predictions() -> dict[Key, np.ndarray]:
    """All visitors' complete predictions; what is asked again is not computed again."""
    return {}


@st.cache_resource(max_entries=1, show_spinner=False)
def _kept_crops() -> dict[Key, Crops]:
    """All visitors' complete crops."""
    return {}


def _parts(key: Key) -> list:
    """What there is so far, kept for this session: what was stopped goes on where it was."""
    return st.session_state.setdefault("evaluate_parts", {}).setdefault(key, [])


def predict(task: Task, on_stop: Callable[[bool], None]) -> None:
    """Make the predictions that are missing, with progress and a button to stop. It goes on where it was stopped.

    Raises:
        ModelError: a model cannot be used, or its predictions are not numbers.
        DatasetError: no face was detected.
    """
    progress = st.progress(0.0)
    # Streamlit has a "Stop" of its own in the corner, which shows nothing of what is done.
    st.button("Stop the evaluation", on_click=on_stop, args=(False,), icon=":material/stop:")
    total, names = len(task.whole), task.asked.models

    def show(what: str, done: int) -> None:
        # Where the visitor has clicked Stop, the page ends here.
        progress.progress(done / total, f"{plain(what)}: {done:,} of {total:,} faces")

    if task.faces is None:
        _crop(task, partial(show, "Detecting faces"))
    for number, model in enumerate(names, start=1):
        if task.predictions(model) is None:
            _predict(task, model, partial(show, f"{model} ({number} of {len(names)})" if len(names) > 1 else model))


def _crop(task: Task, show: Callable[[int], None]) -> None:
    from emotion_core.evaluation import crops_in_parts, joined

    key = task.crops_key()
    parts = _parts(key)
    done = sum(len(crops) for crops, _ in parts)
    show(done)
    for part in crops_in_parts(task.whole.images, task.crop_size(), start=done):
        parts.append(part)
        done += len(part[0])
        show(done)
    _keep(_kept_crops(), key, joined(parts), CROPS_KEPT)


def _predict(task: Task, model: str, show: Callable[[int], None]) -> None:
    import numpy as np

    from emotion_core.models import predict_in_parts

    assert task.faces is not None
    key = task.key(model)
    parts = _parts(key)
    done = sum(map(len, parts))
    show(done)
    network = models.classifier(model).under(task.asked.prior)
    for part in predict_in_parts(network, task.faces.images, task.asked.flip, start=done):
        parts.append(part)
        done += len(part)
        show(done)
    _keep(_kept_predictions(), key, np.concatenate(parts), PREDICTIONS_KEPT)


def _keep(kept: dict[Key, Result], key: Key, result: Result, most: int) -> None:
    """Keep what is complete, and drop its parts."""
    keep(kept, key, result, most)
    del st.session_state["evaluate_parts"][key]


def report_of(task: Task) -> Report:
    """The figures of all models whose predictions are complete; at least one must be.

    Raises:
        ModelError: a model's card cannot be read.
    """
    assert task.faces is not None
    known = tuple(model for model in task.asked.models if task.predictions(model) is not None)
    # Labels, votes and what is known from training change with the data set, while the predictions stay.
    return _report(known, version_token(task.asked.data), tuple(map(task.key, known)), task.asked, task.faces)


@st.cache_resource(max_entries=8, show_spinner="Computing the figures")
def _report(
    known: tuple[str, ...], data_version: str, keys: tuple[Key, ...], asked: Question, _faces: EvaluationSet
) -> Report:
    from emotion_core.evaluation import build_report, score
    from emotion_core.models import mix_of, prior_as_text

    found = []
    for model, key in zip(known, keys, strict=True):
        card = models.read_card(model)
        mix = mix_of(card, asked.prior)
        predictions = in_classes_of(_kept_predictions()[key], classes_in(card), _faces.classes)
        figures = score(
            predictions,
            _faces,
            model_folder(model).name,
            mix.calibration.abstain_threshold,
            mix.calibration.temperature,
            model_version(model),
            prior_as_text(mix.prior),
        )
        found.append((figures, predictions))
    return build_report(_faces, found, asked.flip)

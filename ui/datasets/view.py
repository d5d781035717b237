"""Data sets as the pages see them: which there are, and one of them opened with all that is known of its faces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.classes import in_classes_of
from emotion_core.datasets import version_token
from emotion_core.emotions import EMOTIONS, OTHERS
from emotion_core.models import classes_in, default_model, model_folder, model_version, read_card
from ui.shared import access, history, layout

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from emotion_core.datasets import Act, Description, Summary

#: The widget that says which set is looked at. Every key of this page that goes into the address begins so.
SET = history.SET
#: The widget that opens a face to look at it closely.
FACE = "set_face"
#: In the session: the set that is looked at from the next run of the page on; parts that run alone do so at once.
NEXT = "set_next"
PAGE = "set_page"


@dataclass(frozen=True)
class View:
    """A set opened for looking through it; shared by all visitors, so never to be changed.

    Attributes:
        description: what it is; the counts are those of the import.
        images: all faces of the import.
        table: one row a face, the excluded ones too: the columns of `edits.edited` and of `quality.Report`; where
            predictions were made also `predicted`, the emotion, and `confidence`, 0 to 1.
        summary: the figures of the report.
        counts: how many by split and label, as corrected.
        examined: whether every picture was examined, so that near-duplicates and empty images are in the table.
        predicted: whether a model's predictions were made, so that label issues are in the table.
        acts: the corrections.
        predictions: the model's, (N, classes) probabilities, if they were made.
    """

    description: Description
    images: np.ndarray
    table: pd.DataFrame
    summary: Summary
    counts: dict[str, dict[str, int]]
    examined: bool
    predicted: bool
    acts: list[Act]
    predictions: np.ndarray | None

    @property
    def name(self) -> str:
        return self.description.name

    @property
    def own_classes(self) -> bool:
        """Whether the set has other classes than the seven emotions."""
        return self.description.classes != EMOTIONS

    def labels(self, only_there: bool = False) -> list[str]:
        """All that a face may be labelled: the classes, and what is none; of the latter only what occurs, if asked."""
        others = [name for name in OTHERS if name not in self.description.classes]
        there = set(self.table["label"]) if only_there else set(others)
        return [*self.description.classes, *(name for name in others if name in there)]


def datasets_state() -> str:
    """The sets that there are, in a few words."""
    names = access.dataset_names()
    return f"Data: {layout.count(len(names), 'set')}" if names else "Data: none yet"


def view(name: str) -> View:
    """A set opened, from memory unless it, its corrections or what was found in it have changed.

    Raises:
        DatasetError: there is no such set, or it is damaged.
    """
    from emotion_core.datasets import image_findings_file, predictions_file

    mark = model_mark()
    return _view(version_token(name, image_findings_file(name), predictions_file(name, mark)), name, mark)


def view_if_there(name: str) -> View | None:
    """A set opened, or None where it has gone meanwhile; after the first correction of an import, what it goes into."""
    from emotion_core.datasets import DatasetError

    try:
        return view(st.session_state.get(NEXT, name))
    except (DatasetError, OSError):
        return None


def view_or_rerun(name: str) -> View:
    """The same for a part of the page that runs alone; where the set has gone, the whole page runs anew."""
    return view_if_there(name) or st.rerun()


def model_mark() -> str:
    """What changes when the default model does, short enough for a file's name."""
    return model_version(default_model())[:16]


@st.cache_resource(max_entries=6, show_spinner=False)
def _view(version: str, name: str, model: str) -> View:
    import numpy as np
    import pandas as pd

    from emotion_core.datasets import (
        ImageFindings,
        edits_of,
        examine,
        kept_image_findings,
        kept_predictions,
        open_with_excluded,
        stored_description,
    )

    description = stored_description(name)
    opened = open_with_excluded(name)
    image_findings, predictions = kept_image_findings(name), kept_predictions(name, model)
    predictions = in_classes(predictions, opened.classes)
    report = examine(opened, predictions, image_findings=image_findings or ImageFindings.none(len(opened)))
    table = pd.concat([opened.table, report.table], axis=1)
    if predictions is not None:
        best = predictions.argmax(axis=1)
        table = table.assign(predicted=np.array(opened.classes, object)[best], confidence=predictions.max(axis=1))
    kept = table[~table["excluded"]]
    counts = {split: rows["label"].value_counts().to_dict() for split, rows in kept.groupby("split", observed=True)}
    acts = edits_of(name).acts() if description.base else []
    return View(
        description,
        opened.images,
        table,
        report.summary,
        counts,
        examined=image_findings is not None,
        predicted=predictions is not None,
        acts=acts,
        predictions=predictions,
    )


def import_of(shown: View) -> str:
    """The name of the import that a set is or comes from."""
    return shown.description.base or shown.name


def map_version(shown: View) -> str:
    """What changes when the set's map is made."""
    from emotion_core.datasets import map_file

    return version_token(shown.name, map_file(shown.name, model_mark()))


def in_classes(predictions: np.ndarray | None, classes: tuple[str, ...]) -> np.ndarray | None:
    """The shipped model's predictions as those of a set's classes; None where it does not know two of them."""
    known = classes_of_model()
    if predictions is None or predictions.shape[1] != len(known) or len(set(classes) & set(known)) < 2:
        return None
    return in_classes_of(predictions, known, classes)


def classes_of_model() -> tuple[str, ...]:
    """The classes of the shipped model that looks for label issues."""
    return classes_in(read_card(model_folder(default_model())))


def choose(name: str) -> None:
    """Look at this set from now on. To be called before the widget `SET`."""
    layout.choose(SET, name)

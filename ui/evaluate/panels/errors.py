"""The most confident errors: the face, its label, the prediction, and what annotators said."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.emotions import isolated
from emotion_core.inference import percent
from ui.datasets.only import open_gallery
from ui.evaluate.panels.figures import one_of
from ui.shared.layout import plain

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation import Misclassification, Scores

ERRORS_A_PAGE = 12
#: The width of a face in pixels.
SIDE = 96


@st.fragment  # its widgets change nothing else, and a click on a download meanwhile would be lost
def most_confident_errors(
    models: dict[str, Scores],
    picture_of: Callable[[Misclassification], np.ndarray],
    open_errors: Callable[[list[Misclassification], Misclassification], None],
    key: str,
) -> None:
    """A page of faces at a time.

    Args:
        models: the models' scores by their names, of one kind of label.
        picture_of: gives a face, (h, w) grey or (h, w, 3) RGB, uint8.
        open_errors: shows these errors in the gallery and opens one of them; a callback.
        key: how the widgets' keys begin.
    """
    st.header("Most confident errors", anchor=False)
    model = one_of(models, f"{key}_errors")
    found = models[model].most_confident_errors
    if not found:
        st.caption("There are none: every prediction is right.")
        return
    st.caption("Often it is the label that is wrong.")
    pages = -(-len(found) // ERRORS_A_PAGE)
    page = st.pagination(pages, key=f"{key}_page {model}") if pages > 1 else 1
    with st.grid(min_column_width=150):
        for one in found[(page - 1) * ERRORS_A_PAGE : page * ERRORS_A_PAGE]:
            with st.container():
                _error(one, picture_of(one))
                st.button(
                    "Review",
                    key=f"{key}_open {model} {one.row} {one.index}",
                    on_click=open_errors,
                    args=(found, one),
                    icon=":material/open_in_new:",
                    type="tertiary",
                )
    open_gallery()


def _error(one: Misclassification, image: np.ndarray) -> None:
    from emotion_core.evaluation import votes_in_words
    from emotion_core.visuals import enlarged

    words = f"{one.source}: labelled {one.label}, predicted {one.prediction}"
    st.image(enlarged(image, max(1, SIDE // image.shape[0])), width=SIDE, alt=words)
    votes = f"  \nAnnotators: {votes_in_words(one)}" if one.votes else ""
    label, prediction = (plain(isolated(name)) for name in (one.label, one.prediction))
    st.caption(f"Labelled **{label}**  \npredicted **{prediction}**, {percent(one.confidence)}{votes}")

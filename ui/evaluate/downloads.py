"""The report as files, and the models' cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from ui.shared import models
from ui.shared.card import elsewhere_line
from ui.shared.downloads import download
from ui.shared.layout import plain
from ui.shared.words import said

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation import Report
    from emotion_core.models import ModelCard


def downloads(report: Report, images: np.ndarray, cards: dict[str, ModelCard]) -> None:
    """Buttons for the report as one HTML file and as JSON. A file is made at the click.

    Args:
        images: the faces of the report's split.
        cards: of the models in the report, by name.
    """
    name = f"evaluation-{report.data}-{report.split}".replace(" ", "-")
    with st.container(horizontal=True):
        download(
            "Report (HTML)",
            lambda: html_of(report, cards, images),
            f"{name}.html",
            "text/html",
            "One file with all charts, tables and cards. It opens in any browser, offline too.",
        )
        download(
            "Figures (JSON)", lambda: report.model_dump_json(indent=1).encode(), f"{name}.json", "application/json"
        )


def html_of(report: Report, cards: dict[str, ModelCard], images: np.ndarray) -> bytes:
    """The report as a file. It runs at the click, outside of the page: it must not use Streamlit."""
    from emotion_core.visuals import report_as_html

    return report_as_html(report, cards, images).encode()


def cards(names: tuple[str, ...], read: Callable[[str], ModelCard] = models.read_card) -> None:
    """The models' cards in words, each as it is read by its name."""
    from emotion_core.evaluation import card_in_words

    st.header("Cards", anchor=False)
    for name in names:
        try:
            card = read(name)
        except ec.ModelError as error:
            st.error(said(error), icon=":material/error:")
            continue
        with st.expander(f"The card of {plain(name)}", icon=":material/info:"):
            st.markdown(card_in_words(card))
        elsewhere_line(card)
        models.say_cautions(card)

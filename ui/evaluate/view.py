"""A report on the page: its figures, charts and errors, for faces and for clips alike."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ui.evaluate.panels.errors import most_confident_errors
from ui.evaluate.panels.figures import certainty, emotions, groups
from ui.evaluate.panels.overview import choose_labels, overview, parts
from ui.evaluate.to_gallery import open_errors

if TYPE_CHECKING:
    from emotion_core.evaluation import EvaluationSet, Report
    from ui.evaluate.panels.figures import OpenCell


def show_report(report: Report, faces: EvaluationSet, open_cell: OpenCell) -> None:
    """How good models are on faces, or clips, in parts.

    Args:
        faces: what the report is about.
        open_cell: shows the faces of a cell of the confusion matrix in the gallery; a callback.
    """
    overview(report)
    scores = choose_labels(report, "evaluate")
    by_emotion, certain, grouped, wrong = parts(report.counted)
    with by_emotion:
        emotions(scores, open_cell, "evaluate", faces.colours)
    with certain:
        certainty(scores, report, "evaluate")
    with grouped:
        groups(scores, "evaluate")
    with wrong:
        most_confident_errors(scores, lambda error: faces.images[error.row], partial(open_errors, faces), "evaluate")

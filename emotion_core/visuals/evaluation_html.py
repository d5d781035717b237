"""An evaluation as one HTML file that needs nothing else: charts, pictures and plotly.js are in it, no net is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from markdown_it import MarkdownIt
from markupsafe import Markup

from emotion_core.evaluation.model_card import NOT_FOR, card_in_words, labels_in_words
from emotion_core.evaluation.report import Misclassification, Report, Scores
from emotion_core.evaluation.tables import (
    EMOTION_COLUMNS,
    FIGURE_COLUMNS,
    columns_of,
    comparison_in_words,
    confusion_columns,
    confusion_rows,
    emotion_rows,
    figures_row,
    protocol_in_words,
    votes_in_words,
)
from emotion_core.inference.words import percent
from emotion_core.models.card import ModelCard
from emotion_core.visuals.evaluation_charts import (
    FIGURES,
    confusion_matrix,
    emotion_figures,
    group_figures,
    reliability_diagram,
    risk_coverage_curve,
)
from emotion_core.visuals.html_files import as_chart, data_uri, rendered

#: So many of the most confident errors are shown.
ERRORS_SHOWN = 24


def report_as_html(report: Report, cards: Mapping[str, ModelCard], images: np.ndarray) -> str:
    """A report with its charts, its most confident errors and the models' cards.

    Args:
        report: the figures.
        cards: by the models' names.
        images: the faces of the split, (N, h, w) grey or (N, h, w, 3) RGB, uint8.
    """
    return rendered(
        "evaluation.html.jinja",
        title=f"Evaluation on {report.data}, {report.split}",
        report=report,
        protocol=protocol_in_words(report),
        counted=report.counted,
        figure_columns=columns_of(FIGURE_COLUMNS, report.counted),
        figure_rows=[figures_row(one, scores) for one in report.evaluations for scores in one.scores],
        comparisons=[comparison_in_words(one, report.counted) for one in report.comparisons],
        emotion_columns=columns_of(EMOTION_COLUMNS, report.counted),
        parts=[_by_labels(report, labels, images, cards) for labels, without in report.kinds() if not without],
        cards=[(name, _card(card)) for name, card in cards.items()],
        not_for=NOT_FOR,
    )


def _by_labels(report: Report, labels: str, images: np.ndarray, cards: Mapping[str, ModelCard]) -> dict[str, Any]:
    """What the template shows of the scores by one kind of label."""
    models = {one.model: scores for one in report.evaluations if (scores := one.scores_by(labels))}
    thresholds = {one.model: one.abstain_threshold for one in report.evaluations}
    colours = next((card.colours for card in cards.values()), {})  # they count where there is one model
    grouped = any(scores.groups for scores in models.values())
    return {
        "labels": labels_in_words(labels),
        "emotion_charts": [
            (word, as_chart(emotion_figures(models, figure, colours))) for figure, word in FIGURES.items()
        ],
        "models": [_model(name, scores, images) for name, scores in models.items()],
        "reliability_chart": as_chart(reliability_diagram(models)),
        "risk_coverage_chart": as_chart(risk_coverage_curve(models, thresholds)),
        "group_chart": as_chart(group_figures(models)) if grouped else None,
    }


def _model(name: str, scores: Scores, images: np.ndarray) -> dict[str, Any]:
    classes = [one.emotion for one in scores.emotions]
    matrix = confusion_matrix(scores.confusion, missed=scores.missed, classes=classes, counted=scores.counted)
    return {
        "name": name,
        "emotion_rows": emotion_rows(scores),
        "confusion_chart": as_chart(matrix),
        "confusion_columns": confusion_columns(scores),
        "confusion_rows": confusion_rows(scores),
        "errors": [
            _error(one, images[one.row]) for one in scores.most_confident_errors[:ERRORS_SHOWN] if one.row is not None
        ],
    }


def _error(one: Misclassification, image: np.ndarray) -> dict[str, str]:
    return {
        "source": one.source,
        "label": one.label,
        "prediction": one.prediction,
        "confidence": percent(one.confidence),
        "votes": votes_in_words(one),
        "picture": data_uri(image),
    }


def _card(card: ModelCard) -> Markup:
    """A card as HTML, without HTML or pictures of its own: those would be loaded from elsewhere."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    return Markup(reader.render(card_in_words(card)))

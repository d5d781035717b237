"""An evaluation as one HTML file that needs nothing else: charts, pictures and plotly.js are in it, no net is asked."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape

import cv2
import numpy as np
import plotly.graph_objects as go
from markdown_it import MarkdownIt
from plotly.offline import get_plotlyjs

from emotion_core.evaluation.figures import Figure
from emotion_core.evaluation.model_card import (
    NOT_FOR,
    calibration_in_words,
    card_in_words,
    faces_in_words,
    way_in_words,
)
from emotion_core.evaluation.report import Evaluation, Misclassification, Report, Scores
from emotion_core.inference.results import percent
from emotion_core.models.card import ModelCard
from emotion_core.visuals.evaluation_charts import (
    FIGURES,
    confusion_matrix,
    emotion_figures,
    group_figures,
    reliability_diagram,
    risk_coverage_curve,
)

#: So many of the surest mistakes are shown.
ERRORS_SHOWN = 24
FIGURE_COLUMNS = (
    "model", "judged by", "faces", "accuracy", "macro recall", "macro F1", "ECE", "answered", "right of these"
)  # fmt: skip
EMOTION_COLUMNS = ("emotion", "faces", "answered", "precision", "recall", "F1")
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #1f2a33; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto; }
th, td { padding: 0.3rem 0.7rem; border-bottom: 1px solid #d5dde2; text-align: left; }
td { font-variant-numeric: tabular-nums; }
.faces { display: grid; grid-template-columns: repeat(auto-fill, minmax(140px, 1fr)); gap: 1rem; font-size: 13px; }
.faces img { width: 96px; image-rendering: pixelated; display: block; }
figure { margin: 0; }
details { border: 1px solid #d5dde2; border-radius: 6px; padding: 0.5rem 1rem; margin: 1rem 0; }
summary { cursor: pointer; font-weight: 600; }
.note { color: #51606b; }
"""


def report_as_html(report: Report, cards: Mapping[str, ModelCard], images: np.ndarray) -> str:
    """A report with its charts, its surest mistakes and the models' cards.

    Args:
        report: the figures.
        cards: by the models' names.
        images: the faces of the split, (N, h, w) grey or (N, h, w, 3) RGB, uint8.
    """
    title = f"Evaluation on {report.data}, {report.split}"
    body = [f"<h1>{escape(title)}</h1>", *_protocol(report), *_summary(report), *_comparisons(report)]
    for labels, without in report.kinds():
        if not without:
            body += _by_labels(report, labels, images)
    for name, card in cards.items():
        text = MarkdownIt("commonmark", {"html": False}).enable("table").render(card_in_words(card))
        body.append(f"<details><summary>The card of {escape(name)}</summary>{text}</details>")
    body.append(f'<p class="note">{escape(NOT_FOR)}</p>')
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
    script = f"<script>{get_plotlyjs()}</script>"
    return f'<!doctype html><html lang="en"><head>{head}<style>{_STYLE}</style>{script}</head><body>' + "\n".join(
        [*body, "</body></html>\n"]
    )


def protocol_in_words(report: Report) -> list[str]:
    """How the figures came about, a sentence each."""
    lines = [f"{faces_in_words(report.faces)} of the split {report.split} of {report.data}, {report.date}."]
    if report.split == "train":
        lines.append("Models learn from a training split: how good they are on other faces is not seen here.")
    elif report.split == "validation":
        lines.append("Models are chosen on a validation split, so it flatters those that were.")
    if report.flip_averaged:
        lines.append("Each answer is the mean of a face's and its mirror image's (test-time augmentation).")
    else:
        lines.append("One pass a face, no test-time augmentation.")
    if report.in_training:
        lines.append(
            f"{report.in_training:,} of the faces are pixel for pixel also in the training split; "
            "figures are given with and without them."
        )
    elif report.in_training == 0:
        lines.append("None of the faces is pixel for pixel also in the training split.")
    lines.append("Intervals: 95 %, bootstrap over the faces with 1,000 resamples; comparisons resample faces in pairs.")
    lines.append("The calibration error of few faces comes out too high by chance; its interval allows for that.")
    return lines


def votes_in_words(mistake: Misclassification) -> str:
    """What annotators said of a face: "sad 7, neutral 3"; empty where there are no votes."""
    return ", ".join(f"{name} {count}" for name, count in mistake.votes.items())


def figures_row(evaluation: Evaluation, one: Scores) -> list[str]:
    """One line of the table of all figures, in the order of `FIGURE_COLUMNS`."""
    return [
        evaluation.model,
        way_in_words(one.labels, one.without_training_duplicates),
        f"{one.faces:,}" + (f" ({one.unlabelled:,} without such a label left out)" if one.unlabelled else ""),
        _with_interval(one.accuracy),
        _with_interval(one.macro_recall),
        _with_interval(one.macro_f1),
        calibration_in_words(*one.calibration()),
        percent(one.coverage),
        "none" if one.selective_accuracy is None else f"{one.selective_accuracy:.1%}",
    ]


def emotion_rows(scores: Scores) -> list[list[str]]:
    """A line an emotion, in the order of `EMOTION_COLUMNS`."""
    return [
        [one.emotion, f"{one.faces:,}", f"{one.predicted:,}", *map(_with_interval, (one.precision, one.recall, one.f1))]
        for one in scores.emotions
    ]


def _protocol(report: Report) -> Iterator[str]:
    yield "<p>" + escape(" ".join(protocol_in_words(report))) + "</p>"
    sums = "; ".join(f"{one.model}: card {(one.card_sha256 or 'none')[:16]}" for one in report.evaluations)
    yield f'<p class="note">Faces {report.data_sha256[:16]}; {escape(sums)} (sha256, first 16 digits).</p>'


def _summary(report: Report) -> Iterator[str]:
    yield "<h2>How often the answers are right</h2>"
    rows = [figures_row(evaluation, one) for evaluation in report.evaluations for one in evaluation.scores]
    yield _table(FIGURE_COLUMNS, rows)
    yield (
        '<p class="note">Macro: the mean over the emotions that occur. ECE: expected calibration error over 15 bins. '
        'Answered: the share of faces whose answer is not "uncertain".</p>'
    )


def _with_interval(figure: Figure | None) -> str:
    if figure is None:
        return "none"
    return f"{figure.value:.1%} ({100 * figure.low:.1f}–{100 * figure.high:.1f})"


def _comparisons(report: Report) -> Iterator[str]:
    if report.comparisons:
        yield "<h2>Compared on the same faces</h2><ul>"
        for one in report.comparisons:
            way = way_in_words(one.labels, one.without_training_duplicates)
            yield f"<li>By {escape(way)}: {escape(one.in_words())}.</li>"
        yield "</ul>"


def _by_labels(report: Report, labels: str, images: np.ndarray) -> Iterator[str]:
    models = {one.model: found for one in report.evaluations if (found := one.scores_by(labels))}
    thresholds = {one.model: one.abstain_threshold for one in report.evaluations}
    yield f"<h2>Judged by {escape(way_in_words(labels))}</h2>"
    for figure, word in FIGURES.items():
        yield f"<h3>{word} by emotion</h3>" + _chart(emotion_figures(models, figure))
    for model, scores in models.items():
        yield f"<h3>{escape(model)} by emotion</h3>" + _table(EMOTION_COLUMNS, emotion_rows(scores))
        yield f"<h3>What {escape(model)} took faces for</h3>" + _chart(confusion_matrix(scores.confusion))
        yield "<h4>As counts</h4>" + _counts(scores)
    yield "<h3>Does it know how sure it is?</h3>" + _chart(reliability_diagram(models))
    yield "<h3>What is gained by saying “uncertain”</h3>" + _chart(risk_coverage_curve(models, thresholds))
    if any(scores.groups for scores in models.values()):
        yield "<h3>By groups of faces</h3>" + _chart(group_figures(models))
    for model, scores in models.items():
        yield f"<h3>Surest mistakes of {escape(model)}</h3>"
        shown = scores.most_confident_errors[:ERRORS_SHOWN]
        yield '<div class="faces">' + "".join(_mistake(one, images[one.row]) for one in shown) + "</div>"


def _counts(scores: Scores) -> str:
    names = [one.emotion for one in scores.emotions]
    rows = [[name, *(f"{count:,}" for count in counts)] for name, counts in zip(names, scores.confusion, strict=True)]
    return _table(["label, taken for:", *names], rows)


def _mistake(one: Misclassification, image: np.ndarray) -> str:
    said = f"{one.source}: labelled {one.label}, taken for {one.prediction}, {percent(one.confidence)}"
    votes = f"<br>annotators: {escape(votes_in_words(one))}" if one.votes else ""
    words = f"labelled <b>{one.label}</b>, taken for <b>{one.prediction}</b>, {percent(one.confidence)}{votes}"
    picture = f'<img src="{_data_uri(image)}" alt="{escape(said)}">'
    return f"<figure>{picture}<figcaption>{words}</figcaption></figure>"


def _data_uri(image: np.ndarray) -> str:
    # OpenCV wants BGR.
    data = cv2.imencode(".png", np.ascontiguousarray(image if image.ndim == 2 else image[..., ::-1]))[1]
    return f"data:image/png;base64,{base64.b64encode(data.tobytes()).decode()}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "<table>" + line(header, "th") + "".join(line(row, "td") for row in rows) + "</table>"


def _chart(figure: go.Figure) -> str:
    figure.update_layout(template="plotly_white")
    return figure.to_html(full_html=False, include_plotlyjs=False, config={"displayModeBar": False, "responsive": True})

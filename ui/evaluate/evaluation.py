"""Evaluating: what is asked, answers that come in parts and are kept, and how good the models are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.datasets.names import dataset_names, version_token
from emotion_core.inference.results import percent
from emotion_core.models.registry import model_folder, model_names, model_version
from ui.shared import models
from ui.shared.downloads import download
from ui.shared.layout import choose, count, plain
from ui.shared.pages import DATASETS

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from emotion_core.evaluation.evaluation_set import EvaluationSet
    from emotion_core.evaluation.report import Report, Scores
    from emotion_core.models.card import ModelCard

#: The widget that says which models are judged.
MODELS = "evaluate_models"
#: Answers of so many models and splits are kept for all visitors, a megabyte for 32,000 faces.
ANSWERS_KEPT = 60
MISTAKES_A_PAGE = 12


@dataclass(frozen=True)
class Question:
    """What is to be evaluated."""

    data: str
    split: str
    models: tuple[str, ...]
    flip: bool
    group: str | None


def evaluation_state() -> str:
    """How many models can be judged on how many sets, in a few words."""
    return f"{count(len(model_names()), 'model')}, {count(len(dataset_names()), 'data set')}"


# What is asked


def no_data() -> None:
    """Say what is needed where there is no data set, and offer one to try the page with."""
    st.info("There is no data set yet. A model is judged on faces whose labels are known.", icon=":material/dataset:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Try it with synthetic faces", on_click=_add_synthetic_faces, icon=":material/draw:", type="primary")
        st.page_link(DATASETS.path, label="Bring in your own", icon=DATASETS.icon)
    st.caption("Or in a shell: `.venv/bin/python -m emotion_core dataset import PATH --name NAME`")


def _add_synthetic_faces() -> None:
    from emotion_core.datasets.store import add_synthetic

    add_synthetic()


def question() -> Question | None:
    """Widgets that say what is to be evaluated; None, with the reason on the page, where nothing can be.

    Raises:
        DatasetError: the data set is damaged.
    """
    left, middle, right = st.columns([2, 2, 3], gap="medium")
    data = left.selectbox("Data set", dataset_names(), key="evaluate_data", bind="query-params")
    table = _table(data, version_token(data))
    with middle:
        split = _split(data, table)
    with right:
        chosen = _models()
    with st.expander("Settings", icon=":material/tune:"):
        flip, group = _settings(data, table)
    if split is None:
        st.warning(f"The data set {plain(data)} has no faces.", icon=":material/warning:")
        return None
    if not chosen:
        st.info("Choose a model." if model_names() else "There is no model. Train one.", icon=":material/info:")
        return None
    return Question(data, split, tuple(chosen), flip, group)


def _models() -> list[str]:
    """Which models, at first the one that answers on the other pages."""
    names = model_names()
    if not any(name in names for name in st.query_params.get_all(MODELS)) and MODELS not in st.session_state:
        choose(MODELS, [models.chosen_model()] if models.chosen_model() in names else names[:1])
    return st.multiselect("Models", names, key=MODELS, bind="query-params", help="Several are compared.")


def _split(data: str, table: pd.DataFrame) -> str | None:
    """Which of the splits that have faces; at first validation, which may be looked at as often as one likes."""
    from emotion_core.evaluation.evaluation_set import splits_of
    from emotion_core.evaluation.model_card import faces_in_words

    splits = splits_of(table)
    return st.selectbox(
        "Split",
        list(splits),
        index=list(splits).index("validation") if "validation" in splits else max(0, len(splits) - 1),
        format_func=lambda name: f"{name} ({faces_in_words(splits[name])})",
        disabled=not splits,
        key=f"evaluate_split {data}",
        help="Choose and compare on validation. Look at test once, at the end: whoever chooses by it has no test left.",
    )


def _settings(data: str, table: pd.DataFrame) -> tuple[bool, str | None]:
    """Whether answers are averaged over mirror images, and by which column faces are grouped."""
    from emotion_core.evaluation.groups import group_columns

    flip = st.toggle(
        "Average each face with its mirror image",
        key="evaluate_flip",
        help="Test-time augmentation: takes twice as long and is usually a little better. It is written into the "
        "report; photos and video are answered without it.",
    )
    columns = group_columns(table)
    group = st.selectbox(
        "Groups by the column",
        columns,
        index=0 if columns else None,
        disabled=not columns,
        placeholder="the data set's table has no column for it",
        key=f"evaluate_group {data}",
        help="Figures are given for each value of this column, besides groups by light, contrast, sharpness and "
        "the annotators' agreement.",
    )
    return flip, group


@st.cache_resource(max_entries=4, show_spinner="Opening the data set")
def _table(name: str, version: str) -> pd.DataFrame:
    from emotion_core.datasets.store import open_dataset

    return open_dataset(name).table


def faces(asked: Question) -> EvaluationSet:
    """The faces that are asked about.

    Raises:
        DatasetError: the data set is damaged, or its split has no face that models know.
    """
    return _faces(asked.data, version_token(asked.data), asked.split, asked.group)


@st.cache_resource(max_entries=4, show_spinner="Opening the data set")
def _faces(name: str, version: str, split: str, group: str | None) -> EvaluationSet:
    from emotion_core.datasets.store import open_dataset
    from emotion_core.evaluation.evaluation_set import evaluation_set

    return evaluation_set(open_dataset(name), name, split, group)


def number_of(judged: EvaluationSet) -> str:
    """How many faces are asked about, in words."""
    from emotion_core.evaluation.model_card import faces_in_words

    return faces_in_words(len(judged))


# Answers


@st.cache_resource(max_entries=1, show_spinner=False)
def _kept_answers() -> dict[tuple[object, ...], np.ndarray]:
    """All visitors' finished answers; what is asked again is not computed again."""
    return {}


def _key(asked: Question, model: str, judged: EvaluationSet) -> tuple[object, ...]:
    return model_version(model), asked.flip, judged.split, judged.sha256


def answers(asked: Question, model: str, judged: EvaluationSet) -> np.ndarray | None:
    """A model's answers, (N, 7) float32; None as long as they are not complete."""
    return _kept_answers().get(_key(asked, model, judged))


def answered(asked: Question, model: str, judged: EvaluationSet) -> int:
    """For how many faces there is an answer."""
    found = answers(asked, model, judged)
    return len(judged) if found is not None else sum(map(len, _parts(_key(asked, model, judged))))


def _parts(key: tuple[object, ...]) -> list[np.ndarray]:
    """The answers so far, kept for this session: what was stopped goes on where it was."""
    return st.session_state.setdefault("evaluate_parts", {}).setdefault(key, [])


def ask(asked: Question, judged: EvaluationSet, on_stop: Callable[[bool], None]) -> None:
    """Get the answers that are missing, with progress and a button to stop. It goes on where it was stopped.

    Raises:
        ModelError: a model cannot be used, or answers with what are no numbers.
    """
    import numpy as np

    from emotion_core.models.prediction import predict_in_parts

    progress = st.progress(0.0)
    # Streamlit has a "Stop" of its own in the corner, which shows nothing of what is done.
    st.button("Stop the evaluation", on_click=on_stop, args=(False,), icon=":material/stop:")
    for number, model in enumerate(asked.models, start=1):
        if answers(asked, model, judged) is not None:
            continue
        key = _key(asked, model, judged)
        parts = _parts(key)
        which = f"{model} ({number} of {len(asked.models)})" if len(asked.models) > 1 else model
        done = sum(map(len, parts))
        progress.progress(done / len(judged), f"{plain(which)}: {done:,} of {len(judged):,} faces")
        for part in predict_in_parts(models.classifier(model), judged.images, asked.flip, start=done):
            parts.append(part)
            done += len(part)
            # Where the visitor has clicked Stop, the page ends here.
            progress.progress(done / len(judged), f"{plain(which)}: {done:,} of {len(judged):,} faces")
        kept = _kept_answers()
        if len(kept) >= ANSWERS_KEPT:
            kept.pop(next(iter(kept)))
        kept[key] = np.concatenate(parts)
        del st.session_state["evaluate_parts"][key]


def report(asked: Question, judged: EvaluationSet) -> Report:
    """The figures of all models whose answers are complete; at least one must be.

    Raises:
        ModelError: a model's card cannot be read.
    """
    known = tuple(model for model in asked.models if answers(asked, model, judged) is not None)
    keys = tuple(_key(asked, model, judged) for model in known)
    # Labels, votes and what is known from training change with the data set, while the answers stay.
    return _report(asked, known, (version_token(asked.data), *keys), judged)


@st.cache_resource(max_entries=8, show_spinner="Judging the answers")
def _report(asked: Question, known: tuple[str, ...], marks: tuple[object, ...], _judged: EvaluationSet) -> Report:
    from emotion_core.evaluation.scoring import build_report, score

    found = []
    for model in known:
        given = answers(asked, model, _judged)
        assert given is not None
        card, name = models.read_card(model), model_folder(model).name
        mark = model_version(model)
        found.append((score(given, _judged, name, card.abstain_threshold, card.temperature, mark), given))
    return build_report(_judged, found, asked.flip)


# What is shown


def overview(found: Report) -> None:
    """The accuracies, how the figures came about, and who is better."""
    from emotion_core.evaluation.tables import protocol_in_words

    for evaluation in found.evaluations:
        official = [one for one in evaluation.scores if not one.without_training_duplicates]
        with st.container(border=True):
            st.markdown(f"**{plain(evaluation.model)}**")
            for column, scores in zip(st.columns(len(official), gap="medium"), official, strict=True):
                with column:
                    _accuracy(scores, evaluation.scores_by(scores.labels, True))
    st.caption(plain(" ".join(protocol_in_words(found))))
    if found.comparisons:
        _comparisons(found)
    with st.expander("All figures as a table", icon=":material/table:"):
        st.dataframe(_all_figures(found), hide_index=True, alt="All figures of all models by every kind of label")


def _accuracy(scores: Scores, without: Scores | None) -> None:
    from emotion_core.evaluation.model_card import calibration_in_words, faces_in_words, labels_in_words

    figure = scores.accuracy
    st.metric(f"Right by {labels_in_words(scores.labels)}", f"{100 * figure.value:.1f} %", width="content")
    known = f" Without faces known from training {100 * without.accuracy.value:.1f} %." if without else ""
    if scores.unlabelled:
        known += f" {scores.unlabelled:,} faces have no such label and are left out."
    st.caption(
        f"{100 * figure.low:.1f} to {100 * figure.high:.1f} % of {faces_in_words(scores.faces)}.{known} "
        f"Mean over the emotions {100 * scores.macro_recall.value:.1f} %; "
        f"calibration error {calibration_in_words(*scores.calibration())}."
    )


def _comparisons(found: Report) -> None:
    from emotion_core.evaluation.model_card import labels_in_words
    from emotion_core.visuals.evaluation_charts import model_accuracies

    st.subheader("Which is better?", anchor=False)
    accuracies = {
        one.model: [(labels_in_words(j.labels, j.without_training_duplicates), j.accuracy) for j in one.scores]
        for one in found.evaluations
    }
    st.plotly_chart(model_accuracies(accuracies), config=_STILL, alt="Accuracy of each model with its interval")
    for one in found.comparisons:
        way = labels_in_words(one.labels, one.without_training_duplicates)
        st.markdown(f"- By {way}: {plain(one.in_words())}.")
    if len(found.evaluations) > 2:
        st.caption(
            "Of twenty such comparisons between models that are equally good, one comes out below 0.05 by chance."
        )


def _all_figures(found: Report) -> pd.DataFrame:
    import pandas as pd

    from emotion_core.evaluation.tables import FIGURE_COLUMNS, figures_row

    rows = [figures_row(one, scores) for one in found.evaluations for scores in one.scores]
    return pd.DataFrame(rows, columns=[name[0].upper() + name[1:] for name in FIGURE_COLUMNS])


def _emotions_table(scores: dict[str, Scores]) -> pd.DataFrame:
    import pandas as pd

    from emotion_core.evaluation.tables import EMOTION_COLUMNS, emotion_rows

    rows = [[model, *row] for model, scores in scores.items() for row in emotion_rows(scores)]
    return pd.DataFrame(rows, columns=["Model", *(name[0].upper() + name[1:] for name in EMOTION_COLUMNS)])


def judged_by(found: Report) -> dict[str, Scores]:
    """Widgets that say by which labels and on which faces; the models' scores of that kind by their names."""
    from emotion_core.evaluation.model_card import labels_in_words

    kinds = list(dict.fromkeys(labels for labels, _ in found.kinds()))
    st.subheader("Judged by", anchor=False)
    labels = st.segmented_control(
        "Judged by",
        kinds,
        default=kinds[-1],
        format_func=labels_in_words,
        required=True,
        label_visibility="collapsed",
        key=f"evaluate_labels {len(kinds)}",
    )
    without = (labels, True) in found.kinds() and st.toggle(
        f"Leave out the {found.in_training:,} faces that are also in the training split", key="evaluate_without"
    )
    chosen = {one.model: one.scores_by(labels, without) for one in found.evaluations}
    return {model: scores for model, scores in chosen.items() if scores}


@st.fragment  # its widgets change nothing else, and a click on a download meanwhile would be lost
def emotions(scores: dict[str, Scores]) -> None:
    """Figures by emotion, and what was taken for what."""
    from emotion_core.visuals.evaluation_charts import FIGURES, confusion_matrix, emotion_figures

    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("By emotion", anchor=False)
        figure = st.segmented_control(
            "Figure",
            list(FIGURES),
            default="recall",
            format_func=lambda name: FIGURES[name],
            required=True,
            label_visibility="collapsed",
            key="evaluate_figure",
        )
        st.caption(_MEANING[figure])
        st.plotly_chart(emotion_figures(scores, figure), config=_QUIET, alt=_in_words(scores, figure))
        with st.expander("As a table", icon=":material/table:"):
            st.dataframe(_emotions_table(scores), hide_index=True, alt="Figures by emotion and model")
    with right:
        st.subheader("What was taken for what", anchor=False)
        model = _one_of(scores, "evaluate_confusion")
        shares = st.segmented_control(
            "Numbers",
            [True, False],
            default=True,
            format_func=lambda shares: "Shares" if shares else "Counts",
            required=True,
            label_visibility="collapsed",
            key="evaluate_shares",
        )
        st.plotly_chart(
            confusion_matrix(scores[model].confusion, shares),
            config=_QUIET,
            alt=f"Confusion matrix of {model}: rows are labels, columns answers",
        )


def certainty(scores: dict[str, Scores], found: Report) -> None:
    """Whether the models know how sure they are, and what is gained by saying "uncertain"."""
    from emotion_core.evaluation.model_card import calibration_in_words
    from emotion_core.visuals.evaluation_charts import reliability_diagram, risk_coverage_curve

    errors = {model: calibration_in_words(*scores.calibration()) for model, scores in scores.items()}
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Does it know how sure it is?", anchor=False)
        named = "; ".join(f"{plain(model)} {error}" if len(errors) > 1 else error for model, error in errors.items())
        st.caption(
            "On the dotted line, of the answers given with 70\u00a0% confidence 70\u00a0% are right. "
            f"Below it, too sure. Calibration error, the mean distance from the line: {named}."
        )
        st.plotly_chart(
            reliability_diagram(scores),
            config=_QUIET,
            alt="Reliability: " + ", ".join(f"{m} calibration error {error}" for m, error in errors.items()),
        )
    with right:
        st.subheader("What is gained by saying “uncertain”", anchor=False)
        st.caption("Answering only where the model is surer (to the left) makes fewer answers wrong.")
        thresholds = {one.model: one.abstain_threshold for one in found.evaluations}
        st.plotly_chart(
            risk_coverage_curve(scores, thresholds),
            config=_QUIET,
            alt="Share of wrong answers by the share of faces answered. "
            + ". ".join(f"{model} answers {percent(j.coverage)}" for model, j in scores.items()),
        )


def groups(scores: dict[str, Scores]) -> None:
    """Accuracy by groups of faces."""
    from emotion_core.visuals.evaluation_charts import group_figures

    if not any(scores.groups for scores in scores.values()):
        return
    st.subheader("By groups of faces", anchor=False)
    st.caption("The dotted line is the accuracy on all faces. Where an interval does not reach it, the group differs.")
    parts = [f"{g.group} {percent(g.accuracy.value)}" for j in scores.values() for g in j.groups]
    st.plotly_chart(group_figures(scores), config=_QUIET, alt=f"Right by group: {', '.join(parts)}")


@st.fragment  # its widgets change nothing else, and a click on a download meanwhile would be lost
def mistakes(scores: dict[str, Scores], judged: EvaluationSet) -> None:
    """The surest mistakes: label, answer and what annotators said."""
    from emotion_core.evaluation.tables import votes_in_words
    from emotion_core.visuals.drawing import enlarged

    st.subheader("Surest mistakes", anchor=False)
    model = _one_of(scores, "evaluate_mistakes")
    found = scores[model].most_confident_errors
    if not found:
        st.caption("There are none: every answer is right.")
        return
    st.caption("Often it is the label that is wrong.")
    pages = -(-len(found) // MISTAKES_A_PAGE)
    page = st.pagination(pages, key=f"evaluate_page {model}") if pages > 1 else 1
    with st.grid(min_column_width=150):
        for one in found[(page - 1) * MISTAKES_A_PAGE : page * MISTAKES_A_PAGE]:
            with st.container():
                image = judged.images[one.row]
                said = f"labelled {one.label}, taken for {one.prediction}"
                st.image(enlarged(image, max(1, 96 // image.shape[0])), width=96, alt=f"{one.source}: {said}")
                votes = f"  \nAnnotators: {votes_in_words(one)}" if one.votes else ""
                st.caption(
                    f"Labelled **{one.label}**  \ntaken for **{one.prediction}**, {percent(one.confidence)}{votes}"
                )


def downloads(found: Report, judged: EvaluationSet) -> None:
    """Buttons for the report as one HTML file and as JSON. A file is made at the click."""
    cards = {one.model: models.read_card(one.model) for one in found.evaluations}
    name = f"evaluation-{found.data}-{found.split}".replace(" ", "-")
    with st.container(horizontal=True):
        download(
            "Report (HTML)",
            lambda: html_of(found, cards, judged.images),
            f"{name}.html",
            "text/html",
            help_text="One file with all charts, tables and cards. It opens in any browser, offline too.",
        )
        download("Figures (JSON)", lambda: found.model_dump_json(indent=1).encode(), f"{name}.json", "application/json")


def html_of(found: Report, cards: dict[str, ModelCard], images: np.ndarray) -> bytes:
    """The report as a file. It runs at the click, outside of the page: it must not use Streamlit."""
    from emotion_core.visuals.evaluation_html import report_as_html

    return report_as_html(found, cards, images).encode()


def cards(names: tuple[str, ...]) -> None:
    """The models' cards in words."""
    from emotion_core.evaluation.model_card import card_in_words

    st.subheader("Cards", anchor=False)
    for name in names:
        with st.expander(f"The card of {plain(name)}", icon=":material/info:"):
            try:
                st.markdown(card_in_words(models.read_card(name)))
            except ec.ModelError as error:
                st.error(plain(str(error)), icon=":material/error:")


def _one_of(scores: dict[str, Scores], key: str) -> str:
    """The model that is looked at, where there are several."""
    names = list(scores)
    if len(names) == 1:
        return names[0]
    return st.segmented_control(
        "Model", names, default=names[0], required=True, label_visibility="collapsed", key=f"{key} {len(names)}"
    )


def _in_words(scores: dict[str, Scores], figure: str) -> str:
    parts = []
    for model, one_model in scores.items():
        shares = [(one.emotion, getattr(one, figure)) for one in one_model.emotions]
        parts.append(f"{model}: " + ", ".join(f"{name} {percent(one.value)}" for name, one in shares if one))
    return "; ".join(parts)


_MEANING = {
    "recall": "Of the faces with this label, how many get this answer.",
    "precision": "Of the faces with this answer, how many have this label.",
    "f1": "The harmonic mean of recall and precision.",
}
#: Charts that answer to the mouse, without buttons of their own; and one that does not.
_QUIET = {"displayModeBar": False}
_STILL = {"staticPlot": True}

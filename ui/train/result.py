"""The result of a run that has ended: what its curves say, how good its best network is, and what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.csv_tables import write_table
from emotion_core.inference import figure_in_percent, percent
from emotion_core.runs import EVALUATION_FILE, Run, RunError, few_faces_of, is_few_shot, read_evaluation
from ui.evaluate.panels.errors import most_confident_errors
from ui.evaluate.panels.figures import certainty, emotions, groups
from ui.evaluate.panels.overview import choose_labels, overview, parts
from ui.evaluate.to_gallery import open_errors, show_cell
from ui.shared import access
from ui.shared.downloads import csv_file, download
from ui.shared.layout import plain
from ui.shared.notifications import report_error_after_rerun
from ui.shared.words import said
from ui.train import actions
from ui.train.by_clip import is_of_clips, judged_by_clip
from ui.train.few_faces import judged_by_cross_validation

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.evaluation import EvaluationSet, Misclassification, RunEvaluation, Scores

#: What was asked of a run of few-shot, of all that a configuration holds.
FEW_SHOT_FIELDS = {"name", "data", "data_sha256", "architecture", "classes", "created"}


def result(run: Run) -> None:
    """All that a run has come to, and the button that deletes it."""
    if run.history and not is_few_shot(run):
        _diagnosis(run)
    found = read_evaluation(run.folder)
    if found and is_of_clips(run):
        judged_by_clip(found)
    elif found and is_few_shot(run):
        _few_faces(run, found)
    elif found:
        _evaluation(run, found)
    elif run.status.state == "done":
        st.info(
            f"How good it is cannot be shown: {EVALUATION_FILE} is missing or damaged. Make it a model, and evaluate "
            "that on the page Evaluate.",
            icon=":material/info:",
        )
    if not access.may_change(access.RUN, run.name):
        return
    key = f"ask to delete run {run.name}"  # another one, and closed, when the next run is shown
    with st.popover("Delete this run", icon=":material/delete:", key=key, on_change="rerun"):
        st.markdown("Its curves and networks are removed for good. A model made of it stays.")
        st.button("Delete", on_click=actions.delete, args=(run.name,), type="primary", key=f"delete run {run.name}")


def what_was_asked(run: Run) -> None:
    """The configuration of a run, and its history as a file."""
    if not run.config:
        return
    with st.expander("Configuration", icon=":material/description:"):
        # A head on embeddings is fitted without a recipe of epochs: what the file has there is nobody's choice.
        st.json(run.config.model_dump(include=FEW_SHOT_FIELDS if is_few_shot(run) else None), expanded=1)
        if run.history and not is_few_shot(run):
            download("History as CSV", lambda: _history_as_csv(run), f"{run.name} history.csv", "text/csv")


def _history_as_csv(run: Run) -> bytes:
    rows = [epoch.as_row() for epoch in run.history]
    return csv_file(lambda file: write_table(file, list(rows[0]), rows))


def _diagnosis(run: Run) -> None:
    from emotion_core.runs import diagnose_run, steadiness

    found = diagnose_run(run)
    st.header("What the curves say", anchor=False)
    for sentence in (*(verdict.sentence for verdict in found.verdicts), *map(plain, found.not_learned)):
        st.markdown(f"- {sentence}")
    if found.consistency:
        st.caption(steadiness(found.consistency))
    st.markdown(f"**Next:** {found.next_step}")


def _few_faces(run: Run, found: RunEvaluation) -> None:
    """What a head learned from few faces came to, and the faces on which it is wrong."""
    scores = found.evaluation.scores[0]
    if few := few_faces_of(run):
        judged_by_cross_validation(scores, few)
        _errors(run, {run.name: scores}, f"run {run.name}")


def _evaluation(run: Run, found: RunEvaluation) -> None:
    """How good the best network is, as the page Evaluate shows it."""
    key = f"run {run.name}"
    st.header(f"How good the network of epoch {found.epoch} is", anchor=False)
    overview(found.report)
    st.caption(
        "Evaluated on the network as it is exported, which computes in 32 bits; a run that trains in 16 bits may have "
        "predicted a face or two differently. The test split is for the end, on the page Evaluate: whoever chooses by "
        "it has no test left."
    )
    _both_mixes(run, found)
    scores = choose_labels(found.report, key)
    by_emotion, certain, grouped, wrong = parts()
    with by_emotion:
        emotions(scores, partial(_open_cell, run), key, _colours(run))
    with certain:
        certainty(scores, found.report, key)
    with grouped:
        groups(scores, key)
    with wrong:
        _errors(run, scores, key)


def _colours(run: Run) -> Mapping[str, str]:
    """Those that the run's data set gave to its classes; none where its network's card cannot be read."""
    from emotion_core.models import read_card
    from emotion_core.runs import MODEL_FOLDER

    try:
        return read_card(run.folder / MODEL_FOLDER).colours
    except ec.ModelError:
        return {}


def _both_mixes(run: Run, found: RunEvaluation) -> None:
    """How the network does where expressions are as frequent as in training, and where all are alike."""
    from emotion_core.evaluation import labels_in_words

    if found.balanced is None:
        return
    st.subheader("Rare expressions", anchor=False)
    rows = [
        {
            "Labels": labels_in_words(scores.labels),
            "Expected mix": mix,
            "Accuracy": figure_in_percent(scores.accuracy.value),
            "Mean recall": figure_in_percent(scores.macro_recall.value),
            "Least recalled": _least_recalled(scores),
        }
        for mix, scores in found.by_mix
    ]
    st.dataframe(rows, hide_index=True, alt="Accuracy and mean recall under both mixes of expressions")
    st.caption(
        "Photos and live video expect every expression alike; for this set's own splits, the mix of its "
        "training data is expected. "
        f"{_balance(run)}"
    )


def _least_recalled(scores: Scores) -> str:
    recalls = {one.emotion: one.recall.value for one in scores.emotions if one.recall}
    least = min(recalls, key=recalls.__getitem__)
    return f"{least}, {percent(recalls[least])}"


def _balance(run: Run) -> str:
    """How training was balanced, in a sentence; empty where nobody knows any more."""
    from emotion_core.datasets import DatasetError, describe, learned_from
    from emotion_core.runs import balance_in_words

    if run.config is None:
        return ""
    try:
        described = describe(run.config.data)
        return balance_in_words(run.config.recipe, learned_from(described.counts, described.classes).training)
    except DatasetError:
        return ""


def _errors(run: Run, scores: dict[str, Scores], key: str) -> None:
    """The most confident errors; none, with the reason, if the data set is not what it was."""
    from emotion_core.datasets import DatasetError
    from emotion_core.jobs import training_dataset

    errors = [error for one in scores.values() for error in one.most_confident_errors]
    if not run.config or not errors:
        return
    try:
        dataset = training_dataset(run.config)
    except (DatasetError, RunError) as error:
        st.caption(said(f"The most confident errors cannot be shown: {error}."))
        return
    if all(_is_in(dataset, error) for error in errors):  # else it is damaged
        open_these = partial(_open_errors, run)
        most_confident_errors(scores, lambda error: _picture(dataset.images, error), open_these, key)


def _is_in(dataset: ec.Dataset, error: Misclassification) -> bool:
    """Whether an error names a face of the data set by its place and by what it is called."""
    place = error.index
    return place is not None and 0 <= place < len(dataset) and dataset.table["source"].iat[place] == error.source


def _faces(run: Run) -> EvaluationSet:
    """The faces that a run was evaluated on.

    Raises:
        RunError: the data set has changed since.
        DatasetError: it is gone or damaged.
    """
    from emotion_core.datasets import with_validation
    from emotion_core.evaluation import evaluation_set
    from emotion_core.jobs import training_dataset

    assert run.config
    dataset = training_dataset(run.config)
    if is_few_shot(run):
        return evaluation_set(dataset, run.config.data, "train")
    dataset = with_validation(dataset, run.config.data)
    return evaluation_set(dataset, run.config.data, "validation")


def _open_cell(run: Run, model: str, scores: Scores, label: int, prediction: int) -> None:
    """Show the faces in a cell of the confusion matrix, which takes the network's predictions anew; a callback."""
    from emotion_core.models import TRAINED, predict_all
    from emotion_core.runs import MODEL_FOLDER

    try:
        faces = _faces(run)
        predictions = predict_all(ec.load_classifier(run.folder / MODEL_FOLDER).under(TRAINED), faces.images)
        show_cell(faces, predictions, model, scores, label, prediction)
    except (RunError, ec.DatasetError, ec.ModelError) as error:
        report_error_after_rerun(f"These faces cannot be shown: {error}.")


def _open_errors(run: Run, errors: list[Misclassification], opened: Misclassification) -> None:
    try:
        open_errors(_faces(run), errors, opened)
    except (RunError, ec.DatasetError) as error:
        report_error_after_rerun(f"These faces cannot be shown: {error}.")


def _picture(images: np.ndarray, error: Misclassification) -> np.ndarray:
    import numpy as np

    assert error.index is not None
    return np.asarray(images[error.index])

"""A report in words and as the rows of tables, for pages, files and the shell alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emotion_core.evaluation.comparison import Comparison, SeparateComparison
from emotion_core.evaluation.figures import Figure
from emotion_core.evaluation.model_card import calibration_in_words, faces_in_words, labels_in_words
from emotion_core.evaluation.report import Evaluation, Misclassification, Report, Scores
from emotion_core.inference.words import figure_in_percent, percent

FIGURE_COLUMNS = (
    "model", "labels", "faces", "accuracy", "mean recall", "macro F1", "ECE", "coverage", "accuracy at this coverage"
)  # fmt: skip
#: The column of a confusion matrix for faces that no detector found.
NOT_DETECTED = "not detected"
EMOTION_COLUMNS = ("emotion", "faces", "predicted", "precision", "recall", "F1")


def protocol_in_words(report: Report) -> list[str]:
    """How the figures came about, a sentence each."""
    date = f", {report.date}" if report.date else ""
    if report.counted == "clips":
        return _protocol_of_clips(report)
    return [
        f"{faces_in_words(report.faces)} of the {report.split} split of {report.data}{date}.",
        *_about_the_split(report.split),
        "Each prediction is the mean of a face's and its mirror image's (test-time augmentation)."
        if report.flip_averaged
        else "One pass a face, no test-time augmentation.",
        f"Expected mix of expressions: {report.priors_in_words()}.",
        *about_classes(report),
        *_about_detection(report),
        *_about_training_duplicates(report.in_training),
        "Intervals: 95 %, bootstrap over the faces with 1,000 resamples; comparisons resample faces in pairs.",
        "On few faces the calibration error comes out too high by chance; its interval allows for that.",
    ]


def _protocol_of_clips(report: Report) -> list[str]:
    date = f", {report.date}" if report.date else ""
    sentences = [
        f"{faces_in_words(report.faces, 'clips')} of the {report.split} split of {report.data}{date}, an answer each.",
        "Single frames of the same clips stand beside the sequence models: the mean over a clip's frames, its last "
        "frame, or its most confident one, read by a linear head learnt from the training clips, its strength chosen "
        "on the validation clips; where there are no training clips to learn from, by the model for single faces.",
        *_about_the_split(report.split),
        f"Expected mix of expressions: {report.priors_in_words()}.",
        *about_classes(report),
        "Intervals: 95 %, bootstrap over the clips with 1,000 resamples; comparisons resample clips in pairs.",
        "On few clips the calibration error comes out too high by chance; its interval allows for that.",
    ]
    if report.in_training:
        known = f"Of {faces_in_words(report.in_training, 'clips')} the middle frame is pixel for pixel also in training"
        sentences.insert(-2, f"{known}; figures are given with and without them.")
    return sentences


def comparison_in_words(one: Comparison | SeparateComparison, counted: str = "faces") -> str:
    """By which labels two models are compared, and the verdict."""
    if isinstance(one, SeparateComparison):
        return f"Against {labels_in_words(one.labels)}: {one.in_words()}."
    labels = labels_in_words(one.labels, one.without_training_duplicates, counted)
    return f"Against {labels}: {one.in_words(counted)}."


def columns_of(columns: Sequence[str], counted: str) -> list[str]:
    """The header of a table, where what is counted may be clips."""
    return [counted if name == "faces" else name for name in columns]


def votes_in_words(error: Misclassification) -> str:
    """What annotators said of a face: "sad 7, neutral 3"; empty where there are no votes."""
    return ", ".join(f"{name} {count}" for name, count in error.votes.items())


def figures_row(evaluation: Evaluation, scores: Scores) -> list[str]:
    """One line of the table of all figures, in the order of `FIGURE_COLUMNS`."""
    left_out = f" ({scores.unlabelled:,} without such a label left out)" if scores.unlabelled else ""
    return [
        evaluation.model,
        labels_in_words(scores.labels, scores.without_training_duplicates, scores.counted),
        f"{scores.faces:,}{left_out}",
        _with_interval(scores.accuracy),
        _with_interval(scores.macro_recall),
        _with_interval(scores.macro_f1),
        calibration_in_words(*scores.calibration()),
        percent(scores.coverage),
        "none" if scores.selective_accuracy is None else figure_in_percent(scores.selective_accuracy),
    ]


def emotion_rows(scores: Scores) -> list[list[str]]:
    """A line an emotion, in the order of `EMOTION_COLUMNS`."""
    return [
        [one.emotion, f"{one.faces:,}", f"{one.predicted:,}", *map(_with_interval, (one.precision, one.recall, one.f1))]
        for one in scores.emotions
    ]


def confusion_columns(scores: Scores) -> list[str]:
    """The header of `confusion_rows`."""
    return [
        "label, predicted as:",
        *(one.emotion for one in scores.emotions),
        *([NOT_DETECTED] if scores.missed else []),
    ]


def confusion_rows(scores: Scores) -> list[list[str]]:
    """The confusion matrix as counts: a line a label, which stands first."""
    missed = [[count] for count in scores.missed] or [[]] * len(scores.emotions)
    return [
        [one.emotion, *(f"{count:,}" for count in (*counts, *more))]
        for one, counts, more in zip(scores.emotions, scores.confusion, missed, strict=True)
    ]


def _about_the_split(split: str) -> Iterator[str]:
    if split == "train":
        yield "Models are trained on a training split: how good they are on other faces is not seen here."
    elif split == "validation":
        yield "Models are chosen on a validation split, so it flatters those that were."


def about_classes(report: Report) -> Iterator[str]:
    """Which classes are left out because the data set or a model does not know them."""
    if report.not_compared:
        named = ", ".join(report.not_compared)
        yield f"Only classes that the data set and every model know are compared; not compared: {named}."


def _about_detection(report: Report) -> Iterator[str]:
    if report.detected is not None:
        yield (
            f"The faces are detected and cropped as in photos: {report.detected:,} of {report.faces:,} "
            f"({figure_in_percent(report.detected / report.faces)}) were detected; the others count as wrong."
        )


def _about_training_duplicates(number: int | None) -> Iterator[str]:
    if number:
        yield (
            f"{number:,} of the faces are pixel for pixel also in the training split; "
            "figures are given with and without them."
        )
    elif number == 0:
        yield "None of the faces is pixel for pixel also in the training split."


def _with_interval(figure: Figure | None) -> str:
    if figure is None:
        return "none"
    return f"{figure_in_percent(figure.value)} ({100 * figure.low:.1f}–{100 * figure.high:.1f})"

"""How good models are: predictions compared with labels, in a report; models compared; cards in words; explanation.

    from emotion_core.evaluation import evaluate
    evaluate(["emotion-net", "mine"], "fer2013").to_frame()

Importing this loads nothing heavy; each name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emotion_core.evaluation.calibration import abstain_threshold, fit_temperature
    from emotion_core.evaluation.card_figures import group_measurements_of, measurements_of
    from emotion_core.evaluation.comparison import Comparison, compare
    from emotion_core.evaluation.evaluator import (
        check_names,
        crop_size,
        evaluate,
        evaluate_model,
        find_dataset,
        name_of,
    )
    from emotion_core.evaluation.explanation import occlusion_maps, strongest_part
    from emotion_core.evaluation.figures import EmotionFigures, Figure, Figures
    from emotion_core.evaluation.found import Crops, crops_in_parts, found_faces, joined, with_crops
    from emotion_core.evaluation.groups import group_columns, group_in_words
    from emotion_core.evaluation.metrics import own_labels
    from emotion_core.evaluation.model_card import (
        LABELS_IN_WORDS,
        NOT_FOR,
        calibration_in_words,
        card_in_words,
        faces_in_words,
        labels_in_words,
        measurement,
    )
    from emotion_core.evaluation.report import Evaluation, Misclassification, Report, Scores
    from emotion_core.evaluation.run_evaluation import RunEvaluation, read_run_evaluation
    from emotion_core.evaluation.scoring import build_report, score
    from emotion_core.evaluation.sets import EvaluationSet, evaluation_set, splits_of
    from emotion_core.evaluation.tables import (
        EMOTION_COLUMNS,
        FIGURE_COLUMNS,
        NOT_DETECTED,
        comparison_in_words,
        confusion_columns,
        confusion_rows,
        emotion_rows,
        figures_row,
        protocol_in_words,
        votes_in_words,
    )

_HOMES = {
    "Comparison": "comparison",
    "Crops": "found",
    "EMOTION_COLUMNS": "tables",
    "EmotionFigures": "figures",
    "Evaluation": "report",
    "EvaluationSet": "sets",
    "FIGURE_COLUMNS": "tables",
    "Figure": "figures",
    "Figures": "figures",
    "LABELS_IN_WORDS": "model_card",
    "Misclassification": "report",
    "NOT_DETECTED": "tables",
    "NOT_FOR": "model_card",
    "Report": "report",
    "RunEvaluation": "run_evaluation",
    "Scores": "report",
    "abstain_threshold": "calibration",
    "build_report": "scoring",
    "calibration_in_words": "model_card",
    "card_in_words": "model_card",
    "check_names": "evaluator",
    "compare": "comparison",
    "comparison_in_words": "tables",
    "confusion_columns": "tables",
    "confusion_rows": "tables",
    "crop_size": "evaluator",
    "crops_in_parts": "found",
    "emotion_rows": "tables",
    "evaluate": "evaluator",
    "evaluate_model": "evaluator",
    "evaluation_set": "sets",
    "faces_in_words": "model_card",
    "figures_row": "tables",
    "find_dataset": "evaluator",
    "fit_temperature": "calibration",
    "found_faces": "found",
    "group_columns": "groups",
    "group_in_words": "groups",
    "group_measurements_of": "card_figures",
    "joined": "found",
    "labels_in_words": "model_card",
    "measurement": "model_card",
    "measurements_of": "card_figures",
    "name_of": "evaluator",
    "occlusion_maps": "explanation",
    "own_labels": "metrics",
    "protocol_in_words": "tables",
    "read_run_evaluation": "run_evaluation",
    "score": "scoring",
    "splits_of": "sets",
    "strongest_part": "explanation",
    "votes_in_words": "tables",
    "with_crops": "found",
}

__all__ = [
    "EMOTION_COLUMNS",
    "FIGURE_COLUMNS",
    "LABELS_IN_WORDS",
    "NOT_DETECTED",
    "NOT_FOR",
    "Comparison",
    "Crops",
    "EmotionFigures",
    "Evaluation",
    "EvaluationSet",
    "Figure",
    "Figures",
    "Misclassification",
    "Report",
    "RunEvaluation",
    "Scores",
    "abstain_threshold",
    "build_report",
    "calibration_in_words",
    "card_in_words",
    "check_names",
    "compare",
    "comparison_in_words",
    "confusion_columns",
    "confusion_rows",
    "crop_size",
    "crops_in_parts",
    "emotion_rows",
    "evaluate",
    "evaluate_model",
    "evaluation_set",
    "faces_in_words",
    "figures_row",
    "find_dataset",
    "fit_temperature",
    "found_faces",
    "group_columns",
    "group_in_words",
    "group_measurements_of",
    "joined",
    "labels_in_words",
    "measurement",
    "measurements_of",
    "name_of",
    "occlusion_maps",
    "own_labels",
    "protocol_in_words",
    "read_run_evaluation",
    "score",
    "splits_of",
    "strongest_part",
    "votes_in_words",
    "with_crops",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"emotion_core.evaluation has no {name!r}")
    value = getattr(import_module(f"emotion_core.evaluation.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__

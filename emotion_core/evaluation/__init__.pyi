from .calibration import (
    abstain_threshold as abstain_threshold,
    balancing_weights as balancing_weights,
    fit_temperature as fit_temperature,
)
from .card_figures import (
    elsewhere_measurement as elsewhere_measurement,
    group_measurements_of as group_measurements_of,
    measurements_of as measurements_of,
)
from .clips import (
    OverTime as OverTime,
    ask_over_time as ask_over_time,
    is_over_time as is_over_time,
)
from .comparison import (
    Comparison as Comparison,
    SeparateComparison as SeparateComparison,
    compare as compare,
    compare_separate as compare_separate,
)
from .evaluator import (
    Question as Question,
    check_names as check_names,
    crop_size as crop_size,
    evaluate as evaluate,
    evaluate_model as evaluate_model,
    find_dataset as find_dataset,
    name_of as name_of,
)
from .explanation import (
    occlusion_maps as occlusion_maps,
    strongest_part as strongest_part,
)
from .figures import (
    EmotionFigures as EmotionFigures,
    Figure as Figure,
    Figures as Figures,
)
from .found import (
    Crops as Crops,
    crops_in_parts as crops_in_parts,
    found_faces as found_faces,
    joined as joined,
    with_crops as with_crops,
)
from .groups import (
    group_columns as group_columns,
    group_in_words as group_in_words,
)
from .intervals import (
    share_interval as share_interval,
)
from .labels import (
    own_labels as own_labels,
)
from .model_card import (
    LABELS_IN_WORDS as LABELS_IN_WORDS,
    NOT_FOR as NOT_FOR,
    CardParts as CardParts,
    calibration_in_words as calibration_in_words,
    card_in_words as card_in_words,
    card_parts as card_parts,
    cautions as cautions,
    elsewhere_in_words as elsewhere_in_words,
    faces_in_words as faces_in_words,
    labels_in_words as labels_in_words,
    main_measurement as main_measurement,
    measurement as measurement,
)
from .report import (
    Evaluation as Evaluation,
    Misclassification as Misclassification,
    Report as Report,
    Scores as Scores,
)
from .run_evaluation import (
    RunEvaluation as RunEvaluation,
    read_run_evaluation as read_run_evaluation,
)
from .scoring import (
    build_report as build_report,
    confused as confused,
    imported_rows as imported_rows,
    score as score,
)
from .sets import (
    EvaluationSet as EvaluationSet,
    evaluation_set as evaluation_set,
    splits_of as splits_of,
)
from .single_frames import (
    WAYS as WAYS,
    single_frames as single_frames,
)
from .tables import (
    EMOTION_COLUMNS as EMOTION_COLUMNS,
    FIGURE_COLUMNS as FIGURE_COLUMNS,
    NOT_DETECTED as NOT_DETECTED,
    about_classes as about_classes,
    columns_of as columns_of,
    comparison_in_words as comparison_in_words,
    confusion_columns as confusion_columns,
    confusion_rows as confusion_rows,
    emotion_rows as emotion_rows,
    figures_row as figures_row,
    protocol_in_words as protocol_in_words,
    votes_in_words as votes_in_words,
)

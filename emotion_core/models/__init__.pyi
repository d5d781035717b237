from .card import (
    CARD_FILE as CARD_FILE,
    KERAS_FILE as KERAS_FILE,
    Calibration as Calibration,
    ElsewhereMeasurement as ElsewhereMeasurement,
    Measurement as Measurement,
    ModelCard as ModelCard,
    ModelError as ModelError,
    card_sha256 as card_sha256,
    classes_in as classes_in,
    read_card as read_card,
)
from .classifier import (
    BATCH as BATCH,
    LITERT_FILE as LITERT_FILE,
    Classifier as Classifier,
)
from .face_input import (
    network_view as network_view,
)
from .few_shot import (
    STRENGTHS as STRENGTHS,
    Head as Head,
    fit_head as fit_head,
    most_confused as most_confused,
)
from .joined import (
    JoinedClassifier as JoinedClassifier,
)
from .mix import (
    Mix as Mix,
    mix_of as mix_of,
    mix_of_the_file as mix_of_the_file,
    without_prior_in_words as without_prior_in_words,
)
from .person import (
    REST as REST,
    PersonCalibration as PersonCalibration,
    calibrate_person as calibrate_person,
    calibration_of as calibration_of,
)
from .prediction import (
    embed_all as embed_all,
    predict_all as predict_all,
    predict_in_parts as predict_in_parts,
)
from .prior import (
    BALANCED as BALANCED,
    TRAINED as TRAINED,
    Prior as Prior,
    check_prior as check_prior,
    parse_prior as parse_prior,
    prior_as_text as prior_as_text,
    prior_in_words as prior_in_words,
    shares_of as shares_of,
)
from .registry import (
    DEFAULT_MODEL as DEFAULT_MODEL,
    choose_default_model as choose_default_model,
    default_model as default_model,
    find_model as find_model,
    load_classifier as load_classifier,
    model_folder as model_folder,
    model_names as model_names,
    model_version as model_version,
    own_models_folder as own_models_folder,
)
from .sequence import (
    SequenceCard as SequenceCard,
    SequenceModel as SequenceModel,
    load_sequence_model as load_sequence_model,
    resampled as resampled,
    sequence_model_names as sequence_model_names,
    sequence_models_folder as sequence_models_folder,
)

from .card import (
    CARD_FILE as CARD_FILE,
    KERAS_FILE as KERAS_FILE,
    Measurement as Measurement,
    ModelCard as ModelCard,
    ModelError as ModelError,
    read_card as read_card,
)
from .classifier import (
    BATCH as BATCH,
    Classifier as Classifier,
    network_view as network_view,
)
from .prediction import (
    predict_all as predict_all,
    predict_in_parts as predict_in_parts,
)
from .registry import (
    DEFAULT_MODEL as DEFAULT_MODEL,
    find_model as find_model,
    load_classifier as load_classifier,
    model_folder as model_folder,
    model_names as model_names,
    model_version as model_version,
    own_models_folder as own_models_folder,
)

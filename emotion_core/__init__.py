"""Facial-expression recognition: faces in pictures, and how their expressions look.

    import emotion_core as ec
    for face in ec.analyze("photo.jpg"):
        print(face.emotion, face.confidence)

Importing this package loads nothing heavy; each name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from emotion_core.emotions import EMOTIONS
from emotion_core.extras import install_hint

if TYPE_CHECKING:
    from emotion_core.datasets.dataset import Dataset
    from emotion_core.datasets.errors import DatasetError
    from emotion_core.datasets.readers.formats import load_dataset
    from emotion_core.faces.box import Box
    from emotion_core.images import ImageError, load_image
    from emotion_core.inference.analyze import analyze, analyze_many
    from emotion_core.inference.results import FaceResult, PhotoResult, to_frame
    from emotion_core.inference.settings import AnalysisSettings
    from emotion_core.models.card import ModelError
    from emotion_core.models.classifier import Classifier
    from emotion_core.models.registry import load_classifier
    from emotion_core.networks.export import export_model
    from emotion_core.streams.session import LiveSession, LiveSettings

__version__ = "0.1.0"

_HOMES = {
    "AnalysisSettings": "inference.settings",
    "Box": "faces.box",
    "Classifier": "models.classifier",
    "Dataset": "datasets.dataset",
    "DatasetError": "datasets.errors",
    "FaceResult": "inference.results",
    "ImageError": "images",
    "LiveSession": "streams.session",
    "LiveSettings": "streams.session",
    "ModelError": "models.card",
    "PhotoResult": "inference.results",
    "analyze": "inference.analyze",
    "analyze_many": "inference.analyze",
    "export_model": "networks.export",
    "load_classifier": "models.registry",
    "load_dataset": "datasets.readers.formats",
    "load_image": "images",
    "to_frame": "inference.results",
}

__all__ = [
    "EMOTIONS",
    "AnalysisSettings",
    "Box",
    "Classifier",
    "Dataset",
    "DatasetError",
    "FaceResult",
    "ImageError",
    "LiveSession",
    "LiveSettings",
    "ModelError",
    "PhotoResult",
    "analyze",
    "analyze_many",
    "export_model",
    "load_classifier",
    "load_dataset",
    "load_image",
    "to_frame",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"emotion_core has no {name!r}")
    try:
        value = getattr(import_module(f"emotion_core.{_HOMES[name]}"), name)
    except ModuleNotFoundError as error:
        if hint := install_hint(error.name):
            raise ModuleNotFoundError(hint, name=error.name) from error
        raise
    globals()[name] = value
    return value

"""Facial-expression recognition: faces in pictures, and how their expressions look.

    import emotion_core as ec
    for face in ec.analyze("photo.jpg"):
        print(face.emotion, face.confidence)

Importing this package loads nothing heavy: each name of `__init__.pyi` is loaded when it is first used.
"""

from typing import Any

import lazy_loader

from emotion_core.extras import install_hint

__version__ = "0.1.0"

_load, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    try:
        return _load(name)
    except ModuleNotFoundError as error:
        if hint := install_hint(error.name):
            raise ModuleNotFoundError(hint, name=error.name) from error
        raise

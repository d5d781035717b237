"""How networks are trained. Keras is loaded only by what needs it."""

import lazy_loader

# Before Keras, for what it sets in the environment.
import emotion_core.networks  # noqa: F401

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

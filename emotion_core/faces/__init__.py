"""What is a face: where faces are in a picture, and the crops that a network sees."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

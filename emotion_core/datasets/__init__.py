"""What networks are trained on: reading data of any form, storing, correcting and examining it."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

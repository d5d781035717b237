"""Folders of any size: every picture's faces into a folder of parquet files, each picture exactly once."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

"""Streams of pictures: every face tracked, what is said of it smoothed, kept and summed up over time.

    from emotion_core.streams import LiveSession
    session = LiveSession()

Importing this loads nothing heavy; each name below is loaded when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

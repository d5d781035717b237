"""How good models are: predictions compared with labels, in a report; models compared; cards in words; explanation.

    from emotion_core.evaluation import evaluate
    evaluate(["emotion-net", "mine"], "fer2013").to_frame()

Importing this loads nothing heavy: each name of `__init__.pyi` is loaded when it is first used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

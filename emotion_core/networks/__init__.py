"""Networks: their architectures, precision, quantization and export. Keras is loaded only by what needs it."""

import os

import lazy_loader

# TensorFlow reads this when it is loaded. On processors without VNNI, BF16 or AMX it leaves oneDNN's convolutions out
# by itself, though training is faster with them: by a tenth to a half, as memory is busy.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

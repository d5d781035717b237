"""Networks and how they learn. Keras is loaded only by what needs it."""

import os

# TensorFlow reads this when it is loaded. On processors without AVX-512 it leaves oneDNN's convolutions out by itself,
# though training is half as fast again with them.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

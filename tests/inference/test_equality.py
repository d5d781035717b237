"""The file that inference runs answers as the Keras network that it was converted from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import read_card
from emotion_core.models.face_input import network_input
from emotion_core.models.registry import load_classifier
from emotion_core.workspace import SHIPPED_MODELS

pytestmark = pytest.mark.timeout(600)

#: A process of its own, so that TensorFlow is neither in this one's memory nor bound by its warnings.
PREDICT = """
import sys
import keras, numpy as np
network = keras.models.load_model(sys.argv[1], compile=False)
np.save(sys.argv[3], network.predict(np.load(sys.argv[2]), batch_size=256, verbose=0))
"""


@pytest.mark.parametrize(
    "folder", sorted(card.parent for card in SHIPPED_MODELS.glob("*/card.json")), ids=lambda folder: folder.name
)
def test_probabilities_are_the_same_on_all_of_public_test(public_test, folder: Path, tmp_path):
    clf = load_classifier(folder, read_card(folder).answers_under)  # the mix that Keras' own answers hold under
    np.save(tmp_path / "faces.npy", network_input(public_test.images, clf.card.input))
    command = [sys.executable, "-c", PREDICT, folder / "model.keras", tmp_path / "faces.npy", tmp_path / "keras.npy"]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    keras = np.load(tmp_path / "keras.npy")[:, [clf.card.class_order.index(name) for name in EMOTIONS]]
    # The classifier's answers are tempered and Keras' are not: temper these too.
    keras = keras.clip(1e-12) ** (1 / clf.temperature)
    keras /= keras.sum(axis=1, keepdims=True)
    litert = clf.predict_proba(public_test.images)
    assert np.mean(keras.argmax(axis=1) == litert.argmax(axis=1)) >= 0.995
    assert np.abs(keras - litert).max() <= 0.01

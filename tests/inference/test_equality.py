"""The file that inference runs answers as the Keras network that it was converted from."""

from __future__ import annotations

import json
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

SHIPPED = sorted(card.parent for card in SHIPPED_MODELS.glob("*/card.json"))
#: A process of its own, so that TensorFlow is neither in this one's memory nor bound by its warnings.
PREDICT = """
import json, sys
import keras, numpy as np
for network, faces, answers in json.loads(sys.argv[1]):
    network = keras.models.load_model(network, compile=False)
    np.save(answers, network.predict(np.load(faces), batch_size=256, verbose=0))
"""


@pytest.fixture(scope="module")
def by_keras(public_test, tmp_path_factory) -> dict[str, np.ndarray]:
    """What the Keras networks say of all faces of PublicTest, by their models' names."""
    place, asked = tmp_path_factory.mktemp("keras"), []
    for folder in SHIPPED:
        faces, answers = (str(place / f"{folder.name}-{kind}.npy") for kind in ("faces", "answers"))
        np.save(faces, network_input(public_test.images, read_card(folder).input))
        asked.append((str(folder / "model.keras"), faces, answers))
    run = subprocess.run([sys.executable, "-c", PREDICT, json.dumps(asked)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return {folder.name: np.load(answers) for folder, (_, _, answers) in zip(SHIPPED, asked, strict=True)}


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_probabilities_are_the_same_on_all_of_public_test(by_keras, answers_to_public_test, folder: Path):
    card = read_card(folder)
    clf = load_classifier(folder, card.answers_under)  # the mix that Keras' own answers hold under
    keras = by_keras[folder.name][:, [card.class_order.index(name) for name in EMOTIONS]]
    # The classifier's answers are tempered and Keras' are not: temper these too.
    keras = keras.clip(1e-12) ** (1 / clf.temperature)
    keras /= keras.sum(axis=1, keepdims=True)
    litert = answers_to_public_test(folder, card.answers_under)
    assert np.mean(keras.argmax(axis=1) == litert.argmax(axis=1)) >= 0.995
    assert np.abs(keras - litert).max() <= 0.01

"""What a network answers."""

import keras
import numpy as np
import pytest

from emotion_core.networks.prediction import BATCH, predict
from tests.patch_faces import SIDE


@pytest.mark.parametrize("count", [1, BATCH, BATCH + 3])
def test_every_face_has_its_own_answer_in_its_place(count):
    faces = np.random.default_rng(0).random((count, SIDE, SIDE, 1), np.float32)
    inputs = keras.Input((SIDE, SIDE, 1))
    network = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(inputs))
    answers = predict(network, faces)
    assert answers.shape == (count, 1) and answers.dtype == np.float32
    np.testing.assert_allclose(answers[:, 0], faces.mean(axis=(1, 2, 3)), atol=1e-5)

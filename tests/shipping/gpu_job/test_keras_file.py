"""The weights that a job has come to, as a network of this project."""

import keras
import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.networks.architectures import emotion_net
from emotion_core.networks.prediction import predict
from emotion_core.shipping.gpu_job.__main__ import main

#: How layers are called in the file, which numbers each kind in the order of the network.
KINDS = {"conv2d": "convolution", "batch_normalization": "norm", "emotion": "emotion"}


def number_of(layer: keras.Layer) -> int:
    """The place of a layer among those of its kind: of conv2d, conv2d_1 and conv2d_12 the last digits."""
    number = layer.name.rpartition("_")[2]
    return int(number) if number.isdigit() else -1


def arrays_of(network: keras.Model) -> dict[str, np.ndarray]:
    arrays, numbers = {}, dict.fromkeys(KINDS.values(), 0)
    made = sorted(
        network.layers, key=lambda layer: int(layer.name.rpartition("_")[2]) if layer.name[-1].isdigit() else -1
    )
    for layer in made:
        kind = KINDS.get(layer.name.rstrip("0123456789").rstrip("_"))
        if kind:
            arrays |= {f"{kind}-{numbers[kind]}-{place}": array for place, array in enumerate(layer.get_weights())}
            numbers[kind] += 1
    return arrays


def test_a_keras_network_answers_as_the_one_whose_weights_it_has(tmp_path, capsys):
    keras.utils.set_random_seed(3)
    network = emotion_net()
    for layer in network.layers:  # what normalises has statistics of its own
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.set_weights([array + np.float32(0.1) for array in layer.get_weights()])
    shares = np.full(7, 1 / 7, np.float32)
    np.savez(tmp_path / "weights.npz", prior=shares, **arrays_of(network))
    main(["keras", "--weights", str(tmp_path / "weights.npz"), "--network", str(tmp_path / "made.keras")])
    assert f"prior {EMOTIONS[0]} 0.143" in capsys.readouterr().out
    made = keras.saving.load_model(tmp_path / "made.keras")
    faces = np.random.default_rng(1).uniform(-1, 1, (4, 48, 48, 1)).astype(np.float32)
    np.testing.assert_allclose(predict(made, faces), predict(network, faces), atol=1e-6)


def test_a_file_that_is_missing_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        main(["keras", "--weights", str(tmp_path / "no.npz"), "--network", str(tmp_path / "made.keras")])
    assert "no.npz" in capsys.readouterr().err

"""Networks that can be trained."""

import keras
import numpy as np

from emotion_core.training.architectures import emotion_net, multiply_adds, seed_cnn


def test_seed_cnn_is_the_ancestors_network_layer_by_layer():
    layers = [(type(layer).__name__, layer) for layer in seed_cnn().layers[1:]]

    assert [name for name, _ in layers] == [
        "Conv2D", "Conv2D", "MaxPooling2D", "Dropout",
        "Conv2D", "MaxPooling2D", "Conv2D", "MaxPooling2D", "Dropout",
        "Flatten", "Dense", "Dropout", "Dense",
    ]  # fmt: skip
    convolutions = [layer for name, layer in layers if name == "Conv2D"]
    assert [layer.filters for layer in convolutions] == [32, 64, 128, 128]
    assert all(layer.kernel_size == (3, 3) and layer.padding == "valid" for layer in convolutions)
    assert [layer.rate for name, layer in layers if name == "Dropout"] == [0.25, 0.25, 0.5]
    dense = [layer for name, layer in layers if name == "Dense"]
    assert [layer.units for layer in dense] == [1024, 7]
    activations = [layer.activation.__name__ for name, layer in layers if name in ("Conv2D", "Dense")]
    assert activations == ["relu"] * 5 + ["softmax"]


def test_seed_cnn_has_the_parameters_worked_out_by_hand():
    convolutions = 9 * (1 * 32 + 32 * 64 + 64 * 128 + 128 * 128) + 32 + 64 + 128 + 128
    dense = (4 * 4 * 128 * 1024 + 1024) + (1024 * 7 + 7)
    assert seed_cnn().count_params() == convolutions + dense


def test_emotion_net_stays_within_what_may_ship():
    network = emotion_net()
    assert network.count_params() <= 3_000_000
    assert multiply_adds(network) <= 300_000_000


def test_emotion_net_answers_with_probabilities_for_any_size_and_colours():
    network = emotion_net(size=40, channels=3, widths=(8, 16), blocks=(1, 1))
    answers = network(np.random.default_rng(0).random((2, 40, 40, 3), dtype=np.float32))
    np.testing.assert_allclose(answers, np.clip(answers, 0, 1))
    np.testing.assert_allclose(np.sum(answers, axis=1), 1, rtol=1e-5)


def test_multiply_adds_counts_convolutions_and_dense_layers():
    inputs = keras.Input((6, 6, 1))
    x = keras.layers.Conv2D(5, 3)(inputs)  # 4 x 4 places, 3 x 3 x 1 x 5 weights
    x = keras.layers.Flatten()(x)
    outputs = keras.layers.Dense(7)(x)
    assert multiply_adds(keras.Model(inputs, outputs)) == 16 * 45 + 80 * 7

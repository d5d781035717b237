"""Networks that can be trained."""

import hashlib
import json
import os
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pytest

from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import ModelError
from emotion_core.networks.architectures import (
    BUILDERS,
    AffineSampling,
    build,
    emotion_net,
    fine_tune,
    load_network,
    mini_xception,
    multiply_adds,
    seed_cnn,
)
from emotion_core.networks.precision import with_precision
from emotion_core.runs.presets import PRESETS
from tests.shell import ROOT

#: Small enough for quick tests, large enough for every network.
SIDE = 24


def small(name: str, **arguments) -> keras.Model:
    keras.utils.set_random_seed(3)
    if name == "emotion-net":
        arguments = {"widths": [8, 16], "blocks": [1, 1], **arguments}
    return build(name, size=SIDE, **arguments)


def noise(count: int, side: int = SIDE, channels: int = 1) -> np.ndarray:
    return np.random.default_rng(0).random((count, side, side, channels), dtype=np.float32)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_costs_what_it_says(name):
    network = build(name)
    assert network.name == name
    assert network.count_params() == PRESETS[name].parameters
    assert multiply_adds(network) == PRESETS[name].multiply_adds


def test_every_preset_has_a_builder_and_a_sentence():
    assert set(BUILDERS) == set(PRESETS)
    for preset in PRESETS.values():
        assert preset.sentence.endswith(".") and preset.sentence.count(".") == 1


@pytest.mark.parametrize("name", PRESETS)
def test_every_network_gives_one_vector_of_features_and_then_probabilities(name):
    network = small(name, channels=3)
    assert network.input_shape == (None, SIDE, SIDE, 3)
    assert len(network.get_layer("features").output.shape) == 2
    assert network.layers[-1].name == "emotion"
    answers = network.predict(noise(2, channels=3), verbose=0)
    assert answers.shape == (2, 7)
    np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("name", PRESETS)
def test_every_network_computes_in_16_bits_and_back(name):
    network = small(name)
    if name == "deep-emotion":
        network.get_layer("affine_map").bias.assign([0.1, 0.2, 0.1, -0.2, 0.1, 0.3])
    expected = network.predict(noise(8), verbose=0)
    half = with_precision(network, "mixed_bfloat16")
    answers = half.predict(noise(8), verbose=0)
    assert answers.dtype == np.float32
    assert 0 < np.abs(answers - expected).max() < 0.02
    assert half.get_layer("features").compute_dtype == "bfloat16"
    np.testing.assert_array_equal(with_precision(half, "float32").predict(noise(8), verbose=0), expected)


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray]:
    """350 drawn faces as the networks take them, and their labels."""
    faces = synthetic_faces(350, seed=5, size=SIDE)
    labels = np.array([EMOTIONS.index(label) for label in faces.table["label"]])
    return faces.images[..., np.newaxis] / np.float32(127.5) - 1, labels


@pytest.mark.parametrize("name", PRESETS)
def test_every_network_learns_drawn_faces(name, drawn):
    network = small(name)
    rate = 1e-3 if name in ("seed-cnn", "deep-emotion") else 3e-3
    network.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    losses: list[float] = []

    def until_learnt(epoch: int, logs: dict[str, float]) -> None:
        losses.append(logs["loss"])  # guessing gives an accuracy of 0.14
        network.stop_training = logs["loss"] < 0.85 * losses[0] and logs["accuracy"] > 0.3

    watch = keras.callbacks.LambdaCallback(on_epoch_end=until_learnt)
    network.fit(*drawn, batch_size=16, epochs=12, verbose=0, callbacks=[watch])
    assert network.stop_training


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


def test_mini_xception_is_the_papers():
    network = mini_xception()
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds.count("SeparableConv2D") == 8 and kinds.count("Add") == 4 and "Dense" not in kinds
    assert kinds[-3:] == ["Conv2D", "GlobalAveragePooling2D", "Activation"]
    assert mini_xception(size=64).count_params() == 58_423  # "about 60,000"


@pytest.mark.parametrize("name", list(PRESETS))
def test_no_network_has_the_convolution_whose_gradient_kills_a_process(name):
    """Of kernel 1 and stride 2: on AVX-512, TensorFlow 2.21 writes beyond its memory where a batch is odd."""
    convolutions = [one for one in build(name).layers if isinstance(one, keras.layers.Conv2D)]
    assert convolutions and not [one.name for one in convolutions if max(one.kernel_size) == 1 < max(one.strides)]


def test_multiply_adds_counts_convolutions_and_dense_layers():
    inputs = keras.Input((6, 6, 1))
    x = keras.layers.Conv2D(5, 3)(inputs)  # 4 x 4 places, 3 x 3 x 1 x 5 weights
    x = keras.layers.DepthwiseConv2D(3)(x)  # 2 x 2 places, 3 x 3 x 5 weights
    x = keras.layers.SeparableConv2D(4, 1)(x)  # 2 x 2 places, 5 and 5 x 4 weights
    x = keras.layers.Flatten()(x)
    outputs = keras.layers.Dense(7)(x)
    assert multiply_adds(keras.Model(inputs, outputs)) == 16 * 45 + 4 * 45 + 4 * 25 + 16 * 7


def test_multiply_adds_counts_resampling():
    face, change = keras.Input((5, 4, 3)), keras.Input((6,))
    network = keras.Model([face, change], AffineSampling()([face, change]))
    assert multiply_adds(network) == 20 * (6 + 4 * 3)


def sampled(pictures: np.ndarray, change: list[float]) -> np.ndarray:
    changes = np.tile(np.float32(change), (len(pictures), 1))
    return np.asarray(AffineSampling()([pictures, changes]))


PICTURES = np.random.default_rng(1).random((2, 5, 7, 3), dtype=np.float32)


def test_no_change_leaves_pictures_as_they_are():
    np.testing.assert_allclose(sampled(PICTURES, [0, 0, 0, 0, 0, 0]), PICTURES, atol=1e-6)


def test_a_move_by_one_pixel_repeats_the_edge():
    right = sampled(PICTURES, [0, 0, 2 / 6, 0, 0, 0])
    np.testing.assert_allclose(right[:, :, :-1], PICTURES[:, :, 1:], atol=1e-5)
    np.testing.assert_allclose(right[:, :, -1], PICTURES[:, :, -1], atol=1e-5)
    down = sampled(PICTURES, [0, 0, 0, 0, 0, 2 / 4])
    np.testing.assert_allclose(down[:, :-1], PICTURES[:, 1:], atol=1e-5)


def test_half_a_pixel_is_the_mean_of_two():
    half = sampled(PICTURES, [0, 0, 1 / 6, 0, 0, 0])
    np.testing.assert_allclose(half[:, :, :-1], (PICTURES[:, :, :-1] + PICTURES[:, :, 1:]) / 2, atol=1e-5)


def test_mirroring_and_turning():
    np.testing.assert_allclose(sampled(PICTURES, [-2, 0, 0, 0, 0, 0]), PICTURES[:, :, ::-1], atol=1e-5)
    square = PICTURES[:, :, :5]
    transposed = sampled(square, [-1, 1, 0, 1, -1, 0])
    np.testing.assert_allclose(transposed, square.transpose(0, 2, 1, 3), atol=1e-5)


def test_deep_emotion_looks_at_the_whole_face_first_and_learns_where_to_look(drawn):
    faces, labels = drawn
    network = small("deep-emotion")
    attention = keras.Model(network.input, network.get_layer("attention").output)
    np.testing.assert_allclose(attention.predict(faces[:4], verbose=0), faces[:4], atol=1e-5)
    network.compile(keras.optimizers.Adam(3e-3), "sparse_categorical_crossentropy")
    network.fit(faces[:64], labels[:64], batch_size=16, epochs=2, verbose=0)
    assert np.abs(network.get_layer("affine_map").get_weights()[0]).max() > 0
    assert np.abs(attention.predict(faces[:4], verbose=0) - faces[:4]).max() > 1e-3


def test_arguments_of_a_card_build_the_network_again():
    arguments = json.loads('{"size": 24, "channels": 3, "widths": [8, 16], "blocks": [1, 2], "dropout": 0.1}')
    network = build("emotion-net", **arguments)
    assert network.input_shape == (None, 24, 24, 3)
    assert network.count_params() == emotion_net(24, 3, (8, 16), (1, 2)).count_params()


@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("resnet", {}, "unknown network 'resnet'; there are emotion-net, seed-cnn, mini-xception, deep-emotion"),
        ("seed-cnn", {"width": 3}, "width: Unexpected keyword argument; its arguments are size, channels"),
        ("seed-cnn", {"size": "large"}, "size: Input should be a valid integer"),
        ("seed-cnn", {"size": 4000}, "size: Input should be less than or equal to 512"),
        ("seed-cnn", {"channels": 2}, "channels: Input should be 1 or 3"),
        ("seed-cnn", {"size": 12}, "seed-cnn cannot be built with {'size': 12}"),
        ("emotion-net", {"widths": [8, 0]}, "widths.1: Input should be greater than or equal to 1"),
        ("emotion-net", {"widths": [8, 8]}, "widths and blocks must be as long as each other, not 2 and 3 long"),
        ("emotion-net", {"dropout": 1}, "dropout: Input should be less than 1"),
    ],
)
def test_what_cannot_be_built_is_said_in_one_line(name, arguments, reason):
    with pytest.raises(ValueError) as refused:
        build(name, **arguments)
    assert reason in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("name", PRESETS)
def test_fine_tuning_goes_on_from_a_models_folder(name, tmp_path, card_fields):
    earlier = small(name)
    earlier.save(tmp_path / "model.keras")
    write_card(tmp_path, card_fields)
    free, frozen = fine_tune(tmp_path, frozen=False), fine_tune(tmp_path, frozen=True)
    for before, after in zip(earlier.get_weights(), free.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)
    assert len(free.trainable_weights) == len(earlier.trainable_weights)
    kernel, bias = frozen.trainable_weights
    assert kernel.shape[-1] == 7 and bias.shape == (7,)


def test_a_models_folder_is_refused_if_its_file_is_not_the_one_on_its_card(tmp_path, card_fields):
    small("mini-xception").save(tmp_path / "model.keras")
    write_card(tmp_path, card_fields)
    small("mini-xception").save(tmp_path / "model.keras")
    with pytest.raises(ModelError, match=r"model\.keras is refused: its sha256 is not the one on the model's card"):
        fine_tune(tmp_path, frozen=False)


def write_card(folder, fields):
    """Write the card of a model's folder that has a Keras file."""
    files = {"model.keras": hashlib.sha256((folder / "model.keras").read_bytes()).hexdigest()}
    (folder / "card.json").write_text(json.dumps({**fields, "files": files}))


def test_a_frozen_network_learns_nothing_but_its_last_layer(tmp_path, drawn):
    small("emotion-net").save(tmp_path / "model.keras")
    network = fine_tune(tmp_path / "model.keras", frozen=True)
    before = network.get_weights()
    network.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
    network.fit(drawn[0][:32], drawn[1][:32], batch_size=16, verbose=0)
    changed = [not np.array_equal(a, b) for a, b in zip(before, network.get_weights(), strict=True)]
    assert changed == [False] * (len(changed) - 2) + [True, True]


def test_a_second_head_and_16_bits_are_left_behind(tmp_path):
    network = small("seed-cnn")
    second = keras.layers.Dense(7, activation="softmax", name="second_head")(network.get_layer("features").output)
    both = keras.Model(network.input, {"emotion": network.output, "second_head": second})
    with_precision(both, "mixed_bfloat16").save(tmp_path / "best.keras")
    tuned = fine_tune(tmp_path / "best.keras", frozen=False)
    assert tuned.output_shape == (None, 7)
    np.testing.assert_allclose(tuned.predict(noise(2), verbose=0), network.predict(noise(2), verbose=0), atol=1e-6)


def test_a_network_frozen_earlier_is_free_again(tmp_path):
    small("mini-xception").save(tmp_path / "model.keras")
    fine_tune(tmp_path / "model.keras", frozen=True).save(tmp_path / "frozen.keras")
    assert len(fine_tune(tmp_path / "frozen.keras", frozen=False).trainable_weights) > 2


class Unknown(keras.layers.Layer):
    """A layer that no other program knows."""

    def call(self, inputs):
        return inputs


@pytest.mark.parametrize("layer", [keras.layers.Lambda(lambda x: x * 2), Unknown()], ids=["lambda", "unknown layer"])
def test_a_file_that_needs_code_of_its_own_is_refused(layer, tmp_path):
    inputs = keras.Input((8, 8, 1))
    keras.Model(inputs, layer(inputs)).save(tmp_path / "own.keras")
    with pytest.raises(ModelError, match=r"own.keras is refused: it needs code of its own"):
        fine_tune(tmp_path / "own.keras", frozen=False)


def test_files_that_are_no_networks_are_refused_in_words(tmp_path):
    (tmp_path / "empty.keras").touch()
    with zipfile.ZipFile(tmp_path / "zip.keras", "w") as file:
        file.writestr("config.json", "[1, 2")
    (tmp_path / "network.h5").touch()
    whole = tmp_path / "whole.keras"
    small("deep-emotion").save(whole)
    (tmp_path / "short.keras").write_bytes(whole.read_bytes()[:-3000])
    for name in ("empty", "zip", "short", "missing"):
        with pytest.raises(ModelError, match=f"{name}.keras cannot be read as a Keras file"):
            load_network(tmp_path / f"{name}.keras")
    with pytest.raises(ModelError, match=r"only files that end in \.keras are read"):
        load_network(tmp_path / "network.h5")
    with pytest.raises(ModelError, match=r"has no card\.json"):
        fine_tune(tmp_path, frozen=False)


def test_other_networks_are_refused_in_words(tmp_path):
    inputs = keras.Input((8, 8, 1))
    features = keras.layers.Flatten(name="features")(inputs)
    keras.Model(inputs, features).save(tmp_path / "headless.keras")
    with pytest.raises(ModelError, match='no layers named "features" and "emotion"'):
        fine_tune(tmp_path / "headless.keras", frozen=False)
    keras.Model(inputs, keras.layers.Dense(5, name="emotion")(features)).save(tmp_path / "five.keras")
    with pytest.raises(ModelError, match="predicts 5 classes, not 7"):
        fine_tune(tmp_path / "five.keras", frozen=False)


def test_a_network_answers_the_same_on_jax_without_tensorflow(tmp_path):
    network = small("deep-emotion")
    network.get_layer("affine_map").bias.assign([0.1, 0.2, 0.1, -0.2, 0.1, 0.3])
    network.save(tmp_path / "model.keras")
    faces = noise(3)
    np.save(tmp_path / "faces.npy", faces)
    code = (
        "import sys; sys.modules['tensorflow'] = None; from pathlib import Path; import numpy as np; "
        "from emotion_core.networks.architectures import fine_tune; import keras; "
        "assert keras.backend.backend() == 'jax'; folder = Path(sys.argv[1]); "
        "answers = fine_tune(folder / 'model.keras', frozen=False).predict(np.load(folder / 'faces.npy'), verbose=0); "
        "np.save(folder / 'answers.npy', answers)"
    )
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    np.testing.assert_allclose(np.load(tmp_path / "answers.npy"), network.predict(faces, verbose=0), atol=1e-5)


def test_a_keras_file_with_a_changed_bit_is_named(tmp_path):
    network = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, name="emotion")])
    network.save(tmp_path / "whole.keras")
    content = (tmp_path / "whole.keras").read_bytes()
    for place in (content.index(b"class_name"), content.index(b"\x89HDF") + 600):
        (tmp_path / "x.keras").write_bytes(content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :])
        with pytest.raises(ModelError, match="damaged"):
            load_network(tmp_path / "x.keras")

"""From a Keras network to files that other programs run: each predicts as the network does."""

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf

from emotion_core.networks.architectures import build
from emotion_core.networks.conversion import to_litert, to_onnx, to_saved_model
from emotion_core.runs.presets import PRESETS
from tests.networks.litert import litert_outputs
from tests.patch_faces import SIDE
from tests.tiny_network import tiny_network

FACES = np.random.default_rng(0).random((5, 48, 48, 1), dtype=np.float32)


@pytest.fixture(scope="module", params=PRESETS)
def network(request):
    """A network of each preset; deep-emotion's attention looks elsewhere than at the whole face."""
    keras.utils.set_random_seed(1)
    built = build(request.param)
    if request.param == "deep-emotion":
        attention = built.get_layer("affine_map")
        attention.bias.assign([-0.2, 0.3, 0.4, 0.1, -0.3, -0.2])
    return built


@pytest.fixture(scope="module")
def answers(network):
    """What it says of the faces, and what the layer before the last gives: layer by layer, without a program built."""
    both = keras.Model(network.input, [network.output, network.get_layer("features").output])
    return [keras.ops.convert_to_numpy(found) for found in both(FACES)]


@pytest.fixture(scope="module")
def expected(answers):
    return answers[0]


@pytest.fixture(scope="module")
def features(answers):
    return answers[1]


def test_the_litert_file_predicts_as_the_network_does(network, expected, features):
    found = litert_outputs(to_litert(network), FACES)
    assert list(found) == ["emotion", "features"]
    np.testing.assert_allclose(found["emotion"], expected, atol=1e-5)
    np.testing.assert_allclose(found["features"], features, atol=1e-4)


def test_the_onnx_file_predicts_as_the_network_does(network, expected, features):
    content = to_onnx(network, {"about": "a test"})
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    assert session.get_modelmeta().custom_metadata_map == {"about": "a test"}
    ends = [*session.get_inputs(), *session.get_outputs()]
    assert [end.name for end in ends] == ["face", "emotion", "features"]
    assert {end.shape[0] for end in ends} == {"faces"}
    found = session.run(None, {"face": FACES})
    np.testing.assert_allclose(found[0], expected, atol=1e-5)
    np.testing.assert_allclose(found[1], features, atol=1e-4)


@pytest.mark.parametrize("network", ["deep-emotion"], indirect=True)
def test_the_saved_model_answers_as_the_network_does(network, expected, tmp_path):
    to_saved_model(network, tmp_path / "saved")
    loaded = tf.saved_model.load(tmp_path / "saved")
    np.testing.assert_allclose(loaded.serve(FACES), expected, atol=1e-5)


def test_a_network_that_was_just_loaded_is_exported_without_a_word(tmp_path, capfd):
    tiny_network().save(tmp_path / "tiny.keras")
    capfd.readouterr()
    loaded = keras.saving.load_model(tmp_path / "tiny.keras")
    content, litert = to_onnx(loaded), to_litert(keras.saving.load_model(tmp_path / "tiny.keras"))
    assert capfd.readouterr().out == ""
    faces = FACES[:, :SIDE, :SIDE]
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(
        session.run(None, {"face": faces})[0], litert_outputs(litert, faces)["emotion"], atol=1e-5
    )

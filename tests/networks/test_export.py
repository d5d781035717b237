"""From a Keras network to files that others run: each answers as the network does."""

import keras
import numpy as np
import onnxruntime
import pytest
import tensorflow as tf
from ai_edge_litert.interpreter import Interpreter

from emotion_core.networks.architectures import build
from emotion_core.networks.export import to_litert, to_onnx, to_saved_model
from emotion_core.runs.presets import PRESETS
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
def expected(network):
    return network.predict(FACES, verbose=0)


def litert_answers(content: bytes, faces: np.ndarray) -> np.ndarray:
    interpreter = Interpreter(model_content=content)
    interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], faces.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], faces)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


def test_the_litert_file_answers_as_the_network_does(network, expected):
    np.testing.assert_allclose(litert_answers(to_litert(network), FACES), expected, atol=1e-5)


def test_the_onnx_file_answers_as_the_network_does(network, expected):
    session = onnxruntime.InferenceSession(to_onnx(network), providers=["CPUExecutionProvider"])
    assert [given.name for given in session.get_inputs()] == ["face"]
    (answers,) = session.run(None, {"face": FACES})
    np.testing.assert_allclose(answers, expected, atol=1e-5)


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
    np.testing.assert_allclose(session.run(None, {"face": faces})[0], litert_answers(litert, faces), atol=1e-5)

"""A quantized network predicts in Keras as its LiteRT file does, and is trained further as any other."""

import subprocess
import sys
from collections import Counter

import keras
import numpy as np
import onnxruntime
import pytest
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from emotion_core.networks import quantization
from emotion_core.networks.architectures import emotion_net, fine_tune, multiply_adds
from emotion_core.networks.conversion import to_litert, to_onnx
from emotion_core.networks.quantization import dequantize, is_quantized, quantize, quantize_weights
from tests.networks.litert import litert_outputs

#: Patterns of nine large squares, so that one differs from another.
FACES = np.kron(np.random.default_rng(0).uniform(-1, 1, (40, 3, 3, 1)), np.ones((1, 8, 8, 1))).astype(np.float32)


@pytest.fixture(scope="module")
def network():
    """Small, with weights that make its answers differ from face to face."""
    keras.utils.set_random_seed(1)
    made = emotion_net(size=24, widths=(64, 96), blocks=(1, 1))
    for layer in made.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.gamma.assign(np.random.default_rng(2).uniform(-1.5, 1.5, layer.gamma.shape))
            layer.beta.assign(np.random.default_rng(3).normal(0, 0.5, layer.beta.shape))
    features = keras.Model(made.input, made.get_layer("features").output).predict(FACES, verbose=0)
    dense = made.get_layer("emotion")
    spread = (features @ dense.kernel.numpy()).std(axis=0)
    dense.kernel.assign(2 * dense.kernel / spread)
    dense.bias.assign(-features.mean(axis=0) @ dense.kernel.numpy())
    return made


@pytest.fixture(scope="module")
def quantized(network):
    return quantize(network)


@pytest.fixture(scope="module")
def content(quantized):
    """Its LiteRT file."""
    return to_litert(quantized)


def kernels(network):
    return {layer.name: layer.kernel.numpy() for layer in network.layers if isinstance(layer, keras.layers.Conv2D)}


def test_the_largest_weight_of_an_output_channel_has_level_127():
    kernel = np.array([[[[0.5, 0.0, -254.0]], [[-0.25, 0.0, 3.1]]]], np.float32)  # (1, 2, 1, 3)
    levels, scales = quantize_weights(kernel)
    assert levels.tolist() == [[[[127, 0, -127]], [[-64, 0, 2]]]]  # -63.5 is rounded to the even neighbour
    np.testing.assert_allclose(scales, [0.5 / 127, 1 / 127, 2])


def test_the_litert_file_predicts_as_the_network_does(quantized, content):
    expected = quantized.predict(FACES, verbose=0)
    assert len(set(expected.argmax(axis=1))) >= 3
    np.testing.assert_allclose(litert_outputs(content, FACES)["emotion"], expected, atol=1e-3)


def test_quantization_changes_predictions_which_is_why_the_network_itself_quantizes(network, quantized):
    as_they_are = network.predict(FACES, verbose=0)
    assert np.abs(quantized.predict(FACES, verbose=0) - as_they_are).max() > 4e-3


def test_the_prediction_for_a_face_does_not_depend_on_what_is_beside_it(quantized, content):
    beside = np.concatenate([FACES[:1], 100 * FACES[1:2]])
    for answers in (quantized.predict(beside, verbose=0), litert_outputs(content, beside)["emotion"]):
        np.testing.assert_allclose(answers[:1], quantized.predict(FACES[:1], verbose=0), atol=1e-3)


def test_weights_of_few_channels_and_of_single_pixels_stay_in_float32(content):
    interpreter = Interpreter(
        model_content=content,
        experimental_op_resolver_type=OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    )
    kinds = {
        tuple(map(int, tensor["shape"])): np.dtype(tensor["dtype"]).name
        for tensor in interpreter.get_tensor_details()
        if len(tensor["shape"]) == 4 and tensor["shape"][0] > 1
    }
    assert kinds[64, 5, 5, 1] == "float32"  # that of the pixels
    assert kinds[96, 1, 1, 64] == "float32"
    assert kinds[64, 3, 3, 64] == kinds[96, 3, 3, 64] == kinds[96, 3, 3, 96] == "int8"


def test_a_face_without_any_activation_has_a_prediction(network):
    dead = keras.models.clone_model(network)
    for layer in dead.layers:
        layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    dead = quantize(dead)
    np.testing.assert_allclose(dead.predict(FACES[:2], verbose=0), 1 / 7)
    np.testing.assert_allclose(litert_outputs(to_litert(dead), FACES[:2])["emotion"], 1 / 7)


def test_dequantized_it_is_a_plain_network_with_the_rounded_weights(quantized, network):
    plain = dequantize(quantized)
    assert Counter(type(one).__name__ for one in plain.operations) == Counter(
        type(one).__name__ for one in network.operations
    )
    assert [is_quantized(one) for one in (network, quantized, plain)] == [False, True, False]
    for name, kernel in kernels(quantized).items():
        np.testing.assert_array_equal(kernels(plain)[name], kernel)
    changed = [name for name, kernel in kernels(network).items() if (kernel != kernels(quantized)[name]).any()]
    assert len(changed) == 4  # all but that of the pixels and those of 1x1
    assert dequantize(network) is network


def test_its_card_counts_the_same_work_and_weights(network, quantized):
    assert multiply_adds(quantized) == multiply_adds(network)
    assert quantized.count_params() == network.count_params()


def test_its_keras_file_is_read_without_this_project(quantized, tmp_path):
    quantized.save(tmp_path / "model.keras")
    np.save(tmp_path / "faces.npy", FACES)
    program = "import keras, numpy as np; network = keras.saving.load_model('model.keras'); "
    program += "np.save('answers.npy', network.predict(np.load('faces.npy'), verbose=0))"
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    np.testing.assert_allclose(np.load(tmp_path / "answers.npy"), quantized.predict(FACES, verbose=0), atol=1e-5)


@pytest.mark.parametrize("frozen", [False, True])
def test_it_is_trained_further_in_float32(quantized, tmp_path, frozen):
    quantized.save(tmp_path / "model.keras")
    begun = fine_tune(tmp_path / "model.keras", frozen)
    assert not is_quantized(begun)
    assert {layer.compute_dtype for layer in begun.layers} == {"float32"}
    assert [layer.name for layer in begun.layers if layer.weights and layer.trainable][-1] == "emotion"
    assert (len([layer for layer in begun.layers if layer.weights and layer.trainable]) == 1) is frozen
    for name, kernel in kernels(quantized).items():
        np.testing.assert_array_equal(kernels(begun)[name], kernel)


def test_gradients_pass_through_the_quantization_to_the_first_layer(network):
    learner = quantize(network)
    learner.compile("sgd", loss="categorical_crossentropy")
    before = kernels(learner)
    learner.train_on_batch(FACES, np.eye(7, dtype=np.float32)[np.arange(len(FACES)) % 7])
    for name, kernel in kernels(learner).items():
        assert (kernel != before[name]).any(), name


def test_the_onnx_file_predicts_as_the_network_does(quantized):
    session = onnxruntime.InferenceSession(to_onnx(quantized), providers=["CPUExecutionProvider"])
    (answers,) = session.run(["emotion"], {"face": FACES})
    np.testing.assert_allclose(answers, quantized.predict(FACES, verbose=0), atol=1e-3)


def test_a_network_of_more_than_layers_is_refused_and_left_as_it_is(quantized):
    with pytest.raises(ValueError, match="is not of layers alone, or is quantized already"):
        quantize(quantized)
    inputs = keras.Input((24, 24, 64), name="face")
    x = keras.ops.stop_gradient(keras.ops.add(keras.ops.multiply(inputs, 2), 1))
    other = keras.Model(inputs, keras.layers.Conv2D(7, 3)(x), name="other")
    with pytest.raises(ValueError, match="other is not of layers alone"):
        quantize(other)
    assert dequantize(other) is other


def test_a_network_that_is_quantized_elsewhere_is_not_converted(network, monkeypatch):
    monkeypatch.setattr(quantization, "FEWEST_CHANNELS", 96)
    other = quantize(network)
    monkeypatch.undo()
    with pytest.raises(ValueError, match="has 1 int8 convolutions, and this program would quantize 4"):
        to_litert(other)


def test_weights_too_small_to_be_told_apart_are_nothing():
    levels, scales = quantize_weights(np.full((3, 3, 64, 1), 1e-44, np.float32))
    assert not levels.any()
    assert np.isfinite(scales).all()

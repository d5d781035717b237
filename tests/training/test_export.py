"""From a Keras network to a LiteRT file."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from emotion_core.training.export import to_litert

from .conftest import SIDE, tiny_network


def test_the_litert_file_answers_as_the_network_does():
    network = tiny_network()
    faces = np.random.default_rng(0).random((5, SIDE, SIDE, 1), dtype=np.float32)
    interpreter = Interpreter(model_content=to_litert(network))
    interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], faces.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], faces)
    interpreter.invoke()
    answers = interpreter.get_tensor(interpreter.get_output_details()[0]["index"])
    np.testing.assert_allclose(answers, network.predict(faces, verbose=0), atol=0.01)

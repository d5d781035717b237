"""Running LiteRT files."""

import numpy as np
from ai_edge_litert.interpreter import Interpreter


def litert_outputs(content: bytes, faces: np.ndarray) -> dict[str, np.ndarray]:
    """What a LiteRT file gives, by its outputs' names in their order."""
    interpreter = Interpreter(model_content=content)
    interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], faces.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], faces)
    interpreter.invoke()
    return {one["name"]: interpreter.get_tensor(one["index"]) for one in interpreter.get_output_details()}

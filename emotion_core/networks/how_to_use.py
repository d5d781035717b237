"""The page that goes with an exported model: what it takes and gives, and the few lines of code that run it."""

from __future__ import annotations

from emotion_core.models.card import ModelCard
from emotion_core.models.mix import mix_of, mix_of_the_file
from emotion_core.models.prior import BALANCED, TRAINED, prior_in_words

PAGE = """# How to use {name}

{summary}

- It takes "face": (faces, {size}, {size}, {channels}) float32, {colours}: pixel * {scale!r} {offset:+}.
  Faces are squares from forehead to chin with the eyes level.
- It gives "emotion": (faces, {classes}) probabilities of {order}.
  Raised to the power 1 / {temperature!r} and divided by their sum, they are calibrated. Where the highest is below
  {threshold!r}, better say "uncertain".{mix}
- It also gives "features": the layer before the last, in which faces that look alike lie close.

{terms}
"""

PYTHON_FACE = """face = Image.open("face.png").convert("{mode}").resize(({size}, {size}))
face = np.asarray(face, np.float32).reshape(1, {size}, {size}, {channels}) * np.float32(scale) + np.float32(offset)
"""

PYTHON_AFTER = """powers = probabilities ** (1 / temperature)
print(dict(zip(classes, (powers / powers.sum(axis=1, keepdims=True))[0].tolist())))
```
"""

ONNX = (
    """
## ONNX in Python

`pip install onnxruntime numpy pillow`. From 1.29 on it tells its maker, Microsoft, that it is used, unless
`ORT_DISABLE_TELEMETRY=1` is in the environment before it is loaded.

```python
import json
import numpy as np, onnxruntime
from PIL import Image
session = onnxruntime.InferenceSession("{name}.onnx")
about = session.get_modelmeta().custom_metadata_map
classes = json.loads(about["classes"])
scale, offset, temperature = (float(about[key]) for key in ("scale", "offset", "temperature"))
"""
    + PYTHON_FACE
    + """(probabilities,) = session.run(["emotion"], {{"face": face}})
"""
    + PYTHON_AFTER
    + """
## ONNX in JavaScript

`npm install onnxruntime-web`, for a browser or Node.js. `pixels` are the {colours} values of a face, 0 to 255, row by
row.

```js
import * as ort from "onnxruntime-web";
const session = await ort.InferenceSession.create("{name}.onnx");
const face = Float32Array.from(pixels, (value) => value * {scale!r} + {offset!r});
const {{ emotion }} = await session.run({{ face: new ort.Tensor("float32", face, [1, {size}, {size}, {channels}]) }});
const powers = Array.from(emotion.data, (probability) => probability ** (1 / {temperature!r}));
const sum = powers.reduce((total, power) => total + power);
const classes = {names};
console.log(JSON.stringify(Object.fromEntries(classes.map((name, place) => [name, powers[place] / sum]))));
```
"""
)

LITERT = (
    """
## LiteRT in Python

`pip install ai-edge-litert numpy pillow`

```python
import json, zipfile
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image
about = json.loads(zipfile.ZipFile("{name}.tflite").read("emotion_core.json"))
classes, scale, offset, temperature = (about[key] for key in ("classes", "scale", "offset", "temperature"))
"""
    + PYTHON_FACE
    + """probabilities = Interpreter("{name}.tflite").get_signature_runner()(face=face)["emotion"]
"""
    + PYTHON_AFTER
)

SAVED_MODEL = (
    """
## SavedModel in Python

`pip install tensorflow numpy pillow`

```python
import json, pathlib
import numpy as np, tensorflow as tf
from PIL import Image
about = json.loads(pathlib.Path("{name}-savedmodel/emotion_core.json").read_text())
classes, scale, offset, temperature = (about[key] for key in ("classes", "scale", "offset", "temperature"))
"""
    + PYTHON_FACE
    + """network = tf.saved_model.load("{name}-savedmodel")
probabilities = network.serve(face).numpy()
"""
    + PYTHON_AFTER
)

SECTIONS = {"litert": LITERT, "onnx": ONNX, "savedmodel": SAVED_MODEL}


def how_to_use(name: str, card: ModelCard, formats: list[str]) -> str:
    """The page, in Markdown.

    Args:
        name: what the exported files are called, without their endings.
        card: the model's.
        formats: those that lie beside it, keys of `SECTIONS`.
    """
    seen, grey, calibration = card.input, card.input.channels == 1, mix_of_the_file(card).calibration
    return (PAGE + "".join(SECTIONS[one] for one in formats)).format(
        name=name,
        summary=card.summary,
        size=seen.size,
        channels=seen.channels,
        scale=seen.scale,
        offset=seen.offset,
        colours="grey" if grey else "RGB",
        mode="L" if grey else "RGB",
        classes=len(card.class_order),
        order=", ".join(card.class_order),
        names=list(card.class_order),
        temperature=calibration.temperature,
        threshold=calibration.abstain_threshold,
        mix=_mix_in_words(card),
        terms=card.terms,
    )


def _mix_in_words(card: ModelCard) -> str:
    """For which pictures the answers hold, and how to have them for others, as a line of the list."""
    if card.prior is None:
        return ""
    other, way = (BALANCED, "divide") if card.answers_under == TRAINED else (TRAINED, "multiply")
    trained = f"expressions as in the training data ({prior_in_words(card.prior)})"
    mixes = {BALANCED: "every expression alike", TRAINED: trained}
    unseen = " (those of a share of 0 stay as they are)" if min(card.prior.values()) == 0 else ""
    temperature, threshold = mix_of(card, other).calibration.model_dump().values()
    return (
        f"\n- That is for {mixes[card.answers_under]}.\n  For {mixes[other]}, first {way} the probabilities by the "
        f"training data's shares{unseen}.\n  The power is then 1 / {temperature!r} and the threshold {threshold!r}."
    )

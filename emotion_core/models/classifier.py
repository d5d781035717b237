"""From crops of faces to probabilities, on LiteRT: TensorFlow is neither needed nor loaded."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

from emotion_core.limits import processors
from emotion_core.models.card import ModelCard, ModelError, classes_in, read_card, read_verified
from emotion_core.models.face_input import network_input
from emotion_core.models.mix import mix_of
from emotion_core.models.person import IN_WORDS, PersonCalibration
from emotion_core.models.prior import BALANCED, Prior, adjusted
from emotion_core.pool import Pool
from emotion_core.workspace import COMMAND

LITERT_FILE = "model.tflite"
#: What a LiteRT file calls the faces that it takes, and the probabilities and the embeddings that it gives. Files of
#: earlier versions have other names, and no embeddings.
FACE, PROBABILITIES, FEATURES = "face", "emotion", "features"
#: Many faces go through the network so many at a time, on all cores; few go one by one, which is as fast a face.
BATCH = 32


@dataclass(frozen=True)
class Output:
    """One of a LiteRT file's outputs: the number of its tensor, and how many values a face has there."""

    tensor: int
    width: int


class Classifier:
    """A model that says how a face's expression looks. One may be shared by any number of threads.

    Attributes:
        card: the model's card.
        classes: the names of its classes, in the order of its probabilities.
        folder: where it lies.
        person: whose face at rest the answers are read against; None if nobody's.
        embedding_size: how many numbers `embed` gives a face; None where the model's file has no embeddings.
    """

    def __init__(self, folder: Path, prior: Prior = BALANCED):
        """Load a model's folder and run it once, so that the first face is not slower than the next.

        Args:
            folder: the model's.
            prior: the mix of expressions that is expected; see `emotion_core.models.prior`.

        Raises:
            ModelError: the folder is missing, incomplete, or not what its card says.
            ValueError: the prior is none for this model.
        """
        self.folder = folder
        self.card: ModelCard = read_card(folder)
        self._mix = mix_of(self.card, prior)
        self.person: PersonCalibration | None = None
        self._content = read_verified(folder, self.card, LITERT_FILE)
        #: The columns of `predict_proba`: the seven emotions in their order, whatever the card's, or the card's own.
        self.classes = classes_in(self.card)
        self._columns = [self.card.class_order.index(name) for name in self.classes]
        self._single = Pool(lambda: self._interpreter(1, threads=1))
        self._batched = Pool(lambda: self._interpreter(BATCH, threads=processors()))
        with self._single.lend() as interpreter:
            outputs = _outputs_of(interpreter)
            self._probabilities = outputs.get(PROBABILITIES) or next(iter(outputs.values()))
            self._features = outputs.get(FEATURES)
            self.embedding_size = self._features.width if self._features else None
            self._check_shapes(interpreter)
        size = self.card.input.size
        if not np.isfinite(self.predict_proba(np.zeros((1, size, size), np.uint8))).all():
            raise ModelError(f"the predictions of {folder / LITERT_FILE} are not numbers; its weights are broken")

    @property
    def prior(self) -> Prior:
        """The mix of expressions that the answers are meant for: "balanced", "trained", or a share for each class.

        It is "trained" where the card, of an earlier version, does not say which mix that is, whatever was asked for.
        """
        return self._mix.prior

    @property
    def abstain_threshold(self) -> float:
        """Below this confidence the answer is "uncertain", under the mix of expressions that is expected."""
        return self._mix.calibration.abstain_threshold

    @property
    def temperature(self) -> float:
        """By how much the answers are tempered under the mix of expressions that is expected."""
        return self._mix.calibration.temperature

    def under(self, prior: Prior) -> Classifier:
        """The same model for another mix of expressions; nothing is loaded again.

        Raises:
            ModelError: shares are asked of a model whose card does not say what it was trained on.
            ValueError: the prior is none for this model.
        """
        other = copy.copy(self)
        other._mix = mix_of(self.card, prior)
        return other

    def for_person(self, person: PersonCalibration | None) -> Classifier:
        """The same model, its answers read against a person's face at rest; None reads them as they are.

        Nothing is loaded again.
        """
        other = copy.copy(self)
        other.person = person
        return other

    @property
    def named(self) -> str:
        """The model's name as results give it; it says so where answers are read against a face at rest."""
        return self.card.name if self.person is None else f"{self.card.name}, {IN_WORDS}"

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of crops of faces, under the mix of expressions that is expected.

        Args:
            crops: (N, height, width) grey or (N, height, width, 3) RGB, uint8, of any size; N may be 0.

        Returns:
            (N, len(classes)) float32, columns in the order of `classes`, each row summing to 1.

        Raises:
            ValueError: the array has another shape or type.
        """
        answers = self._run(crops, self._probabilities)
        found = adjusted(answers, self._mix.shift, self.temperature)[:, self._columns]
        return found if self.person is None else self.person.applied(found, self.classes)

    def embed(self, crops: np.ndarray) -> np.ndarray:
        """What the network sees in crops of faces, before it names an expression: faces that look alike lie close.

        Args:
            crops: as `predict_proba` takes them.

        Returns:
            (N, D) float32, the layer before the last; D is the network's own, such as 192 for emotion-net.

        Raises:
            ValueError: the array has another shape or type.
            ModelError: the model's file was written by an earlier version, without embeddings.
        """
        if self._features is None:
            raise ModelError(
                f"the model {self.card.name} was exported without embeddings, by an earlier version; to have them, "
                f"convert it again: {COMMAND} models convert {self.folder.name}"
            )
        return self._run(crops, self._features)

    def _run(self, crops: np.ndarray, output: Output) -> np.ndarray:
        """One of the network's outputs for crops, (N, width) float32."""
        return self._answers(network_input(crops, self.card.input), output)

    def _answers(self, faces: np.ndarray, output: Output) -> np.ndarray:
        """The same for faces as the network takes them."""
        many = len(faces) // BATCH * BATCH
        rows = [np.empty((0, output.width), np.float32)]
        rows += _run_in_steps(self._batched, faces[:many], BATCH, output)
        rows += _run_in_steps(self._single, faces[many:], 1, output)
        return np.concatenate(rows)

    def _interpreter(self, batch: int, threads: int) -> Interpreter:
        try:
            interpreter = Interpreter(model_content=self._content, num_threads=threads)
            size, channels = self.card.input.size, self.card.input.channels
            interpreter.resize_tensor_input(interpreter.get_input_details()[0]["index"], (batch, size, size, channels))
            interpreter.allocate_tensors()
        except (ValueError, RuntimeError) as error:
            raise ModelError(f"{self.folder / LITERT_FILE} cannot be run ({str(error).splitlines()[0]})") from None
        return interpreter

    def _check_shapes(self, interpreter: Interpreter) -> None:
        expected = self.card.input
        faces = tuple(map(int, interpreter.get_input_details()[0]["shape_signature"][1:]))
        if faces != (expected.size, expected.size, expected.channels):
            raise ModelError(
                f"{self.folder / LITERT_FILE} takes faces of {faces}, its card says "
                f"{(expected.size, expected.size, expected.channels)}"
            )
        classes = self._probabilities.width
        if classes != len(self.classes):
            raise ModelError(f"{self.folder / LITERT_FILE} has {classes} classes, not {len(self.classes)}")


def _outputs_of(interpreter: Interpreter) -> dict[str, Output]:
    """A LiteRT file's outputs by their names, in its order."""
    details = interpreter.get_output_details()
    return {one["name"]: Output(int(one["index"]), int(one["shape"][-1])) for one in details}


def _run_in_steps(pool: Pool[Interpreter], faces: np.ndarray, step: int, output: Output) -> list[np.ndarray]:
    if not len(faces):
        return []
    with pool.lend() as interpreter:
        return [_invoke(interpreter, faces[start : start + step], output) for start in range(0, len(faces), step)]


def _invoke(interpreter: Interpreter, faces: np.ndarray, output: Output) -> np.ndarray:
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], faces)
    interpreter.invoke()
    return interpreter.get_tensor(output.tensor)

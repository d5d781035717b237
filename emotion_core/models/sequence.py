"""Models of expressions over time: a small recurrent network over the embeddings of a model for single faces.

    model = load_sequence_model("subtle")
    model.predict_clip(seconds, model.embed(crops))

What runs is numpy: neither TensorFlow nor Keras is needed. The network is a GRU (Cho et al. 2014, arXiv 1406.1078)
whose state after the last step is read by one dense layer.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import Field

from emotion_core.models.card import ModelCard, ModelError, classes_in, read_card, read_verified
from emotion_core.models.classifier import LITERT_FILE, Classifier
from emotion_core.models.few_shot import softmax
from emotion_core.models.mix import mix_of
from emotion_core.models.prior import BALANCED, Prior, adjusted
from emotion_core.models.registry import load_classifier
from emotion_core.workspace import workspace

HEAD_FILE = "head.npz"
#: Seconds from one step of the network to the next, whatever the rate of the frames.
STEP = 0.1
#: Of a clip that is longer, so many seconds in its middle are looked at.
LONGEST = 10.0


class SequenceCard(ModelCard):
    """The card of a sequence model; what it does not say of clips is as on a `ModelCard`.

    Attributes:
        base: the model for single faces whose embeddings it takes.
        base_sha256: of that model's LiteRT file; with another one the network would see what it never learnt from.
        step: seconds from one step to the next.
        window: for how many seconds it looks at a face in a video: the median length of the clips it learnt from.
        clips: how many it learnt from; `training.faces` are their frames.
    """

    base: str
    base_sha256: str
    step: float = Field(gt=0)
    window: float = Field(gt=0)
    clips: int = Field(gt=0)


@dataclass(frozen=True, eq=False)
class SequenceHead:
    """The weights of a sequence model's network for embeddings of D numbers, all float32.

    Attributes:
        mean, spread: (D,) of the embeddings it learnt from.
        kernel, recurrent, bias: of the GRU of u units: (D, 3u), (u, 3u) and (2, 3u); update, reset and state in turn.
        weights, addends: of the dense layer, (u, classes) and (classes,).
    """

    mean: np.ndarray
    spread: np.ndarray
    kernel: np.ndarray
    recurrent: np.ndarray
    bias: np.ndarray
    weights: np.ndarray
    addends: np.ndarray

    def to_bytes(self) -> bytes:
        """The content of `HEAD_FILE`."""
        out = io.BytesIO()
        np.savez(out, **vars(self))
        return out.getvalue()

    def predict_proba(self, steps: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Probabilities of sequences of embeddings.

        Args:
            steps: (N, T, D) float32; what comes after a sequence's own length is not looked at.
            lengths: (N,) how many steps each has, 1 to T.

        Returns:
            (N, classes) float32, not calibrated.
        """
        units = len(self.recurrent)
        state = np.zeros((len(steps), units), np.float32)
        for step in range(steps.shape[1]):
            seen = (steps[:, step] - self.mean) / self.spread @ self.kernel + self.bias[0]
            kept = state @ self.recurrent + self.bias[1]
            update = _sigmoid(seen[:, :units] + kept[:, :units])
            reset = _sigmoid(seen[:, units : 2 * units] + kept[:, units : 2 * units])
            proposed = np.tanh(seen[:, 2 * units :] + reset * kept[:, 2 * units :])
            new = update * state + (1 - update) * proposed
            state = np.where((lengths > step)[:, np.newaxis], new, state)
        return softmax(state @ self.weights + self.addends)


class SequenceModel:
    """A model that says how a face's expression looks by what came before and after. Threads may share one.

    Attributes:
        folder: where it lies.
        card: its card.
        classes: the columns of its probabilities.
        base: the model for single faces that it stands on.
        named: its name as results give it.
    """

    def __init__(self, folder: Path, prior: Prior = BALANCED):
        """Load a sequence model's folder, and the model for single faces that it stands on.

        Raises:
            ModelError: the folder is missing, incomplete or not what its card says, or its base is gone or changed.
            ValueError: the prior is none for this model.
        """
        self.folder = folder
        self.card: SequenceCard = read_card(folder, SequenceCard)
        self._mix = mix_of(self.card, prior)
        self._head = _read_head(read_verified(folder, self.card, HEAD_FILE), folder)
        self.base = _base_of(self.card)
        self.classes = classes_in(self.card)
        self.named = self.card.name
        self._columns = [self.card.class_order.index(name) for name in self.classes]
        shapes = (self._head.kernel.shape[0], self._head.weights.shape[1])
        if shapes != (self.base.embedding_size, len(self.classes)):
            raise ModelError(
                f"{folder / HEAD_FILE} is for {shapes[0]} numbers a face and {shapes[1]} classes, not these"
            )

    @property
    def prior(self) -> Prior:
        """The mix of expressions that the answers are meant for, as of a `Classifier`."""
        return self._mix.prior

    @property
    def abstain_threshold(self) -> float:
        """Below this confidence the answer is "uncertain"."""
        return self._mix.calibration.abstain_threshold

    @property
    def temperature(self) -> float:
        """What the answers are calibrated by."""
        return self._mix.calibration.temperature

    def embed(self, crops: np.ndarray) -> np.ndarray:
        """What the network takes of each face: see `Classifier.embed`."""
        return self.base.embed(crops)

    def predict_proba(self, sequences: Sequence[np.ndarray]) -> np.ndarray:
        """Calibrated probabilities of sequences of embeddings, each (n, D) with `STEP` seconds between two, n above 0.

        Returns:
            (len(sequences), len(classes)) float32, each row summing to 1.
        """
        if not len(sequences):
            return np.empty((0, len(self.classes)), np.float32)
        raw = self._head.predict_proba(*padded(sequences))
        return adjusted(raw, self._mix.shift, self._mix.calibration.temperature)[:, self._columns]

    def predict_clip(self, seconds: np.ndarray, embeddings: np.ndarray) -> np.ndarray:
        """Calibrated probabilities of one clip, (classes,): when its frames are, (n,), and their embeddings, (n, D)."""
        return self.predict_proba([resampled(seconds, embeddings, self.card.step)])[0]


def resampled(seconds: np.ndarray, embeddings: np.ndarray, step: float = STEP) -> np.ndarray:
    """Embeddings at even times, (steps, D) float32, so that clips of any rate are alike to the network.

    Args:
        seconds: when the frames are, (n,), growing, n above 0.
        embeddings: (n, D).
        step: seconds from one to the next.
    """
    times = np.asarray(seconds, np.float64) - seconds[0]
    begin = max(0.0, (times[-1] - LONGEST) / 2)
    wanted = begin + np.arange(int(min(times[-1], LONGEST) / step + 1e-6) + 1) * step
    after = np.clip(np.searchsorted(times, wanted, side="right"), 1, max(1, len(times) - 1))
    if len(times) == 1:
        return np.asarray(embeddings[:1], np.float32)
    gap = np.maximum(times[after] - times[after - 1], 1e-9)
    share = np.clip((wanted - times[after - 1]) / gap, 0, 1)[:, np.newaxis]
    return ((1 - share) * embeddings[after - 1] + share * embeddings[after]).astype(np.float32)


def padded(sequences: Sequence[np.ndarray], steps_at_least: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Sequences of (n, D) as one array with zeros behind, (N, T, D) float32, and their lengths, (N,)."""
    lengths = np.array([len(one) for one in sequences])
    longest = max(int(lengths.max()), steps_at_least)
    steps = np.zeros((len(sequences), longest, sequences[0].shape[1]), np.float32)
    for place, one in enumerate(sequences):
        steps[place, : len(one)] = one
    return steps, lengths


def sequence_models_folder() -> Path:
    """The folder with the sequence models of the workspace. It need not exist yet."""
    return workspace() / "sequence models"


def sequence_model_names() -> list[str]:
    """The sequence models that there are: those of the workspace. None ships."""
    root = sequence_models_folder()
    folders = root.iterdir() if root.is_dir() else ()
    return sorted(one.name for one in folders if not one.name.startswith(".") and (one / HEAD_FILE).is_file())


def load_sequence_model(model: str | Path, prior: Prior = BALANCED) -> SequenceModel:
    """A sequence model by its name in the workspace, or by its folder.

    Raises:
        ModelError: there is no such model, or it cannot be used.
        ValueError: the prior is none for this model.
    """
    folder = Path(model)
    if not (isinstance(model, Path) or folder.name != model):
        folder = sequence_models_folder() / model
    if not folder.is_dir():
        there = ", ".join(sequence_model_names()) or "none yet: train one with the preset sequence-net"
        raise ModelError(f"there is no sequence model {str(model)!r}; there are {there}")
    return SequenceModel(folder, prior)


def _base_of(card: SequenceCard) -> Classifier:
    base = load_classifier(card.base)
    if base.card.files.get(LITERT_FILE) != card.base_sha256:
        raise ModelError(
            f"the sequence model {card.name} was trained over another version of {card.base} than the one that is "
            "here; train it again"
        )
    return base


def _read_head(content: bytes, folder: Path) -> SequenceHead:
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
            return SequenceHead(**{name: arrays[name] for name in arrays.files})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise ModelError(f"{folder / HEAD_FILE} cannot be read ({str(error).splitlines()[0]})") from None


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return np.float32(1) / (1 + np.exp(-np.clip(values, -60, 60)))

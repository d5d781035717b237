"""The networks that can be trained here, as data: what each is for and what it costs. Importing this loads no Keras."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Preset:
    """A network as it is offered; `architectures.build` makes it.

    Attributes:
        sentence: what it is, in one plain sentence.
        parameters, multiply_adds: its size for grey faces of 48x48 pixels, with no arguments given.
    """

    sentence: str
    parameters: int
    multiply_adds: int


#: The preset that is no network of its own: a head on a shipped model's embeddings, see `jobs.few_shot`.
FEW_SHOT = "few-shot"

#: The preset that learns from clips: a recurrent network over a shipped model's embeddings, see `jobs.sequences`.
SEQUENCE_NET = "sequence-net"
SEQUENCE_SENTENCE = (
    "A small recurrent network (GRU) over emotion-net's embeddings of frames: it learns from clips what only their "
    "course shows. emotion-net itself stays as it is."
)

PRESETS = {
    "emotion-net": Preset(
        "A compact residual network that weighs its channels: the most accurate of these, and the default model's.",
        parameters=1_549_431,
        multiply_adds=109_538_880,
    ),
    "seed-cnn": Preset(
        "The student project's four convolutions and one large dense layer: simple to understand, quick to over-fit.",
        parameters=2_345_607,
        multiply_adds=77_326_464,
    ),
    "mini-xception": Preset(
        "A network of separable convolutions, forty times smaller than seed-cnn, made to run in real time on robots.",
        parameters=58_423,
        multiply_adds=5_520_448,
    ),
    "deep-emotion": Preset(
        "A tiny network that first moves and turns the face to where it wants to look: attention one can see.",
        parameters=66_857,
        multiply_adds=3_938_490,
    ),
}

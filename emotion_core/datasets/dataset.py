"""What a data set is once it is in memory: faces and a table with one row a face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from emotion_core.datasets.splits import SPLITS
from emotion_core.emotions import EMOTIONS


@dataclass(frozen=True)
class Dataset:
    """Faces and what is known of each.

    Attributes:
        images: (N, height, width) grey or (N, height, width, 3) RGB, uint8.
        table: one row a face in the order of `images`, with the columns `source` (what the face was called where it
            came from), `label` (one of `EMOTIONS`, or of `OTHERS`, which are not trained on) and `split` (one of
            `SPLITS`); where annotators voted, also ten columns `votes_neutral` ... `votes_nf` of counts; where the
            source tells groups of faces apart, also `group`. What was read from files also has `width` and `height` of
            the source in pixels and `hash` of the image's content.
    """

    images: np.ndarray
    table: pd.DataFrame

    def __post_init__(self) -> None:
        if len(self.images) != len(self.table):
            raise ValueError(f"{len(self.images)} images do not fit a table of {len(self.table)} rows")

    def __len__(self) -> int:
        return len(self.images)

    def split(self, name: str) -> Dataset:
        """The faces of one split.

        Raises:
            ValueError: there is no such split.
        """
        if name not in SPLITS:
            raise ValueError(f"unknown split {name!r}; allowed are {', '.join(SPLITS)}")
        chosen = (self.table["split"] == name).to_numpy()
        return Dataset(self.images[chosen], self.table[chosen].reset_index(drop=True))

    def of_emotions(self) -> Dataset:
        """The faces that are labelled with one of the seven emotions: what can be trained on by label."""
        chosen = self.table["label"].isin(EMOTIONS).to_numpy()
        return self if chosen.all() else Dataset(self.images[chosen], self.table[chosen].reset_index(drop=True))

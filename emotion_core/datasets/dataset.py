"""What a data set is once it is in memory: faces and a table with one row a face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from emotion_core.classes import checked_colour
from emotion_core.datasets.splits import SPLITS
from emotion_core.emotions import EMOTIONS


@dataclass(frozen=True)
class Dataset:
    """Faces and what is known of each.

    Attributes:
        images: (N, height, width) grey or (N, height, width, 3) RGB, uint8.
        table: one row a face in the order of `images`, with the columns `source` (what the face was called where it
            came from), `label` (one of `classes`, or of `OTHERS`, which are not trained on) and `split` (one of
            `SPLITS`); where annotators voted, also ten columns `votes_neutral` ... `votes_nf` of counts; where the
            source tells groups of faces apart, also `group`. What was read from files also has `width` and `height` of
            the source in pixels and `hash` of the image's content.
        classes: the names of its classes in their order, which is that of all labels as numbers.
        colours: those that classes have been given, as "#RRGGBB"; see `classes.colours_of` for the others.
        votes_as: what annotators' votes count for where that is another class than their own name: by the name, the
            class, or None where they count for none.
    """

    images: np.ndarray
    table: pd.DataFrame
    classes: tuple[str, ...] = EMOTIONS
    colours: Mapping[str, str] = field(default_factory=dict)
    votes_as: Mapping[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if len(self.images) != len(self.table):
            raise ValueError(f"{len(self.images)} images do not fit a table of {len(self.table)} rows")
        for colour in self.colours.values():
            checked_colour(colour)

    def __len__(self) -> int:
        return len(self.images)

    def split(self, name: str) -> Dataset:
        """The faces of one split.

        Raises:
            ValueError: there is no such split.
        """
        if name not in SPLITS:
            raise ValueError(f"unknown split {name!r}; allowed are {', '.join(SPLITS)}")
        return self.rows((self.table["split"] == name).to_numpy())

    def of_classes(self) -> Dataset:
        """The faces that are labelled with one of the classes: what can be trained on by label."""
        chosen = self.table["label"].isin(self.classes).to_numpy()
        return self if chosen.all() else self.rows(chosen)

    def rows(self, chosen: np.ndarray) -> Dataset:
        """Some of the faces: (N,) bool, or their places."""
        return replace(self, images=self.images[chosen], table=self.table.iloc[chosen].reset_index(drop=True))

"""What augmentation makes of a face."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.runs import Augmentation
from ui.train.hyperparameters import usable_recipe

if TYPE_CHECKING:
    import numpy as np

#: How many augmented faces are shown, and how large.
VARIANTS, VARIANT_SIDE = 12, 96


def preview(recipe_name: str, face: np.ndarray | None) -> None:
    """A face as it is, and augmented by chance as the widgets stand; None where there is no face to show it on."""
    recipe = usable_recipe(recipe_name)
    if recipe is None:
        st.warning("These values cannot be used; starting the run says which and what is allowed.")
    elif recipe.augmentation is None:
        st.caption("Nothing is augmented: every face is used as it is.")
    elif face is None:
        st.caption("The set has no face to show it on.")
    else:
        st.image(_sheet(face, recipe.augmentation), alt="One face of the set as it is, then augmented at random")
        st.caption("The first is the face as it is.")


def _sheet(face: np.ndarray, settings: Augmentation) -> np.ndarray:
    """A face and its variants side by side, two rows, enlarged without smoothing."""
    import numpy as np

    from emotion_core.training import variants
    from emotion_core.visuals import enlarged

    times = max(1, VARIANT_SIDE // face.shape[0])
    shown = [enlarged(one, times) for one in (face, *variants(face, settings, VARIANTS - 1))]
    framed = [np.pad(one, [(2, 2), (2, 2), (0, 0)][: one.ndim], constant_values=255) for one in shown]
    rows = [np.concatenate(framed[start : start + VARIANTS // 2], axis=1) for start in (0, VARIANTS // 2)]
    return np.concatenate(rows)

"""Which parts of a face a prediction rests on, at a click."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.emotions import display_name
from emotion_core.inference import percent
from emotion_core.models import model_version, parse_prior
from ui.shared import models

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.inference import FaceResult

ENLARGED = 6
MAPS_KEPT = 200


def parts_that_matter(crop: np.ndarray, face: FaceResult, model: str, key: str) -> None:
    """A toggle, and behind it the face tinted by what its parts are worth to an emotion that can be chosen.

    Args:
        crop: the face as the network sees it, (size, size) grey or (size, size, 3) RGB, uint8.
        face: what the model said of it.
        model: the model's name.
        key: tells this face apart from others.
    """
    from emotion_core.evaluation import strongest_part
    from emotion_core.visuals import WEAK_MAP, heat_overlay

    if not st.toggle("Show which parts matter", key=f"why {key}"):
        return
    emotion = st.selectbox(
        "Evidence for",
        [name for name, _ in face.ranking],
        format_func=lambda name: f"{display_name(name)} ({percent(face.probabilities[name])})",
        key=f"why emotion {key}",
    )
    digest = hashlib.sha256(crop.tobytes()).hexdigest()
    heat = _maps(digest, model_version(model), model, face.prior, crop)[list(face.probabilities).index(emotion)]
    place = strongest_part(heat)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(
            heat_overlay(crop, heat, ENLARGED),
            width=192,
            alt=f"The face, orange where it supports {emotion}, most in the {place}; blue where it counts against it",
        )
        st.caption(
            f"**Orange** parts support {emotion}: with them covered, the network finds it less likely. **Blue** parts "
            "count against it: with them covered, it becomes more likely. "
            + (f"Most comes from the {place}." if heat.max() >= WEAK_MAP else "No single part matters much here.")
            + " This shows what the network goes by, not what the person feels.",
            width="stretch",
        )


def forget_maps() -> None:
    """Drop the maps of the visitor's faces."""
    _maps.clear()


@st.cache_data(scope="session", max_entries=MAPS_KEPT, show_spinner=False)
def _maps(digest: str, version: str, model: str, prior: str, _crop: np.ndarray) -> np.ndarray:
    """The maps of all classes; `digest` names the crop, `version` the model's."""
    from emotion_core.evaluation import occlusion_maps

    return occlusion_maps(models.classifier(model).under(parse_prior(prior)), _crop)

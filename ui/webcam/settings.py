"""Settings that work while a stream runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from ui.shared.mix import expected_mix

if TYPE_CHECKING:
    from emotion_core.models import ModelCard

LONGEST_SMOOTHING, LONGEST_INTERVAL = 2.0, 1.0
SMALLEST_FACES = (20, 200)


def settings(card: ModelCard) -> ec.LiveSettings:
    """What the widgets say, for the model of a card."""
    smoothing, interval, smallest = st.columns(3, gap="medium")
    with smoothing:
        seconds = _smoothing()
    with interval:
        between = _interval()
    with smallest:
        height = _smallest_face()
    return ec.LiveSettings(seconds, between, height, expected_mix(card))


def _smoothing() -> float:
    return st.slider(
        "Smoothing",
        0.0,
        LONGEST_SMOOTHING,
        ec.LiveSettings().smoothing,
        0.1,
        format="%.1f s",
        key="smoothing",
        help="The time over which probabilities are averaged. 0 shows what the network says of each frame by itself.",
    )


def _interval() -> float:
    return st.slider(
        "Detection interval",
        0.0,
        LONGEST_INTERVAL,
        ec.LiveSettings().detector_interval,
        0.05,
        format="%.2f s",
        key="interval",
        help="How often frames are searched for faces. In between, known faces are tracked, which costs less. "
        "0 searches every frame.",
    )


def _smallest_face() -> int:
    return st.slider(
        "Smallest face",
        *SMALLEST_FACES,
        int(ec.LiveSettings().smallest_face),
        10,
        format="%d px",
        key="smallest live face",
        help="Height in pixels of the frame. The larger, the faster; smaller faces are left out.",
    )

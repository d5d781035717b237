"""Faces as FER-2013 and FER+ write them."""

from __future__ import annotations

import numpy as np

from emotion_core.datasets.dataset import Dataset
from emotion_core.emotions import FER2013_NUMBERING

USAGES = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}
VOTES_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def fer2013_text(faces: Dataset, header: str = "emotion,pixels,Usage") -> str:
    """The faces as FER-2013's csv."""
    rows = zip(faces.images, faces.table["label"], faces.table["split"], strict=True)
    lines = [f"{FER2013_NUMBERING.index(label)},{pixels(image)},{USAGES[split]}" for image, label, split in rows]
    return "\n".join([header, *lines]) + "\n"


def pixels(image: np.ndarray) -> str:
    return " ".join(map(str, image.ravel()))

"""Keras files that say they are other networks than their weights are of."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any


def dense_of(inputs: int, units: int) -> dict[str, Any]:
    """How Keras describes a network of one dense layer."""
    start = {"batch_shape": [None, inputs], "name": "i"}
    layers = [
        {"module": "keras.layers", "class_name": "InputLayer", "config": start, "registered_name": None},
        {"module": "keras.layers", "class_name": "Dense", "config": {"units": units}, "registered_name": None},
    ]
    return {"module": "keras", "class_name": "Sequential", "config": {"layers": layers}, "registered_name": None}


def change_config(path: Path, config: dict[str, Any]) -> Path:
    """The file with another description of its network, written anew."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**members, "config.json": json.dumps(config)}.items():
            archive.writestr(name, content)
    return path

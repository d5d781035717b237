"""Faces and networks so small that training takes a second."""

from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import EMOTIONS, FER2013_NUMBERING, FERPLUS_VOTES
from emotion_core.runs.recipes import QUICK
from emotion_core.runs.run import CONFIG_FILE, RunConfig, State, Status, make_config, run_folder, write_status

SIDE = 16
FERPLUS_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


def tiny_network(side: int = SIDE) -> keras.Model:
    """Two layers on pooled pixels: enough to tell seven places of a bright patch apart."""
    inputs = keras.Input((side, side, 1), name="face")
    x = keras.layers.AveragePooling2D(side // 8)(inputs)
    x = keras.layers.Flatten()(x)
    x = keras.layers.Dense(32, activation="relu", name="features")(x)
    outputs = keras.layers.Dense(len(EMOTIONS), activation="softmax", name="emotion")(x)
    return keras.Model(inputs, outputs, name="tiny")


def patch_faces(count: int, seed: int = 0, split: str = "train") -> Dataset:
    """Noise with a bright patch whose place is the label; nine of ten annotators saw it, one did not."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % len(EMOTIONS)
    images = random.integers(0, 80, (count, SIDE, SIDE)).astype(np.uint8)
    votes = np.zeros((count, len(COLUMNS)), dtype=int)
    votes[:, FERPLUS_VOTES.index("unknown")] = 1
    for row, label in enumerate(labels):
        images[row, 2 * label : 2 * label + 3, 4:12] = 220
        votes[row, FERPLUS_VOTES.index(EMOTIONS[label])] = 9
    table = pd.DataFrame(votes, columns=list(COLUMNS))
    table.insert(0, "split", split)
    table.insert(0, "label", np.array(EMOTIONS)[labels])
    table.insert(0, "source", [f"{split}-{row}" for row in range(count)])
    return Dataset(images, table)


def joined(*parts: Dataset) -> Dataset:
    return Dataset(
        np.concatenate([part.images for part in parts]), pd.concat([part.table for part in parts], ignore_index=True)
    )


@pytest.fixture
def faces() -> Dataset:
    """210 faces to train on and 70 to validate on."""
    return joined(patch_faces(210, seed=0), patch_faces(70, seed=1, split="validation"))


@pytest.fixture
def own_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace."""
    monkeypatch.setenv("EMOTION_CORE_WORKSPACE", str(tmp_path / "workspace"))
    return tmp_path / "workspace"


def config_of(name: str, **fields: object) -> RunConfig:
    """What is asked of a run on the data set "drawn", with a network that a processor trains in no time."""
    small = {"size": 16, "widths": [8], "blocks": [1]}
    asked = {"data": "drawn", "architecture": "emotion-net", "arguments": small, "recipe": QUICK}
    return make_config(**{"name": name, **asked, **fields})


def new_run(name: str, state: State = "stopped", **fields: object) -> Path:
    """The folder of a run that nobody works at."""
    folder = run_folder(name)
    folder.mkdir(parents=True)
    (folder / CONFIG_FILE).write_text(config_of(name, **fields).model_dump_json())
    write_status(folder, Status(state=state, epochs=QUICK.epochs))
    return folder


@pytest.fixture
def data(tmp_path):
    """Faces in FER-2013's and FER+'s own files; 48 pixels, since that is what they hold."""
    faces = {"Training": patch_faces(70, seed=0), "PublicTest": patch_faces(35, seed=1)}
    lines, votes = ["emotion,pixels,Usage"], [FERPLUS_HEADER]
    for usage, part in faces.items():
        for image, row in zip(part.images, part.table.itertuples(), strict=True):
            pixels = " ".join(map(str, np.kron(image, np.ones((3, 3), int)).ravel()))
            lines.append(f"{FER2013_NUMBERING.index(row.label)},{pixels},{usage}")
            counts = ",".join(str(getattr(row, column)) for column in part.table.columns[3:])
            votes.append(f"{usage},{row.source},{counts}")
    (tmp_path / "fer2013.csv").write_text("\n".join(lines))
    (tmp_path / "fer2013new.csv").write_text("\n".join(votes))
    return tmp_path

"""What the tests share: where real data lies, and which browser to drive.

Real data is not part of the project. Tests that need it ask for a fixture below and are skipped where its environment
variable is not set:

    EMOTION_CORE_FER2013    a folder with fer2013.csv and FER+'s fer2013new.csv, of the PublicTest split at least
    EMOTION_CORE_PHOTOS     a folder with photos and faces.json, the boxes of the faces in them
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

# Before TensorFlow, whichever tests are chosen: loaded after it, its libsrtp crashes the process.
import aiortc  # noqa: F401
import numpy as np
import pytest
from hypothesis import settings

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.readers.formats import read_fer2013
from emotion_core.emotions import EMOTIONS
from emotion_core.images import load_image
from emotion_core.models.card import CARD_FILE, ModelCard
from emotion_core.models.classifier import LITERT_FILE
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.legible_faces import Reader
from tests.sharing import made_once
from tests.shell import ROOT

# How long things take is for benchmarks to say: the machine that runs the tests may be busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    which = "run only the tests that may run beside others, or only those that measure, count or drive a browser"
    parser.addoption("--run", choices=("together", "alone"), help=which)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what was not asked for by `--run`."""
    if wanted := config.getoption("--run"):
        parts: dict[bool, list[pytest.Item]] = {True: [], False: []}
        for item in items:
            alone = bool(item.get_closest_marker("alone") or item.get_closest_marker("e2e"))
            assert not alone or _names_a_marker(item.path), f"{item.path} must name the marker of {item.name}"
            parts[alone == (wanted == "alone")].append(item)
        items[:] = parts[True]
        config.hook.pytest_deselected(items=parts[False])


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Do not even import what has no test that runs alone: all of the files together take half a minute."""
    if config.getoption("--run") == "alone" and collection_path.name.startswith("test_"):
        return None if _names_a_marker(collection_path) else True
    return None


def _names_a_marker(path: Path) -> bool:
    text = path.read_text("utf-8")
    return "mark.alone" in text or "mark.e2e" in text


def _folder_named_by(variable: str, *files: str) -> Path:
    """The folder that an environment variable names; skips the test where that or one of its files is missing."""
    if not os.environ.get(variable):
        pytest.skip(f"{variable} is not set (a folder with {' and '.join(files)})")
    folder = Path(os.environ[variable])
    missing = [name for name in files if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"{variable} names {folder}, which has no {' and no '.join(missing)}")
    return folder


@pytest.fixture(scope="session")
def fer2013_folder() -> Path:
    """The folder with FER-2013 as fer2013.csv and FER+'s votes as fer2013new.csv."""
    return _folder_named_by("EMOTION_CORE_FER2013", "fer2013.csv", "fer2013new.csv")


@pytest.fixture(scope="session")
def photos_folder() -> Path:
    """The folder with photos and the boxes of their faces in faces.json."""
    return _folder_named_by("EMOTION_CORE_PHOTOS", "faces.json")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Drive the machine's own Chromium where there is one, else the one that Playwright brings."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {**browser_type_launch_args, **({"executable_path": chromium} if chromium else {})}


@pytest.fixture(scope="session")
def astronaut_file() -> Path:
    """The portrait that scikit-image ships, with one face."""
    package = importlib.util.find_spec("skimage")
    assert package is not None and package.submodule_search_locations
    return Path(package.submodule_search_locations[0]) / "data" / "astronaut.png"


@pytest.fixture(scope="session")
def astronaut(astronaut_file: Path) -> np.ndarray:
    """That portrait, RGB of (512, 512, 3): one face, its box about (179, 65, 90, 111)."""
    picture = load_image(astronaut_file)
    picture.flags.writeable = False
    return picture


@pytest.fixture
def own_workspace(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace of somebody who has used nothing yet: its folder is not there."""
    folder = tmp_path_factory.mktemp("own") / "workspace"
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(folder))
    return folder


#: The tiny networks, of one dense layer, which is given the pixels as features, and a softmax over k classes. By their
#: files' names:
#: grey: faces of (8, 8, 1); its logits are (3, 0, 0, 0, 0, 0, -3) * mean pixel + (0, .5, 1, 1.5, 2, 2.5, 3).
#: colour: (8, 8, 3); the first three logits are 6 * mean red, green and blue, the others 0.
#: five: (8, 8, 1), five classes.
_MAKE_TINY_NETWORKS = """
import sys
from pathlib import Path
import keras, numpy as np
from emotion_core.networks.conversion import to_litert

def network(channels, kernel, bias):
    face = keras.Input((8, 8, channels))
    dense = keras.layers.Dense(len(bias), activation="softmax")
    made = keras.Model(face, dense(keras.layers.Flatten(name="features")(face)))
    dense.set_weights([np.tile(kernel, (64, 1)) / 64, np.array(bias)])
    return made

grey = network(1, [[3, 0, 0, 0, 0, 0, -3]], np.arange(7) / 2)
colour = network(3, 6 * np.eye(3, 7), np.zeros(7))
five = network(1, np.zeros((1, 5)), np.zeros(5))
for name, made in (("grey", grey), ("colour", colour), ("five", five)):
    (Path(sys.argv[1]) / name).write_bytes(to_litert(made))
"""


@pytest.fixture(scope="session")
def tiny_networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with LiteRT files made by this project's own converter; see above."""

    def make(folder: Path) -> None:
        command = [sys.executable, "-c", _MAKE_TINY_NETWORKS, folder]
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr

    return made_once(tmp_path_factory, "tiny networks", make)


@pytest.fixture
def card_fields() -> dict:
    """The fields of a valid card, to be changed at will: an 8x8 grey network that sees pixels from 0 to 1."""
    protocol = {"data": "FER-2013 PublicTest", "split": "validation", "test_time_augmentation": False}
    figures = {"faces": 4, "accuracy": 0.75, "macro_recall": 0.5, "expected_calibration_error": 0.021}
    return {
        "name": "tiny",
        "summary": "A network for tests.",
        "class_order": EMOTIONS,
        "input": {"size": 8, "channels": 1, "scale": 1 / 255, "offset": 0.0},
        "temperature": 1.0,
        "abstain_threshold": 0.0,
        "architecture": {"name": "dense", "parameters": 455, "multiply_adds": 1_448_000},
        "training": {
            "data": "FER-2013 Training, FER+'s votes",
            "faces": 28709,
            "recipe": {"epochs": 3},
            "seed": 1,
            "date": "2026-11-22",
            "seconds": 90.0,
            "versions": {"keras": "3.15.1"},
        },
        "measurements": [
            {
                **protocol,
                **figures,
                "labels": labels,
                "without_training_duplicates": new,
                "recall": {"happy": 1.0, "sad": 0},
            }
            for labels in ("ferplus-majority", "fer2013")
            for new in (False, True)
        ],
        "terms": "For study.",
        "files": {},
    }


@pytest.fixture
def make_model(tmp_path: Path, tiny_networks: Path, card_fields: dict) -> Callable[..., Path]:
    """Make a model's folder of one of the tiny networks; what is given replaces fields of its card."""

    def make(network: str = "grey", name: str = "tiny", **fields: object) -> Path:
        folder = tmp_path / "models" / name
        folder.mkdir(parents=True)
        content = (tiny_networks / network).read_bytes()
        (folder / LITERT_FILE).write_bytes(content)
        files = {LITERT_FILE: hashlib.sha256(content).hexdigest()}
        (folder / CARD_FILE).write_text(json.dumps({**card_fields, "name": name, "files": files, **fields}))
        return folder

    return make


@pytest.fixture
def reader(tmp_path: Path, card_fields: dict) -> Reader:
    """A model that reads the faces of `legible`."""
    card = ModelCard.model_validate({**card_fields, "abstain_threshold": 0.5})
    folder = tmp_path / "reader"
    folder.mkdir()
    (folder / CARD_FILE).write_text(card.model_dump_json())
    return Reader(card, folder)


@pytest.fixture(scope="session")
def public_test(fer2013_folder: Path) -> Dataset:
    """FER-2013's PublicTest, all 3,589 faces, with FER+'s votes."""
    return read_fer2013(fer2013_folder / "fer2013.csv", fer2013_folder / "fer2013new.csv").split("validation")

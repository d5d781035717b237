"""The import rules of CONTRIBUTING.md, checked by reading the imports, wherever in a file they stand."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shell import ROOT

GROUND = {"command", "emotions", "extras", "images", "files", "pool", "workspace"}
#: What each part of emotion_core may import besides itself: what lies below it.
ALLOWED = {
    **dict.fromkeys(GROUND, GROUND),
    "faces": GROUND,
    "datasets": GROUND,
    "models": GROUND | {"faces", "datasets"},
    "inference": GROUND | {"faces", "datasets", "models"},
    "streams": GROUND | {"faces", "datasets", "models", "inference"},
    "evaluation": GROUND | {"faces", "datasets", "models", "inference"},
    "runs": GROUND | {"datasets", "models", "inference", "evaluation"},
    "networks": GROUND | {"datasets", "models", "evaluation", "runs"},
    "training": GROUND | {"datasets", "models", "evaluation", "runs", "networks"},
    "jobs": GROUND | {"datasets", "models", "evaluation", "runs", "networks", "training"},
    "shipping": GROUND | {"datasets", "models", "evaluation", "runs", "networks", "training", "jobs"},
    "visuals": {"emotions", "images", "faces", "models", "inference", "streams", "evaluation"},
}
#: The command line sees every part; so do the front door and what starts the command line.
TOP = {"cli", "__init__", "__main__"}
PARTS = set(ALLOWED) | {"cli"}
#: Where Keras is imported. In jobs only inside functions, as the pages import them too.
KERAS = {"networks", "training", "shipping", "jobs"}

STREAMLIT = {"streamlit", "streamlit_webrtc"}


def violations(path: str, source: str) -> list[str]:
    """What the imports of a file break, one line each.

    Args:
        path: the file's place, relative to the repository's root, with forward slashes.
        source: its text.
    """
    found = []
    for name in imported_names(path, source):
        reason = why_forbidden(path, name)
        if reason:
            found.append(f"{path} imports {name}: {reason}")
    return found


def imported_names(path: str, source: str) -> list[str]:
    """The dotted names that a file imports; `from a import b` gives a.b, be it a module or not."""
    names = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            package = path.split("/")[: -node.level] if node.level else []
            names += [".".join([*package, *filter(None, [node.module]), alias.name]) for alias in node.names]
    return names


def why_forbidden(path: str, name: str) -> str | None:
    """The rule that an import breaks, or None."""
    package = name.split(".")[0]
    if package == "tensorflow" and path != "emotion_core/networks/conversion.py":
        return "only emotion_core/networks/conversion.py imports TensorFlow"
    if package == "keras" and not (path.startswith("emotion_core/") and part_of(path) in KERAS):
        return f"only {', '.join(sorted(KERAS))} of emotion_core import Keras"
    if path.startswith("emotion_core/"):
        if package in STREAMLIT:
            return "emotion_core stands without Streamlit"
        if package == "emotion_core":
            return why_upward(path, name)
        if package in {"pages", "ui", "Home"}:
            return "emotion_core stands without the dashboard"
    if path.startswith("pages/") and package == "pages":
        return "pages never import each other"
    return None


def why_upward(path: str, name: str) -> str | None:
    """Why one part of emotion_core may not import from another, or None."""
    part = part_of(path)
    if part in TOP:
        return None
    if part not in PARTS:
        return f"{part} has no place in the order of imports yet: give it one in {Path(__file__).name}"
    target = next((step for step in name.split(".")[1:2] if step in PARTS), "__init__")
    if target == part or target in ALLOWED[part]:
        return None
    return f"{part} may import {', '.join(sorted(ALLOWED[part]))}"


def part_of(path: str) -> str:
    """The part of emotion_core that a file belongs to: its folder, or the file itself."""
    return path.split("/")[1].removesuffix(".py")


def test_every_import_is_allowed():
    files = [*ROOT.glob("emotion_core/**/*.py"), *ROOT.glob("pages/*.py"), *ROOT.glob("ui/**/*.py"), *ROOT.glob("*.py")]
    found = [line for file in files for line in violations(file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("emotion_core/faces/detection.py", "import streamlit as st"),
        ("emotion_core/cli/main.py", "from streamlit_webrtc import webrtc_streamer"),
        ("emotion_core/inference/analyze.py", "import ui"),
        ("emotion_core/models/classifier.py", "import keras"),
        ("emotion_core/models/classifier.py", "def load():\n    from keras.models import load_model"),
        ("emotion_core/training/fit.py", "import tensorflow as tf"),
        ("pages/2_Train.py", "import keras"),
        ("ui/shared/layout.py", "import tensorflow"),
        ("pages/3_Predict.py", "from pages import helpers"),
        ("emotion_core/emotions.py", "from emotion_core.faces.box import Box"),
        ("emotion_core/faces/detection.py", "from emotion_core.datasets.dataset import Dataset"),
        ("emotion_core/faces/detection.py", "from emotion_core import inference"),
        ("emotion_core/faces/detection.py", "from ..inference import classifier"),
        ("emotion_core/faces/detection.py", "import emotion_core"),
        ("emotion_core/faces/detection.py", "from emotion_core import analyze"),
        ("emotion_core/inference/analyze.py", "from emotion_core.evaluation.metrics import accuracy"),
        ("emotion_core/evaluation/metrics.py", "from emotion_core.training.fit import fit"),
        ("emotion_core/visuals/charts.py", "from emotion_core.runs.run import read_run"),
        ("emotion_core/inference/analyze.py", "from emotion_core.visuals.drawing import draw"),
        ("emotion_core/brandnew.py", "from emotion_core.emotions import EMOTIONS"),
    ],
)
def test_a_forbidden_import_is_found(path, source):
    assert len(violations(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("emotion_core/training/fit.py", "import keras\nfrom emotion_core.datasets.dataset import Dataset"),
        ("emotion_core/networks/conversion.py", "import tensorflow as tf"),
        ("emotion_core/inference/analyze.py", "from emotion_core import images\nfrom . import classifier"),
        ("emotion_core/visuals/drawing.py", "from emotion_core.faces.box import Box"),
        ("emotion_core/cli/main.py", "from emotion_core.training.fit import fit"),
        ("emotion_core/__init__.py", "from emotion_core.inference.analyze import analyze"),
        ("pages/3_Predict.py", "import streamlit as st\nimport emotion_core as ec\nfrom ui import frame"),
    ],
)
def test_an_allowed_import_is_not(path, source):
    assert violations(path, source) == []


@pytest.mark.parametrize(
    "code",
    [
        "import emotion_core",
        "import emotion_core, numpy; emotion_core.analyze(numpy.full((480, 640, 3), 255, numpy.uint8))",
    ],
    ids=["import", "analyze"],
)
def test_recognising_loads_nothing_heavy(code):
    heavy = {"keras", "tensorflow", "streamlit", "pandas", "scipy", "filelock"}
    listing = f"import sys; print({heavy} & set(sys.modules) or 'nothing')"
    run = subprocess.run([sys.executable, "-c", f"{code}\n{listing}"], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "nothing", run.stdout + run.stderr

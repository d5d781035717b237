"""The import rules of CONTRIBUTING.md, checked by reading the imports, wherever in a file they stand."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Container
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.imports import file_of, imported_names, names_when_run, read
from tests.shell import ROOT

GROUND = {
    "classes",
    "cluster",
    "command",
    "csv_tables",
    "decoding",
    "decoding_process",
    "emotions",
    "extras",
    "images",
    "files",
    "limits",
    "pool",
    "processes",
    "progress",
    "seals",
    "upright",
    "without_opencv",
    "workspace",
}
#: What each part of emotion_core may import besides itself: what lies below it.
ALLOWED = {
    **dict.fromkeys(GROUND, GROUND),
    "faces": GROUND,
    "datasets": GROUND,
    "models": GROUND | {"faces", "datasets"},
    "inference": GROUND | {"faces", "datasets", "models"},
    "batch": GROUND | {"faces", "models", "inference"},
    "client": GROUND | {"faces", "inference"},
    "streams": GROUND | {"faces", "datasets", "models", "inference"},
    "video": GROUND | {"faces", "datasets", "models", "inference", "streams"},
    "evaluation": GROUND | {"faces", "datasets", "models", "inference"},
    "runs": GROUND | {"datasets", "models", "inference", "evaluation"},
    "networks": GROUND | {"datasets", "models", "evaluation", "runs"},
    "training": GROUND | {"datasets", "models", "evaluation", "runs", "networks"},
    "jobs": GROUND | {"faces", "datasets", "models", "video", "evaluation", "runs", "networks", "training"},
    "shipping": GROUND | {"datasets", "models", "evaluation", "runs", "networks", "training", "jobs"},
    "visuals": {"classes", "emotions", "images", "faces", "models", "inference", "streams", "video", "evaluation"},
}
#: The command line sees every part; so do the front door and what starts the command line.
TOP = {"cli", "__init__", "__main__"}
PARTS = set(ALLOWED) | {"cli"}
#: Where Keras is imported. In jobs only inside functions, as the pages import them too.
KERAS = {"networks", "training", "shipping", "jobs"}
#: What may load Keras by being imported.
LOADING_KERAS = tuple(f"emotion_core/{part}/" for part in ("networks", "training", "shipping"))

#: What stands before the library, besides Home.py.
FRONTS = ("pages/", "ui/", "benchmarks/", "emotion_core/cli/", "emotion_server/")

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
    if path.startswith("emotion_server/") and package in STREAMLIT | {"pages", "ui", "Home"}:
        return "the service stands without the dashboard"
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


def circle(sources: dict[str, str]) -> list[str]:
    """Files of which each imports the one before, at once or within a function, and the first the last; or nothing."""
    graph = {}
    for path, text in sources.items():
        found = {file_of(name, sources) for name in names_when_run(path, text, also_later=True)}
        graph[path] = found - {None}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def ways_to_keras(sources: dict[str, str]) -> dict[str, list[str]]:
    """By file, how importing it imports Keras, file after file; without those whose import does not.

    A package's `__init__` runs before what is in it.
    """
    ways: dict[str, list[str]] = {}
    importers: dict[str, set[str]] = {}
    for path, text in sources.items():
        for name in names_when_run(path, text, also_later=False):
            if name.split(".")[0] in {"keras", "tensorflow"}:
                ways[path] = [path, name]
            for file in files_run_for(name, sources):
                importers.setdefault(file, set()).add(path)
    reached = list(ways)
    for file in reached:
        for path in sorted(importers.get(file, set()) - set(ways)):
            ways[path] = [path, *ways[file]]
            reached.append(path)
    return ways


def files_run_for(name: str, files: Container[str]) -> set[str]:
    """The files of a dotted name and of the packages around it."""
    steps = name.split(".")
    found = (file_of(".".join(steps[:end]), files) for end in range(1, len(steps) + 1))
    return {file for file in found if file}


def why_inner(path: str, name: str, files: Container[str]) -> str | None:
    """Why a front may not import a name, that of a file within a package whose face it should import from, or None."""
    steps = name.split(".")
    is_front = path == "Home.py" or path.startswith(FRONTS)
    if not is_front or steps[0] != "emotion_core" or steps[1:2] == ["cli"]:
        return None
    if len(steps) > 2 and file_of(".".join(steps[:3]), files) != f"emotion_core/{steps[1]}.py":
        inner = file_of(name, files)
        if inner and not inner.endswith("__init__.py"):
            return f"import it from emotion_core.{steps[1]}"
    return None


def test_every_import_is_allowed():
    sources = read("emotion_core/**/*.py", "emotion_server/**/*.py", "pages/*.py", "ui/**/*.py", "*.py")
    found = [line for path, text in sources.items() for line in violations(path, text)]
    assert not found, "\n".join(found)


def offered() -> set[str]:
    """The dotted names that the faces of packages list. A function may be called as the file that it lies in."""
    return {
        f"{stub.parent.relative_to(ROOT).as_posix().replace('/', '.')}.{alias.name}"
        for stub in ROOT.glob("emotion_core/**/__init__.pyi")
        for node in ast.parse(stub.read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_pages_commands_and_benchmarks_import_the_faces_of_packages():
    library = read("emotion_core/**/*.py")
    fronts = read(
        "emotion_core/cli/*.py", "emotion_server/**/*.py", "pages/*.py", "ui/**/*.py", "benchmarks/*.py", "Home.py"
    )
    found = [
        f"{path} imports {name}: {reason}"
        for path, text in fronts.items()
        for name in imported_names(path, text)
        if (reason := why_inner(path, name, library)) and name not in offered()
    ]
    assert not found, "\n".join(found)


def test_no_files_import_each_other_in_a_circle():
    assert circle(read("emotion_core/**/*.py", "emotion_server/**/*.py", "pages/*.py", "ui/**/*.py", "*.py")) == []


def test_nothing_that_a_page_imports_loads_keras_before_it_is_needed():
    sources = read("emotion_core/**/*.py", "emotion_server/**/*.py", "pages/*.py", "ui/**/*.py", "*.py")
    ways = [way for path, way in ways_to_keras(sources).items() if not path.startswith(LOADING_KERAS)]
    assert not ways, "\n".join(" -> ".join(way) for way in ways)


def test_what_tests_of_several_rooms_share_is_no_rooms_own():
    """A conftest is for its own folder, and no test for another."""
    found = []
    for path, text in read("tests/**/*.py").items():
        for name in imported_names(path, text):
            room, *rest = name.split(".")[:-1] if name.startswith("tests.") else [""]
            if [step for step in rest if step.startswith("test_")] or (
                "conftest" in rest and Path(path).parent.as_posix() != "/".join([room, *rest[: rest.index("conftest")]])
            ):
                found.append(f"{path} imports {name}")
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
        ("emotion_core/inference/analyze.py", "from emotion_core.evaluation.labels import accuracy"),
        ("emotion_core/evaluation/labels.py", "from emotion_core.training.fit import fit"),
        ("emotion_core/visuals/charts.py", "from emotion_core.runs.run import read_run"),
        ("emotion_core/inference/analyze.py", "from emotion_core.visuals.drawing import draw"),
        ("emotion_server/app.py", "import streamlit"),
        ("emotion_server/routers/models.py", "from ui.shared import models"),
        ("emotion_core/client.py", "from emotion_core.streams.session import LiveSession"),
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


def test_a_circle_is_found_also_where_a_function_closes_it():
    ring = {
        "ui/a.py": "from ui import b",
        "ui/b.py": "from ui.c.d import name",
        "ui/c/d.py": "def late():\n    import ui.a",
        "ui/e.py": "import ui.a",
    }
    assert set(circle(ring)) == {"ui/a.py", "ui/b.py", "ui/c/d.py"}
    assert circle({**ring, "ui/c/d.py": "import ui.f"}) == []
    assert circle({**ring, "ui/c/d.py": "if TYPE_CHECKING:\n    import ui.a"}) == []


@pytest.mark.parametrize(
    ("source", "way"),
    [
        ("import keras", ["a.py", "keras"]),
        ("class Thing:\n    from keras import layers", ["a.py", "keras.layers"]),
        ("if sys:\n    import tensorflow.lite", ["a.py", "tensorflow.lite"]),
        ("from room.light import x", ["a.py", "room/__init__.py", "room/heavy.py", "keras"]),
        ("def late():\n    import keras", []),
        ("if TYPE_CHECKING:\n    import keras", []),
    ],
)
def test_the_way_to_keras_is_that_of_importing(source, way):
    room = {"room/__init__.py": "from room.heavy import y", "room/heavy.py": "import keras", "room/light.py": "x = 1"}
    assert ways_to_keras({"a.py": source, **room}).get("a.py", []) == way


@pytest.mark.parametrize(
    ("path", "name", "allowed"),
    [
        ("pages/3_Predict.py", "emotion_core.faces.box.Box", False),
        ("ui/photos/view.py", "emotion_core.faces.box", False),
        ("benchmarks/faces.py", "emotion_core.faces.box.Box", False),
        ("emotion_core/cli/main.py", "emotion_core.datasets.readers.csv.read", False),
        ("pages/3_Predict.py", "emotion_core.faces.Box", True),
        ("pages/3_Predict.py", "emotion_core.datasets.readers.Source", True),
        ("ui/photos/view.py", "emotion_core.analyze", True),
        ("ui/photos/view.py", "emotion_core.images.load_image", True),
        ("emotion_core/cli/main.py", "emotion_core.cli.console.say", True),
        ("emotion_core/streams/session.py", "emotion_core.faces.box.Box", True),
    ],
)
def test_a_front_imports_the_faces_of_packages(path, name, allowed):
    files = [
        *("emotion_core/__init__.py", "emotion_core/images.py", "emotion_core/cli/console.py"),
        *("emotion_core/faces/__init__.py", "emotion_core/faces/box.py", "emotion_core/datasets/__init__.py"),
        *("emotion_core/datasets/readers/__init__.py", "emotion_core/datasets/readers/csv.py"),
    ]
    assert (why_inner(path, name, files) is None) == allowed


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

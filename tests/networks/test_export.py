"""Exported models say what they are, and the page that goes with them has lines of code that run as they stand."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

import emotion_core as ec
from emotion_core.models.card import ModelError, read_card
from emotion_core.models.classifier import LITERT_FILE
from emotion_core.networks.export import FORMATS, about, export_model
from emotion_core.networks.how_to_use import how_to_use
from emotion_core.workspace import SHIPPED_MODELS
from tests.cards import change_card

#: Conversions load TensorFlow: minutes on a machine that is busy.
pytestmark = pytest.mark.timeout(600)

ROOT = Path(__file__).parent.parent.parent
#: Where `scripts/test` installs the packages that run networks in JavaScript.
JAVASCRIPT = ROOT / "tests" / "javascript"
MODEL = SHIPPED_MODELS / "emotion-net"


#: Exports the default model into a folder, and prints the files and what was loaded for it.
EXPORT = f"""
import os, sys, emotion_core
for name in {list(FORMATS)}:
    print(emotion_core.export_model({str(MODEL)!r}, name, sys.argv[1]))
print(*sorted(os.listdir(sys.argv[1])))
print({{"keras", "tensorflow"}} & set(sys.modules) or "nothing")
"""


@pytest.fixture(scope="module")
def said_of(tmp_path_factory) -> tuple[Path, list[str]]:
    """A folder with the default model in all formats, and what was said of it."""
    folder = tmp_path_factory.mktemp("elsewhere")
    command = [sys.executable, "-c", EXPORT, folder]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return folder, done.stdout.splitlines()


@pytest.fixture(scope="module")
def exported(said_of) -> Path:
    """That folder, with a face of the size that the model takes."""
    folder, _ = said_of
    pixels = np.random.default_rng(0).integers(0, 256, (48, 48), dtype=np.uint8)
    Image.fromarray(pixels).save(folder / "face.png")
    return folder


@pytest.fixture(scope="module")
def expected(exported) -> dict[str, float]:
    """What the classifier says of the face."""
    pixels = np.asarray(Image.open(exported / "face.png"))
    return dict(zip(ec.EMOTIONS, map(float, as_it_answers().predict_proba(pixels[None])[0]), strict=True))


def as_it_answers() -> ec.Classifier:
    """The model for the mix of expressions under which its file answers."""
    return ec.load_classifier(MODEL, prior=ec.load_classifier(MODEL).card.answers_under)


def code(exported: Path, heading: str) -> str:
    """The lines of code beneath a heading of the page."""
    found = re.search(rf"## {heading}\n.*?```\w+\n(.*?)```", (exported / "how-to-use.md").read_text(), re.DOTALL)
    assert found
    return found[1]


@pytest.mark.parametrize("heading", ["LiteRT in Python", "ONNX in Python", "SavedModel in Python"])
def test_the_lines_of_python_predict_as_the_classifier_does(exported, expected, heading):
    command = [sys.executable, "-c", code(exported, heading)]
    done = subprocess.run(command, cwd=exported, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.replace("'", '"')) == pytest.approx(expected, abs=2e-3)


def test_the_lines_of_javascript_predict_as_the_classifier_does(exported, expected):
    if not shutil.which("node"):
        pytest.skip("Node.js is not installed")
    if not (JAVASCRIPT / "node_modules").is_dir():
        pytest.skip(f"the packages of {JAVASCRIPT.relative_to(ROOT)} are not installed: npm ci --ignore-scripts there")
    (exported / "node_modules").symlink_to(JAVASCRIPT / "node_modules")
    pixels = np.asarray(Image.open(exported / "face.png")).ravel().tolist()
    lines = f"const pixels = {pixels};\n{code(exported, 'ONNX in JavaScript')}"
    (exported / "use.mjs").write_text(lines)
    done = subprocess.run(["node", "use.mjs"], cwd=exported, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == pytest.approx(expected, abs=2e-3)


def test_every_file_says_what_it_is(exported):
    import onnx

    card = ec.load_classifier(MODEL).card
    words = about(card)
    assert words["classes"] == list(ec.EMOTIONS)
    assert [words[key] for key in ("size", "channels", "scale", "offset")] == [48, 1, 1 / 127.5, -1.0]
    as_it_is = as_it_answers()
    assert (words["temperature"], words["abstain_threshold"]) == (as_it_is.temperature, as_it_is.abstain_threshold)
    assert (words["prior"], words["answers_under"]) == (card.prior, card.answers_under)
    with zipfile.ZipFile(exported / "emotion-net.tflite") as archive:
        assert json.loads(archive.read("emotion_core.json")) == words
        assert archive.read("labels.txt").decode().splitlines() == words["classes"]
    metadata = {one.key: one.value for one in onnx.load(exported / "emotion-net.onnx").metadata_props}
    assert metadata.keys() == words.keys() and metadata["name"] == "emotion-net"
    assert json.loads(metadata["classes"]) == words["classes"] and float(metadata["scale"]) == words["scale"]
    assert json.loads((exported / "emotion-net-savedmodel" / "emotion_core.json").read_text()) == words


def test_the_page_says_for_which_mix_of_expressions_the_answers_are():
    card = ec.load_classifier(MODEL).card.model_copy(update={"answers_under": "trained"})
    page = how_to_use("emotion-net", card, ["onnx"])
    assert "That is for expressions as in the training data (angry " in page
    assert "For every expression alike, first divide the probabilities by the training data's shares." in page
    prior = dict.fromkeys(ec.EMOTIONS, 1 / 6) | {"sad": 0.0}
    page = how_to_use("mine", card.model_copy(update={"answers_under": "balanced", "prior": prior}), ["litert"])
    assert "That is for every expression alike." in page
    assert "first multiply the probabilities by the training data's shares (those of a share of 0 stay as they" in page
    assert "every expression alike" not in how_to_use(
        "older", card.model_copy(update={"prior": None, "summary": ""}), ["onnx"]
    )


def test_exporting_loads_neither_keras_nor_tensorflow(said_of):
    folder, said = said_of
    names = [f"emotion-net{one.suffix}" for one in FORMATS.values()]
    assert said == [*(str(folder / name) for name in names), " ".join(sorted([*names, "how-to-use.md"])), "nothing"]


def test_what_cannot_be_exported_is_refused_and_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match="unknown format 'h5'; allowed are litert, onnx, savedmodel"):
        export_model(MODEL, "h5", tmp_path)
    with pytest.raises(ModelError, match="there is no model 'nobody'"):
        export_model("nobody", "litert", tmp_path)
    (tmp_path / "emotion-net.tflite").write_bytes(b"")
    with pytest.raises(FileExistsError, match="is there already"):
        export_model(MODEL, "litert", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["emotion-net.tflite"]


def test_what_a_killed_export_left_goes_with_the_next_one(tmp_path):
    left = tmp_path / ".emotion-net.999999999-1.partial.tflite"
    left.mkdir()
    (left / "emotion-net.tflite").write_bytes(b"half")
    export_model(MODEL, "litert", tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["emotion-net.tflite", "how-to-use.md"]


def test_a_model_that_cannot_be_converted_says_why(make_model, tmp_path):
    with pytest.raises(ModelError, match=r"tiny cannot be converted to ONNX: .* does not list model\.keras"):
        export_model(make_model(), "onnx", tmp_path / "out")


def test_a_model_of_the_version_before_is_exported_with_embeddings(tmp_path):
    """Its own LiteRT file, which has none, is left as it is."""
    folder = tmp_path / "earlier"
    shutil.copytree(MODEL, folder)
    content = (ROOT / "tests" / "models" / "written_before" / LITERT_FILE).read_bytes()
    (folder / LITERT_FILE).write_bytes(content)
    card = read_card(folder)
    files = {**card.files, LITERT_FILE: hashlib.sha256(content).hexdigest()}
    change_card(folder, files=files, input={**card.input.model_dump(), "size": 8})
    exported = Interpreter(model_path=str(export_model(folder, "litert", tmp_path / "out")))
    assert [one["name"] for one in exported.get_output_details()] == ["emotion", "features"]
    assert (folder / LITERT_FILE).read_bytes() == content


def test_without_what_converts_one_is_told_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setattr("emotion_core.extras.find_spec", lambda module: None if module == "tensorflow" else module)
    with pytest.raises(ModuleNotFoundError, match=r"tensorflow is not installed; .* 'emotion-dashboard\[train\]'"):
        export_model(MODEL, "onnx", tmp_path)
    assert export_model(MODEL, "litert", tmp_path).is_file()


def test_the_model_itself_runs_with_what_is_packed_at_its_end(exported, make_model, tmp_path):
    """LiteRT takes no notice of it, so that what was exported can be used as any other file of a model."""
    interpreter = Interpreter(model_path=str(exported / "emotion-net.tflite"))
    assert set(interpreter.get_signature_runner().get_output_details()) == {"emotion", "features"}
    assert (exported / "emotion-net.tflite").read_bytes().startswith((MODEL / LITERT_FILE).read_bytes())

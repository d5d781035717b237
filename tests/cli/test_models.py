"""The commands about models, as a shell sees them: exit status, standard output, standard error."""

from __future__ import annotations

import hashlib
import os
import shutil

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from emotion_core.inference.words import figure_in_percent
from emotion_core.models.card import read_card
from emotion_core.models.classifier import Classifier
from emotion_core.models.face_input import network_input
from emotion_core.workspace import SHIPPED_MODELS
from tests.cards import change_card
from tests.shell import ROOT, emotion


def run(workspace, *arguments):
    return emotion("models", *arguments, workspace=workspace)


@pytest.fixture
def own(tmp_path):
    """A workspace with a model "mine", the shipped one under another name."""
    folder = tmp_path / "models" / "mine"
    shutil.copytree(SHIPPED_MODELS / "emotion-net", folder)
    change_card(folder, name="mine")
    return tmp_path


def test_list_names_each_model_with_its_place_and_figures(own):
    done = run(own, "list")
    assert (done.returncode, done.stderr) == (0, "")
    default, *others = done.stdout.splitlines()
    card = read_card(SHIPPED_MODELS / "emotion-net")
    accuracy = next(one.accuracy for one in card.measurements if one.labels == "ferplus-majority")
    assert default.startswith("emotion-net (default): ")
    assert f"{figure_in_percent(accuracy)} of FER-2013 PublicTest (mean recall " in default
    assert default.endswith(str(SHIPPED_MODELS / "emotion-net"))
    (mine,) = [line for line in others if line.startswith("mine: ")]
    assert mine.endswith(str(own / "models" / "mine"))


def test_list_goes_on_after_a_model_that_cannot_be_used(own):
    (own / "models" / "mine" / "card.json").write_text("{")
    done = run(own, "list")
    assert done.returncode == 0
    assert any(line.startswith("mine: ") and "no model card" in line for line in done.stdout.splitlines())
    assert "emotion-net (default): " in done.stdout


def test_show_is_the_card_in_words(own):
    done = run(own, "show", "mine")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("# mine\n") and "## What it is not for" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("show", "other"), "there is no model 'other'; there are emotion-net, "),
        (("show", "x" * 300), "there is no model 'xxx"),
        (("export", "other", "--format", "onnx"), "there is no model 'other'"),
        (("export", "mine", "--format", "h5"), "unknown format 'h5'; allowed are litert, onnx, savedmodel"),
        (("export", "mine"), "--format"),
        (("export", "mine", "--format", "litert", "--to", "/proc/nowhere"), "cannot write to /proc/nowhere"),
    ],
    ids=["show", "long", "export", "format", "no format", "place"],
)
def test_wrong_calls_are_refused_in_one_line(own, arguments, reason):
    done = run(own, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert reason in line


def test_a_litert_export_is_the_models_own_file_and_never_written_over(own):
    arguments = ("export", "mine", "--format", "litert", "--to", own / "new" / "folder")
    done = run(own, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    target = own / "new" / "folder" / "mine.tflite"
    assert target.read_bytes().startswith((SHIPPED_MODELS / "emotion-net" / "model.tflite").read_bytes())
    assert done.stdout.splitlines()[0] == f"{target} written"
    assert sorted(os.listdir(target.parent)) == ["how-to-use.md", "mine.tflite"]

    again = run(own, *arguments)
    assert again.returncode == 2 and "is there already" in again.stderr


def test_an_export_is_called_after_the_models_folder_whatever_its_card_says(own):
    """A card comes from whoever made the model: its name could lead out of the folder that was asked for."""
    folder = own / "models" / "mine"
    change_card(folder, name="../../elsewhere")
    done = run(own, "export", f"{folder}/", "--format", "litert", "--to", own / "new" / "folder")
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(os.listdir(own / "new" / "folder")) == ["how-to-use.md", "mine.tflite"]
    assert not list(own.glob("elsewhere*"))


def test_a_model_is_found_from_within_its_own_folder(own):
    folder = own / "models" / "mine"
    done = emotion("models", "export", "./", "--format", "litert", "--to", own, workspace=own, folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert (own / "mine.tflite").is_file()


def test_an_export_answers_as_the_model_does_by_what_is_said_of_it(own):
    """Whichever its format: that the files of all of them answer alike is tested where they are made."""
    done = run(own, "export", "mine", "--format", "litert", "--to", own)
    assert (done.returncode, done.stderr) == (0, "")
    network = Interpreter(model_path=str(own / "mine.tflite")).get_signature_runner()
    classifier = Classifier(own / "models" / "mine")
    crops = np.random.default_rng(0).integers(0, 256, (3, 48, 48), dtype=np.uint8)
    faces = network_input(crops, classifier.card.input)
    assert "(n, 48, 48, 1)" in done.stdout and "pixel * 0.00784314 -1" in done.stdout
    answers = network(face=faces)["emotion"]
    power = float(done.stdout.split("to the power ")[1].split()[0])
    calibrated = answers**power / (answers**power).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(calibrated, classifier.predict_proba(crops), atol=1e-3)


def test_a_network_that_is_not_what_its_card_says_is_not_exported(own):
    with open(own / "models" / "mine" / "model.keras", "ab") as file:
        file.write(b"more")
    done = run(own, "export", "mine", "--format", "onnx", "--to", own)
    assert done.returncode == 2 and "its sha256 is not the one on the model's card" in done.stderr
    assert not list(own.glob("mine*")) and not list(own.glob(".export*"))


def test_a_model_of_the_version_before_is_converted_and_then_has_embeddings(own):
    folder = own / "models" / "mine"
    content = (ROOT / "tests" / "models" / "written_before" / "model.tflite").read_bytes()
    (folder / "model.tflite").write_bytes(content)
    change_card(folder, files={**read_card(folder).files, "model.tflite": hashlib.sha256(content).hexdigest()})
    done = run(own, "convert", "mine")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{folder} converted\n", "")
    crops = np.random.default_rng(0).integers(0, 256, (3, 48, 48), dtype=np.uint8)
    converted, shipped = Classifier(folder), Classifier(SHIPPED_MODELS / "emotion-net")
    assert converted.embed(crops) == pytest.approx(shipped.embed(crops), abs=1e-4)
    assert converted.predict_proba(crops) == pytest.approx(shipped.predict_proba(crops), abs=1e-5)
    assert converted.card.measurements == shipped.card.measurements


def test_a_model_is_added_renamed_made_the_default_and_deleted(own, tmp_path):
    source = tmp_path / "models" / "mine"
    done = run(own, "add", str(source), "--name", "theirs")
    assert (done.returncode, done.stdout, done.stderr) == (0, "theirs added\n", "")
    assert run(own, "rename", "theirs", "ours").stdout == "ours\n".join(["theirs is now ", ""])
    assert run(own, "default", "ours").stdout == "ours is the default model\n"
    assert run(own, "list").stdout.startswith("ours (default): ")
    assert run(own, "delete", "ours").stdout == "ours deleted\n"
    refused = run(own, "delete", "emotion-net")
    assert refused.returncode == 2 and "the models that ship stay as they are" in refused.stderr

"""The command that evaluates, as a shell sees it: exit status, standard output, standard error."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.workspace import SHIPPED_MODELS, WORKSPACE_VARIABLE
from tests.cards import change_card
from tests.fer2013_files import fer2013_text
from tests.shell import ROOT, emotion

DRAWN = synthetic_faces(140, seed=3)
FACES = {split: len(DRAWN.split(split)) for split in ("train", "validation", "test")}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory) -> Path:
    """A workspace with a data set "drawn", another without a test split, and a model "other" that sees faces darker."""
    folder = tmp_path_factory.mktemp("shell")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv(WORKSPACE_VARIABLE, str(folder))
        add_dataset(DRAWN, "drawn", "drawn")
        add_dataset(DRAWN.split("train"), "train only", "drawn")
    for name, change in (
        ("other", {"input": {"size": 48, "channels": 1, "scale": 0.004, "offset": -1.0}}),
        ("new", {}),
    ):
        shutil.copytree(SHIPPED_MODELS / "emotion-net", folder / "models" / name)
        change_card(folder / "models" / name, **change)
    (folder / "models" / "new" / "model.tflite").write_bytes(b"changed")
    (folder / "fer2013.csv").write_text(fer2013_text(synthetic_faces(35, seed=1)))
    return folder


def run(workspace: Path, *arguments: object, folder: Path = ROOT) -> subprocess.CompletedProcess:
    return emotion("evaluate", *arguments, workspace=workspace, folder=folder)


def test_faces_are_judged_under_the_mix_that_is_asked_for(workspace):
    done = run(workspace, "--data", "drawn", "--split", "validation", "--prior", "balanced", "--json", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["evaluations"][0]["prior"] == "balanced"


@pytest.mark.parametrize("prior", ["even", "happy=0", "joy=0.5", "happy=0.6,sad=0.6"])
def test_a_mix_that_is_none_is_a_wrong_call(workspace, prior):
    done = run(workspace, "--data", "drawn", "--prior", prior)
    (line,) = done.stderr.splitlines()
    assert done.returncode == 2 and "prior" in line


def test_one_model_in_words(workspace):
    done = run(workspace, "--data", "drawn", "--split", "validation")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"drawn, validation: {FACES['validation']} faces"
    assert lines[1] == "expected mix of expressions: as in the training data"
    assert lines[2] == "0 of them are pixel for pixel also in the training split"
    assert "emotion-net" in lines
    assert any(
        line.startswith("  accuracy against the data set's own labels: ") and f"of {FACES['validation']} (" in line
        for line in lines
    )
    surprised = (DRAWN.split("validation").table["label"] == "surprised").sum()
    assert any(line.split()[:2] == ["surprised", str(surprised)] for line in lines)


def test_two_models_on_a_file_with_reports_of_both_kinds(workspace, tmp_path):
    html, figures = tmp_path / "report.html", tmp_path / "report.json"
    models = ("--model", "default", "--model", "other")
    done = run(workspace, *models, "--data", workspace / "fer2013.csv", "--flip", "--html", html, "--json", figures)
    assert (done.returncode, done.stderr) == (0, "")
    assert "each prediction averaged with the mirror image's" in done.stdout
    assert "Compared on the same faces:" in done.stdout
    report = json.loads(figures.read_text("utf-8"))
    assert [one["model"] for one in report["evaluations"]] == ["emotion-net", "other"]
    assert report["flip_averaged"] and len(report["comparisons"]) == 1
    assert html.read_text("utf-8").startswith("<!doctype html>")


def test_faces_that_are_detected_first_and_a_report_through_a_link(workspace, tmp_path):
    (tmp_path / "figures.json").write_text("old")
    (tmp_path / "link.json").symlink_to(tmp_path / "figures.json")
    done = run(workspace, "--data", "drawn", "--found", "--json", tmp_path / "link.json")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert 0 < report["detected"] <= report["faces"] == FACES["test"]
    assert f"{report['detected']} of them were detected and cropped as in photos" in done.stdout
    assert sorted(file.name for file in tmp_path.iterdir()) == ["figures.json", "link.json"]


def test_json_on_standard_output_stands_alone(workspace):
    done = run(workspace, "--data", "drawn", "--json", "-")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    (evaluation,) = report["evaluations"]
    confusion = evaluation["judgements"][0]["confusion"]
    assert sum(map(sum, confusion)) == report["faces"] == FACES["test"]


def test_a_model_and_a_data_set_have_the_names_of_their_folders_however_they_are_asked_for(workspace):
    folder = workspace / "faces"
    folder.mkdir()
    shutil.copy(workspace / "fer2013.csv", folder)
    done = run(workspace, "--data", "./", "--model", "../models/other/.", "--json", "-", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert (report["data"], report["evaluations"][0]["model"]) == ("faces", "other")


def test_names_that_are_no_text_are_reported_with_a_question_mark(workspace, tmp_path):
    shutil.copytree(workspace / "models" / "other", tmp_path / os.fsdecode(b"net-\xff"))
    shutil.copy(workspace / "fer2013.csv", tmp_path / os.fsdecode(b"faces-\xff.csv"))
    asked = ("--data", os.fsdecode(b"./faces-\xff.csv"), "--model", os.fsdecode(b"./net-\xff"))
    done = run(workspace, *asked, "--json", "figures.json", "--html", "report.html", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads((tmp_path / "figures.json").read_text("utf-8"))
    assert (report["data"], report["evaluations"][0]["model"]) == ("faces-?.csv", "net-?")
    assert "The card of net-?" in (tmp_path / "report.html").read_text("utf-8")


def test_a_report_is_not_written_over_what_it_is_about(workspace, tmp_path):
    faces = shutil.copy(workspace / "fer2013.csv", tmp_path)
    before = Path(faces).read_bytes()
    done = run(workspace, "--data", faces, "--json", faces)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is what is evaluated; name another file for the report" in done.stderr
    assert Path(faces).read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--data", "train only"), f"the data set train only has no test split; it has train ({FACES['train']})"),
        (("--data", "drawn", "--split", "public"), "unknown split 'public'; allowed are train, validation, test"),
        (("--data", "nothing"), "there is no data set 'nothing'; there are drawn, train only"),
        (("--data", "drawn", "--model", "new"), "its sha256 is not the one on the model's card"),
        (("--data", "drawn", "--group", "age"), "has no column 'age' to group by; it has none"),
        (
            ("--data", "drawn", "--model", "other", "--model", "models/../models/emotion-net", "--model", "default"),
            "names",
        ),
        (("--data", "drawn", "--model", "unknown"), "there is no model 'unknown'; there are emotion-net, "),
        (("--data", "drawn", "--model", "x" * 300), "there is no model 'xxx"),
        (("--data", "x" * 300), "there is no data set 'xxx"),
        (("--data", "drawn", "--html", "/nowhere/report.html"), "cannot write /nowhere/report.html"),
        (
            ("--data", "drawn", "--json", "/nowhere/same", "--html", "/nowhere/./same"),
            "--json and --html name the same file",
        ),
        # Found out before the faces are looked at, which may take minutes, so before it is that there are none.
        (("--data", "nothing", "--json", "/nowhere/figures.json"), "cannot write /nowhere/figures.json"),
        (("--data", "nothing", "--json", "/"), "cannot write / (Is a directory)"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(workspace, arguments, reason):
    done = run(workspace, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert reason in line

"""The commands about data sets, as a shell sees them: exit status, standard output, standard error."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.store import delete_dataset, edits_of
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.fer2013_files import fer2013_text
from tests.pictures import png
from tests.shell import ROOT, emotion


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with the data set "drawn", made by the command itself, beside its csv."""
    folder = tmp_path_factory.mktemp("shell")
    (folder / "fer2013.csv").write_text(fer2013_text(synthetic_faces(35, seed=3)))
    done = run(folder, "import", folder / "fer2013.csv", "--name", "drawn")
    assert (done.returncode, done.stderr) == (0, "")
    return folder


#: The command `emotion`, which waits in the midst of a table after it has said so.
AMIDST = """
import time
from emotion_core.cli.main import main
from emotion_core.csv_tables import CsvTable
def add_row(self, row):
    print("writing", flush=True)
    time.sleep(600)
CsvTable.add_row = add_row
main()
"""


def run(workspace, *arguments):
    return emotion("dataset", *arguments, workspace=workspace)


def test_import_says_what_was_read(workspace, tmp_path):
    done = run(tmp_path, "import", workspace / "fer2013.csv", "--name", "x", "--label", "0=sad", "--label", "1=")
    assert (done.returncode, done.stderr) == (0, "")
    first, splits, *counts, form, meant, labels, numbering, left_out = map(str.split, done.stdout.splitlines())
    assert " ".join(first) == "x: 30 faces from FER-2013's csv"
    assert splits == ["train", "validation", "test"]
    assert [line[0] for line in counts] == ["fearful", "happy", "neutral", "sad", "surprised", "all"]
    assert sum(map(int, counts[-1][1:])) == 30
    assert form == ["Form", "FER-2013's", "csv"]
    assert " ".join(meant) == "Splits PrivateTest → test, PublicTest → validation, Training → train"
    assert " ".join(labels).startswith("Labels 0 → sad, 2 → fearful, ")
    assert " ".join(numbering) == "Numbering none of the known ones"
    assert " ".join(left_out) == "Left out by label '1' 5"


def test_a_dry_run_says_the_same_and_stores_nothing(workspace, tmp_path):
    done = run(tmp_path, "import", workspace / "fer2013.csv", "--name", "x", "--dry-run")
    assert (done.returncode, done.stderr) == (0, "")
    first, *_, last = done.stdout.splitlines()
    assert first == "x: 35 faces from FER-2013's csv"
    assert last == "  nothing was stored: this was a dry run"
    assert not (tmp_path / "datasets").exists()


def test_import_of_pictures_with_bad_ones(tmp_path, workspace):
    faces = synthetic_faces(3, seed=1)
    (tmp_path / "in" / "happy").mkdir(parents=True)
    for number, image in enumerate(faces.images):
        (tmp_path / "in" / "happy" / f"{number}.png").write_bytes(png(image))
    (tmp_path / "in" / "happy" / "bad.png").write_bytes(b"")
    arguments = ("import", tmp_path / "in", "--name", "x", "--side", "32")
    refused = run(tmp_path, *arguments)
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert "1 bad row: happy/bad.png (the file is empty)" in line
    assert line.endswith("Correct them, or skip bad rows with --skip-bad-rows")
    (tmp_path / "in" / "more.zip").write_bytes(b"")
    (tmp_path / "in" / "happy" / "noname").write_bytes(b"")
    done = run(tmp_path, *arguments, "--skip-bad-rows")
    assert done.returncode == 0
    assert "  Bad rows          1 skipped, the first: happy/bad.png" in done.stdout
    assert "no splits were given" in done.stdout
    assert (
        "  Archives inside   1, not opened; unpack what belongs to the set\n  Unused files      1: happy/noname\n"
        in done.stdout
    )


def test_import_of_unknown_labels_names_the_option(tmp_path):
    (tmp_path / "in" / "very odd").mkdir(parents=True)
    (tmp_path / "in" / "very odd" / "1.png").write_bytes(png(synthetic_faces(1).images[0]))
    refused = run(tmp_path, "import", tmp_path / "in", "--name", "x")
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert "or leave it out, as in --label 'very odd=angry' or --label 'very odd='" in line
    assert line.endswith("or keep all labels as classes with --classes keep")


def test_import_with_a_numbering_a_pattern_and_a_choice_of_labels(tmp_path):
    drawn = synthetic_faces(4, seed=1)
    (tmp_path / "in" / "sad").mkdir(parents=True)
    for number, image in enumerate(drawn.images):
        (tmp_path / "in" / "sad" / f"a_{number % 2}_{number}.png").write_bytes(png(image))
    arguments = ("import", tmp_path / "in", "--name", "x", "--dry-run")
    (tmp_path / "in" / "l.csv").write_text("path,label\nsad/a_0_0.png,happy\nsad/a_1_1.png,sad\n")
    refused = run(tmp_path, *arguments)
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert "the labels of 1 of 2 pictures differ from the folders" in line
    assert line.endswith("Say which to go by, folders or table: --labels-from folders, or --labels-from table")
    done = run(tmp_path, *arguments, "--labels-from", "folders")
    assert "x: 4 faces from a folder per emotion" in done.stdout
    (tmp_path / "in" / "l.csv").write_bytes("path,label,note\nsad/a_0_0.png,sad,trüb\n".encode("cp1252"))
    done = run(tmp_path, *arguments, "--labels-from", "table", "--encoding", "cp1252")
    assert "a csv with paths and labels, in Windows-1252" in done.stdout
    asked = run(tmp_path, *arguments, "--name-pattern", "*_{label}_*")
    assert asked.stderr.strip().endswith("expw, ck+, ckextended, ravdess")
    done = run(tmp_path, *arguments, "--name-pattern", "*_{label}_*", "--numbering", "happy,angry")
    assert "Labels            0 → happy, 1 → angry" in done.stdout


def test_list(workspace, tmp_path):
    done = run(workspace, "list")
    assert done.returncode == 0
    assert done.stdout.startswith("drawn: 35 faces (")
    assert "no data sets yet" in run(tmp_path, "list").stdout


def test_list_with_a_damaged_one(tmp_path, workspace):
    for name in ("a", "b", "c"):
        assert run(tmp_path, "import", workspace / "fer2013.csv", "--name", name).returncode == 0
    (tmp_path / "datasets" / "b" / "dataset.json").write_text("{")
    done = run(tmp_path, "list")
    assert (done.returncode, done.stderr) == (0, "")
    first, second, third = done.stdout.splitlines()
    assert first.startswith("a: 35 faces") and third.startswith("c: 35 faces")
    assert second.startswith("b: ") and "is damaged" in second


def test_report(workspace, tmp_path):
    done = run(workspace, "report", "drawn", "--json", tmp_path / "report.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "faces: 35"
    written = json.loads((tmp_path / "report.json").read_text())
    assert written["summary"]["identical"] == 0
    assert written["faces"] == []


def test_report_on_standard_output_stands_alone(workspace):
    done = run(workspace, "report", "drawn", "--json", "-")
    assert json.loads(done.stdout)["summary"]["faces"] == 35


def test_report_with_label_issues_by_a_model(workspace):
    done = run(workspace, "report", "drawn", "--json", "-", "--model", "emotion-net")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["summary"]["suspected"] >= 0


def test_faces_are_drawn_exported_imported_again_and_deleted(tmp_path):
    done = run(tmp_path, "draw", "--name", "faces", "--count", "14", "--seed", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("faces: 14 faces from synthetic faces, seed 2")
    done = run(tmp_path, "export", "faces", tmp_path / "faces.csv")
    assert (done.returncode, done.stderr) == (0, "")
    done = run(tmp_path, "import", tmp_path / "faces.csv", "--name", "again")
    assert done.stdout.startswith("again: 14 faces")
    assert (tmp_path / "datasets/again/images.npy").read_bytes() == (
        tmp_path / "datasets/faces/images.npy"
    ).read_bytes()
    assert run(tmp_path, "delete", "faces").stdout == "faces is deleted\n"
    assert run(tmp_path, "list").stdout.startswith("again: ")


def test_labels_are_exported_alone(workspace, tmp_path):
    done = run(workspace, "export", "drawn", tmp_path / "labels.csv", "--labels")
    assert (done.returncode, done.stderr) == (0, "")
    header, first, *_ = (tmp_path / "labels.csv").read_text().splitlines()
    assert header.startswith("source,label,split,excluded,given_label,given_split")
    assert first.startswith("row-0000000,")


def test_a_report_of_a_set_of_which_every_face_is_excluded(workspace, monkeypatch):
    monkeypatch.setenv("EMOTION_CORE_WORKSPACE", str(workspace))
    derive("drawn", "nothing")
    edits_of("nothing").exclude(range(35))
    done = run(workspace, "report", "nothing", "--model", "emotion-net")
    delete_dataset("nothing")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("faces: 0\n")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "Missing command"),
        (["sing"], "sing"),
        (["import"], "Missing argument"),
        (["import", "nowhere.csv", "--name", "x"], "nowhere.csv"),
        (["import", "LICENSE", "--name", "x"], "no data set that can be read"),
        (["import", "README.md", "--name", "x"], "no table with names of pictures"),
        (["import", "scripts", "--name", "x"], "holds no pictures"),
        (["import", "FER", "--name", "drawn"], "there is a data set 'drawn' already"),
        (["import", "FER", "--name", "a/b"], "cannot be called 'a/b'"),
        (["import", "FER", "--name", "x", "--label", "0"], "write LABEL=EMOTION"),
        (["import", "FER", "--name", "x", "--label", "0=meh"], "cannot mean 'meh'"),
        (["import", "FER", "--name", "x", "--side", "5000"], "allowed are 16 to 512"),
        (["import", "FER", "--name", "x", "--crop", "maybe"], "always"),
        (["draw", "--name", "drawn"], "there is a data set 'drawn' already"),
        (["draw", "--name", "x", "--count", "0"], "--count"),
        (["download", "--name", "drawn"], "there is a data set 'drawn' already"),
        (["export", "nobody", "x.csv"], "there is no data set 'nobody'"),
        (["export", "drawn", "no/such/folder.csv"], "cannot write"),
        (["delete", "nobody"], "there is no data set 'nobody'"),
        (["report", "nobody"], "there is no data set 'nobody'; there are drawn"),
        (["report", "drawn", "--model", "nobody"], "there is no model 'nobody'"),
        (["report", "drawn", "--json", "no/such/folder.json"], "cannot write"),
    ],
)
def test_a_wrong_call_or_unusable_input_is_said_in_one_line(workspace, arguments, reason):
    done = run(workspace, *[workspace / "fer2013.csv" if word == "FER" else word for word in arguments])
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert reason in line


def test_import_keeps_groups_and_derives_classes(tmp_path):
    for row, image in enumerate(synthetic_faces(6).images):
        path = tmp_path / "in" / ("bored", "wink", "smile")[row % 3] / f"{row}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(image))
    kept = run(tmp_path, "import", tmp_path / "in", "--name", "three", "--classes", "keep")
    assert kept.returncode == 0, kept.stderr
    assert "  Classes           bored, smile, wink\n" in kept.stdout
    table = tmp_path / "table.txt"
    table.write_text("bored -> tired\nsmile, wink -> lively\n")
    grouped = run(tmp_path, "import", tmp_path / "in", "--name", "two", "--classes", table)
    assert "  Classes           tired, lively\n" in grouped.stdout, grouped.stderr
    derived = run(tmp_path, "derive", "three", "--name", "from three", "--classes", table)
    assert (
        "from three: 6 faces from three" in derived.stdout and "  Classes           tired, lively\n" in derived.stdout
    )
    refused = run(tmp_path, "import", tmp_path / "in", "--name", "x", "--classes", "nothing.txt")
    assert refused.returncode == 2
    assert "there is no file 'nothing.txt'; --classes takes keep, seven, or a file" in refused.stderr


@pytest.mark.parametrize("form", [[], ["--labels"]], ids=["faces", "labels"])
def test_an_export_that_is_killed_leaves_nothing_once_the_next_one_is_done(workspace, tmp_path, form):
    export = ["dataset", "export", "drawn", str(tmp_path / "out.csv"), *form]
    environment = {**os.environ, WORKSPACE_VARIABLE: str(workspace)}
    command = [sys.executable, "-c", AMIDST, *export]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as killed:
        assert killed.stdout.readline() == b"writing\n"
        killed.kill()
    assert len(os.listdir(tmp_path)) == 1
    done = emotion(*export, workspace=workspace)
    assert (done.returncode, done.stderr) == (0, "")
    assert os.listdir(tmp_path) == ["out.csv"]

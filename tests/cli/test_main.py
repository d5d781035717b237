"""The command line, as a shell sees it: exit status, standard output, standard error."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

import emotion_core as ec
from emotion_core.emotions import EMOTIONS
from emotion_core.images import load_image
from tests.shell import emotion


@pytest.fixture(scope="session")
def portrait(tmp_path_factory, astronaut):
    """A photo with one face, named in two scripts."""
    path = tmp_path_factory.mktemp("photos") / "portrait Ж 写真.png"
    Image.fromarray(astronaut).save(path)
    return path


def test_a_photo_gives_a_line_a_face_and_nothing_else(portrait):
    done = emotion("analyze", portrait)
    assert done.returncode == 0
    assert done.stderr == ""
    (line,) = done.stdout.splitlines()
    assert line.startswith(f"{portrait}: face 1 ")


def test_json_on_standard_output_stands_alone(portrait, tmp_path):
    empty = tmp_path / "empty.png"
    Image.new("RGB", (300, 200), "gray").save(empty)
    done = emotion("analyze", portrait, empty, "--json", "-")
    assert done.returncode == 0
    with_face, without = json.loads(done.stdout)
    assert with_face["photo"] == str(portrait)
    (face,) = with_face["faces"]
    assert set(face["probabilities"]) == set(EMOTIONS)
    assert sum(face["probabilities"].values()) == pytest.approx(1, abs=0.001)
    assert without["faces"] == []


def test_csv_on_standard_output_stands_alone(portrait):
    done = emotion("analyze", portrait, "--csv", "-")
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert row["photo"] == str(portrait) and float(row["confidence"]) > 0


def test_the_mix_of_expressions_is_set_and_named(portrait):
    done = emotion("analyze", portrait, "--prior", "happy=0.4", "--json", "-")
    assert (done.returncode, done.stderr) == (0, "")
    (face,) = json.loads(done.stdout)[0]["faces"]
    assert face["prior"] == "angry=0.1,disgusted=0.1,fearful=0.1,happy=0.4,neutral=0.1,sad=0.1,surprised=0.1"
    (face,) = json.loads(emotion("analyze", portrait, "--json", "-").stdout)[0]["faces"]
    assert face["prior"] == "balanced"


def test_a_model_without_a_prior_answers_as_trained_and_that_is_said(portrait, make_model):
    done = emotion("analyze", portrait, "--model", make_model(), "--json", "-")
    assert done.returncode == 0
    assert done.stderr == (
        "Note: the model tiny was made by an earlier version and does not say which mix of expressions it was trained "
        "on, so it answers as it was trained\n"
    )
    assert json.loads(done.stdout)[0]["faces"][0]["prior"] == "trained"
    assert emotion("analyze", portrait, "--model", make_model(name="b"), "--prior", "trained").stderr == ""


def test_a_class_written_from_right_to_left_is_said_in_its_letters_alone(portrait, make_model):
    names = ["ابتسامة", "חיוך", "غضب", "حزن", "عصب", "خوف", "הפתעה"]
    done = emotion("analyze", portrait, "--model", make_model(class_order=names), "--prior", "trained")
    assert done.returncode == 0, done.stderr
    assert any(name in done.stdout for name in names)
    assert "\\u20" not in done.stdout


def test_both_reports_and_annotated_pictures_come_from_one_run(portrait, tmp_path):
    out = tmp_path / "marked"
    done = emotion(
        "analyze", portrait, portrait, "--csv", tmp_path / "a.csv", "--json", tmp_path / "a.json", "--annotate", out
    )
    assert done.returncode == 0
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert len(json.loads((tmp_path / "a.json").read_text())) == 2
    pictures = list(out.iterdir())
    assert len(pictures) == 2
    assert {load_image(picture).shape for picture in pictures} == {load_image(portrait).shape}


def test_a_folder_is_walked_and_a_bad_file_is_named_without_stopping(portrait, tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    shutil.copy(portrait, tmp_path / "deep" / "er" / "face.PNG")
    (tmp_path / "notes.jpg").write_text("not a picture")
    (tmp_path / "notes.txt").write_text("left alone")
    done = emotion("analyze", tmp_path, "--csv", "-")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert done.returncode == 0
    assert [row["photo"].rsplit("/")[-1] for row in rows] == ["face.PNG", "notes.jpg"]
    assert "not a picture" in rows[1]["error"]
    assert "1 of 2 pictures could not be read" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "Missing argument"),
        (["missing.jpg"], "missing.jpg: there is no such file"),
        (["."], "no pictures in"),
        (["missing.jpg", "--model", "nobody"], "there is no model 'nobody'; there are emotion-net"),
        (["missing.jpg", "--model", "m" * 300], "there is no model 'mmm"),
        (["missing.jpg", "--detector", "eyes"], "allowed are yunet, haar"),
        (["missing.jpg", "--threshold", "3"], "--threshold"),
        (["missing.jpg", "--threshold", "nan"], "--threshold"),
        (["missing.jpg", "--smallest-face", "-1"], "--smallest-face"),
        (["missing.jpg", "--csv", "-", "--json", "-"], "only one of"),
        (["missing.jpg", "--csv", "no/such/folder.csv"], "cannot write"),
    ],
)
def test_a_wrong_call_or_unusable_input_is_said_in_one_line(arguments, reason, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    done = emotion("analyze", *arguments, folder=empty)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert reason in line


def test_a_photo_may_be_taken_as_one_face(portrait):
    done = emotion("analyze", portrait, "--whole", "--json", "-")
    ((face,),) = [photo["faces"] for photo in json.loads(done.stdout)]
    height, width = load_image(portrait).shape[:2]
    assert face["box"] == {"x": 0.0, "y": 0.0, "width": width, "height": height}


def test_an_unknown_command_is_a_wrong_call():
    done = emotion("sing")
    assert done.returncode == 2 and "sing" in done.stderr and len(done.stderr.splitlines()) == 1


def test_photos_are_never_written_over(portrait, tmp_path):
    photo = tmp_path / "a.png"
    shutil.copy(portrait, photo)
    shutil.copy(portrait, tmp_path / "a-annotated.jpg")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    over_a_photo = emotion("analyze", photo, "--csv", photo)
    assert over_a_photo.returncode == 2 and "is one of the files to be analysed" in over_a_photo.stderr
    assert emotion("analyze", tmp_path, "--annotate", tmp_path).returncode == 0
    assert {name: (tmp_path / name).read_bytes() for name in before} == before
    assert emotion("analyze", photo, "--csv", tmp_path / "o", "--json", tmp_path / "o").returncode == 2


def test_each_photo_has_its_annotated_picture_whatever_they_are_called(portrait, tmp_path):
    photos = tmp_path / "photos"
    for name in ("a.png", "a.jpeg", "a-2.png", "a-annotated-2.png"):
        photos.mkdir(exist_ok=True)
        shutil.copy(portrait, photos / name)
    assert emotion("analyze", photos, "--annotate", tmp_path / "marked").returncode == 0
    assert len(list((tmp_path / "marked").iterdir())) == 4


def test_names_that_the_terminal_cannot_show_stop_nothing(portrait):
    done = emotion("analyze", portrait, PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stderr == ""
    assert "face 1 " in done.stdout


def test_a_link_to_itself_stops_no_other_photo(portrait, tmp_path):
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    done = emotion("analyze", tmp_path / "loop.jpg", portrait, "--csv", tmp_path / "faces.csv")
    assert done.returncode == 0
    assert "loop.jpg: " in done.stderr and "Traceback" not in done.stderr


def test_a_name_with_a_line_break_is_told_in_one_line(portrait, tmp_path):
    shutil.copy(portrait, tmp_path / "two\nlines.png")
    (line,) = emotion("analyze", tmp_path).stdout.splitlines()
    assert "two lines.png: face 1" in line


@pytest.mark.parametrize("workspace", ["a file", "a file/in a file"])
def test_a_workspace_that_cannot_be_is_a_wrong_call(tmp_path, workspace):
    (tmp_path / "a file").write_text("")
    done = emotion("dataset", "draw", "--name", "x", "--count", "14", workspace=tmp_path / workspace)
    assert done.returncode == 2
    assert "EMOTION_CORE_WORKSPACE must name a folder" in done.stderr and len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_said_in_words(portrait):
    done = emotion("analyze", portrait, "--csv", "/dev/full")
    assert done.returncode == 1
    assert "the disk is full" in done.stderr and len(done.stderr.splitlines()) == 1


def test_the_version_is_said():
    done = emotion("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{ec.__version__}\n", "")

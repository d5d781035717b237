"""Results as CSV, JSON and zip: complete, safe to open, and written as they come."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest

from emotion_core import EMOTIONS, Box, FaceResult, PhotoResult, load_image
from emotion_core.csv_tables import CSV_ENCODING
from emotion_core.inference.reports import annotated_name, to_jpeg, write_csv, write_json, write_zip
from emotion_core.inference.results import COLUMNS


def happy_face() -> FaceResult:
    probabilities = {name: 0.94 if name == "happy" else 0.01 for name in EMOTIONS}
    return FaceResult(Box(10.0, 20.0, 30.0, 40.0), 0.912345, None, probabilities, "happy", 0.94, "emotion-net")


RESULTS = [
    PhotoResult("two.jpg", [happy_face(), happy_face()]),
    PhotoResult("empty.jpg"),
    PhotoResult("broken.jpg", error="the file is empty"),
]


def csv_of(results: list[PhotoResult]) -> list[dict[str, str]]:
    file = io.StringIO(newline="")
    write_csv(results, file)
    return list(csv.DictReader(io.StringIO(file.getvalue(), newline="")))


def json_of(results: list[PhotoResult]) -> list[dict]:
    file = io.StringIO()
    write_json(results, file)
    return json.loads(file.getvalue())


def test_csv_has_a_line_a_face_and_one_for_each_picture_without():
    rows = csv_of(RESULTS)
    assert [(row["photo"], row["face"], row["error"]) for row in rows] == [
        ("two.jpg", "1", ""),
        ("two.jpg", "2", ""),
        ("empty.jpg", "0", "no face found"),
        ("broken.jpg", "0", "the file is empty"),
    ]
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["emotion"], rows[0]["happy"], rows[0]["width"]) == ("happy", "0.94", "30.0")
    assert rows[2]["emotion"] == ""


def test_csv_without_results_is_a_heading():
    assert csv_of([]) == []


@pytest.mark.parametrize("name", ["=1+1.jpg", "+a.jpg", "-a.jpg", "@a.jpg", "\ta.jpg", "\ra.jpg"])
def test_a_photo_name_is_never_a_formula_in_csv_and_itself_in_json(name):
    assert csv_of([PhotoResult(name)])[0]["photo"] == f"'{name}"
    assert json_of([PhotoResult(name)])[0]["photo"] == name


@pytest.mark.parametrize(
    "name", ['with, comma "and" quotes.jpg', "レナ.jpg", "фото.png", "صورة.webp", "two\nlines.jpg"]
)
def test_names_in_any_script_survive(name, tmp_path):
    path = tmp_path / "results.csv"
    with path.open("w", newline="", encoding=CSV_ENCODING) as file:
        write_csv([PhotoResult(name)], file)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(newline="", encoding=CSV_ENCODING) as file:
        assert next(csv.DictReader(file))["photo"] == name
    assert json_of([PhotoResult(name)])[0]["photo"] == name


def test_a_name_that_is_no_unicode_is_written_with_question_marks():
    name = b"caf\xe9.jpg".decode("utf-8", "surrogateescape")
    assert csv_of([PhotoResult(name)])[0]["photo"] == "caf?.jpg"
    assert json_of([PhotoResult(name)])[0]["photo"] == "caf?.jpg"


def test_json_is_an_array_of_pictures_with_their_faces():
    two, empty, broken = json_of(RESULTS)
    assert [len(photo["faces"]) for photo in (two, empty, broken)] == [2, 0, 0]
    assert (empty["error"], broken["error"]) == ("", "the file is empty")
    assert two["faces"][0] == {
        "emotion": "happy",
        "confidence": 0.94,
        "probabilities": {name: 0.94 if name == "happy" else 0.01 for name in EMOTIONS},
        "box": {"x": 10.0, "y": 20.0, "width": 30.0, "height": 40.0},
        "detection_score": 0.912,
        "model": "emotion-net",
        "prior": "",
    }


def test_json_without_results_is_an_empty_array():
    assert json_of([]) == []


@pytest.mark.parametrize("write", [write_csv, write_json])
def test_results_are_written_as_they_come(write):
    file = io.StringIO()

    def results() -> Iterator[PhotoResult]:
        for number in range(3):
            assert number == 0 or f"{number - 1}.jpg" in file.getvalue()
            yield PhotoResult(f"{number}.jpg")

    write(results(), file)


def test_zip_holds_every_picture_even_of_the_same_name():
    picture = np.full((20, 30, 3), 200, np.uint8)
    file = io.BytesIO()
    write_zip([("a.png", picture), ("A.jpg", picture), ("album/a.jpg", picture), ("b.webp", picture)], file)
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["a-annotated.jpg", "A-annotated-2.jpg", "a-annotated-3.jpg", "b-annotated.jpg"]
        assert load_image(archive.read("b-annotated.jpg")).shape == picture.shape


def test_an_annotated_picture_keeps_its_colours():
    red = np.zeros((16, 16, 3), np.uint8)
    red[:, :, 0] = 255
    assert load_image(to_jpeg(red)).mean(axis=(0, 1)) == pytest.approx([255, 0, 0], abs=3)


@pytest.mark.parametrize(
    ("photo", "annotated"),
    [
        ("holiday/us.png", "us-annotated.jpg"),
        ("..\\..\\evil.jpg", "evil-annotated.jpg"),
        ("../../evil.jpg", "evil-annotated.jpg"),
        ("レナ.jpg", "レナ-annotated.jpg"),
        ("", "photo-annotated.jpg"),
    ],
)
def test_an_annotated_picture_is_named_after_its_photo_without_folders(photo, annotated):
    assert annotated_name(photo) == annotated

"""YOLO's texts as annotation tools write them."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import photo, yolo_text


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("data.yaml", "train: ../train/images\nnc: 2\nnames: ['anger', \"happy\"]\n"),
        ("data.yaml", "nc: 2\nnames:\n- anger\n- happy  # smiling\nroboflow:\n  license: MIT\n"),
        ("dataset.yml", "path: .\nnames:\n  0: anger\n  1: 'happy'\n"),
        ("data.yaml", "names: {1: happy, 0: anger}\n"),
        ("classes.txt", "anger\nhappy\n"),
        ("obj.names", "anger\r\nhappy\r\n"),
    ],
)
def test_the_names_of_the_classes_are_found(write_folders, drawn, name, text):
    files = {"train/images/a.png": photo(drawn.images), "train/labels/a.txt": yolo_text([1, 0])}
    folder = write_folders({**files, name: text.encode()})
    assert recognise(folder).form == "YOLO's texts with boxes"
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy", "angry"]
    assert set(dataset.table["split"]) == {"train"}
    assert np.array_equal(dataset.images, drawn.images[:2])


def test_without_names_the_numbers_are_asked_about(write_folders, drawn):
    with pytest.raises(UnknownLabelsError) as refused:
        load_dataset(write_folders({"a.png": photo(drawn.images), "a.txt": yolo_text([1, 4])}))
    assert refused.value.labels == {"1": 1, "4": 1}


def test_an_outline_is_taken_by_its_box(write_folders, drawn):
    corners = " ".join(f"{x / 136} {y / 68}" for x, y in ((10, 10), (58, 10), (58, 58), (10, 58)))
    files = {"a.png": photo(drawn.images), "a.txt": f"0 {corners}".encode(), "classes.txt": b"sad"}
    assert np.array_equal(load_dataset(write_folders(files)).images, drawn.images[:1])


def test_a_line_that_is_no_face_is_a_bad_row(write_folders, drawn):
    files = {"a.png": photo(drawn.images), "a.txt": yolo_text([0]) + b"\n1 0.5 half", "classes.txt": b"sad\nhappy"}
    with pytest.raises(BadRowsError, match=r"a\.txt line 2 \('1 0\.5 half' is no face; needed are the class's number"):
        load_dataset(write_folders(files))

"""V7 Darwin's json."""

from __future__ import annotations

import json

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from tests.datasets.readers.layouts import BOXES, photo
from tests.pictures import png


def darwin_json(picture: str, annotations: list[dict], folder: str = "/") -> bytes:
    """A file of version 2."""
    return json.dumps(
        {"version": "2.0", "item": {"name": picture, "path": folder}, "annotations": annotations}
    ).encode()


def boxed(**said: object) -> list[dict]:
    """Two faces, of which the same is said."""
    return [{"bounding_box": dict(zip("xywh", box, strict=True)), **said} for box in BOXES[:2]]


def test_tags_are_labels_of_whole_pictures(write_folders, drawn):
    folder = write_folders(
        {
            "images/train/0.png": png(drawn.images[0]),
            "images/test/1.png": png(drawn.images[1]),
            "annotations/0.json": darwin_json("0.png", [{"name": "happy", "tag": {}}], "/train"),
            "annotations/1.json": darwin_json("1.png", [{"name": "good light", "tag": {}}, {"name": "Sad", "tag": {}}]),
        }
    )
    assert recognise(folder).form == "V7 Darwin's json files"
    table = load_dataset(folder).table
    assert table["label"].tolist() == ["happy", "sad"]
    assert table["split"].tolist() == ["train", "test"]


@pytest.mark.parametrize(
    "said",
    [
        {"name": "happy"},
        {"name": "face", "attributes": ["happy"]},
        {"name": "face", "properties": [{"name": "emotion", "value": "happy"}, {"name": "pose", "value": "left"}]},
    ],
)
def test_boxes_are_faces_whose_label_is_their_class_or_noted_of_them(write_folders, drawn, said):
    folder = write_folders({"a.png": photo(drawn.images), "a.json": darwin_json("a.png", boxed(**said))})
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy"] * 2
    assert np.array_equal(dataset.images, drawn.images[:2])


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ({"name": "wink", "attributes": ["occluded"]}, "wink"),
        ({"name": "wink", "properties": [{"name": "pose", "value": "left"}]}, "wink"),
        ({"name": "face", "properties": [{"name": "expression", "value": "wink"}]}, "wink"),
    ],
)
def test_what_else_is_noted_of_a_box_is_no_label(write_folders, drawn, said, label):
    files = {"a.png": photo(drawn.images), "b.png": png(drawn.images[2])}
    files["a.json"] = darwin_json("a.png", boxed(**said))
    files["b.json"] = darwin_json("b.png", [{"name": "smile", "tag": {}}])
    dataset = load_dataset(write_folders(files), options=ReadOptions(classes="keep"))
    assert dataset.table["label"].tolist() == [label, label, "smile"]


def test_a_tag_says_the_label_of_the_one_box_that_says_none(write_folders, drawn):
    said = [{"name": "happy", "tag": {}}, boxed(name="face")[0]]
    folder = write_folders({"a.png": photo(drawn.images), "a.json": darwin_json("a.png", said)})
    assert load_dataset(folder).table["label"].tolist() == ["happy"]


def test_version_1_names_its_picture_otherwise(write_folders, drawn):
    text = json.dumps({"image": {"filename": "0.png"}, "annotations": [{"name": "happy", "tag": {}}]}).encode()
    assert load_dataset(write_folders({"0.png": png(drawn.images[0]), "0.json": text})).table["label"].tolist() == [
        "happy"
    ]


@pytest.mark.parametrize(
    ("annotations", "why"),
    [
        ([{"name": "happy", "tag": {}}, {"name": "sad", "tag": {}}], "its tags say happy and sad; one label can stand"),
        ([{"name": "happy", "bounding_box": {"x": 1}}], "its bounding box .* is none; needed are x, y, w and h"),
        ([{"name": "happy", "bounding_box": None}], "its bounding box None is none"),
    ],
)
def test_what_cannot_be_right_is_a_bad_row(write_folders, drawn, annotations, why):
    with pytest.raises(BadRowsError, match=why):
        load_dataset(write_folders({"a.png": photo(drawn.images), "a.json": darwin_json("a.png", annotations)}))


@pytest.mark.parametrize(
    "content", ["[]", '{"item": 3, "annotations": []}', '{"item": {"name": "a"}, "annotations": {}}']
)
def test_json_of_others_is_left_aside(write_folders, drawn, content):
    folder = write_folders({"happy/0.png": png(drawn.images[0]), "x.json": content.encode()})
    assert load_dataset(folder).table["label"].tolist() == ["happy"]

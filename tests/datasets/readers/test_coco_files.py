"""COCO's json as annotation tools write it."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import coco_json, photo


def test_as_roboflow_exports_it_a_json_in_the_folder_of_each_split(write_folders, drawn):
    files = {}
    for split in ("train", "valid"):
        files[f"{split}/group.png"] = photo(drawn.images)
        files[f"{split}/_annotations.coco.json"] = coco_json("group.png", ["happy", "sad"])
    folder = write_folders({**files, "README.dataset.txt": b"# faces > v1"})
    assert recognise(folder).form == "COCO's json with boxes"
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy", "sad"] * 2
    assert dataset.table["split"].tolist() == ["train"] * 2 + ["validation"] * 2
    assert np.array_equal(dataset.images, np.concatenate([drawn.images[:2]] * 2))


def test_as_cvat_exports_it_pictures_and_annotations_apart(write_zip, drawn):
    files = {"images/val2017/group.png": photo(drawn.images)}
    files["annotations/instances_val2017.json"] = coco_json("group.png", ["Anger", "Surprise"])
    table = load_dataset(write_zip(files)).table
    assert table["label"].tolist() == ["angry", "surprised"]
    assert set(table["split"]) == {"validation"}


def test_a_picture_that_is_not_there_is_a_bad_row(write_folders, drawn):
    files = {"a.png": photo(drawn.images), "x.json": coco_json("b.png", ["sad"])}
    with pytest.raises(BadRowsError, match=r"x\.json annotation 0 \(there is no picture 'b\.png'\)"):
        load_dataset(write_folders(files))


@pytest.mark.parametrize(
    "box", [b"[1, 2, 3]", b"[0, 0, 0, 0]", b'"all"', b"[1, 2, 3, null]", b"7", b"[1, 1, 2, 1" + b"0" * 400 + b"]"]
)
def test_a_box_that_is_none_is_a_bad_row(write_folders, drawn, box):
    text = coco_json("a.png", ["sad"]).replace(b"[10, 10, 48, 48]", box)
    with pytest.raises(BadRowsError, match=r"annotation 0 \(its bbox .* is none; needed are x, y, width and height"):
        load_dataset(write_folders({"a.png": photo(drawn.images), "x.json": text}))


@pytest.mark.parametrize(
    "text", [b"{}", b"[" * 100_000, b'{"images": 1, "annotations": [], "categories": []}', b"\xff"]
)
def test_a_json_of_something_else_is_left_aside(write_folders, drawn, text):
    with pytest.raises(DatasetError, match="no labels were found"):
        load_dataset(write_folders({"a.png": photo(drawn.images), "x.json": text}))

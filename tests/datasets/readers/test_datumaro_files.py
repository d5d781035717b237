"""Datumaro's json, as CVAT exports it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import BOXES, photo
from tests.pictures import png


def content(items: list[dict], names=("happy", "sad")) -> bytes:
    labels = [{"name": name, "parent": "", "attributes": []} for name in names]
    return json.dumps({"info": {}, "categories": {"label": {"labels": labels}}, "items": items}).encode()


def item(picture: str, *annotations: dict) -> dict:
    return {"id": picture.partition(".")[0], "annotations": list(annotations), "image": {"path": picture}}


def test_labels_of_pictures_with_a_file_a_subset(write_folders, drawn):
    files = {f"images/{split}/{n}.png": png(drawn.images[n]) for n, split in enumerate(("train", "test"))}
    for n, split in enumerate(("train", "test")):
        files[f"annotations/{split}.json"] = content([item(f"{n}.png", {"type": "label", "label_id": n})])
    folder = write_folders(files)
    assert recognise(folder).form == "Datumaro's json"
    table = load_dataset(folder).table.set_index("source")
    assert table["label"].to_dict() == {"images/train/0.png": "happy", "images/test/1.png": "sad"}
    assert table["split"].to_dict() == {"images/train/0.png": "train", "images/test/1.png": "test"}


def test_boxes_with_labels_or_with_an_emotion_among_the_attributes(write_folders, drawn):
    boxes = [
        {"type": "bbox", "bbox": BOXES[0], "label_id": 1},
        {"type": "bbox", "bbox": BOXES[1], "label_id": 0, "attributes": {"emotion": "angry", "occluded": False}},
        {"type": "points", "points": [1, 2], "label_id": 0},
    ]
    files = {"a.png": photo(drawn.images), "default.json": content([item("a.png", *boxes)], ("face", "sad"))}
    dataset = load_dataset(write_folders(files))
    assert dataset.table["label"].tolist() == ["sad", "angry"]
    assert np.array_equal(dataset.images, drawn.images[:2])


def test_a_box_that_is_none_is_a_bad_row(write_folders, drawn):
    box = {"type": "bbox", "bbox": [1, 2], "label_id": 0}
    files = {"a.png": photo(drawn.images), "default.json": content([item("a.png", box)])}
    with pytest.raises(BadRowsError, match=r"item 0 annotation 0 \(its bbox \[1, 2\] is none"):
        load_dataset(write_folders(files))


@pytest.mark.parametrize("broken", [{"items": [1, None, {"annotations": [3]}]}, {"items": [{"annotations": 3}]}])
def test_what_is_broken_is_refused_in_words(write_folders, drawn, broken):
    text = json.dumps({"categories": {"label": {"labels": 3}}, **broken}).encode()
    with pytest.raises(DatasetError):
        load_dataset(write_folders({"a.png": png(drawn.images[0]), "default.json": text}))

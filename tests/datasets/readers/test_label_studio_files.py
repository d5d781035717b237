"""Label Studio's json."""

from __future__ import annotations

import json

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import BOXES, HEIGHT, WIDTH, photo


def task(image: str, *values: dict, **fields: object) -> dict:
    results = [{"type": "choices", "from_name": "emotion", "value": value} for value in values]
    return {"id": 1, "data": {"image": image}, "annotations": [{"result": results, "was_cancelled": False, **fields}]}


def boxes(*labels: str) -> list[dict]:
    """Two faces as rectangles, in percent of the photo."""
    scale = (100 / WIDTH, 100 / HEIGHT, 100 / WIDTH, 100 / HEIGHT)
    names = ("x", "y", "width", "height")
    return [
        {**{name: value * by for name, value, by in zip(names, box, scale, strict=True)}, "rectanglelabels": [label]}
        for label, box in zip(labels, BOXES, strict=True)
    ]


def written(*tasks: dict) -> dict[str, bytes]:
    return {"project-1.json": json.dumps(tasks).encode()}


@pytest.mark.parametrize("image", ["/data/upload/3/0123abcd-a.png", "/data/local-files/?d=faces/0123abcd-a.png"])
def test_rectangles_are_faces(write_folders, drawn, image):
    files = written(task(image, *boxes("happy", "sad"), {"rating": 4}))
    folder = write_folders({"images/0123abcd-a.png": photo(drawn.images), **files})
    assert recognise(folder).form == "Label Studio's json"
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy", "sad"]
    assert np.array_equal(dataset.images, drawn.images[:2])


def test_a_choice_is_the_label_of_the_picture_and_who_skips_it_says_nothing(write_folders, drawn):
    skipped = task("b.png", {"choices": ["angry"]}, was_cancelled=True)
    files = {**written(task("a.png", {"choices": ["Sadness"]}), skipped), "b.png": photo(drawn.images)}
    table = load_dataset(write_folders({"a.png": photo(drawn.images), **files})).table
    assert table[["source", "label"]].to_numpy().tolist() == [["a.png", "sad"]]


def test_two_labels_that_are_chosen_together_are_a_bad_row(write_folders, drawn):
    two = task("b.png", {"choices": ["happy", "sad"]})
    two["annotations"] += task("b.png", {"choices": ["happy"]})["annotations"]
    files = {name: photo(drawn.images) for name in ("a.png", "b.png", "c.png")}
    files |= written(task("a.png", {"choices": ["sad", "angry"]}), two, task("c.png", {"choices": ["sad", "sad"]}))
    with pytest.raises(BadRowsError, match=r"2 bad rows: .* task 1 .*sad and angry are chosen together.* task 2 "):
        load_dataset(write_folders(files))


@pytest.mark.parametrize("change", [{"width": 0}, {"x": "left"}, {"height": 1e999}])
def test_a_rectangle_that_is_none_is_a_bad_row(write_folders, drawn, change):
    files = written(task("a.png", {**boxes("happy", "sad")[0], **change}))
    with pytest.raises(BadRowsError, match=r"project-1\.json task 1 result 1 \(its rectangle is none"):
        load_dataset(write_folders({"a.png": photo(drawn.images), **files}))

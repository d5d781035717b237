"""Supervisely's json: one a picture, with tags or with boxes of faces."""

from __future__ import annotations

import json

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import BOXES, photo
from tests.pictures import png


def tag(name: str, value: object = None) -> dict:
    return {"name": name, "value": value, "labelerLogin": "me"}


def said(*tags: dict, objects: tuple[dict, ...] = ()) -> dict:
    return {"description": "", "tags": list(tags), "size": {"height": 48, "width": 48}, "objects": list(objects)}


def face(number: int, title: str, *tags: dict) -> dict:
    x, y, width, height = BOXES[number]
    points = {"exterior": [[x, y], [x + width, y + height]], "interior": []}
    return {"classTitle": title, "geometryType": "rectangle", "tags": list(tags), "points": points}


def test_tags_of_pictures_of_which_one_says_the_split(write_folders, drawn):
    files = {f"{ds}/img/{n}.png": png(drawn.images[2 * k + n]) for k, ds in enumerate("ab") for n in range(2)}
    tags = {
        "a/0": [tag("happy"), tag("train")],
        "a/1": [tag("emotion", "sad"), tag("val")],
        "b/0": [tag("angry"), tag("train")],
        "b/1": [tag("test"), tag("emotion", "fear"), tag("glasses")],
    }
    files |= {f"{k[0]}/ann/{k[2]}.png.json": json.dumps(said(*v)).encode() for k, v in tags.items()}
    folder = write_folders({**files, "meta.json": b'{"classes": [], "tags": []}'})
    assert (recognise(folder).form, list(recognise(folder).unused)) == ("Supervisely's json files", [])
    table = load_dataset(folder).table.set_index("source")
    assert table["label"].to_dict() == {
        "a/img/0.png": "happy", "a/img/1.png": "sad", "b/img/0.png": "angry", "b/img/1.png": "fearful",
    }  # fmt: skip
    assert table["split"].to_dict() == {
        "a/img/0.png": "train", "a/img/1.png": "validation", "b/img/0.png": "train", "b/img/1.png": "test",
    }  # fmt: skip


def test_boxes_by_their_class_or_with_an_emotion_among_their_tags(write_folders, drawn):
    content = said(objects=(face(0, "happy"), face(1, "face", tag("emotion", "sad"))))
    folder = write_folders({"ds/img/a.png": photo(drawn.images), "ds/ann/a.png.json": json.dumps(content).encode()})
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy", "sad"]
    assert np.array_equal(dataset.images, drawn.images[:2])


def test_as_its_api_gives_it_with_the_name_of_the_picture(write_folders, drawn):
    content = [
        {"imageId": n, "name": f"{n}.png", "annotation": said(tag(word))} for n, word in enumerate(("sad", "joy"))
    ]
    files = {f"pictures/{n}.png": png(drawn.images[n]) for n in range(2)}
    table = load_dataset(write_folders({**files, "all.json": json.dumps(content).encode()})).table
    assert table["label"].tolist() == ["sad", "happy"]


def test_tags_of_which_none_is_the_label_are_asked_about_and_pictures_without_any_left_aside(write_folders, drawn):
    files = {f"ds/img/{n}.png": png(drawn.images[n]) for n in range(2)}
    files |= {"ds/ann/0.png.json": json.dumps(said(tag("blurred"), tag("outside"))).encode()}
    folder = write_folders({**files, "ds/ann/1.png.json": json.dumps(said()).encode()})
    with pytest.raises(UnknownLabelsError, match="1 face has no label"):
        load_dataset(folder)
    assert list(recognise(folder).unlabelled()) == ["ds/img/1.png"]


def test_two_labelers_who_contradict_each_other_are_a_bad_row(write_folders, drawn):
    contents = {
        "0": said(tag("emotion", "sad"), tag("emotion", "happy"), tag("person", "A"), tag("person", "B")),
        "1": said(objects=(face(0, "face", tag("emotion", "sad"), tag("emotion", "angry")),)),
        "2": said(tag("emotion", "sad"), tag("emotion", "sad")),
    }
    files = {f"ds/img/{name}.png": photo(drawn.images) for name in contents}
    files |= {f"ds/ann/{name}.png.json": json.dumps(content).encode() for name, content in contents.items()}
    with pytest.raises(BadRowsError, match=r"2 bad rows: .* emotion says sad and happy; one label can stand"):
        load_dataset(write_folders(files))


def test_an_outline_that_is_none_is_a_bad_row(write_folders, drawn):
    broken = {**face(0, "happy"), "points": {"exterior": [[1, 2]]}}
    content = json.dumps(said(objects=(broken,))).encode()
    with pytest.raises(BadRowsError, match="are no outline; needed are two or more in pixels"):
        load_dataset(write_folders({"ds/img/a.png": photo(drawn.images), "ds/ann/a.png.json": content}))


@pytest.mark.parametrize("tags", [5, None, {"name": "sad"}, [None, "sad", {"name": 3}]])
def test_tags_of_a_face_that_are_none_leave_it_its_class(write_folders, drawn, tags):
    content = json.dumps(said(objects=({**face(0, "happy"), "tags": tags}, {**face(1, "sad"), "tags": tags}))).encode()
    folder = write_folders({"ds/img/a.png": photo(drawn.images), "ds/ann/a.png.json": content})
    assert load_dataset(folder).table["label"].tolist() == ["happy", "sad"]

"""Tables written as json."""

from __future__ import annotations

import json

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.formats import load_dataset
from tests.pictures import png

RECORDS = [{"file_name": "0.png", "emotion": "happy"}, {"file_name": "1.png", "emotion": "sad", "age": 3}]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("metadata.jsonl", "\n".join(map(json.dumps, RECORDS))),
        ("labels.json", json.dumps(RECORDS)),
        ("labels.json", json.dumps({"version": 1, "faces": RECORDS})),
        ("labels.json", json.dumps({"0.png": "happy", "1.png": "sad"})),
        ("labels.json", "\n".join(map(json.dumps, RECORDS))),
        ("labels.json", json.dumps({"0.png": {"emotion": "happy", "age": 3}, "1.png": {"emotion": "sad"}})),
        (
            "l.jsonl",
            "\n".join(
                json.dumps({"image": {"path": one["file_name"], "size": [48, 48]}, "face": {"said": one["emotion"]}})
                for one in RECORDS
            ),
        ),
        ("labels.json", json.dumps({"happy": ["0.png"], "sad": ["1.png"], "angry": []})),
        # as pandas writes a table: by columns, by lists of them, and apart from their names
        ("labels.json", json.dumps({"path": {"0": "0.png", "1": "1.png"}, "label": {"0": "happy", "1": "sad"}})),
        ("labels.json", json.dumps({"path": ["0.png", "1.png"], "label": ["happy", "sad"]})),
        ("labels.json", json.dumps({"columns": ["path", "label"], "data": [["0.png", "happy"], ["1.png", "sad"]]})),
        ("labels.json", json.dumps({"train": RECORDS, "test": []})),
        ("labels.json", json.dumps([{**one, "score": float("nan")} for one in RECORDS])),  # as Python writes it
    ],
)
def test_records_are_read_as_the_rows_of_a_table(write_folders, drawn, name, text):
    files = {f"{n}.png": png(drawn.images[n]) for n in range(2)}
    folder = write_folders({**files, name: text.encode()})
    for path in (folder, folder / name):
        table = load_dataset(path).table
        assert dict(zip(table["source"], table["label"], strict=True)) == {"0.png": "happy", "1.png": "sad"}


@pytest.mark.parametrize("below", ["", "faces/"])
@pytest.mark.parametrize(
    "labels",
    [
        {"classes": ["angry", "happy", "sad"], "labels": {"000001": 1, "b/000001": 2, "2": None}},
        {"classes": None, "labels": {"000001": "happy", "b/000001": "sad", "2": None}},
    ],
)
def test_labels_may_be_places_in_a_list_of_classes_as_fiftyone_exports_them(write_folders, drawn, below, labels):
    files = {f"{below}data/{name}.png": png(drawn.images[n]) for n, name in enumerate(labels["labels"])}
    files[f"{below}data/000001.xml"] = b"<x/>"  # no picture, though it is called as one
    folder = write_folders({**files, f"{below}labels.json": json.dumps(labels).encode()})
    table = load_dataset(folder).table
    found = dict(zip(table["source"], table["label"], strict=True))
    assert found == {f"{below}data/000001.png": "happy", f"{below}data/b/000001.png": "sad"}


def test_a_place_that_no_class_has_is_no_label(write_folders, drawn):
    labels = json.dumps({"classes": ["angry", "happy"], "labels": {"0": 2}}).encode()
    with pytest.raises(DatasetError, match="no labels were found"):
        load_dataset(write_folders({"data/0.png": png(drawn.images[0]), "labels.json": labels}))


def test_what_an_annotation_tool_wrote_is_no_table(write_folders, drawn):
    tasks = [
        {"data": {"image": "0.png", "guess": "happy"}, "annotations": [{"result": [{"value": {"choices": ["sad"]}}]}]}
    ]
    folder = write_folders({"0.png": png(drawn.images[0]), "l.json": json.dumps(tasks).encode()})
    assert load_dataset(folder).table["label"].tolist() == ["sad"]


@pytest.mark.parametrize("text", ["", "[]", "[1, 2]", "{", "[" * 100_000, '{"a": [1], "b": [2]}', "null"])
def test_one_without_records_is_left_aside_or_refused(write_folders, drawn, text):
    folder = write_folders({"happy/0.png": png(drawn.images[0]), "x.json": text.encode() or b" "})
    assert len(load_dataset(folder)) == 1
    with pytest.raises(DatasetError, match=r"x\.json (holds no records|is no json)"):
        load_dataset(folder / "x.json")


def test_two_labels_under_the_name_of_one_picture_are_refused_and_the_same_one_twice_is_read(write_folders, drawn):
    files = {f"{n}.png": png(drawn.images[n]) for n in range(2)}
    folder = write_folders({**files, "l.json": b'{"0.png": "happy", "1.png": "sad", "0.png": "angry"}'})
    with pytest.raises(DatasetError, match=r"l\.json says two things of '0\.png'; one can stand"):
        load_dataset(folder)
    (folder / "l.json").write_text('{"0.png": "happy", "1.png": "sad", "0.png": "happy"}')
    assert len(load_dataset(folder)) == 2

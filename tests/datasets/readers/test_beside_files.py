"""A file with nothing but the label beside each picture, as webdataset's shards hold it."""

from __future__ import annotations

import json

import pytest

from emotion_core.datasets.errors import DatasetError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.options import ReadOptions
from tests.pictures import png


def beside(drawn, ending, contents) -> dict[str, bytes]:
    files = {f"train/{n:04d}.jpg": png(drawn.images[n]) for n in range(len(contents))}
    return files | {f"train/{n:04d}.{ending}": content for n, content in enumerate(contents)}


@pytest.mark.parametrize(
    ("ending", "contents"),
    [
        ("cls", [b"happy", b"sad\n"]),
        ("txt", [b"\xef\xbb\xbfHappiness", b" sadness "]),
        ("json", [json.dumps({"key": "0001", "emotion": word}).encode() for word in ("happy", "sad")]),
    ],
)
def test_words(write_zip, drawn, ending, contents):
    table = load_dataset(write_zip(beside(drawn, ending, contents))).table
    assert table["label"].tolist() == ["happy", "sad"]
    assert set(table["split"]) == {"train"}


def test_numbers_are_asked_about(write_folders, drawn):
    folder = write_folders(beside(drawn, "cls", [b"3", b"4"]))
    with pytest.raises(UnknownLabelsError):
        load_dataset(folder)
    assert load_dataset(folder, options=ReadOptions(numbering="fer2013")).table["label"].tolist() == ["happy", "sad"]


@pytest.mark.parametrize("content", [b"a happy day, 2 faces: all of them", b"", b"\xff\xfe", b"x" * 70_000])
def test_where_one_holds_anything_else_none_is_a_label(write_folders, drawn, content):
    with pytest.raises(DatasetError, match="no labels were found"):
        load_dataset(write_folders(beside(drawn, "txt", [b"happy", content])))


def test_a_folder_labels_beside_the_folder_images(write_folders, drawn):
    files = {f"train/images/{n}.png": png(drawn.images[n]) for n in range(2)}
    folder = write_folders({**files, "train/labels/0.txt": b"happy", "train/labels/1.txt": b"sad"})
    assert load_dataset(folder).table["label"].tolist() == ["happy", "sad"]

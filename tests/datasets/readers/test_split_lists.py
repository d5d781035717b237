"""Lists of the pictures of each split beside folders of emotions or a table of labels."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import BadRowsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.pictures import png

NAMES = ("images/happy/1.png", "images/sad/2.png", "images/sad/3.png")
SPLITS = {"images/happy/1.png": "train", "images/sad/2.png": "train", "images/sad/3.png": "test"}


def files(drawn) -> dict[str, bytes]:
    return {name: png(drawn.images[n]) for n, name in enumerate(NAMES)}


@pytest.mark.parametrize(
    "lists",
    [
        {"train.txt": "images/happy/1.png\nimages/sad/2.png\n", "test.txt": "images/sad/3.png"},
        {"splits.csv": "path,split\n" + "\n".join(f"{name},{split}" for name, split in SPLITS.items())},
        {"splits.csv": "subset,name\n" + "\n".join(f"{split},{name}" for name, split in SPLITS.items())},
        {"train.txt": "1\n2\n", "test.txt": "happy/../sad/3\n"},
        {"lists/train.txt": "happy\\1.png\nC:\\x\\sad\\2.png", "lists/test.lst": "3.png"},
    ],
)
def test_give_the_splits(write_folders, drawn, lists):
    folder = write_folders({**files(drawn), **{name: text.encode() for name, text in lists.items()}})
    source = recognise(folder)
    assert source.unused == []
    assert source.form == f"a folder per emotion, splits from {', '.join(sorted(lists))}"
    table = load_dataset(folder).table
    assert dict(zip(table["source"], table["split"], strict=True)) == SPLITS


def test_beside_a_table_of_labels(write_folders, drawn):
    labels = "path,label\n" + "\n".join(f"{n}.png,happy" for n in (1, 2, 3))
    lists = {"labels.csv": labels, "train.txt": "1.png\n2.png", "val.txt": "3.png"}
    pictures = {f"{n}.png": png(drawn.images[n]) for n in (1, 2, 3)}
    table = load_dataset(write_folders({**pictures, **{name: text.encode() for name, text in lists.items()}})).table
    assert table["split"].tolist() == ["train", "train", "validation"]


def test_a_picture_in_none_of_them_is_a_bad_row(write_folders, drawn):
    with pytest.raises(BadRowsError, match=r"3\.png \(no split, though others have one\)"):
        load_dataset(write_folders({**files(drawn), "train.txt": b"images/happy/1.png\nimages/sad/2.png"}))


def test_a_text_of_something_else_is_left_aside(write_folders, drawn):
    folder = write_folders({**files(drawn), "train.txt": b"For 30 epochs.\n", "n.csv": b"split,n\ntrain,3\n"})
    assert recognise(folder).unused == ["n.csv", "train.txt"]

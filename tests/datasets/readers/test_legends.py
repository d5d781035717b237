"""Legends beside pictures: what numbers mean is read from them, and where they do not help, that is said."""

from __future__ import annotations

import json

import pytest

from emotion_core.datasets.errors import UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.pictures import png

NAMES = ("sad", "Anger", "happy")


@pytest.fixture
def numbered(write_folders, drawn):
    """Six pictures in folders with numbers, and files beside them."""

    def write(files: dict[str, str], first: int = 0, folder: str = "{}"):
        pictures = {f"{folder.format(first + n % 3)}/{n}.png": png(drawn.images[n]) for n in range(6)}
        return write_folders({**pictures, **{name: text.encode() for name, text in files.items()}})

    return write


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        ("classes.txt", "sad\nAnger\nhappy\n", 0),
        ("class_names.txt", "0 sad\n1 Anger\n2 happy", 0),
        ("labels.txt", "sad: 1\nAnger: 2\nhappy: 3", 1),
        ("obj.names", "sad\nAnger\nhappy", 0),
        ("label_map.json", json.dumps({"0": "sad", "1": "Anger", "2": "happy"}), 0),
        ("class_indices.json", json.dumps({"Anger": 1, "happy": 2, "sad": 0}), 0),
        ("config.json", json.dumps({"size": 48, "id2label": {"1": "sad", "2": "Anger", "3": "happy"}}), 1),
        ("classes.json", json.dumps(NAMES), 0),
        ("meta.json", json.dumps({"classes": NAMES}), 0),
        ("data.yaml", "train: x\nnames: [sad, 'Anger', happy]\n", 0),
        ("data.yml", "names:\n  0: sad\n  1: Anger\n  2: happy\nnc: 3\n", 0),
        ("classes.csv", "id,emotion\n0,sad\n1,Anger\n2,happy\n", 0),
        ("legend.tsv", "Anger\t2\nsad\t1\nhappy\t3\n".replace("Anger", "name\tnumber\nAnger", 1), 1),
        ("README.md", "# Faces\n48x48, 6 pictures (0=Sad, 1=Anger, 2=Happy).", 0),
        ("readme.txt", "Labels:\nSad - 1\nAnger - 2\nHappy - 3\n", 1),
        ("README", "| label | means |\n|--|--|\n| 0 | sad |\n| 1 | anger |\n| 2 | happy |", 0),
    ],
)
def test_numbers_mean_what_a_file_beside_them_says(numbered, name, text, first):
    dataset, reading = in_memory(recognise(numbered({name: text}, first)), ReadOptions())
    assert dataset.table.sort_values("source")["label"].tolist() == ["sad", "sad", "angry", "angry", "happy", "happy"]
    assert reading.form == f"a folder per emotion, numbers as in {name}"
    assert reading.ignored_files == 0
    assert reading.labels == {str(first): "sad", str(first + 1): "angry", str(first + 2): "happy"}


def test_folders_such_as_class_0_are_numbers(numbered):
    table = load_dataset(numbered({"classes.txt": "sad\nAnger\nhappy\n"}, folder="class_{}")).table
    assert set(table["label"]) == {"sad", "angry", "happy"}
    table = load_dataset(numbered({}, folder="Label {}"), options=ReadOptions(numbering="sad,angry,happy")).table
    assert set(table["label"]) == {"sad", "angry", "happy"}


def test_what_the_user_says_comes_first(numbered):
    folder = numbered({"classes.txt": "sad\nAnger\nhappy\n"})
    table = load_dataset(folder, options=ReadOptions(numbering="happy,sad,angry")).table
    assert table.sort_values("source")["label"].tolist() == ["happy"] * 2 + ["sad"] * 2 + ["angry"] * 2


def test_classes_of_ones_own_are_named_by_it(numbered):
    folder = numbered({"classes.txt": "bored\nawake\nasleep\n"})
    assert load_dataset(folder, options=ReadOptions(classes="keep")).classes == ("asleep", "awake", "bored")
    with pytest.raises(UnknownLabelsError, match=r"no emotion is called 'bored' \(2\), 'awake' \(2\), 'asleep' \(2\)"):
        load_dataset(folder)
    known = ReadOptions(labels={"bored": "sad", "awake": "happy", "asleep": None})
    assert set(load_dataset(folder, options=known).table["label"]) == {"sad", "happy"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"classes.txt": "sad\nhappy\n"}, r"\(classes\.txt names 0 to 1 only, so it is not gone by\)"),
        (
            {"classes.txt": "sad\nAnger\nhappy", "data.yaml": "names: [sad, happy, angry]"},
            r"\(classes\.txt calls 1 Anger, data\.yaml calls it happy\)",
        ),
        ({"notes.txt": "sad\nAnger\nhappy"}, r"'2' \(2\)\. Say what each means"),
        ({"counts.json": json.dumps({"sad": 12, "angry": 10, "happy": 2})}, r"'2' \(2\)\. Say"),
        ({"README.md": "1. Happy\n2. Sad\n3. Angry"}, r"'2' \(2\)\. Say"),
        ({"README.md": "version 1 - final, 2 - sad"}, r"'2' \(2\)\. Say"),
    ],
)
def test_where_they_do_not_help_all_numbers_are_asked_about(numbered, files, said):
    with pytest.raises(UnknownLabelsError, match=said):
        load_dataset(numbered(files))


def test_words_need_none(write_folders, drawn):
    files = {f"sad/{n}.png": png(drawn.images[n]) for n in range(3)} | {"classes.txt": b"sad\nhappy\n"}
    _, reading = in_memory(recognise(write_folders(files)), ReadOptions())
    assert (reading.form, reading.ignored_files) == ("a folder per emotion", 1)

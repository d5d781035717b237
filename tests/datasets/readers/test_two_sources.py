"""Folders and a table that both say what pictures show."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import DatasetError, LabelSourcesError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from tests.datasets.readers.layouts import coco_json, photo
from tests.pictures import png


@pytest.fixture
def both(write_folders, drawn):
    """Two happy and two sad pictures by their folders, and a table with these labels of theirs."""

    def write(*labels: str, split: str = ""):
        names = ["happy/0.png", "happy/1.png", "sad/2.png", "sad/3.png"]
        files = {name: png(drawn.images[n]) for n, name in enumerate(names)}
        rows = [f"{name},{label}{split}" for name, label in zip(names, labels, strict=False)]
        return write_folders({**files, "list.csv": "\n".join(["path,label" + ",split" * bool(split), *rows]).encode()})

    return write


def test_where_they_disagree_it_says_so_with_the_count_and_how_to_choose(both):
    folder = both("happy", "angry", "sadness", "fear")
    with pytest.raises(
        LabelSourcesError, match=r"the labels of 2 of 4 pictures differ from the folders that they lie in"
    ) as e:
        load_dataset(folder)
    assert "the folder of happy/1.png says happy, a csv with paths and labels angry" in str(e.value)
    assert e.value.different == 2
    for labels_from, labels in (("folders", "happy happy sad sad"), ("table", "happy angry sad fearful")):
        table = load_dataset(folder, options=ReadOptions(labels_from=labels_from)).table
        assert " ".join(table["label"]) == labels


def test_where_they_agree_the_one_that_says_more_is_taken(both):
    table = load_dataset(both("happy", "happy", "sad", "sad", split=",test")).table
    assert set(table["split"]) == {"test"}


def test_where_the_table_says_less_the_folders_are(both):
    folder = both("happy", "happy")
    assert recognise(folder).form == "a folder per emotion"
    assert recognise(folder).unused == ["list.csv"]


def test_numbers_that_mean_nothing_yet_say_nothing_against_folders(both):
    assert recognise(both("3", "3", "4", "4")).form == "a folder per emotion"
    with pytest.raises(LabelSourcesError, match="2 of 4"):
        load_dataset(both("0", "0", "1", "1"), options=ReadOptions(numbering="happy,angry"))


def test_other_files_of_labels_are_compared_too(write_folders, drawn):
    files = {"sad/a.png": photo(drawn.images), "sad/b.png": photo(drawn.images[2:])}
    with pytest.raises(LabelSourcesError, match=r"1 of 1 .*COCO's json with boxes happy"):
        load_dataset(write_folders({**files, "x.json": coco_json("sad/a.png", ["happy"])}))


def test_another_source_is_refused():
    with pytest.raises(DatasetError, match="labels_from must be one of auto, folders, table, not 'x'"):
        load_dataset(".", options=ReadOptions(labels_from="x"))

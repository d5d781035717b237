"""A label each in numpy's files beside pictures, as AffectNet is laid out."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.datasets.readers.layouts import npy
from tests.pictures import png


@pytest.fixture
def affectnet(write_folders, drawn):
    """Write AffectNet's layout with these labels, the same names in both splits, and give the folder."""

    def write(*labels: object):
        files = {}
        for n, label in enumerate(labels):
            split, number = ("train_set", "val_set")[n % 2], n // 2
            files[f"{split}/images/{number}.jpg"] = png(drawn.images[n])
            files[f"{split}/annotations/{number}_exp.npy"] = npy(label)
            files[f"{split}/annotations/{number}_val.npy"] = npy(0.5)
            files[f"{split}/annotations/{number}_lnd.npy"] = npy(np.zeros(136))
        return write_folders(files)

    return write


def test_its_numbers_are_asked_about_as_a_whole_and_its_numbering_can_be_named(affectnet):
    folder = affectnet("0", "1", "6", "7")
    assert recognise(folder).form == "pictures with a label each in a .npy file, as AffectNet's"
    with pytest.raises(UnknownLabelsError) as refused:
        load_dataset(folder)
    assert set(refused.value.labels) == {"0", "1", "6", "7"}
    dataset = load_dataset(folder, options=ReadOptions(numbering="affectnet"))
    labels = dict(zip(dataset.table["source"], dataset.table["label"], strict=True))
    assert labels == {
        "train_set/images/0.jpg": "neutral",
        "val_set/images/0.jpg": "happy",
        "train_set/images/1.jpg": "angry",
        "val_set/images/1.jpg": "contempt",
    }
    assert set(dataset.table["split"]) == {"train", "validation"}


def test_what_it_says_besides_is_not_called_unused(affectnet):
    reading = in_memory(recognise(affectnet(3)), ReadOptions({"3": "sad"}))[1]
    assert "Unused files" not in dict(reading.in_rows())


@pytest.mark.parametrize(
    "content", [npy([1, 2]), b"", npy(3)[:-4], b"\x80\x04K\x03."], ids=["two", "empty", "cut", "pickle"]
)
def test_what_holds_no_label_is_a_bad_row(write_folders, drawn, content):
    files = {
        "a.png": png(drawn.images[0]),
        "a_exp.npy": content,
        "b.png": png(drawn.images[1]),
        "b_exp.npy": npy("sad"),
    }
    with pytest.raises(BadRowsError, match=r"a_exp\.npy \(it holds no single label; needed is one number or word"):
        load_dataset(write_folders(files))

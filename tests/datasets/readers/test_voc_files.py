"""Pascal VOC's xml as annotation tools write it."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import photo, voc_xml


@pytest.mark.parametrize(
    ("picture", "xml"),
    [("train/a.png", "train/a.xml"), ("JPEGImages/train/a.png", "Annotations/train/a.xml"), ("train/a.png", "x/1.xml")],
)
def test_faces_and_boxes(write_folders, drawn, picture, xml):
    files = {picture: photo(drawn.images), xml: voc_xml("C:\\pictures\\a.png", ["happy", "sad"])}
    folder = write_folders(files)
    assert recognise(folder).form == "Pascal VOC's xml with boxes"
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy", "sad"]
    assert set(dataset.table["split"]) == {"train"}
    assert np.array_equal(dataset.images, drawn.images[:2])


def test_a_box_that_is_none_is_a_bad_row(write_folders, drawn):
    text = voc_xml("a.png", ["sad"]).replace(b"<xmax>58</xmax>", b"<xmax>5</xmax>")
    with pytest.raises(BadRowsError, match=r"a\.xml object 1 \(its bndbox '10 10 5 58' is none; needed are xmin"):
        load_dataset(write_folders({"a.png": photo(drawn.images), "a.xml": text}))


@pytest.mark.parametrize(
    "text",
    [
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "sad">]>' + voc_xml("a.png", ["&b;"]),
        voc_xml("a.png", ["sad"])[:-9],
        voc_xml("a.png", []),
        b"",
        b'<?xml version="1.0" encoding="nonsense"?>' + voc_xml("a.png", ["sad"]),
    ],
    ids=["entities", "cut off", "no face", "empty", "encoding"],
)
def test_an_xml_of_something_else_is_left_aside(write_folders, drawn, text):
    with pytest.raises(DatasetError, match="no labels were found"):
        load_dataset(write_folders({"a.png": photo(drawn.images), "a.xml": text}))

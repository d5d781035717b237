"""CVAT's xml for images."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import cvat_xml, photo


def test_boxes_with_the_emotion_as_an_attribute_and_subsets_as_splits(write_zip, drawn):
    path = write_zip(
        {"images/a.png": photo(drawn.images), "annotations.xml": cvat_xml("a.png", ["happy", "sad"], "Train")}
    )
    assert recognise(path).form == "CVAT's xml"
    dataset = load_dataset(path)
    assert dataset.table["label"].tolist() == ["happy", "sad"]
    assert set(dataset.table["split"]) == {"train"}
    assert np.array_equal(dataset.images, drawn.images[:2])


@pytest.mark.parametrize(
    ("shapes", "labels"),
    [
        ('<tag label="Anger"/>', ["angry"]),
        ('<box label="sad" xtl="10" ytl="10" xbr="58" ybr="58"/>', ["sad"]),
        ('<box label="face" xtl="10" ytl="10" xbr="58" ybr="58"/><tag label="happy"/>', ["happy"]),
        ('<polygon label="sad" points="10,10;58,10;58,58"/>', ["sad"]),
    ],
)
def test_tags_and_outlines(write_folders, drawn, shapes, labels):
    text = f'<annotations><image id="0" name="sub/a.png">{shapes}</image></annotations>'
    dataset = load_dataset(write_folders({"a.png": photo(drawn.images), "x.xml": text.encode()}))
    assert dataset.table["label"].tolist() == labels


@pytest.mark.parametrize("shape", ['<box label="sad" xtl="1"/>', '<polygon label="sad" points="1,1"/>'])
def test_a_box_that_is_none_is_a_bad_row(write_folders, drawn, shape):
    text = f'<annotations><image name="a.png">{shape}</image></annotations>'.encode()
    with pytest.raises(BadRowsError, match=r"x\.xml a\.png \w+ 1 \(its \w+ is none; needed are corners in pixels"):
        load_dataset(write_folders({"a.png": photo(drawn.images), "x.xml": text}))


def test_an_xml_with_entities_is_left_aside(write_folders, drawn):
    text = b'<!DOCTYPE a [<!ENTITY b "sad">]>' + cvat_xml("a.png", ["&b;"])
    with pytest.raises(DatasetError, match="no labels were found"):
        load_dataset(write_folders({"a.png": photo(drawn.images), "x.xml": text}))

"""The VGG Image Annotator's json and csv."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from tests.datasets.readers.layouts import photo, via_regions

COLUMNS = (
    "filename", "file_size", "file_attributes", "region_count", "region_id", "region_shape_attributes",
    "region_attributes",
)  # fmt: skip


def annotations(regions: object, attributes: object = ()) -> dict:
    return {"a.png4711": {"filename": "a.png", "size": 4711, "regions": regions, "file_attributes": dict(attributes)}}


def as_csv(regions: list[dict]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for number, region in enumerate(regions):
        texts = [json.dumps(region[key]) for key in ("shape_attributes", "region_attributes")]
        table.writerow(["a.png", 4711, "{}", len(regions), number, *texts])
    table.writerow(["b.png", 1, "{}", 0, 0, "{}", "{}"])  # a picture of which nothing is said
    return out.getvalue().encode()


REGIONS = via_regions(["happy", "sad"])


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("via.json", json.dumps(annotations(REGIONS)).encode()),
        ("via.json", json.dumps(annotations(dict(enumerate(REGIONS)))).encode()),  # of its first version
        ("via.json", json.dumps({"_via_settings": {}, "_via_img_metadata": annotations(REGIONS)}).encode()),
        ("via_export.csv", as_csv(REGIONS)),
    ],
    ids=["annotations", "first version", "project", "csv"],
)
def test_faces_and_boxes(write_folders, drawn, file, content):
    folder = write_folders({"train/a.png": photo(drawn.images), file: content})
    assert recognise(folder).form == "the VGG Image Annotator's files"
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy", "sad"]
    assert np.array_equal(dataset.images, drawn.images[:2])


@pytest.mark.parametrize("said", [{"emotion": {"happy": True}, "age": "30"}, {"age": "30", "mood": "happy"}])
def test_an_attribute_of_the_whole_picture(write_folders, drawn, said):
    content = json.dumps(annotations([], said)).encode()
    folder = write_folders({"a.png": photo(drawn.images), "v.json": content})
    assert load_dataset(folder).table["label"].tolist() == ["happy"]


def test_circles_and_outlines(write_folders, drawn):
    shapes = [
        {"name": "circle", "cx": 34, "cy": 34, "r": 24},
        {"name": "polygon", "all_points_x": [78, 126, 126], "all_points_y": [10, 10, 58]},
        {"name": "point", "cx": 3},
    ]
    regions = [{"shape_attributes": shape, "region_attributes": {"emotion": "sad"}} for shape in shapes]
    folder = write_folders({"a.png": photo(drawn.images), "v.json": json.dumps(annotations(regions)).encode()})
    assert np.array_equal(load_dataset(folder, options=ReadOptions(skip_bad_rows=True)).images, drawn.images[:2])
    with pytest.raises(BadRowsError, match=r"a\.png region 3 \(its shape .* has no box; needed is a rect, circle"):
        load_dataset(folder)

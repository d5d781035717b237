"""Parquet files that hold no pictures: read as the csv that they stand for."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.emotions import FER2013_NUMBERING
from tests.datasets.readers.comparison import same_faces
from tests.fer2013_files import USAGES, pixels
from tests.pictures import png


@pytest.fixture
def columns(drawn):
    """FER-2013's csv in columns."""
    return {
        "emotion": [FER2013_NUMBERING.index(label) for label in drawn.table["label"]],
        "pixels": [pixels(image) for image in drawn.images],
        "Usage": [USAGES[split] for split in drawn.table["split"]],
    }


def test_pixels_as_text(tmp_path, columns, drawn):
    pq.write_table(pa.table(columns), tmp_path / "fer.parquet")
    same_faces(load_dataset(tmp_path / "fer.parquet"), drawn)
    assert recognise(tmp_path / "fer.parquet").form == "FER-2013's csv, as parquet"


@pytest.mark.parametrize("kind", [np.ndarray.ravel, np.asarray, lambda image: image.ravel().astype(float)])
def test_pixels_as_lists(tmp_path, columns, drawn, kind):
    lists = [kind(image).tolist() for image in drawn.images]
    pq.write_table(pa.table({**columns, "pixels": lists}), tmp_path / "fer.parquet")
    same_faces(load_dataset(tmp_path / "fer.parquet"), drawn)


def test_pixels_that_are_no_whole_numbers(tmp_path, columns, drawn):
    lists = [(image.ravel() / 255).tolist() for image in drawn.images]
    pq.write_table(pa.table({**columns, "pixels": lists}), tmp_path / "fer.parquet")
    with pytest.raises(BadRowsError, match=r"its pixels are not 2,304 whole numbers"):
        load_dataset(tmp_path / "fer.parquet")


def test_a_file_a_split_with_a_numbering_in_the_schema(write_folders, tmp_path, columns, drawn):
    names = sorted(FER2013_NUMBERING)
    meta = {"huggingface": json.dumps({"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}})}
    folder = write_folders({"readme.txt": b""})
    for split in USAGES:
        rows = [n for n, one in enumerate(drawn.table["split"]) if one == split]
        table = {"label": [names.index(drawn.table["label"][n]) for n in rows],
                 "pixels": [columns["pixels"][n] for n in rows]}  # fmt: skip
        pq.write_table(pa.table(table).replace_schema_metadata(meta), folder / f"{split}-00000-of-00001.parquet")
    same_faces(load_dataset(folder), drawn, ordered=False)


def test_paths_and_labels_beside_pictures(write_folders, drawn):
    folder = write_folders({f"images/{n}.png": png(drawn.images[n]) for n in range(4)})
    table = {"file_name": [f"images/{n}.png" for n in range(4)], "label": ["sad", "happy", None, "sad"]}
    pq.write_table(pa.table(table), folder / "metadata.parquet")
    for path in (folder, folder / "metadata.parquet"):
        with pytest.raises(DatasetError, match="1 face has no label"):
            load_dataset(path)
        table = load_dataset(path, options=ReadOptions(labels={"": None})).table
        assert table["label"].tolist() == ["sad", "happy", "sad"]


def test_a_field_that_is_far_too_long(tmp_path):
    pq.write_table(pa.table({"emotion": [3], "pixels": ["1 " * 60_000]}), tmp_path / "fer.parquet")
    with pytest.raises(DatasetError, match=r"fer\.parquet row 0: pixels has 120,000 characters; allowed are 100,000"):
        load_dataset(tmp_path / "fer.parquet")


def test_a_column_of_records_with_dates_is_no_hindrance(write_folders, drawn):
    folder = write_folders({f"images/{n}.png": png(drawn.images[n]) for n in range(2)})
    taken = [{"on": date(2020, 1, n + 1), "by": "anna"} for n in range(2)]
    table = {"file_name": [f"images/{n}.png" for n in range(2)], "label": ["sad", "happy"], "taken": taken}
    pq.write_table(pa.table(table), folder / "metadata.parquet")
    assert load_dataset(folder).table["label"].tolist() == ["sad", "happy"]

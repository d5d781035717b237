"""Parquet files with pictures and labels, as data hubs publish them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.emotions import FER2013_NUMBERING
from tests.datasets.readers.comparison import same_faces
from tests.pictures import png


class TestParquet:
    @staticmethod
    def write(path: Path, faces, metadata=None, **columns) -> Path:
        images = [{"bytes": png(image), "path": f"{n}.png"} for n, image in enumerate(faces.images)]
        table = pa.table({"image": images, **columns})
        pq.write_table(table.replace_schema_metadata(metadata), path)
        return path

    def test_texts_are_no_paths_of_pictures_on_this_machine(self, tmp_path, drawn):
        secret = tmp_path / "secret.png"
        secret.write_bytes(png(drawn.images[0]))
        pictures = [{"bytes": str(secret), "path": "a.png"}]
        pq.write_table(pa.table({"image": pictures, "label": ["sad"]}), tmp_path / "a.parquet")
        with pytest.raises(BadRowsError, match=r"row 0 \(it has no bytes of a picture"):
            load_dataset(tmp_path / "a.parquet")

    def test_with_a_numbering_of_its_own(self, tmp_path, drawn):
        names = list(FER2013_NUMBERING)
        features = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
        numbers = [names.index(label) for label in drawn.table["label"]]
        split = drawn.table["split"].tolist()
        meta = {"huggingface": json.dumps(features)}
        path = self.write(tmp_path / "faces.parquet", drawn, meta, label=numbers, split=split)
        same_faces(load_dataset(path), drawn)

    def test_numbers_without_a_numbering(self, tmp_path, drawn):
        path = self.write(tmp_path / "faces.parquet", drawn, label=[3] * 35)
        with pytest.raises(UnknownLabelsError, match=r"'3' \(35\)"):
            load_dataset(path)

    def test_several_files_name_the_splits(self, tmp_path, write_zip, drawn):
        for name in ("train-00000-of-00001", "validation-00000-of-00001", "test-00000-of-00001"):
            part = drawn.split(name.split("-")[0])
            self.write(tmp_path / f"{name}.parquet", part, label=part.table["label"].tolist())
        same_faces(load_dataset(tmp_path), drawn, ordered=False)
        zipped = write_zip({f"data/{path.name}": path.read_bytes() for path in tmp_path.glob("*.parquet")})
        same_faces(load_dataset(zipped), drawn, ordered=False)

    def test_plain_bytes_and_words(self, tmp_path, drawn):
        table = pa.table({"pic": [png(drawn.images[0]), None], "emotion": ["AN", "sad"]})
        pq.write_table(table, tmp_path / "a.parquet")
        with pytest.raises(BadRowsError, match=r"a\.parquet row 1 \(it has no bytes of a picture\)"):
            load_dataset(tmp_path / "a.parquet")
        table = load_dataset(tmp_path / "a.parquet", options=ReadOptions(skip_bad_rows=True)).table
        assert table["label"].tolist() == ["angry"]

    def test_other_columns(self, tmp_path):
        pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
        with pytest.raises(DatasetError, match="no column of pictures' bytes among a"):
            load_dataset(tmp_path / "a.parquet")

    @pytest.mark.parametrize("keep", [20, -20])
    def test_truncated(self, tmp_path, drawn, keep):
        path = self.write(tmp_path / "a.parquet", drawn, label=drawn.table["label"].tolist())
        path.write_bytes(path.read_bytes()[:keep])
        with pytest.raises(DatasetError, match=r"a\.parquet: the parquet file is damaged or incomplete"):
            load_dataset(path)

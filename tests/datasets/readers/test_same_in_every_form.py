"""One data set in every form in which people hold FER-2013: the same faces, labels and splits, whatever holds them."""

from __future__ import annotations

import io
import json
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.emotions import FER2013_NUMBERING
from tests.datasets.readers.comparison import same_faces
from tests.datasets.readers.layouts import npz
from tests.fer2013_files import USAGES, VOTES_HEADER, fer2013_text
from tests.pictures import png

FOLDERS = {"train": "FER2013Train", "validation": "FER2013Valid", "test": "FER2013Test"}


def as_csv(faces, pictures, folder):
    (folder / "fer2013.csv").write_text(fer2013_text(faces))
    return folder / "fer2013.csv"


def as_folders(faces, pictures, folder):
    for name, content in pictures.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def as_ferplus_folders_with_votes(faces, pictures, folder):
    lines = [VOTES_HEADER]
    for number, row in enumerate(faces.table.itertuples()):
        path = folder / FOLDERS[row.split] / row.label / f"fer{number:07d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(faces.images[number]))
        lines.append(f"{USAGES[row.split]},{path.name},{','.join(['1'] * 10)}")
    (folder / "fer2013new.csv").write_text("\n".join(lines))
    return folder


def as_parquet(faces, pictures, folder):
    features = {"info": {"features": {"label": {"names": list(FER2013_NUMBERING), "_type": "ClassLabel"}}}}
    for split in FOLDERS:
        part = faces.split(split)
        columns = {
            "image": [{"bytes": png(image), "path": None} for image in part.images],
            "label": [FER2013_NUMBERING.index(label) for label in part.table["label"]],
        }
        table = pa.table(columns).replace_schema_metadata({"huggingface": json.dumps(features)})
        pq.write_table(table, folder / f"{split}-00000-of-00001.parquet")
    return folder


def as_tar(faces, pictures, folder):
    with tarfile.open(folder / "faces.tar.gz", "w:gz") as out:
        for name, content in pictures.items():
            info = tarfile.TarInfo(f"./FER-2013/{name}")
            info.size = len(content)
            out.addfile(info, io.BytesIO(content))
    return folder / "faces.tar.gz"


def as_npz(faces, pictures, folder):
    arrays = {}
    for split in FOLDERS:
        part = faces.split(split)
        arrays |= {f"x_{split}": part.images, f"y_{split}": part.table["label"].to_numpy(str)}
    (folder / "faces.npz").write_bytes(npz(arrays))
    return folder / "faces.npz"


FORMS = (as_csv, as_folders, as_ferplus_folders_with_votes, as_parquet, as_tar, as_npz)


@pytest.mark.parametrize("written", FORMS)
def test_the_same_faces_labels_and_splits(tmp_path, drawn, pictures, written):
    dataset = load_dataset(written(drawn, pictures, tmp_path))
    same_faces(dataset, drawn, ordered=False)
    assert ("votes_happy" in dataset.table) == (written is as_ferplus_folders_with_votes)
    assert dataset.images.dtype == np.uint8

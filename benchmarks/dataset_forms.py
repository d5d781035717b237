"""Importing FER-2013 in each of the forms in which people hold it.

    python -m benchmarks --only dataset-forms

Promised, for all 35,887 faces on two cores: the csv, folders train and test, FER+'s folders with the votes, parquet, a
zip and a tar give the same faces, labels and splits, each within 30 s and 1.5 GB of memory, from the start of the
process to its end. Each is set beside the csv.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image

import emotion_core as ec
from benchmarks.datasets import using_workspace
from benchmarks.folder import watch
from benchmarks.setting import Setting, on_cores
from benchmarks.table import Row, at_most, figure
from emotion_core.datasets import Dataset, open_dataset

CORES = 2
SECONDS = 30
GB = 1.5
FERPLUS = {"train": "FER2013Train", "validation": "FER2013Valid", "test": "FER2013Test"}
USAGES = {"train": "Training", "validation": "PublicTest", "test": "PrivateTest"}


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    if setting.fer2013 is None:
        return "left out, as EMOTION_CORE_FER2013 is not set", []
    csv = setting.fer2013 / "fer2013.csv"
    faces = ec.load_dataset(csv)
    expected = _content(faces)
    rows: list[Row] = []
    with using_workspace(str(setting.scratch / "workspace")), on_cores(CORES):
        first = 0.0
        for name, write in FORMS.items():
            form = csv if write is None else write(faces, setting.scratch / name)
            seen = watch([sys.executable, "-m", "emotion_core", "dataset", "import", str(form), "--name", name])
            first = first or seen.wall
            same = _content(open_dataset(name)) == expected
            beside = f"{figure(seen.wall / first)} times the csv; {'the same' if same else 'OTHER'} faces"
            rows.append(at_most(f"{name}", [seen.wall], SECONDS, "s", beside))
            rows.append(at_most(f"{name}: memory", [max(seen.memory) / 1000], GB, "GB"))
            rows.append(at_most(f"{name}: faces that differ", [0 if same else len(faces.table)], 0, ""))
    return f"{len(faces.table):,} faces, {CORES} cores", rows


def _content(dataset: Dataset) -> Counter[tuple[str, str, bytes]]:
    """Every face with its label and split, in any order."""
    table = dataset.table
    return Counter(
        (label, split, hashlib.blake2b(image.tobytes(), digest_size=12).digest())
        for label, split, image in zip(table["label"], table["split"], dataset.images, strict=True)
    )


def _pictures(faces: Dataset) -> Iterator[tuple[str, bytes]]:
    """Every face as a picture, with its path: split, emotion, number."""
    for number, row in enumerate(faces.table.itertuples()):
        yield f"{row.split}/{row.label}/{number}.png", _png(faces, number)


def _png(faces: Dataset, number: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(faces.images[number]).save(out, "PNG", compress_level=1)
    return out.getvalue()


def _folders(faces: Dataset, place: Path) -> Path:
    for name, content in _pictures(faces):
        _write(place / name, content)
    return place


def _ferplus(faces: Dataset, place: Path) -> Path:
    """Folders of FER+ with emotions in them, and its table of votes, which are alike for all."""
    lines = ["Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"]
    for number, row in enumerate(faces.table.itertuples()):
        name = f"fer{number:07d}.png"
        _write(place / FERPLUS[row.split] / row.label / name, _png(faces, number))
        lines.append(f"{USAGES[row.split]},{name},{','.join(['1'] * 10)}")
    (place / "fer2013new.csv").write_text("\n".join(lines))
    return place


def _parquet(faces: Dataset, place: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    place.mkdir()
    for split in faces.table["split"].unique():
        rows = [number for number, own in enumerate(faces.table["split"]) if own == split]
        columns = {
            "image": [{"bytes": _png(faces, number), "path": None} for number in rows],
            "label": faces.table["label"].iloc[rows].tolist(),
        }
        pq.write_table(pa.table(columns), place / f"{split}-00000-of-00001.parquet")
    return place


def _zip(faces: Dataset, place: Path) -> Path:
    place.mkdir()
    with zipfile.ZipFile(place / "faces.zip", "w") as out:
        for name, content in _pictures(faces):
            out.writestr(name, content)
    return place / "faces.zip"


def _tar(faces: Dataset, place: Path) -> Path:
    place.mkdir()
    with tarfile.open(place / "faces.tar", "w") as out:
        for name, content in _pictures(faces):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            out.addfile(info, io.BytesIO(content))
    return place / "faces.tar"


def _write(path: Path, content: bytes) -> None:
    os.makedirs(path.parent, exist_ok=True)
    path.write_bytes(content)


#: By what they are called in the table; the csv is there already.
FORMS: dict[str, Callable[[Dataset, Path], Path] | None] = {
    "csv": None,
    "folders": _folders,
    "FER+ folders with votes": _ferplus,
    "parquet": _parquet,
    "zip": _zip,
    "tar": _tar,
}

"""Small files that unpack to what no memory holds, as large as those that once got through."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.attack.making import Chance, small_png, written

HEADER = b"emotion,pixels,Usage\n"


def reported_bomb(path: Path, chance: Chance) -> Path:
    """A label of 64 MB that a parquet file repeats, a row of 80 million fields, 240 million empty lines."""
    kind = chance.randrange(3)
    if kind == 0:
        return written(path, "parquet", _repeated_label(int(64_000_000 * chance.scale), small_png(chance)))
    many = int((80_000_000, 240_000_000)[kind - 1] * chance.scale)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fer2013.csv", HEADER + (b",", b"\n")[kind - 1] * many)
    return written(path, "zip", file.getvalue())


def _repeated_label(letters: int, picture: bytes) -> bytes:
    """A parquet file with a hundred rows of one label that is there once."""
    label = pa.DictionaryArray.from_arrays(pa.array([0] * 100, pa.int32()), pa.array(["x" * letters]))
    file = io.BytesIO()
    pq.write_table(pa.table({"image": [picture] * 100, "label": label}), file, compression="zstd")
    return file.getvalue()

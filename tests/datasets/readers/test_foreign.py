"""Files of kinds that are not read."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.formats import load_dataset
from tests.pictures import png


@pytest.mark.parametrize(
    ("name", "what", "helps"),
    [
        ("train.tfrecord-00000-of-00002", "is TensorFlow's records, which is not read", "numpy.savez"),
        ("data.mdb", "an LMDB database", "numpy.savez"),
        ("CK_data.h5", "an HDF5 file", "h5py"),
        ("faces.pkl", "a file of Python's objects", "load it yourself"),
        ("faces.mat", "a MATLAB file", "loadmat"),
        ("data/train.arrow", "an Arrow file", "to_parquet"),
        ("train-images-idx3-ubyte.gz", "a file of arrays as MNIST's", "numpy.frombuffer"),
    ],
)
def test_are_named_with_what_helps(write_folders, name, what, helps):
    folder = write_folders({name: b"\x00" * 20})
    for path in (folder, folder / name):
        with pytest.raises(DatasetError) as refused:
            load_dataset(path)
        assert what in str(refused.value) and helps in str(refused.value)


def test_a_spreadsheet_beside_pictures_is_named_where_no_label_is_found(write_folders, drawn):
    folder = write_folders({"1.png": png(drawn.images[0]), "labels.xlsx": b"PK"})
    with pytest.raises(DatasetError, match=r"no labels were found .* labels\.xlsx is a spreadsheet, .*CSV in UTF-8"):
        load_dataset(folder)

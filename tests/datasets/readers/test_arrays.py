"""Faces and labels as numpy's arrays."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import DatasetError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.emotions import EMOTIONS
from tests.datasets.readers.comparison import same_faces
from tests.datasets.readers.layouts import npz


@pytest.fixture
def write(tmp_path):
    def save(name: str = "faces.npz", **arrays):
        (tmp_path / name).write_bytes(npz(arrays))
        return tmp_path / name

    return save


@pytest.fixture
def numbers(drawn):
    return np.array([EMOTIONS.index(label) for label in drawn.table["label"]])


def test_arrays_for_each_split(write, drawn, numbers):
    parts = {}
    for split, name in (("train", "train"), ("validation", "val"), ("test", "test")):
        chosen = (drawn.table["split"] == split).to_numpy()
        parts |= {f"x_{name}": drawn.images[chosen], f"y_{name}": numbers[chosen]}
    same_faces(load_dataset(write(**parts), options=ReadOptions(numbering=",".join(EMOTIONS))), drawn, ordered=False)


@pytest.mark.parametrize(
    "form",
    [
        lambda x: x,
        lambda x: x[..., None],
        lambda x: x[:, None],
        lambda x: x.reshape(len(x), -1),
        lambda x: (x / 255).astype(np.float32),
        lambda x: x.astype(np.float64),
        lambda x: x.astype(np.int64),
        lambda x: np.repeat(x[..., None], 3, axis=3),
        lambda x: np.asfortranarray(x),
    ],
)
def test_pictures_in_every_shape_and_kind(write, drawn, form):
    labels = drawn.table["label"].to_numpy(str)
    dataset = load_dataset(write(images=form(drawn.images), labels=labels))
    assert np.array_equal(dataset.images, drawn.images)
    assert dataset.table["label"].tolist() == labels.tolist()


@pytest.mark.parametrize(
    "labels", [lambda n: n, lambda n: n[:, None], lambda n: np.eye(7)[n], lambda n: n.astype(float)]
)
def test_numbers_and_marks_by_the_names_of_the_classes(write, drawn, numbers, labels):
    given = labels(numbers)
    if given.ndim == 2 and given.shape[1] == 1:
        given = given[:, 0]
    dataset = load_dataset(write(X=drawn.images, y=given, class_names=np.array(EMOTIONS)))
    assert dataset.table["label"].tolist() == drawn.table["label"].tolist()


def test_numbers_without_names_are_asked_about(write, drawn, numbers):
    with pytest.raises(UnknownLabelsError):
        load_dataset(write(X=drawn.images, y=numbers))


@pytest.mark.parametrize(
    ("arrays", "why"),
    [
        (
            {"a": np.zeros((3, 8, 8))},
            r"holds the arrays a \(3, 8, 8\) float64; needed are pictures \(N, height, width\)",
        ),
        ({"a": np.zeros((3, 8, 8)), "b": np.zeros(4)}, "needed are pictures"),
        ({"a": np.zeros((3, 8, 8)), "b": np.zeros(3), "c": np.zeros(3)}, "needed are pictures"),
        (
            {"a": np.full((3, 8, 8), -1.0), "b": np.zeros(3)},
            "pixels in a are -1 to -1; allowed are 0 to 255, or 0 to 1",
        ),
        ({"a": np.full((3, 8, 8), np.nan), "b": np.zeros(3)}, "pixels in a are nan"),
        ({"a": np.zeros((0, 8, 8)), "b": np.zeros(0)}, "a holds no pictures"),
        ({"a": np.array([{}, []], dtype=object)}, "holds Python's objects, which are not read"),
    ],
)
def test_what_is_no_set_is_refused_with_what_was_found(write, arrays, why):
    with pytest.raises(DatasetError, match=why):
        load_dataset(write(**arrays))


def test_files_in_a_folder(write_folders, drawn, numbers, tmp_path):
    import zipfile

    (tmp_path / "a.npz").write_bytes(npz({"images": drawn.images, "emotions": drawn.table["label"].to_numpy(str)}))
    with zipfile.ZipFile(tmp_path / "a.npz") as archive:
        folder = write_folders({name: archive.read(name) for name in archive.namelist()})
    assert np.array_equal(load_dataset(folder).images, drawn.images)


def test_the_only_npz_in_a_folder(write_folders, drawn):
    packed = npz({"arr_0": drawn.images, "arr_1": drawn.table["label"].to_numpy(str)})
    folder = write_folders({"faces.npz": packed, "notes.txt": b"hello"})
    assert np.array_equal(load_dataset(folder).images, drawn.images)

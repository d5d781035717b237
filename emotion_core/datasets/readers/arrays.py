"""Faces and labels as numpy's arrays: an npz, or .npy files together, such as x_train and y_train."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import PurePosixPath

import numpy as np

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import MOST_IN_MEMORY, Tree, damage_named
from emotion_core.datasets.readers.labels import plain_label
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_of
from emotion_core.images import load_image

#: More columns than this are no one-hot labels.
MOST_CLASSES = 100
_NAMES_OF_CLASSES = re.compile(r".*(class|label|emotion|categor|target).*name.*|classes|categories", re.IGNORECASE)
_Arrays = Mapping[str, np.ndarray]


def arrays(tree: Tree, names: Sequence[str]) -> Source:
    """The faces of arrays: for each split one of pictures and one of labels, of the same length.

    Raises:
        DatasetError: there are no such arrays, they are too large, or hold Python's objects.
    """
    found = {PurePosixPath(name).stem: _read(tree, name) for name in names}
    classes = next((list(map(str, a)) for name, a in found.items() if a.ndim == 1 and _are_names(name, a)), [])
    pairs = _pairs(tree, {name: array for name, array in found.items() if not _are_names(name, array)})
    progress = Progress(len(pairs))

    def entries() -> Iterator[Entry]:
        for name in progress.over(list(pairs)):
            pictures, labels = pairs[name]
            for number, picture in enumerate(pictures):
                progress.within(number / len(pictures))
                place, label = f"{name}[{number}]", _word(labels[number], classes)
                yield Entry(place, place, label, name if split_of(name) else "", partial(load_image, picture))

    return Source("arrays of pictures and labels", tree.source, entries, progress.share)


def _read(tree: Tree, name: str) -> np.ndarray:
    if tree.size(name) > MOST_IN_MEMORY:
        raise DatasetError(f"{tree.source}: {name} is larger than {MOST_IN_MEMORY >> 20} MB")
    try:
        with damage_named(tree, name), tree.open(name) as file:
            return np.lib.format.read_array(file, allow_pickle=False)
    except DatasetError:
        raise
    except (ValueError, OSError, EOFError, OverflowError, MemoryError, SyntaxError) as error:
        reason = str(error).splitlines()[0][:120]
        if "pickle" in str(error) or "Object arrays" in str(error):
            reason = "it holds Python's objects, which are not read; save plain arrays of numbers"
        raise DatasetError(f"{tree.source}: the array {name} cannot be read ({reason})") from None


def _are_names(name: str, array: np.ndarray) -> bool:
    """Whether an array says what the classes are called."""
    return array.dtype.kind in "US" and _NAMES_OF_CLASSES.fullmatch(name) is not None


def _pairs(tree: Tree, found: _Arrays) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By the name of the array of pictures, that and the one of their labels."""
    pictures = {name: shaped for name, array in found.items() if (shaped := _as_pictures(array)) is not None}
    labels = {name: array for name, array in found.items() if name not in pictures and _may_be_labels(array)}
    pairs = {}
    for name, faces in pictures.items():
        fitting = [
            array for other, array in labels.items() if split_of(other) == split_of(name) and len(array) == len(faces)
        ]
        if len(fitting) == 1:
            pairs[name] = _in_eight_bits(tree, name, faces), fitting[0]
    if not pairs or len(pairs) < len(pictures):
        shapes = ", ".join(f"{name} {array.shape} {array.dtype}" for name, array in found.items())[:300]
        raise DatasetError(
            f"{tree.source} holds the arrays {shapes or 'none'}; needed are pictures (N, height, width) and labels "
            "(N,), called such as images and labels, or x_train and y_train beside x_test and y_test"
        )
    return pairs


def _as_pictures(array: np.ndarray) -> np.ndarray | None:
    """Pictures as (N, h, w) or (N, h, w, 3), also where each is a row, or the colours come first; None for others."""
    if array.dtype.kind not in "uif":
        return None
    if array.ndim == 2 and array.shape[1] > MOST_CLASSES and int(array.shape[1] ** 0.5) ** 2 == array.shape[1]:
        side = int(array.shape[1] ** 0.5)
        return array.reshape(-1, side, side)
    if array.ndim == 4 and array.shape[1] in (1, 3) and array.shape[3] not in (1, 3, 4):
        return np.moveaxis(array, 1, 3)
    return array if array.ndim == 3 or (array.ndim == 4 and array.shape[3] in (1, 3, 4)) else None


def _may_be_labels(array: np.ndarray) -> bool:
    return array.ndim == 1 or (array.ndim == 2 and array.shape[1] <= MOST_CLASSES)


def _in_eight_bits(tree: Tree, name: str, pictures: np.ndarray) -> np.ndarray:
    """Pictures as kinds that `load_image` takes: whole numbers up to 255 as uint8."""
    if not pictures.size:
        raise DatasetError(f"{tree.source}: the array {name} holds no pictures")
    lowest, highest = float(pictures.min()), float(pictures.max())
    if not (lowest >= -0.001 and highest <= 65535):
        raise DatasetError(
            f"{tree.source}: the pixels in {name} are {lowest:g} to {highest:g}; allowed are 0 to 255, or 0 to 1"
        )
    if pictures.dtype.kind == "f":
        return (pictures * 255).round().astype(np.uint8) if highest <= 1 else pictures.round().astype(np.uint8)
    return pictures.astype(np.uint8 if highest <= 255 else np.uint16)


def _word(label: np.ndarray, classes: Sequence[str]) -> str:
    """A label as text: the class where one of a row is marked, by its name where the classes have names."""
    value = label.argmax() if label.ndim else label.item()
    text = plain_label(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
    return classes[int(text)] if text.isdecimal() and int(text) < len(classes) else text

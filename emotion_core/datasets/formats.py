"""Readers of the forms in which people hold face data, one function a form."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import FER2013_NUMBERING

FER2013_SIDE = 48
FER2013_SPLITS = {"Training": "train", "PublicTest": "validation", "PrivateTest": "test"}
#: The columns of fer2013new.csv after Usage and Image name, in the order of `COLUMNS`.
_FERPLUS_HEADER = (
    "neutral", "happiness", "surprise", "sadness", "anger", "disgust", "fear", "contempt", "unknown", "NF",
)  # fmt: skip


def read_fer2013(csv: Path | str, votes_csv: Path | str | None = None) -> Dataset:
    """Read `fer2013.csv` (columns emotion, pixels, Usage), with FER+'s `fer2013new.csv` joined by row order if given.

    Raises:
        ValueError: a column is missing, a label or a face is not FER-2013's, or the two files differ in rows.
        OSError: a file cannot be read.
    """
    rows = _read_table(csv, ("emotion", "pixels", "Usage"))
    table = pd.DataFrame(
        {
            "source": [f"fer{row:07d}.png" for row in range(len(rows))],
            "label": _fer2013_labels(rows["emotion"], csv),
            "split": _fer2013_splits(rows["Usage"], csv),
        }
    )
    if votes_csv is not None:
        table = pd.concat([table, _read_votes(votes_csv, rows["Usage"])], axis=1)
    return Dataset(_fer2013_images(rows["pixels"], csv), table)


def _read_table(path: Path | str, needed: tuple[str, ...]) -> pd.DataFrame:
    table = pd.read_csv(path)
    table.columns = table.columns.str.strip()
    missing = [name for name in needed if name not in table.columns]
    if missing:
        raise ValueError(f"{path}: columns {', '.join(missing)} are missing; needed are {', '.join(needed)}")
    return table


def _fer2013_labels(numbers: pd.Series, path: Path | str) -> np.ndarray:
    values = numbers.to_numpy()
    if not np.isin(values, range(len(FER2013_NUMBERING))).all():
        raise ValueError(f"{path}: labels must be 0 to {len(FER2013_NUMBERING) - 1}, as FER-2013 numbers them")
    return np.array(FER2013_NUMBERING)[values.astype(int)]


def _fer2013_splits(usage: pd.Series, path: Path | str) -> pd.Series:
    splits = usage.map(FER2013_SPLITS)
    if splits.isna().any():
        unknown = usage[splits.isna()].iloc[0]
        raise ValueError(f"{path}: unknown Usage {unknown!r}; allowed are {', '.join(FER2013_SPLITS)}")
    return splits


def _fer2013_images(pixels: pd.Series, path: Path | str) -> np.ndarray:
    images = np.empty((len(pixels), FER2013_SIDE, FER2013_SIDE), dtype=np.uint8)
    for row, text in enumerate(pixels):
        try:
            values = np.array(str(text).split(), dtype=np.int64)
        except ValueError:
            values = np.empty(0, np.int64)
        if values.size != FER2013_SIDE**2 or values.min() < 0 or values.max() > 255:
            raise ValueError(f"{path}: row {row} is not a face of {FER2013_SIDE}x{FER2013_SIDE} values from 0 to 255")
        images[row] = values.reshape(FER2013_SIDE, FER2013_SIDE)
    return images


def _read_votes(path: Path | str, usage: pd.Series) -> pd.DataFrame:
    votes = _read_table(path, ("Usage", *_FERPLUS_HEADER))
    if votes["Usage"].tolist() != usage.tolist():
        raise ValueError(f"{path}: its rows are not those of the FER-2013 csv; both must be whole and in their order")
    return votes[list(_FERPLUS_HEADER)].set_axis(list(COLUMNS), axis=1)

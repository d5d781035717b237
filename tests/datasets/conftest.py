"""Drawn faces, written in every form that the readers know."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.synthetic import synthetic_faces
from tests.fer2013_files import fer2013_text
from tests.pictures import png


@pytest.fixture(scope="session")
def drawn() -> Dataset:
    """35 drawn faces of every expression and split; not to be changed."""
    faces = synthetic_faces(35, seed=3)
    faces.images.flags.writeable = False
    return faces


@pytest.fixture(autouse=True)
def in_own_workspace(own_workspace: Path) -> None:
    """No test finds what another one left."""


@pytest.fixture
def fer2013_file(tmp_path: Path, drawn: Dataset) -> Path:
    path = tmp_path / "fer2013.csv"
    path.write_text(fer2013_text(drawn))
    return path


@pytest.fixture
def write_folders(tmp_path: Path) -> Callable[..., Path]:
    """Write files by name into a new folder."""

    def write(files: dict[str, bytes], folder: str = "faces") -> Path:
        for name, content in files.items():
            path = tmp_path / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return tmp_path / folder

    return write


@pytest.fixture
def write_zip(tmp_path: Path) -> Callable[..., Path]:
    """Write files by name into a zip."""

    def write(files: dict[str, bytes], name: str = "faces.zip") -> Path:
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as out:
            for file, content in files.items():
                out.writestr(file, content)
        return tmp_path / name

    return write


@pytest.fixture
def pictures(drawn: Dataset) -> dict[str, bytes]:
    """The drawn faces as png files, in a folder per emotion in a folder per split."""
    rows: Iterator = zip(drawn.images, drawn.table["label"], drawn.table["split"], strict=True)
    return {f"{split}/{label}/{number:03d}.png": png(image) for number, (image, label, split) in enumerate(rows)}

"""The faces that a model that ships is made of, few and easy."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from emotion_core.emotions import FER2013_NUMBERING
from tests.fer2013_files import VOTES_HEADER
from tests.patch_faces import patch_faces


@pytest.fixture(scope="session")
def fer2013_files(tmp_path_factory) -> Path:
    """Faces in FER-2013's and FER+'s own files; 48 pixels, since that is what they hold."""
    folder = tmp_path_factory.mktemp("data")
    faces = {"Training": patch_faces(70, seed=0), "PublicTest": patch_faces(35, seed=1)}
    lines, votes = ["emotion,pixels,Usage"], [VOTES_HEADER]
    for usage, part in faces.items():
        for image, row in zip(part.images, part.table.itertuples(), strict=True):
            pixels = " ".join(map(str, np.kron(image, np.ones((3, 3), int)).ravel()))
            lines.append(f"{FER2013_NUMBERING.index(row.label)},{pixels},{usage}")
            counts = ",".join(str(getattr(row, column)) for column in part.table.columns[3:])
            votes.append(f"{usage},{row.source},{counts}")
    (folder / "fer2013.csv").write_text("\n".join(lines))
    (folder / "fer2013new.csv").write_text("\n".join(votes))
    return folder


@pytest.fixture
def data(fer2013_files, tmp_path) -> Path:
    """A folder with them, to be changed at will."""
    shutil.copytree(fer2013_files, tmp_path, dirs_exist_ok=True)
    return tmp_path

"""The faces that a model that ships is made of, few and easy."""

import numpy as np
import pytest

from emotion_core.emotions import FER2013_NUMBERING
from tests.fer2013_files import VOTES_HEADER
from tests.patch_faces import patch_faces


@pytest.fixture
def data(tmp_path):
    """Faces in FER-2013's and FER+'s own files; 48 pixels, since that is what they hold."""
    faces = {"Training": patch_faces(70, seed=0), "PublicTest": patch_faces(35, seed=1)}
    lines, votes = ["emotion,pixels,Usage"], [VOTES_HEADER]
    for usage, part in faces.items():
        for image, row in zip(part.images, part.table.itertuples(), strict=True):
            pixels = " ".join(map(str, np.kron(image, np.ones((3, 3), int)).ravel()))
            lines.append(f"{FER2013_NUMBERING.index(row.label)},{pixels},{usage}")
            counts = ",".join(str(getattr(row, column)) for column in part.table.columns[3:])
            votes.append(f"{usage},{row.source},{counts}")
    (tmp_path / "fer2013.csv").write_text("\n".join(lines))
    (tmp_path / "fer2013new.csv").write_text("\n".join(votes))
    return tmp_path

"""A stored set as csv, as corrected."""

from __future__ import annotations

from pathlib import Path

from emotion_core.datasets.edits import write_list
from emotion_core.datasets.integrity import open_verified
from emotion_core.datasets.readers.fer2013 import write_faces
from emotion_core.datasets.store import open_with_excluded


def export_dataset(name: str, path: Path, raw: bool = False) -> int:
    """Write a set as corrected as FER-2013's csv, without the excluded faces.

    A group that a spreadsheet would take for a formula gets an apostrophe, unless `raw`; returns how many cells did.

    Raises:
        DatasetError: there is none of that name, or its images are not grey of 48x48.
        OSError: the file cannot be written.
    """
    return write_faces(open_verified(name), path, raw)


def export_list(name: str, path: Path, raw: bool = False) -> int:
    """Write a set's labels and splits, as corrected and as given, and which faces are excluded, as csv.

    Text that a spreadsheet would take for a formula gets an apostrophe, unless `raw`; returns how many cells did.

    Raises:
        DatasetError: there is none of that name.
        OSError: the file cannot be written.
    """
    return write_list(open_with_excluded(name).table, path, raw)

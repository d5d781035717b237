"""What the tests share: where real data lies, and which browser to drive.

Real data is not part of the project. Tests that need it ask for a fixture below and are skipped where its environment
variable is not set:

    EMOTION_CORE_FER2013    a folder with fer2013.csv and FER+'s fer2013new.csv, of the PublicTest split at least
    EMOTION_CORE_PHOTOS     a folder with photos and faces.json, the boxes of the faces in them
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# How long things take is for benchmarks to say: the machine that runs the tests may be busy.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")


def _folder_named_by(variable: str, *files: str) -> Path:
    """The folder that an environment variable names; skips the test where that or one of its files is missing."""
    if not os.environ.get(variable):
        pytest.skip(f"{variable} is not set (a folder with {' and '.join(files)})")
    folder = Path(os.environ[variable])
    missing = [name for name in files if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"{variable} names {folder}, which has no {' and no '.join(missing)}")
    return folder


@pytest.fixture(scope="session")
def fer2013_folder() -> Path:
    """The folder with FER-2013 as fer2013.csv and FER+'s votes as fer2013new.csv."""
    return _folder_named_by("EMOTION_CORE_FER2013", "fer2013.csv", "fer2013new.csv")


@pytest.fixture(scope="session")
def photos_folder() -> Path:
    """The folder with photos and the boxes of their faces in faces.json."""
    return _folder_named_by("EMOTION_CORE_PHOTOS", "faces.json")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Drive the machine's own Chromium where there is one, else the one that Playwright brings."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {**browser_type_launch_args, **({"executable_path": chromium} if chromium else {})}

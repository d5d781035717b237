"""The pictures of the pages, made anew: of drawn faces and the astronaut alone, and small.

They stay in `test-results/pages`, so that a change of look is seen by laying them beside those in `docs/pictures`.
"""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from PIL import Image

from scripts.screenshots import LARGEST, PICTURES, WINDOW
from tests.shell import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


FOLDER = ROOT / "test-results" / "pages"


def test_every_picture_is_made_and_none_is_large():
    shutil.rmtree(FOLDER, ignore_errors=True)
    command = [sys.executable, "-m", "scripts.screenshots", str(FOLDER)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if "Executable doesn't exist" in done.stderr:
        pytest.skip("no browser: set CHROMIUM, install chromium, or run `playwright install chromium`")
    assert done.returncode == 0, done.stderr[-2000:]
    for name in PICTURES:
        file = FOLDER / f"{name}.jpg"
        assert file.stat().st_size <= LARGEST
        with Image.open(file) as picture:
            assert picture.size == (WINDOW["width"], WINDOW["height"])

"""What is dear to make and is made once, however many processes share the tests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.files import locked


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder of a name, filled by a function in whichever process wants it first; not to be changed."""
    place = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # then each process has a folder of its own within that of the session
        place = place.parent
    folder, partial = place / name, place / f".{name}.partial"
    with locked(place / f".{name}.lock"):
        if not folder.exists():
            partial.mkdir(exist_ok=True)
            make(partial)
            partial.rename(folder)
    return folder

"""What tests of runs share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.new_runs import new_run


@pytest.fixture
def folder(own_workspace: Path) -> Path:
    """The folder of a run named "first"."""
    return new_run("first")

"""What streams offer to pages and notebooks."""

from __future__ import annotations

import subprocess
import sys

import pytest

from emotion_core import streams


def test_every_name_is_found_where_it_is_said_to_be():
    assert {name for name in dir(streams) if getattr(streams, name, None) is not None} == set(streams.__all__)


def test_another_name_is_refused():
    with pytest.raises(AttributeError, match="moments"):
        streams.moments  # noqa: B018


def test_the_names_cost_nothing_until_they_are_used():
    code = "import sys, emotion_core.streams; print({'cv2', 'numpy', 'scipy'} & set(sys.modules) or 'nothing')"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "nothing"

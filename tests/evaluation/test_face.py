"""What other parts of the project, and others' programs, import of the package."""

from __future__ import annotations

import subprocess
import sys

import pytest

from emotion_core import evaluation


@pytest.mark.parametrize("name", evaluation.__all__)
def test_every_name_is_there(name):
    assert getattr(evaluation, name) is not None
    assert name in dir(evaluation)


def test_another_name_is_not():
    with pytest.raises(AttributeError, match=r"No emotion_core\.evaluation attribute judge"):
        evaluation.judge  # noqa: B018


def test_importing_it_loads_nothing_heavy():
    code = (
        "import sys, emotion_core.evaluation; print({'scipy', 'sklearn', 'pandas', 'cv2'} & set(sys.modules) or 'no')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "no"

"""The job's command line, on a machine that cannot train."""

import subprocess
import sys

import pytest

from emotion_core.shipping.gpu_job import __main__ as command
from tests.shell import ROOT


def test_that_pytorch_is_missing_is_said_in_one_sentence(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    with pytest.raises(SystemExit) as ended:
        command.main(["run", "--pack", str(tmp_path), "--out", str(tmp_path / "out")])
    assert ended.value.code == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert "PyTorch, which trains on a GPU, is not installed; get it as https://pytorch.org" in said
    assert not (tmp_path / "out").exists()


def test_what_runs_on_the_gpu_needs_none_of_the_packages_that_the_rest_requires():
    """The networks, faces and steps import PyTorch alone, which is not here; what they share imports neither."""
    heavy = "{'pandas', 'keras', 'tensorflow', 'cv2', 'pydantic', 'scipy', 'torch'}"
    code = (
        "import sys, emotion_core.emotions\n"
        "from emotion_core.shipping.gpu_job import __main__, log, sheets, stages\n"
        f"print({heavy} & set(sys.modules) or 'nothing')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "nothing"

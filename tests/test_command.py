"""This program's own modules as processes of their own."""

import shutil
import subprocess

from emotion_core.command import own_command
from emotion_core.workspace import SHIPPED_MODELS, WORKSPACE_VARIABLE


def test_a_workspace_named_from_here_is_the_same_one_for_the_process(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(WORKSPACE_VARIABLE, "mine")
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", tmp_path / "mine" / "models" / "own net")
    done = subprocess.run(**own_command("emotion_core", "models", "list"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "own net" in done.stdout

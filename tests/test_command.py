"""This program's own modules as processes of their own."""

import os
import shutil
import subprocess

from emotion_core import command
from emotion_core.command import own_command
from emotion_core.workspace import CHECKOUT, SHIPPED_MODELS, WORKSPACE_VARIABLE


def test_a_workspace_named_from_here_is_the_same_one_for_the_process(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(WORKSPACE_VARIABLE, "mine")
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", tmp_path / "mine" / "models" / "own net")
    done = subprocess.run(**own_command("emotion_core", "models", "list"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "own net" in done.stdout


def test_what_lies_in_the_folder_it_is_called_from_is_not_imported(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('the json of this folder')")
    monkeypatch.chdir(tmp_path)
    done = subprocess.run(**own_command("emotion_core", "models", "list"), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_from_a_checkout_the_program_is_found_once_in_the_path_of_the_process_and_of_its_own(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/else/where")
    environment = own_command("emotion_core")["env"]
    assert environment["PYTHONPATH"].split(os.pathsep) == [str(CHECKOUT), "/else/where"]
    monkeypatch.setenv("PYTHONPATH", environment["PYTHONPATH"])
    assert own_command("emotion_core")["env"] == environment


def test_an_installed_program_needs_no_path(monkeypatch):
    monkeypatch.setattr(command, "CHECKOUT", None)
    assert own_command("emotion_core")["env"] == dict(os.environ)

"""The lines of docs/serve.md run as they are written, against a service that runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

import pytest
from PIL import Image

from tests.docs.blocks import blocks
from tests.services import serving
from tests.shell import ROOT

TEXT = (ROOT / "docs/serve.md").read_text("utf-8")
ADDRESS = "127.0.0.1:8700"
LINES = [line for language, content in blocks(TEXT) if language == "bash" for line in content.splitlines()]
SCRIPTS = [content for language, content in blocks(TEXT) if language == "python"]


@pytest.fixture(scope="module")
def place(tmp_path_factory, astronaut):
    """A folder with photos, and a service at an address that the lines are made to name."""
    folder = tmp_path_factory.mktemp("place")
    for name in ("photo.jpg", "other.jpg"):
        Image.fromarray(astronaut).save(folder / name)
    with serving(folder / "workspace") as service:
        yield folder, f"127.0.0.1:{service.port}"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("line", LINES)
def test_a_line_is_answered(place, line):
    folder, address = place
    assert ADDRESS in line
    asked = line.replace("curl ", "curl --silent --show-error --fail-with-body ").replace(ADDRESS, address)
    command = ["bash", "-euc", asked]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    if "/metrics" not in line:
        answer = json.loads(run.stdout)
        assert all(len(result["faces"]) == 1 for result in answer.get("results", []))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_runs(place, script):
    folder, address = place
    command = [sys.executable, "-c", script.replace(ADDRESS, address)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert "happy" in run.stdout


def test_every_setting_is_named():
    from emotion_server import ServerSettings

    named = TEXT.replace("`_", "`EMOTION_SERVER_")
    missing = [name for name in ServerSettings.model_fields if f"EMOTION_SERVER_{name.upper()}" not in named]
    assert missing == []

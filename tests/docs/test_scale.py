"""The Python of docs/scale.md runs as it is written, and its options are those of the command."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from PIL import Image

from tests.docs.blocks import blocks
from tests.shell import ROOT, emotion

TEXT = (ROOT / "docs/scale.md").read_text("utf-8")


def test_the_script_runs(tmp_path, astronaut):
    (tmp_path / "archive").mkdir()
    Image.fromarray(astronaut).save(tmp_path / "archive/photo.jpg")
    (script,) = [content for language, content in blocks(TEXT) if language == "python"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert run.stdout.startswith("1 picture in") and "happy" in run.stdout
    written = {file.name for file in (tmp_path / "results").iterdir()}
    assert written - {".lock"} == {"part-0001-000000.parquet", *re.findall(r"`(_\w+\.\w+)`", TEXT)}


def test_the_options_are_those_of_the_command():
    offered = set(re.findall(r"--[a-z-]+", emotion("batch", "--help", COLUMNS="200").stdout))
    assert set(re.findall(r"`(--[a-z-]+)", TEXT)) <= offered

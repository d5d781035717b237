"""The guides' Python and shell lines run as they are written, one guide after the other, in an empty workspace."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.clips import write_clip
from tests.docs.blocks import blocks

ROOT = Path(__file__).parent.parent.parent
GUIDES = sorted((ROOT / "docs" / "guides").glob("*.md"))


def as_script(found: list[tuple[str, str]]) -> str:
    """One Python script of all Python and shell blocks, in their order, each shell line being a process of its own."""
    parts = ["import subprocess, sys"]
    for language, content in found:
        if language == "python":
            parts.append(content)
        elif language == "sh":
            parts += [f"subprocess.run({arguments(line)!r}, check=True)" for line in content.splitlines() if line]
    return "\n".join(parts)


def arguments(line: str) -> list[str]:
    """A shell line's words; `emotion` is this checkout's command."""
    words = shlex.split(line, comments=True)
    assert words[0] == "emotion", f"a guide's shell lines begin with emotion, not {words[0]!r}"
    return [sys.executable, "-m", "emotion_core", *words[1:]]


def test_blocks_of_other_languages_are_not_run():
    text = "```python\na = 1\n```\nwords\n```js\nlet a = 1\n```\n```sh\nemotion models list  # all\n```\n"
    script = as_script(blocks(text))
    assert "a = 1" in script and "let" not in script
    assert "'models', 'list']" in script and "all" not in script


@pytest.mark.timeout(300)
@pytest.mark.parametrize("guide", GUIDES, ids=lambda path: path.stem)
def test_a_guide_does_what_it_says(guide: Path, astronaut: np.ndarray, tmp_path: Path):
    Image.fromarray(astronaut).save(tmp_path / "photo.jpg")
    write_clip(tmp_path / "clip.mp4", [astronaut] * 10)
    places = {"PYTHONPATH": str(ROOT), "EMOTION_CORE_WORKSPACE": str(tmp_path / "workspace")}
    run = subprocess.run(
        [sys.executable, "-c", as_script(blocks(guide.read_text("utf-8")))],
        cwd=tmp_path,
        env={**os.environ, **places},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr

"""The state of a run in one file."""

from __future__ import annotations

import subprocess
import sys

from emotion_core.networks.architectures import deep_emotion
from emotion_core.training import checkpoint
from emotion_core.training.checkpoint import Progress


def test_a_network_with_layers_of_our_own_is_read_by_a_process_that_has_made_none(tmp_path):
    checkpoint.save(tmp_path / "last.keras", deep_emotion(), Progress())
    program = "import sys, pathlib; from emotion_core.training.checkpoint import load_network; "
    program += "print(load_network(pathlib.Path(sys.argv[1])).name)"
    command = [sys.executable, "-c", program, str(tmp_path / "last.keras")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "deep-emotion" in done.stdout

"""Runs as folders, without a process that works at them."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.runs.config import RunConfig, make_config
from emotion_core.runs.folder import CONFIG_FILE, run_folder
from emotion_core.runs.recipes import QUICK
from emotion_core.runs.status import State, Status, write_status


def config_of(name: str, **fields: object) -> RunConfig:
    """What is asked of a run on the data set "drawn", with a network that a processor trains in no time."""
    small = {"size": 16, "widths": [8], "blocks": [1]}
    asked = {"data": "drawn", "architecture": "emotion-net", "arguments": small, "recipe": QUICK}
    return make_config(**{"name": name, **asked, **fields})


def new_run(name: str, state: State = "stopped", **fields: object) -> Path:
    """The folder of a run that nobody works at."""
    folder = run_folder(name)
    folder.mkdir(parents=True)
    (folder / CONFIG_FILE).write_text(config_of(name, **fields).model_dump_json())
    write_status(folder, Status(state=state, epochs=QUICK.epochs))
    return folder


def work_at(name: str) -> int:
    """`execute_run` in this process, which goes on as quick as it was: the tests that follow would give way, too."""
    from emotion_core.jobs import process

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(process, "NICENESS", 0)
        return process.execute_run(name)

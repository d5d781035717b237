"""How tests call commands."""

from __future__ import annotations

import os
import re

import psutil
import pytest

from tests import shell
from tests.waiting import wait_until


@pytest.mark.skipif(not hasattr(os, "fork"), reason="commands are forks only where there are forks")
def test_a_command_that_is_given_up_is_ended(monkeypatch):
    """As when a test has run out of time, which is an exception while it waits."""
    monkeypatch.setattr(shell, "READY", ["sh", "-c", "sleep 600 & echo process $!; wait"])
    monkeypatch.setattr(shell, "_ready_shell", shell.functools.cache(shell._ready_shell.__wrapped__))
    with pytest.raises(ValueError, match="process") as given_up:
        shell.emotion("dataset", "list")
    command = int(re.findall(r"process (\d+)", str(given_up.value))[0])
    wait_until(lambda: not psutil.pid_exists(command) or psutil.Process(command).status() == psutil.STATUS_ZOMBIE)

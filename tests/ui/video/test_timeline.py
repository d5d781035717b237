"""What the time line writes, by Node.js."""

import json
import re
import shutil
import subprocess

import pytest

from tests.shell import ROOT

TIMES = {0: "0:00.0", 59.94: "0:59.9", 59.96: "1:00.0", 61.25: "1:01.3", 3599.97: "1:00:00.0", 7384.5: "2:03:04.5"}


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not there")
def test_seconds_are_rounded_before_they_are_minutes():
    script = (ROOT / "ui" / "video" / "timeline.js").read_text("utf-8")
    clock = re.search(r"^const clock = .*?^}$", script, re.MULTILINE | re.DOTALL)
    assert clock
    written = f"{clock[0]}\nconsole.log(JSON.stringify({list(TIMES)}.map(clock)))"
    done = subprocess.run(["node", "-e", written], capture_output=True, text=True)
    assert json.loads(done.stdout) == list(TIMES.values()), done.stderr

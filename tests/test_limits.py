"""A process that has set itself a limit does not get beyond it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from emotion_core.limits import CAN_LIMIT, OUT_OF_TIME, TOO_LATE
from tests.shell import ROOT

pytestmark = pytest.mark.skipif(not CAN_LIMIT, reason="this system has no limits")


def ended(lines: str) -> subprocess.CompletedProcess[str]:
    """How a process ends that runs these lines."""
    program = f"from emotion_core.limits import *\n{lines}"
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)


def test_processor_time():
    assert ended("limit_processor_time(0)\nwhile True: pass").returncode == OUT_OF_TIME


def test_time_by_the_clock():
    assert ended("limit_time(1)\nwhile True: signal.pause()").returncode == TOO_LATE
    assert ended("limit_time(1)\nlimit_time(0)").returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
@pytest.mark.parametrize("limit", ["limit_memory", "limit_address_space"])
def test_memory(limit):
    assert ended(f"{limit}(100_000_000)\nx = bytearray(50_000_000)").returncode == 0
    assert "MemoryError" in ended(f"{limit}(100_000_000)\nx = bytearray(150_000_000)").stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
@pytest.mark.parametrize("limit", ["limit_memory", "limit_address_space"])
def test_less_memory_than_a_process_has_is_no_more(limit):
    within = f"try: {limit}(-2**40); x = bytearray(150_000_000)\nexcept MemoryError: print('no')\n"
    assert ended(within).stdout.strip() == "no"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
@pytest.mark.parametrize(
    ("kind", "limit"),
    [("CPU", "limit_processor_time"), ("DATA", "limit_memory"), ("AS", "limit_address_space")],
)
def test_a_lower_limit_that_was_set_outside_stays(kind, limit):
    """As in a shell with `ulimit`."""
    kind = f"resource.RLIMIT_{kind}"
    found = ended(
        f"import resource\nresource.setrlimit({kind}, (2**40,) * 2)\n{limit}(2**41)\nprint(resource.getrlimit({kind}))"
    )
    assert found.stdout.strip() == str((2**40, 2**40)), found.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
def test_memory_for_a_while():
    within = "with limited_memory(100_000_000):\n    try: bytearray(150_000_000)\n    except MemoryError: print('no')\n"
    found = ended(f"{within}bytearray(150_000_000)\nprint('yes')")
    assert found.stdout.split() == ["no", "yes"], found.stderr

"""What the benchmarks are run with, and the machine they run on."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import cv2

from emotion_core.models import ModelError, read_card
from emotion_core.workspace import SHIPPED_MODELS

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("numpy", "opencv-python-headless", "ai-edge-litert", "pillow", "tensorflow", "streamlit")


@dataclass(frozen=True)
class Setting:
    """What the benchmarks are run with.

    Attributes:
        scratch: an empty folder, removed in the end.
        photos: a folder with photos and `faces.json`, or None.
        fer2013: a folder with `fer2013.csv` and `fer2013new.csv`, or None.
        rounds: how often whole programs are run; what takes milliseconds is run ten times as often.
        files: how many photos the folder of many photos holds.
        pictures: how many pictures the largest batch holds.
        faces: how many faces are turned to measure alignment.
        minutes: how long a stream is watched for memory that grows.
        starts: how often a stream is started and stopped.
    """

    scratch: Path
    photos: Path | None
    fer2013: Path | None
    rounds: int
    files: int
    pictures: int
    faces: int
    learn: int
    minutes: float
    starts: int


@contextmanager
def on_cores(count: int) -> Iterator[None]:
    """Keep this process, and what it starts, on so many processor cores where the system can; OpenCV's threads too."""
    threads = cv2.getNumThreads()
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
    if allowed:
        # The last ones: what else runs on a machine is most often on the first.
        os.sched_setaffinity(0, sorted(allowed)[-count:])
    cv2.setNumThreads(count)
    try:
        yield
    finally:
        cv2.setNumThreads(threads)
        if allowed:
            os.sched_setaffinity(0, allowed)


def machine() -> str:
    """The machine, the versions that matter and the model, in a few lines."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{_processor()}, {cores} cores, {platform.system()} {platform.machine()}{load}\n"
        f"Python {platform.python_version()}, {packages}\n{_model()}"
    )


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def _model() -> str:
    try:
        card = read_card(SHIPPED_MODELS / "emotion-net")
    except ModelError as error:
        return str(error)
    size = f"{card.architecture.parameters / 1e6:.2f} M parameters, {card.architecture.multiply_adds / 1e6:.0f} M"
    return f"{card.name} of {card.training.date}: {size} multiply-adds"

"""What the service counts, in Prometheus' form, right for all its worker processes together."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psutil
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

#: Where worker processes keep their counts for each other; without it there is one process.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The counts of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "emotion_requests", "Requests answered.", ["method", "route", "status"], registry=self._registry
        )
        self.seconds = Histogram(
            "emotion_request_seconds", "Seconds to an answer.", ["route"], buckets=SECONDS, registry=self._registry
        )
        self.pictures = Counter("emotion_pictures", "Pictures, readable or not.", ["outcome"], registry=self._registry)
        self.faces = Counter("emotion_faces", "Faces that were read.", registry=self._registry)
        self.under_way = Gauge(
            "emotion_requests_under_way", "Requests under way.", registry=self._registry, multiprocess_mode="livesum"
        )
        self.streams = Gauge("emotion_streams", "Streams.", registry=self._registry, multiprocess_mode="livesum")

    def exposition(self) -> bytes:
        """The counts of all worker processes as Prometheus reads them."""
        folder = os.environ.get(SHARED_FOLDER)
        if not folder:
            return generate_latest(self._registry)
        _forget_dead(folder)
        together = CollectorRegistry()
        multiprocess.MultiProcessCollector(together, folder)
        return generate_latest(together)


def _forget_dead(folder: str) -> None:
    """What was under way in worker processes that were killed is no more; what they counted stays."""
    for file in Path(folder).glob("gauge_live*_*.db"):
        with suppress(ValueError):
            pid = int(file.stem.rpartition("_")[2])
            if not psutil.pid_exists(pid):
                multiprocess.mark_process_dead(pid, folder)

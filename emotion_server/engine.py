"""What answers requests: the models, threads that analyse pictures, and a bound on how much is under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import TypeVar

import cv2
import numpy as np

from emotion_core.faces import load_detector
from emotion_core.limits import processors
from emotion_server.jobs import Jobs
from emotion_server.metrics import Metrics
from emotion_server.models import Loaded, Models
from emotion_server.problems import ProblemError
from emotion_server.settings import ServerSettings

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Engine:
    """One a process, for one event loop.

    Attributes:
        settings: see `ServerSettings`.
        metrics: what is counted.
        detector: finds faces, for any number of threads.
        jobs: videos under way.
    """

    def __init__(self, settings: ServerSettings):
        cv2.setNumThreads(1)  # each of the threads has a picture of its own
        self.settings = settings
        self.metrics = Metrics()
        self.detector = load_detector()
        self.jobs = Jobs()
        self._models = Models()
        self.threads = settings.threads or processors()
        self._executor = ThreadPoolExecutor(self.threads, "analysis")
        self._requests = self._streams = 0
        self._warm = asyncio.Event()
        self._failed = False

    async def warm_up(self) -> None:
        """Load the models, and look at a picture once, so that the first client waits no longer than the next."""
        try:
            for name in self.settings.models:
                await self.model(name)
            await self.run(self.detector.detect, np.zeros((480, 640, 3), np.uint8))
        except Exception as error:
            logger.error("the models cannot be loaded", exc_info=error)
            self._failed = True
            return
        self._warm.set()

    def check_ready(self) -> None:
        """Raise a ProblemError as long as the service is not warm."""
        if not self._warm.is_set():
            reason = "the models are being loaded"
            if self._failed:
                reason = "the models cannot be loaded; the log of the service says why"
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, reason)

    async def model(self, name: str) -> Loaded:
        """A model by its name.

        Raises:
            ProblemError: there is none of that name.
            ModelError: it cannot be used.
        """
        if (known := self._models.known(name)) is not None:
            return known
        return await asyncio.to_thread(self._models.get, name)

    @asynccontextmanager
    async def admitted(self) -> AsyncIterator[None]:
        """Something to do for one request, from before its body is read.

        Raises:
            ProblemError: as much as is allowed is under way.
        """
        if self._requests >= self.settings.max_requests:
            message = f"{self._requests} requests are under way, and no more are taken; try again in a moment"
            raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, message)
        self._requests += 1
        self.metrics.under_way.inc()
        try:
            yield
        finally:
            self._requests -= 1
            self.metrics.under_way.dec()

    @asynccontextmanager
    async def streaming(self) -> AsyncIterator[bool]:
        """Whether one more stream may run, for as long as it does."""
        may = self._streams < self.settings.max_streams
        self._streams += may
        self.metrics.streams.inc(may)
        try:
            yield may
        finally:
            self._streams -= may
            self.metrics.streams.dec(may)

    async def run(self, work: Callable[..., T], *arguments: object) -> T:
        """Do some work in one of the threads, as soon as one is free. Raises as `in_time`."""
        return await self.in_time(asyncio.get_running_loop().run_in_executor(self._executor, work, *arguments))

    async def in_time(self, answer: Awaitable[T]) -> T:
        """Wait for an answer, or give it up.

        Raises:
            ProblemError: it is not there within the seconds allowed.
        """
        try:
            return await asyncio.wait_for(answer, self.settings.seconds_to_answer)
        except TimeoutError:
            message = f"no answer within {self.settings.seconds_to_answer:g} seconds; there is too much to do"
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, message) from None

    def close(self) -> None:
        """End the threads; what has begun is ended first."""
        self.jobs.close()
        self._executor.shutdown(wait=True, cancel_futures=True)
        self._models.close()

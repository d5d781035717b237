"""The service under load, on two cores that the load generator shares.

    python -m benchmarks --only service

Promised, with two workers: /analyze reads at least 0.8 of the photos of 640x480 a second that `analyze_many` reads;
with 16 clients the slowest twentieth waits at most 4 times as long as with one; /predict answers 600 crops a second;
after the first thousand of 20,000 requests, a twentieth of them garbage, memory grows by at most 3 %, and every good
one is answered.

Clients that ask again as soon as they are answered cannot all wait at most 4 times as long: what 16 have under way
takes 16 divided by the answers a second on average, whoever answers, and two cores answer at most twice as many a
second as one. So that is measured also for clients that ask a few times a second each, as programs do that follow
something, and where no more may be under way than there are threads, and the others are told to come again.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from itertools import repeat

import numpy as np
import psutil

import emotion_core as ec
from benchmarks.folder import memory_of
from benchmarks.photos import group, save
from benchmarks.setting import ROOT, Setting, on_cores
from benchmarks.table import Row, at_least, at_most, figure, median

CORES = 2
SHARE_OF_LIBRARY, TAIL, PREDICTIONS, GROWTH = 0.8, 4.0, 600, 3.0
CLIENTS = 16
#: How often the library and the service are measured, one after the other.
TURNS = 5
#: One request of so many is garbage.
GARBAGE = 20
#: Seconds after which a client comes again that was told to, as the service says.
COME_AGAIN = 1
#: Photos a second that all clients together ask for where they do not ask at once, as a share of what is answered then.
PACE = 0.6
#: Under way in a worker, where others are told to come again: as many as it has threads.
FEW = 2


@dataclass(frozen=True)
class Request:
    """What is sent again and again."""

    path: str
    kind: str
    body: bytes

    @cached_property
    def raw(self) -> bytes:
        """As it goes over the wire."""
        lines = (
            f"{'POST' if self.body else 'GET'} {self.path} HTTP/1.1",
            "Host: 127.0.0.1",
            f"Content-Type: {self.kind}",
        )
        return "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""]).encode() + self.body


@dataclass(frozen=True)
class Load:
    """What came of many requests: seconds in all and of each, and how many were answered with each status."""

    wall: float
    seconds: list[float]
    statuses: dict[int, int]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.seconds) / self.wall


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    photo = save(group(1), setting.scratch / "photo.jpg").read_bytes()
    analyze = Request("/analyze", "image/jpeg", photo)
    predict = Request("/predict", "application/octet-stream", np.zeros((48, 48), np.uint8).tobytes())
    photos = max(CLIENTS, setting.files // 4)
    with on_cores(CORES):
        with serving() as (port, workers):
            load(port, repeat(analyze, CLIENTS), CLIENTS)  # once, before anything counts
            # In turn, so that what else the machine does falls on both.
            turns = [(_library(photo, photos), load(port, repeat(analyze, photos), CLIENTS)) for _ in range(TURNS)]
            alone, many = load(port, repeat(analyze, photos), 1), turns[-1][1]
            crops = load(port, repeat(predict, 5 * photos), CLIENTS)
            paced = load(port, repeat(analyze, photos), CLIENTS, CLIENTS / (PACE * many.rate))
            rows = [_share(turns), _tail(alone, many), _tail_of_paced(alone, paced), _predictions(crops)]
            rows += _long(port, workers, analyze, setting.files * 10)
        with serving(EMOTION_SERVER_MAX_REQUESTS=str(FEW)) as (port, _):
            rows.insert(3, _tail_of_few(alone, load(port, repeat(analyze, photos), CLIENTS)))
    return f"{CORES} workers and {CLIENTS} clients on the same {CORES} cores", rows


def _library(photo: bytes, count: int) -> float:
    """Photos a second of `analyze_many`."""
    ec.analyze(photo)
    start = time.perf_counter()
    for _ in ec.analyze_many(zip(map(str, range(count)), repeat(photo)), threads=CORES):
        pass
    return count / (time.perf_counter() - start)


@contextmanager
def serving(**variables: str) -> Iterator[tuple[int, list[int]]]:
    """A service: its port, and its worker processes once all answer."""
    command = [sys.executable, "-m", "emotion_core", "serve", "--port", "0", "--workers", str(CORES)]
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **variables}, **quiet)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        while any(load(port, [Request("/ready", "", b"")], 1).statuses.get(200, 0) == 0 for _ in range(10)):
            time.sleep(0.2)
        children = psutil.Process(process.pid).children()
        yield port, [child.pid for child in children if "resource_tracker" not in " ".join(child.cmdline())]
    finally:
        process.terminate()
        process.wait()


class Client:
    """One connection that asks again and again; it works on the service's own cores, so it does no more than needed."""

    def __init__(self, port: int):
        self._port = port
        self._open()

    def _open(self) -> None:
        self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=120)
        self._answers = self._socket.makefile("rb")

    def ask(self, request: Request) -> tuple[int, float]:
        """The status of an answer, and the seconds that it took."""
        start = time.perf_counter()
        self._socket.sendall(request.raw)
        status = int(self._answers.readline().split()[1])
        headers = dict(line.lower().split(b": ", 1) for line in iter(self._answers.readline, b"\r\n"))
        self._answers.read(int(headers[b"content-length"]))
        seconds = time.perf_counter() - start
        if headers.get(b"connection", b"").strip() == b"close":
            self.close()
            self._open()
        return status, seconds

    def close(self) -> None:
        self._answers.close()
        self._socket.close()


def load(port: int, requests: Iterator[Request] | list[Request], clients: int, pause: float = 0.0) -> Load:
    """Send requests, each client one after the other, over a connection of its own, and again where it is told so.

    Args:
        pause: seconds from one request of a client to its next, unless the answer takes longer; the clients begin one
            after the other within that time.
    """
    waiting, seconds, statuses = iter(list(requests)), [], []

    def client(number: int) -> None:
        due = time.perf_counter() + pause * number / clients
        with closing(Client(port)) as one:
            for request in waiting:
                time.sleep(max(0.0, due - time.perf_counter()))
                due = max(due, time.perf_counter()) + pause
                while (asked := one.ask(request))[0] == HTTPStatus.TOO_MANY_REQUESTS:
                    statuses.append(asked[0])
                    time.sleep(COME_AGAIN)
                statuses.append(asked[0])
                seconds.append(asked[1])

    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as executor:
        list(executor.map(client, range(clients)))
    return Load(time.perf_counter() - start, seconds, {status: statuses.count(status) for status in set(statuses)})


def _share(turns: list[tuple[float, Load]]) -> Row:
    """Of the library's photos a second, those of the service, measured in turn."""
    library, service = median([alone for alone, _ in turns]), median([many.rate for _, many in turns])
    beside = f"{figure(service)} photos a second, the library alone {figure(library)}"
    shares = [many.rate / alone for alone, many in turns]
    return at_least("/analyze, share of the library's photos a second", shares, SHARE_OF_LIBRARY, "", beside)


def _tail(alone: Load, many: Load) -> Row:
    least = f"at this rate {figure(1000 * CLIENTS / many.rate)} on average, whoever answers"
    return _slowest(f"/analyze, p95 of {CLIENTS} clients to that of one", alone, many, least)


def _tail_of_paced(alone: Load, paced: Load) -> Row:
    more = f"{figure(paced.rate)} photos a second"
    return _slowest(f"the same where the {CLIENTS} ask for {PACE:.0%} of that a second", alone, paced, more)


def _tail_of_few(alone: Load, few: Load) -> Row:
    refused = few.statuses.get(HTTPStatus.TOO_MANY_REQUESTS, 0)
    more = f"{figure(few.rate)} photos a second; {refused:,} times told to come again for {len(few.seconds):,} answers"
    return _slowest(f"the same of what is answered where {FEW} may be under way in a worker", alone, few, more)


def _slowest(promise: str, alone: Load, many: Load, more: str) -> Row:
    """The slowest twentieth of many clients, as a multiple of that of one."""
    slowest = [1000 * float(np.percentile(one.seconds, 95)) for one in (alone, many)]
    beside = f"{figure(slowest[1])} ms against {figure(slowest[0])}; {more}"
    return at_most(promise, [slowest[1] / slowest[0]], TAIL, "times", beside)


def _predictions(crops: Load) -> Row:
    beside = f"p95 {figure(1000 * float(np.percentile(crops.seconds, 95)))} ms"
    return at_least("/predict with one crop", [crops.rate], PREDICTIONS, "a second", beside)


def _long(port: int, workers: list[int], good: Request, count: int) -> list[Row]:
    """Many requests with garbage among them, and memory after the first twentieth and in the end."""
    garbage = Request("/analyze", "image/jpeg", os.urandom(5000))
    requests = [garbage if number % GARBAGE == 0 else good for number in range(count)]
    load(port, requests[: count // 20], CLIENTS)
    before = sum(map(memory_of, workers))
    rest = load(port, requests[count // 20 :], CLIENTS)
    after = sum(map(memory_of, workers))
    lost = sum(request is good for request in requests[count // 20 :]) - rest.statuses.get(200, 0)
    beside = f"{before:.0f} MB after {count // 20}, {after:.0f} MB in the end"
    return [
        at_most(f"memory grows over {count} requests", [100 * (after / before - 1)], GROWTH, "%", beside),
        at_most("good requests among garbage that were not answered", [lost], 0),
    ]

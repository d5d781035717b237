"""Services as others have them: `emotion serve` in a process of its own, asked over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.shell import ROOT
from tests.waiting import PATIENCE, wait_until

BYTES = {"Content-Type": "application/octet-stream"}
JPEG = {"Content-Type": "image/jpeg"}


@dataclass(frozen=True)
class Answer:
    """What a service answered."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)


@dataclass(frozen=True)
class Service:
    """A service that runs."""

    url: str
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def ask(self, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> Answer:
        """GET, or POST of a body."""
        request = urllib.request.Request(self.url + path, body, headers or {})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())

    def send(self, path: str, *files: tuple[str, bytes], field: str = "files") -> Answer:
        """POST of files in a form."""
        return self.ask(path, *form(*files, field=field))

    def workers(self) -> list[psutil.Process]:
        """Its processes that answer, where there are several."""
        found = psutil.Process(self.process.pid).children()
        children = [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
        return [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]


def form(*files: tuple[str, bytes], field: str = "files") -> tuple[bytes, dict[str, str]]:
    """A form with files, and the headers that say so."""
    parts = [
        f'--LINE\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in files
    ]
    return b"".join(parts) + b"--LINE--\r\n", {"Content-Type": "multipart/form-data; boundary=LINE"}


@contextmanager
def serving(workspace: Path, *options: str, **settings: object) -> Iterator[Service]:
    """A service with options of the command line and settings of EMOTION_SERVER_, ready to answer."""
    variables = {f"EMOTION_SERVER_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "emotion_core", "serve", "--port", "0", *options],
        env={**os.environ, "PYTHONPATH": str(ROOT), WORKSPACE_VARIABLE: str(workspace), **variables},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("Serving at http://"), line
        service = Service(line.split()[-1].replace("0.0.0.0", "127.0.0.1"), process)
        wait_until(lambda: service.ask("/ready").status == 200)
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
            process.stdout.close()


def is_problem(answer: Answer, status: int, words: str) -> bool:
    """Whether an answer is a problem document that says these words."""
    document = answer.json
    assert (answer.status, answer.headers["content-type"]) == (status, "application/problem+json"), document
    assert document["status"] == status and document["type"] == "about:blank"
    assert words in document["detail"], document["detail"]
    return True


def parsed(answer: bytes) -> Answer:
    """What came back as it is, taken apart."""
    head, _, content = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Answer(int(first.split()[1]), headers, content)


def answer_to(service: Service, *parts: bytes) -> bytes:
    """What comes back for bytes that are sent as they are, by a client that goes on sending for as long as it can."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=60) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:
            pass  # the service has answered and closed
        answer = b""
        try:
            while part := connection.recv(65536):
                answer += part
                if b"}" in answer:
                    break
        except OSError:
            pass
        return answer

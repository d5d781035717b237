"""Asking a service that runs elsewhere, as `emotion_core.analyze` asks this machine.

client = ec.Client("http://127.0.0.1:8700")
for face in client.analyze("photo.jpg"):
    print(face.emotion, face.confidence)
"""

from __future__ import annotations

import http.client
import io
import json
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np
from PIL import Image

from emotion_core.faces.box import Box
from emotion_core.images import ImageError, Picture, load_image, read_bytes
from emotion_core.inference.results import FaceResult, PhotoResult

#: Pictures of one request, and bytes of them but where one picture has more; a service takes twice as many.
AT_ONCE = 16
MOST_BYTES = 32 * 2**20
#: A service that is busy, or a worker of it that just died, is asked so many times, after so many seconds or as many as
#: it says.
TRIES = 5
PAUSE = 0.5
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_AT_LEAST = 0.001


class ClientError(RuntimeError):
    """A service that does not answer, or refuses to; the message is its reason."""


class _TooLargeError(ClientError):
    """It refuses as too much was sent at once."""


@dataclass(frozen=True)
class _Picture:
    """A picture's name, and the bytes of its file or why there are none."""

    name: str
    content: bytes = b""
    error: str = ""


class Client:
    """A service that `emotion serve` runs, here or on another machine. May be used by any number of threads."""

    def __init__(self, url: str, token: str | None = None, timeout: float = 120):
        """Nothing is asked yet.

        Args:
            url: such as http://127.0.0.1:8700.
            token: what the service was started with, if it was.
            timeout: seconds to wait for the answer to a request, all tries together.

        Raises:
            ValueError: the address is none of HTTP.
        """
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise ValueError(f"{url!r} is no address of a service; needed is one such as http://127.0.0.1:8700")
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout = timeout
        self._opener = urllib.request.build_opener(_NoRedirects, _Plain, _Encrypted)

    def analyze(self, picture: Picture, **options: Any) -> list[FaceResult]:
        """Find every face in a picture and say how its expression looks.

        Args:
            picture: as `emotion_core.analyze` takes it; it is read here, and its bytes are sent.
            options: those of the service's /analyze, such as model, threshold, faces, prior.

        Returns:
            One result a face, the largest face first.

        Raises:
            ImageError: the picture cannot be used.
            ClientError: the service does not answer, or refuses to.
        """
        (result,) = self.analyze_many([("picture", picture)], **options)
        if result.error:
            raise ImageError(result.error)
        return result.faces

    def analyze_many(self, pictures: Iterable[tuple[str, Picture]], **options: Any) -> Iterator[PhotoResult]:
        """Analyze (name, picture) pairs, some at a time, in their order.

        A bad picture, and one that is larger than the service takes, gives a result with its error.

        Raises:
            ClientError: the service does not answer, or refuses to.
        """
        for group in _groups(_read(pictures)):
            answers = iter(self._answers([one.content for one in group if not one.error], options))
            for one in group:
                faces, error = ([], one.error) if one.error else next(answers)
                yield PhotoResult(one.name, faces, error)

    def models(self) -> list[str]:
        """The names of the models that the service has.

        Raises:
            ClientError: the service does not answer, or refuses to.
        """
        return [model["name"] for model in self._ask("models", "/models")["models"]]

    def _answers(self, contents: list[bytes], options: dict[str, Any]) -> list[tuple[list[FaceResult], str]]:
        """The faces and the error of each picture; sent one by one where they are too much at once."""
        if not contents:
            return []
        try:
            answer = self._ask("results", "/analyze", _query(options), *_form(contents))
        except _TooLargeError as error:
            if len(contents) == 1:
                return [([], f"the service does not take it: {error}")]
            return [self._answers([content], options)[0] for content in contents]
        return [
            ([_face(face, answer["model"]) for face in result["faces"]], result["error"])
            for _, result in zip(contents, answer["results"], strict=True)
        ]

    def _ask(
        self, wanted: str, path: str, query: str = "", body: bytes | None = None, kind: str = ""
    ) -> dict[str, Any]:
        """What the service answers, which has a member that is wanted; it is asked again while it is busy."""
        headers = {**self._headers, **({"Content-Type": kind} if kind else {})}
        request = urllib.request.Request(f"{self._url}{path}{query}", body, headers)
        until = time.monotonic() + self._timeout
        for tries in range(1, TRIES + 1):
            try:
                with self._opener.open(request, timeout=max(until - time.monotonic(), _AT_LEAST)) as answer:
                    found = _members(answer.read())
                if wanted in found:
                    return found
                raise ClientError(f"what answers at {self._url} is no service of emotion serve")
            except urllib.error.HTTPError as error:
                found = _problem(error)
                if wanted in found:  # none of the pictures could be read
                    return found
                refusal, pause = _refusal(error, found), _asked_to_wait(error)
                if error.code not in BUSY:
                    raise refusal from None
            except (OSError, http.client.HTTPException) as error:
                reason = str(getattr(error, "reason", "") or error) or type(error).__name__
                refusal, pause = ClientError(f"no service answers at {self._url} ({reason})"), 0
            pause = max(pause, PAUSE * tries)
            if tries == TRIES or time.monotonic() + pause > until:
                raise refusal
            time.sleep(pause)
        raise AssertionError("the last try has raised")


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: the token is for this service alone."""

    def redirect_request(self, *_: Any) -> None:
        """Nothing is asked instead."""


class _ReadsRefusals(http.client.HTTPConnection):
    """Reads what a service answered that closed the connection before all was sent."""

    def send(self, data: Any) -> None:
        """Send, as far as it is taken; where no answer is there, either, that is said when it is to be read."""
        with suppress(BrokenPipeError, ConnectionResetError):
            super().send(data)


class _ReadsRefusalsEncrypted(_ReadsRefusals, http.client.HTTPSConnection):
    """The same over TLS."""


class _Plain(urllib.request.HTTPHandler):
    def http_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_ReadsRefusals, request)


class _Encrypted(urllib.request.HTTPSHandler):
    def https_open(self, request: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(_ReadsRefusalsEncrypted, request)


def _read(pictures: Iterable[tuple[str, Picture]]) -> Iterator[_Picture]:
    for name, picture in pictures:
        try:
            yield _Picture(name, _file_of(picture))
        except ImageError as error:
            yield _Picture(name, error=str(error))


def _groups(pictures: Iterable[_Picture]) -> Iterator[list[_Picture]]:
    """Pictures in their order, as many at a time as go into a request."""
    group: list[_Picture] = []
    for one in pictures:
        size = sum(len(before.content) for before in group) + len(one.content)
        if group and (len(group) == AT_ONCE or size > MOST_BYTES):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    with error:
        try:
            return _members(error.read())
        except (OSError, http.client.HTTPException):
            return {}


def _members(content: bytes) -> dict[str, Any]:
    """Those of a JSON object; none if it is something else."""
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(error: urllib.error.HTTPError, problem: dict[str, Any]) -> ClientError:
    if elsewhere := error.headers.get("Location"):
        return ClientError(f"the service answered {error.code}: it is at {elsewhere}; give that address")
    kind = _TooLargeError if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE else ClientError
    return kind(str(problem.get("detail") or f"the service answered {error.code}"))


def _asked_to_wait(error: urllib.error.HTTPError) -> float:
    """Seconds after which the service wants to be asked again; 0 where it says none."""
    said = error.headers.get("Retry-After", "")
    return float(said) if said.isdecimal() else 0


def _query(options: dict[str, Any]) -> str:
    given = {name: str(value).lower() if isinstance(value, bool) else value for name, value in options.items()}
    return "?" + urlencode(given) if given else ""


def _form(files: list[bytes]) -> tuple[bytes, str]:
    """Files as a form with the field `files`, and its content type."""
    boundary = secrets.token_hex(16)
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="files"; filename="picture"\r\n\r\n'.encode()
    body = b"".join(head + content + b"\r\n" for content in files) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def _file_of(picture: Picture) -> bytes:
    """The bytes of a picture's file, which is made for one that is none yet."""
    if not isinstance(picture, np.ndarray | Image.Image):
        return read_bytes(picture)
    file = io.BytesIO()
    Image.fromarray(load_image(picture)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _face(answer: dict[str, Any], model: str) -> FaceResult:
    return FaceResult(
        box=Box(**answer["box"]),
        detection_score=answer["detection_score"],
        landmarks=None,
        probabilities=answer["probabilities"],
        emotion=answer["emotion"],
        confidence=answer["confidence"],
        model=model,
    )

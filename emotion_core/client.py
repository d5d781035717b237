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
from itertools import islice
from typing import Any
from urllib.parse import urlencode, urlsplit

import numpy as np
from PIL import Image

from emotion_core.faces.box import Box
from emotion_core.images import ImageError, Picture, load_image, read_bytes
from emotion_core.inference.results import FaceResult, PhotoResult

#: Pictures of one request.
AT_ONCE = 16
#: A service that is busy, or a worker of it that just died, is asked again so many times, after so many seconds.
TRIES = 5
PAUSE = 0.5
BUSY = (429, 503)


class ClientError(RuntimeError):
    """A service that does not answer, or refuses to; the message is its reason."""


class Client:
    """A service that `emotion serve` runs, here or on another machine. May be used by any number of threads."""

    def __init__(self, url: str, token: str | None = None, timeout: float = 120):
        """Nothing is asked yet.

        Args:
            url: such as http://127.0.0.1:8700.
            token: what the service was started with, if it was.
            timeout: seconds to wait for an answer.

        Raises:
            ValueError: the address is none of HTTP.
        """
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc:
            raise ValueError(f"{url!r} is no address of a service; needed is one such as http://127.0.0.1:8700")
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._timeout = timeout

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
        """Analyze (name, picture) pairs, some at a time, in their order. A bad picture gives a result with its error.

        Raises:
            ClientError: the service does not answer, or refuses to.
        """
        pairs = iter(pictures)
        while some := list(islice(pairs, AT_ONCE)):
            yield from self._analyse(some, options)

    def models(self) -> list[str]:
        """The names of the models that the service has.

        Raises:
            ClientError: the service does not answer, or refuses to.
        """
        return [model["name"] for model in self._ask("/models")["models"]]

    def _analyse(self, pairs: list[tuple[str, Picture]], options: dict[str, Any]) -> list[PhotoResult]:
        results: dict[int, PhotoResult] = {}
        sent: list[tuple[int, bytes]] = []
        for place, (name, picture) in enumerate(pairs):
            try:
                sent.append((place, _file_of(picture)))
            except ImageError as error:
                results[place] = PhotoResult(name, error=str(error))
        if sent:
            answer = self._ask("/analyze", _query(options), *_form([content for _, content in sent]))
            for (place, _), result in zip(sent, answer["results"], strict=True):
                faces = [_face(face, answer["model"]) for face in result["faces"]]
                results[place] = PhotoResult(pairs[place][0], faces, result["error"])
        return [results[place] for place in range(len(pairs))]

    def _ask(self, path: str, query: str = "", body: bytes | None = None, kind: str = "") -> dict[str, Any]:
        """What the service answers; it is asked again while it is busy."""
        headers = {**self._headers, **({"Content-Type": kind} if kind else {})}
        request = urllib.request.Request(f"{self._url}{path}{query}", body, headers)
        for tries in range(1, TRIES + 1):
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                problem = _problem(error)
                if "results" in problem:  # none of the pictures could be read
                    return problem
                reason = str(problem.get("detail") or f"the service answered {error.code}")
                if error.code not in BUSY or tries == TRIES:
                    raise ClientError(reason) from None
            except (OSError, http.client.HTTPException) as error:
                if tries == TRIES:
                    reason = str(getattr(error, "reason", "") or error) or type(error).__name__
                    raise ClientError(f"no service answers at {self._url} ({reason})") from None
            time.sleep(PAUSE * tries)
        raise AssertionError("the last try has raised")


def _problem(error: urllib.error.HTTPError) -> dict[str, Any]:
    try:
        found = json.load(error)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


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

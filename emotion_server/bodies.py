"""Reading what clients send, into memory alone, and no more of it than is allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from emotion_server.problems import ProblemError
from emotion_server.settings import ServerSettings

T = TypeVar("T")

#: The field of a multipart body that holds a picture; repeated for several.
FIELD = "files"
#: What a picture that is the body itself may be called, and what it is called in the answer.
PICTURE_TYPES = ("image/", "application/octet-stream")
BODY_NAME = "body"
BYTES_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Upload:
    """A picture as a client sent it: its name, and the bytes of its file."""

    name: str
    content: bytes


async def read_pictures(request: Request, settings: ServerSettings) -> list[Upload]:
    """The pictures of a request: those of a multipart body's field `files`, or the body itself.

    Raises:
        ProblemError: the body is too large, slow, damaged, of another kind, or holds no picture or too many.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _in_time(_read_multipart(request, settings), settings.seconds_to_send)
    if not kind.startswith(PICTURE_TYPES):
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"a body of {kind or 'no content type'} cannot be used; allowed are multipart/form-data with the field "
            f"{FIELD}, once for each picture, or one picture as image/... or {BYTES_TYPE}",
        )
    return [Upload(BODY_NAME, await read_bytes(request, settings))]


async def read_bytes(request: Request, settings: ServerSettings) -> bytes:
    """The whole body of a request.

    Raises:
        ProblemError: it is too large or too slow.
    """

    async def read() -> bytes:
        return b"".join([part async for part in _limited(request, settings.max_bytes)])

    return await _in_time(read(), settings.seconds_to_send)


async def write_body(request: Request, path: Path, settings: ServerSettings) -> None:
    """Write the body of a request, a video, to a file as it comes.

    Raises:
        ProblemError: it is too large or too slow.
        OSError: the file cannot be written.
    """

    async def write() -> None:
        with path.open("wb") as file:
            async for part in _limited(request, settings.max_video_bytes):
                await asyncio.to_thread(file.write, part)

    await _in_time(write(), settings.seconds_to_send_video)


async def _limited(request: Request, most: int) -> AsyncGenerator[bytes]:
    """The parts of a body as they come; the rest of one that is too large is never read."""
    announced = request.headers.get("content-length", "")
    read = int(announced) if announced.isdecimal() else 0
    if read > most:
        raise _too_large(most)
    read = 0
    async for part in request.stream():
        read += len(part)
        if read > most:
            raise _too_large(most)
        yield part


async def _read_multipart(request: Request, settings: ServerSettings) -> list[Upload]:
    parser = MultiPartParser(
        request.headers,
        _limited(request, settings.max_bytes),
        max_files=settings.max_files,
        max_fields=settings.max_files,
    )
    parser.spool_max_size = settings.max_bytes  # a file beyond that would be written to the disk
    try:
        form = await parser.parse()
    except MultiPartException as error:
        if error.message.startswith("Too many files"):
            message = f"there are more than {settings.max_files} files in the request; send the others in further ones"
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message) from None
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"the multipart body is damaged ({error.message})") from None
    except (KeyError, ValueError) as error:  # a header without a boundary, or one that is no text
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"the multipart body is damaged ({error})") from None
    try:
        pictures = [await _upload(name, value) for name, value in form.multi_items()]
    finally:
        await form.close()
    if not pictures:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"there is no file in the field {FIELD}; send one for each picture"
        )
    return pictures


async def _upload(name: str, value: UploadFile | str) -> Upload:
    if name == FIELD and isinstance(value, UploadFile):
        name = (value.filename or FIELD).encode("utf-8", "replace").decode()  # it may hold half a character
        return Upload(name, await value.read())
    raise ProblemError(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        f"the field {name!r} cannot be used; pictures are files in the field {FIELD}, and options stand in the "
        "address, such as /analyze?threshold=0.8",
    )


async def _in_time(reading: Coroutine[Any, Any, T], seconds: float) -> T:
    try:
        async with asyncio.timeout(seconds):
            return await reading
    except TimeoutError:
        raise ProblemError(HTTPStatus.REQUEST_TIMEOUT, f"the body did not arrive within {seconds:g} seconds") from None


def _too_large(most: int) -> ProblemError:
    return ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body has more than {most:,} bytes; send less at a time"
    )

"""How much a visit may upload, and where uploads lie until they are read."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from emotion_core.images import MAX_BYTES

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

#: Of each visit at a time: a data set's csv may have 1,000 MB, and FER+'s votes lie beside it.
MOST_FILES, MOST_BYTES = 2000, 2000 * 2**20
_UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+")


def keep_pictures_in_memory() -> None:
    """Have uploads as large as a picture may be received in memory; larger ones go through a file that is nameless."""
    from starlette.formparsers import MultiPartParser

    MultiPartParser.spool_max_size = MAX_BYTES


class LimitedUploads:
    """A layer around the server that refuses what is more than a visit may upload."""

    def __init__(self, app: ASGIApp):
        self._app = app
        self._coming: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.requests import ClientDisconnect

        found = _UPLOAD.search(scope.get("path", ""))
        if not found or scope["type"] != "http" or scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        visit, size = found[1], _length(scope)
        if size is None:
            await _refuse(411, "An upload must say how long it is.", scope, receive, send)
        elif self._is_too_much(visit, size):
            await _refuse(413, "Remove some of the uploaded files first.", scope, receive, send)
        else:
            self._coming[visit] += size
            try:
                with suppress(ClientDisconnect):  # the page was loaded anew or closed: nobody waits for an answer
                    await self._app(scope, receive, send)
            finally:
                self._coming[visit] -= size
                self._coming = +self._coming

    def _is_too_much(self, visit: str, size: int) -> bool:
        """Whether a visit would have too much with this one more, with those that are just coming."""
        there = _uploaded(visit)
        return len(there) >= MOST_FILES or sum(there) + self._coming[visit] + size > MOST_BYTES


def _uploaded(visit: str) -> list[int]:
    """The sizes in bytes of what a visit has uploaded."""
    from streamlit.runtime import get_instance

    files = get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    return [len(file.data) for file in list(files.get(visit, {}).values())]


def _length(scope: Scope) -> int | None:
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else None


async def _refuse(status: int, words: str, scope: Scope, receive: Receive, send: Send) -> None:
    from starlette.responses import PlainTextResponse

    await PlainTextResponse(words, status)(scope, receive, send)

"""A visit may upload so much and no more."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
import streamlit.runtime
from starlette.requests import ClientDisconnect

from ui.server import uploads


def status(size: bytes | None, there: int = 0, files: int = 1, monkeypatch=None) -> int:
    """What an upload is answered with by a server that lets through whatever reaches it."""
    stored = {"visit": {number: SimpleNamespace(data=b"x" * there) for number in range(files)}}
    runtime = SimpleNamespace(uploaded_file_mgr=SimpleNamespace(file_storage=stored))
    monkeypatch.setattr(streamlit.runtime, "get_instance", lambda: runtime)
    sent = []

    async def server(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})

    async def send(message):
        sent.append(message)

    headers = [] if size is None else [(b"content-length", size)]
    scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/visit/file", "headers": headers}
    asyncio.run(uploads.LimitedUploads(server)(scope, None, send))
    return sent[0]["status"]


def test_an_upload_within_the_limits_passes(monkeypatch):
    assert status(b"1000", monkeypatch=monkeypatch) == 204


def test_too_many_bytes_or_files_are_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    monkeypatch.setattr(uploads, "MOST_FILES", 10)
    assert status(b"600", there=400, monkeypatch=monkeypatch) == 204
    assert status(b"601", there=400, monkeypatch=monkeypatch) == 413
    assert status(b"1", there=1, files=10, monkeypatch=monkeypatch) == 413


@pytest.mark.parametrize("length", [None, b"-5", b"many"])
def test_an_upload_that_does_not_say_its_length_is_refused(monkeypatch, length):
    assert status(length, monkeypatch=monkeypatch) == 411


def test_uploads_that_are_just_coming_count(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 1000)
    layer = uploads.LimitedUploads(None)
    layer._coming["visit"] = 600
    monkeypatch.setattr(uploads, "_uploaded", lambda visit: [])
    assert not layer._is_too_much("visit", 400)
    assert layer._is_too_much("visit", 401)


def test_an_upload_that_a_reload_ends_is_no_error(monkeypatch):
    monkeypatch.setattr(uploads, "_uploaded", lambda visit: [])

    async def server(scope, receive, send):
        raise ClientDisconnect

    layer = uploads.LimitedUploads(server)
    headers = [(b"content-length", b"600")]
    scope = {"type": "http", "method": "PUT", "path": "/_stcore/upload_file/visit/file", "headers": headers}
    asyncio.run(layer(scope, None, None))
    assert not layer._coming

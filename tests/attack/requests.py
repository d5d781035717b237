"""Hostile requests to the service, each a JSON file: its path, its headers, and what its body is made of."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from tests.attack.making import ODD_TEXTS, Chance, mutated, small_png, written
from tests.services import form

ROUTES = ("/analyze", "/predict", "/videos", "/models", "/jobs/x", "/stream", "/nowhere", "/analyze/../../etc/passwd")
TYPES = (
    "image/png", "application/octet-stream", "multipart/form-data", "multipart/form-data; boundary=", "text/html",
    "application/json", "video/mp4", "", "image/svg+xml", "multipart/form-data; boundary=LINE; charset=utf-7",
)  # fmt: skip
NUMBERS = ("nan", "inf", "-inf", "-1", "0", "1e999", "9" * 400, "0x10", "", "true", "[]", "0.5", "1")


def odd_body(path: Path, chance: Chance) -> Path:
    """A request whose body is not what its header says, is damaged, or has very many parts."""
    files = [(chance.choice(ODD_TEXTS[:8]).replace("\0", ""), small_png(chance)) for _ in range(3)]
    body, headers = form(*files, field=chance.choice(["files", "files", "file", ""]))
    match chance.randrange(5):
        case 0:
            body = mutated(body, chance)
        case 1:
            headers = {"Content-Type": chance.choice(TYPES)}
        case 2:
            part = b'--LINE\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n\r\n'
            body = part * chance.large(200_000) + b"--LINE--\r\n"
        case 3:
            body, headers = bytes(chance.large(60_000_000)), {"Content-Type": chance.choice(TYPES[:2])}
        case _:
            body = chance.randbytes(chance.randrange(1000))
    return _request(path, chance.choice(ROUTES[:3]), body, headers)


def odd_options(path: Path, chance: Chance) -> Path:
    """A request with options that no request should have."""
    from urllib.parse import quote

    names = (
        "model",
        "detector",
        "threshold",
        "smallest_face",
        "faces",
        "whole",
        "prior",
        "size",
        "start",
        "every",
        "x",
    )
    values = (*NUMBERS, *(text for text in ODD_TEXTS if len(text) < 1000), "../../models/emotion-net", "/etc")
    given = "&".join(f"{chance.choice(names)}={quote(chance.choice(values))}" for _ in range(chance.randrange(1, 6)))
    body = chance.choice([small_png(chance), bytes(48 * 48), None])
    headers = {"Content-Type": chance.choice(TYPES[:2]), "Accept": "\u00ff", "Authorization": "Bearer x"}
    return _request(path, f"{chance.choice(ROUTES)}?{given}", body, headers)


def _request(path: Path, route: str, body: bytes | None, headers: dict[str, str]) -> Path:
    packed = None if body is None else base64.b64encode(body).decode()
    return written(path, "json", json.dumps({"path": route, "body": packed, "headers": headers}).encode())

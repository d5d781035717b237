"""A sum in the last place of a JSON object, by which whoever reads it sees that it is as it was written."""

from __future__ import annotations

import hashlib
import re

_SEAL = re.compile(rb',\s*"checksum": "([0-9a-f]{64})"\s*\}\s*\Z')


class BrokenSealError(ValueError):
    """A text that is not as it was written."""

    def __init__(self) -> None:
        super().__init__('its content is not what its checksum says; if you changed it yourself, remove "checksum"')


def sealed(text: str) -> str:
    """A JSON object, which must not be empty, with its sum behind its last value."""
    body = text.rstrip().removesuffix("}").rstrip()
    line = "\n" if "\n" in body else ""
    between = "," + (line or " ")
    return f'{body}{between}"checksum": "{_sum(body.encode())}"{line}}}'


def unsealed(content: bytes) -> bytes:
    """The object without its sum; one that never had a sum stays as it is.

    Raises:
        BrokenSealError: it is not as it was written.
    """
    found = _SEAL.search(content)
    if found is None:
        if b"checksum" in content[-120:]:
            raise BrokenSealError
        return content
    body = content[: found.start()]
    if _sum(body).encode() != found[1]:
        raise BrokenSealError
    return body + b"}"


def _sum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()

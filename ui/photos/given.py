"""A picture that was given, whether by the visitor or as a sample."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Photo:
    """A picture that was given, as its file's bytes and their sha256."""

    name: str
    data: bytes = field(repr=False)
    digest: str

"""Tables that are compressed by themselves, as pandas writes them: labels.csv.gz, labels.csv.bz2 and labels.csv.xz."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree, damage_named, most_unpacked

#: How a compressed file begins, and what opens it.
OPENERS: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
_CHUNK = 2**20


def opener_of(head: bytes) -> Any:
    """What opens a file that begins so; None where it is not compressed."""
    return next((opener for magic, opener in OPENERS.items() if head.startswith(magic)), None)


@contextmanager
def opened(tree: Tree, name: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """A file as it lies there, and its content, unpacked as it is read where it is compressed.

    Raises:
        DatasetError: it is damaged, or would unpack to far more than it should.
    """
    with damage_named(tree, name), tree.open(name) as file:
        opener = opener_of(file.read(8))
        file.seek(0)
        if opener is None:
            yield file, file
            return
        with opener(file) as packed:
            content = _Unpacked(packed, name, most_unpacked(tree.size(name)))
            yield file, io.BufferedReader(content, _CHUNK)


class _Unpacked(io.RawIOBase):
    """The content of a compressed file, and not more of it than a file of its size should have."""

    def __init__(self, packed: IO[bytes], name: str, most: int):
        self._packed, self._name, self._most, self._read = packed, name, most, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self._packed.read(len(buffer))
        except (OSError, EOFError, zlib.error, lzma.LZMAError) as error:
            raise DatasetError(f"{self._name} is damaged ({str(error)[:120]})") from None
        self._read += len(chunk)
        if self._read > self._most:
            size = f"{self._most / 2**30:.1f} GB"
            raise DatasetError(f"{self._name} would unpack to over {size}, as no table does")
        buffer[: len(chunk)] = chunk
        return len(chunk)

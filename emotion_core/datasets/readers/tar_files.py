"""The files of a tar, also compressed with gzip, bzip2 or xz: read as those of a folder, never unpacked by name."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import tempfile
import weakref
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import (
    MOST_FILES,
    MOST_TIMES,
    MOST_UNPACKED,
    TIMES_COUNT_FROM,
    Archive,
    check_name,
)

_COMPRESSED: dict[bytes, Any] = {b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open}
_CHUNK = 2**20
DAMAGED = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)


def is_tar(path: Path) -> bool:
    """Whether a file is a tar, or compressed as tars are."""
    with path.open("rb") as file:
        head = file.read(512)
    return head[257:262] == b"ustar" or any(map(head.startswith, _COMPRESSED)) or path.suffix.lower() == ".tar"


class Tar(Archive[tarfile.TarInfo]):
    """The files of a tar that was found harmless.

    A compressed one can be read in any order only when it is unpacked; that is done into a file without a name, which
    is gone with this process.

    Raises:
        DatasetError: it is no whole tar, holds names that lead out of it, links or devices, or far more than it should.
    """

    KIND = "tar"

    def __init__(self, path: Path, shown: str = ""):
        self.source = shown or str(path)
        self._plain = self._unpacked(path)
        self._close = weakref.finalize(self, self._plain.close)
        try:
            self._tar = tarfile.TarFile(fileobj=self._plain)
            members = self._tar.getmembers()
            self._check(members, path.stat().st_size)
        except DAMAGED as error:
            self._close()
            raise (
                error if isinstance(error, DatasetError) else DatasetError(self._why_unreadable(path, error))
            ) from None
        self._files = {PurePosixPath(member.name).as_posix(): member for member in members if member.isfile()}

    def open(self, name: str) -> BinaryIO:
        found = self._tar.extractfile(self._member(name))
        assert found is not None  # as it is a file
        return found  # type: ignore[return-value]

    def size(self, name: str) -> int:
        return self._member(name).size

    def _unpacked(self, path: Path) -> IO[bytes]:
        """The tar as a file that can be read in any order."""
        with path.open("rb") as file:
            head = file.read(8)
        unpack = next((unpack for magic, unpack in _COMPRESSED.items() if head.startswith(magic)), None)
        if unpack is None:
            return path.open("rb")
        plain = tempfile.TemporaryFile()  # noqa: SIM115 (it is read as long as this lives)
        try:
            with unpack(path) as packed:
                self._copy(packed, plain, min(MOST_UNPACKED, max(TIMES_COUNT_FROM, MOST_TIMES * path.stat().st_size)))
        except DAMAGED as error:
            plain.close()
            raise (
                error if isinstance(error, DatasetError) else DatasetError(self._why_unreadable(path, error))
            ) from None
        return plain

    def _copy(self, packed: IO[bytes], plain: IO[bytes], most: int) -> None:
        while chunk := packed.read(_CHUNK):
            if plain.tell() + len(chunk) > most:
                words = f"the tar would unpack to over {most / 2**30:.1f} GB, as no pictures do"
                raise DatasetError(f"{self.source}: {words}")
            plain.write(chunk)
        plain.seek(0)

    def _why_unreadable(self, path: Path, error: BaseException) -> str:
        if path.suffix.lower() == ".gz" and not path.stem.lower().endswith(".tar"):
            name = Path(self.source).name
            return (
                f"{self.source}: there is no tar in it; unpack it with: gunzip -k {name}, and import {Path(name).stem}"
            )
        return f"{self.source}: the tar is damaged or incomplete ({str(error)[:120]})"

    def _check(self, members: list[tarfile.TarInfo], size: int) -> None:
        if len(members) > MOST_FILES:
            raise DatasetError(f"{self.source}: the tar holds {len(members):,} files; at most {MOST_FILES:,} are read")
        if sum(member.size for member in members) > max(TIMES_COUNT_FROM, MOST_TIMES * size):
            raise DatasetError(f"{self.source}: the tar holds over {MOST_TIMES} times its size, as no pictures do")
        for member in members:
            check_name(self.source, "tar", member.name)
            if not (member.isfile() or member.isdir()):
                kind = "link" if member.issym() or member.islnk() else "device"
                raise DatasetError(f"{self.source}: the tar holds the {kind} {member.name!r}; allowed are files")

"""The files of a tar, also compressed with gzip, bzip2 or xz: read as those of a folder, never unpacked by name."""

from __future__ import annotations

import lzma
import tarfile
import tempfile
import weakref
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import (
    MOST_FILES,
    MOST_TIMES,
    Archive,
    check_name,
    most_unpacked,
    size_of,
)
from emotion_core.datasets.readers.compressed import opener_of

_CHUNK = 2**20
DAMAGED = (tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)


def is_tar(path: Path) -> bool:
    """Whether a file is a tar, or compressed as tars are."""
    with path.open("rb") as file:
        head = file.read(512)
    return head[257:262] == b"ustar" or opener_of(head) is not None or path.suffix.lower() == ".tar"


class Tar(Archive[tarfile.TarInfo]):
    """The files of a tar, at a path or opened, that was found harmless.

    A compressed one can be read in any order only when it is unpacked; that is done into a file without a name, which
    is gone with this process.

    Raises:
        DatasetError: it is no whole tar, holds names that lead out of it, links or devices, or far more than it should.
    """

    KIND = "tar"

    def __init__(self, path: Path | IO[bytes], shown: str = "", most: int | None = None):
        self.source = shown or str(path)
        file = path.open("rb") if isinstance(path, Path) else path
        self._most = most_unpacked(size_of(file)) if most is None else most
        self._plain = self._unpacked(file)
        self._close = weakref.finalize(self, self._plain.close)
        try:
            self._tar = tarfile.TarFile(fileobj=self._plain)
            members = self._tar.getmembers()
            self._check(members)
        except DAMAGED as error:
            self._close()
            raise (error if isinstance(error, DatasetError) else DatasetError(self._why_unreadable(error))) from None
        files = ((PurePosixPath(member.name).as_posix(), member) for member in members if member.isfile())
        self._take(files, keep_all=False)

    def open(self, name: str) -> BinaryIO:
        found = self._tar.extractfile(self._member(name))
        assert found is not None  # as it is a file
        return found  # type: ignore[return-value]

    def size(self, name: str) -> int:
        return self._member(name).size

    def _unpacked(self, file: IO[bytes]) -> IO[bytes]:
        """The tar as a file that can be read in any order."""
        unpack = opener_of(file.read(8))
        file.seek(0)
        if unpack is None:
            return file
        plain = tempfile.TemporaryFile()  # noqa: SIM115 (it is read as long as this lives)
        try:
            with file, unpack(file) as packed:
                self._copy(packed, plain)
        except DAMAGED as error:
            plain.close()
            raise (error if isinstance(error, DatasetError) else DatasetError(self._why_unreadable(error))) from None
        return plain

    def _copy(self, packed: IO[bytes], plain: IO[bytes]) -> None:
        while chunk := packed.read(_CHUNK):
            if plain.tell() + len(chunk) > self._most:
                words = f"the tar would unpack to over {self._most / 2**30:.1f} GB, as no pictures do"
                raise DatasetError(f"{self.source}: {words}")
            plain.write(chunk)
        plain.seek(0)

    def _why_unreadable(self, error: BaseException) -> str:
        name = Path(self.source)
        if name.suffix.lower() == ".gz" and not name.stem.lower().endswith(".tar"):
            return (
                f"{self.source}: there is no tar in it; unpack it with: gunzip -k {name.name}, and import {name.stem}"
            )
        return f"{self.source}: the tar is damaged or incomplete ({str(error)[:120]})"

    def _check(self, members: list[tarfile.TarInfo]) -> None:
        if len(members) > MOST_FILES:
            raise DatasetError(f"{self.source}: the tar holds {len(members):,} files; at most {MOST_FILES:,} are read")
        if sum(member.size for member in members) > self._most:
            raise DatasetError(f"{self.source}: the tar holds over {MOST_TIMES} times its size, as no pictures do")
        for member in members:
            check_name(self.source, "tar", member.name)
            if not (member.isfile() or member.isdir()):
                kind = "link" if member.issym() or member.islnk() else "device"
                raise DatasetError(f"{self.source}: the tar holds the {kind} {member.name!r}; allowed are files")

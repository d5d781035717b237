"""Where files of a data set lie: a folder or a zip, read alike, and nothing of a zip ever unpacked to the disk."""

from __future__ import annotations

import io
import mmap
import os
import stat
import struct
import tarfile
import weakref
import zipfile
import zlib
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count, islice
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, Generic, Protocol, TypeVar

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.encodings import ZIP, encoding_of_names

#: A zip may unpack to so many bytes, and where that is much, to so many times its own size. Photos shrink by 1.1, a
#: csv of pixels by 4; a bomb is a thousand times as large as it looks.
MOST_UNPACKED = 16 * 2**30
MOST_TIMES = 100
TIMES_COUNT_FROM = 256 * 2**20
MOST_FILES = 1_000_000
#: A single file that is read as a whole.
MOST_IN_MEMORY = 2 * 2**30

NESTED = (".zip", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar")
#: Files that are tables, or may be; pandas compresses them one by one.
TABLE_ENDINGS = (".csv", ".tsv", ".txt", ".lst", ".list", ".json", ".jsonl", ".ndjson", ".manifest", ".md", ".markdown")
_COMPRESSED = (".gz", ".bz2", ".xz")
#: What a damaged zip makes Python's zipfile raise: NotImplementedError for kinds of compression that it does not know.
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError)


class Tree(Protocol):
    """Files by name, relative and with forward slashes."""

    source: str

    def names(self) -> list[str]:
        """All files but hidden ones, sorted."""

    def open(self, name: str) -> BinaryIO:
        """A file to read."""

    def has(self, name: str) -> bool:
        """Whether there is such a file within."""

    def size(self, name: str) -> int:
        """Bytes of a file."""


class Folder:
    """The files of a folder and all below it. Links to other folders are not followed, but named in `links`."""

    def __init__(self, path: Path, shown: str = ""):
        self.source = shown or str(path)
        self._path = path

    def names(self) -> list[str]:
        return list(self._names)

    @cached_property
    def links(self) -> list[str]:
        """The links to other folders."""
        below = (Path(folder) / name for folder, names, _ in os.walk(self._path) for name in names)
        return sorted(path.relative_to(self._path).as_posix() for path in below if path.is_symlink())

    @cached_property
    def _names(self) -> list[str]:
        found = []
        for folder, subfolders, files in os.walk(self._path):
            subfolders[:] = [name for name in subfolders if not is_hidden(name)]
            below = Path(folder).relative_to(self._path)
            found += [(below / name).as_posix() for name in files if not is_hidden(name)]
        return sorted(found)

    def nearby(self) -> list[str]:
        """The files directly within, and those directly within its folders."""
        folders = [self._path, *(self._path / name for name in self.subfolders)]
        found = (path for folder in folders if os.access(folder, os.R_OK | os.X_OK) for path in folder.iterdir())
        return [path.relative_to(self._path).as_posix() for path in islice(found, MOST_FILES)]

    @cached_property
    def subfolders(self) -> list[str]:
        """The folders directly within, links among them."""
        return sorted(path.name for path in self._path.iterdir() if path.is_dir() and not is_hidden(path.name))

    def open(self, name: str) -> BinaryIO:
        self.size(name)  # opening a pipe would wait for ever
        with _named(f"{self.source}/{name}"):
            return (self._path / name).open("rb")

    def has(self, name: str) -> bool:
        inside = not name.startswith("/") and ".." not in name.split("/")
        return inside and os.path.isfile(f"{self._path}/{name}")  # a Path takes five times as long, and there are many

    def size(self, name: str) -> int:
        with _named(f"{self.source}/{name}"):
            found = (self._path / name).stat()
        if not stat.S_ISREG(found.st_mode):
            raise DatasetError(f"{self.source}/{name} is no regular file")
        return found.st_size


Member = TypeVar("Member")


class Archive(Generic[Member]):
    """The files of an archive by their names; `KIND` is what messages call it.

    Attributes:
        repeated: the names that members have again. Of a zip all are read, those after the first under numbered names;
            of a tar the last, which replaces those before it.
    """

    KIND: str
    source: str
    repeated: list[str]
    _files: dict[str, Member]

    def _take(self, members: Iterable[tuple[str, Member]], keep_all: bool) -> None:
        """Know the members by their names: of those of one name all, or the last."""
        self._files, self.repeated = {}, []
        numbers: dict[str, int] = {}  # else thousands of one name would be counted from the first again and again
        for name, member in members:
            free = name
            if name in self._files:
                if not any(map(is_hidden, name.split("/"))):
                    self.repeated.append(name)
                if keep_all:
                    free, numbers[name] = _free_name(name, self._files, numbers.get(name, 2))
            self._files[free] = member

    def names(self) -> list[str]:
        return list(self._names)

    @cached_property
    def _names(self) -> list[str]:
        return sorted(name for name in self._files if not any(map(is_hidden, name.split("/"))))

    def has(self, name: str) -> bool:
        return name in self._files

    def _member(self, name: str) -> Member:
        if name not in self._files:
            raise DatasetError(f"{self.source}: there is no file {name!r} in the {self.KIND}")
        return self._files[name]


class Zip(Archive[zipfile.ZipInfo]):
    """The files of a zip, at a path or opened, that was found harmless.

    Args:
        encoding: what the names in it are in that are not in UTF-8; empty where emotions among them are to tell it.

    Raises:
        DatasetError: it is no whole zip, is encrypted, holds names that lead out of it, links, or far more than it
            should.
    """

    KIND = "zip"
    #: What those of its names are in that are not said to be in UTF-8.
    names_in: str

    def __init__(self, path: Path | IO[bytes], shown: str = "", encoding: str = ""):
        self.source = shown or str(path)
        file = path.open("rb") if isinstance(path, Path) else path
        # Else the file is closed in any order where a circle holds this, as the traceback of an error does.
        weakref.finalize(self, file.close)
        try:
            _check_count(self.source, file)
            self._zip = zipfile.ZipFile(file)
        except DAMAGED as error:
            if isinstance(error, DatasetError):
                raise
            raise DatasetError(f"{self.source}: the zip is damaged or incomplete ({error})") from None
        weakref.finalize(self, self._zip.close)
        self.names_in, members = _named_members(self._zip, encoding)
        for name, _ in members:
            check_name(self.source, self.KIND, name)
        self._take(((name, info) for name, info in members if not name.endswith("/")), keep_all=True)
        _check_amount(self.source, size_of(file), list(self._files.values()))
        for info in self._zip.infolist():
            _check_member(self.source, info)

    def open(self, name: str) -> BinaryIO:
        info = self._member(name)
        try:
            return self._zip.open(info)  # type: ignore[return-value]
        except DAMAGED as error:
            raise DatasetError(f"{self.source}: {name} cannot be unpacked ({error})") from None

    def size(self, name: str) -> int:
        return self._member(name).file_size


def read_whole(tree: Tree, name: str, most: int = MOST_IN_MEMORY) -> bytes:
    """The bytes of a file.

    Raises:
        DatasetError: it is larger than `most` bytes, or is damaged.
    """
    if tree.size(name) > most:
        raise DatasetError(f"{name} is larger than {most >> 20} MB")
    with damage_named(tree, name), tree.open(name) as file:
        return file.read()


@contextmanager
def damage_named(tree: Tree, name: str) -> Iterator[None]:
    """Turns what is raised while reading a damaged member of a zip into a DatasetError."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, tarfile.TarError) as error:
        raise DatasetError(f"{tree.source}: {name} is damaged ({error})") from None


@contextmanager
def _named(shown: str) -> Iterator[None]:
    """Turns what is raised where a file is not there or may not be read into a DatasetError."""
    try:
        yield
    except OSError as error:
        raise DatasetError(f"{shown} cannot be read ({error.strerror})") from None


def seekable(tree: Tree, name: str) -> BinaryIO:
    """A file that can be read in any order: a zip's member is held in memory."""
    return tree.open(name) if isinstance(tree, Folder) else io.BytesIO(read_whole(tree, name))


def nested_archives(tree: Tree) -> list[str]:
    """The archives within a folder or a zip, most of which are not opened, see `nested`."""
    return [name for name in tree.names() if name.lower().endswith(NESTED) and not may_be_table(name)]


def without_compression(name: str) -> str:
    """labels.csv of labels.csv.gz; any other name as it is."""
    ending = next((ending for ending in _COMPRESSED if name.lower().endswith(ending)), "")
    return name[: len(name) - len(ending)]


def may_be_table(name: str) -> bool:
    """Whether a file is called as tables are, be it compressed or not."""
    return without_compression(name).lower().endswith(TABLE_ENDINGS)


#: What Macs, Windows and network drives put into folders.
_OF_SYSTEMS = {
    "__macosx", "thumbs.db", "desktop.ini", "$recycle.bin", "system volume information", "lost+found", "@eadir",
    "@recycle",
}  # fmt: skip


def is_hidden(name: str) -> bool:
    """Whether a file or a folder is none of the user's, but the system's."""
    return name.startswith(".") or name.casefold() in _OF_SYSTEMS


#: The flag of a member whose name is in UTF-8, and the field that has it in UTF-8 beside another encoding.
_IN_UTF8, _UNICODE_PATH = 0x800, 0x7075


def _named_members(archive: zipfile.ZipFile, encoding: str) -> tuple[str, list[tuple[str, zipfile.ZipInfo]]]:
    """What names are in where they do not say it, and the members of a zip by their names, with forward slashes.

    Some programs of Windows write its own slashes.
    """
    infos = archive.infolist()
    stated = [_stated_name(info) for info in infos]
    raw = [_raw_name(info) for info, name in zip(infos, stated, strict=True) if name is None]
    named = encoding_of_names(raw, encoding) if raw else ZIP
    names = (
        _raw_name(info).decode(named, "replace") if name is None else name
        for info, name in zip(infos, stated, strict=True)
    )
    return named, [(name.replace("\\", "/"), info) for name, info in zip(names, infos, strict=True)]


def _raw_name(info: zipfile.ZipInfo) -> bytes:
    """The name of a member as it is written; zipfile decodes one that does not say in what it is as ZIP."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & _IN_UTF8 else ZIP)


def _stated_name(info: zipfile.ZipInfo) -> str | None:
    """The name of a member that says in what it is; None for any other that is not in ASCII."""
    told = info.flag_bits & _IN_UTF8 or info.orig_filename.isascii()
    return _unicode_path(info) or (info.orig_filename if told else None)


def _unicode_path(info: zipfile.ZipInfo) -> str:
    """The name that stands in UTF-8 beside that of a member, as Info-ZIP and WinRAR write it; else an empty text.

    Python reads it from 3.12 on.
    """
    wanted = struct.pack("<BL", 1, zlib.crc32(_raw_name(info)))  # else the name was changed without this
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        if kind == _UNICODE_PATH and extra[4:9] == wanted:
            return extra[9 : 4 + length].decode("utf-8", "replace")
        extra = extra[4 + length :]
    return ""


def _free_name(name: str, taken: Container[str], first: int) -> tuple[str, int]:
    """A name that is free, numbered from `first` on, for a member whose own another has; and the number after it."""
    path = PurePosixPath(name)
    numbered = ((path.with_stem(f"{path.stem} ({number})").as_posix(), number + 1) for number in count(first))
    return next((one, after) for one, after in numbered if one not in taken)


#: How a zip ends: among others with the size of its directory. Where it has very many members, two parts come before.
_END = struct.Struct("<4s4H2IH")
_ZIP64_ENDS = 56 + 20


def size_of(file: IO[bytes]) -> int:
    """Bytes of an opened file."""
    return os.fstat(file.fileno()).st_size


def most_unpacked(size: int) -> int:
    """To how many bytes an archive of this size may unpack."""
    return min(MOST_UNPACKED, max(TIMES_COUNT_FROM, MOST_TIMES * size))


def _check_count(source: str, file: IO[bytes]) -> None:
    """Refuse a zip with too many members before zipfile holds them all in memory."""
    if size_of(file) < _END.size:
        return
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = data.rfind(b"PK\5\6")
        if end < 0 or end + _END.size > len(data):
            return
        size = _END.unpack_from(data, end)[5]
        if end >= _ZIP64_ENDS and data[end - 20 : end - 16] == b"PK\6\7":
            end -= _ZIP64_ENDS
            size = struct.unpack_from("<Q", data, end + 40)[0]
        place = max(0, end - size)
        for _ in range(MOST_FILES + 1):
            if data[place : place + 4] != b"PK\1\2" or place + 46 > len(data):
                return
            place += 46 + sum(struct.unpack_from("<3H", data, place + 28))
    raise DatasetError(f"{source}: the zip holds more than {MOST_FILES:,} files")


def _check_amount(source: str, size: int, files: list[zipfile.ZipInfo]) -> None:
    if len(files) > MOST_FILES:
        raise DatasetError(f"{source}: the zip holds {len(files):,} files; at most {MOST_FILES:,} are read")
    unpacked = sum(info.file_size for info in files)
    if unpacked > MOST_UNPACKED:
        raise DatasetError(
            f"{source}: the zip would unpack to {unpacked / 2**30:.0f} GB; at most {MOST_UNPACKED >> 30} GB are read"
        )
    if unpacked > max(TIMES_COUNT_FROM, MOST_TIMES * size):
        raise DatasetError(f"{source}: the zip would unpack to over {MOST_TIMES} times its size, as no pictures do")


def _check_member(source: str, info: zipfile.ZipInfo) -> None:
    name = info.orig_filename.replace("\\", "/")
    check_name(source, "zip", name)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise DatasetError(f"{source}: the zip holds the link {name!r}; allowed are files")
    if info.flag_bits & 1:
        raise DatasetError(f"{source}: the zip is encrypted; unpack it and import the folder")


def check_name(source: str, kind: str, name: str) -> None:
    """Raise a DatasetError if the name of a member leads out of an archive."""
    if name.startswith("/") or name[1:2] == ":":
        raise DatasetError(f"{source}: the {kind} holds the absolute name {name!r}; allowed are names within it")
    if ".." in name.split("/") or "\0" in name:
        raise DatasetError(f"{source}: the {kind} holds the name {name!r}, which leads out of it")

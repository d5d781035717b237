"""Tars, compressed or not: read as zips are, and as strictly."""

from __future__ import annotations

import gzip
import io
import tarfile

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers import archives
from emotion_core.datasets.readers.formats import load_dataset
from tests.datasets.readers.comparison import same_faces
from tests.fer2013_files import fer2013_text


@pytest.fixture
def write_tar(tmp_path):
    """Write members, by name or made already, into a tar; the ending says how it is compressed."""

    def write(files, name: str = "faces.tar"):
        kind = name.rpartition(".")[2]
        with tarfile.open(tmp_path / name, f"w:{kind if kind in ('gz', 'bz2', 'xz') else ''}") as out:
            for file, content in files.items():
                info = content if isinstance(content, tarfile.TarInfo) else tarfile.TarInfo(file)
                data = b"" if isinstance(content, tarfile.TarInfo) else content
                info.size = len(data) or info.size
                out.addfile(info, io.BytesIO(data))
        return tmp_path / name

    return write


@pytest.mark.parametrize("name", ["faces.tar", "faces.tar.gz", "faces.tar.bz2", "faces.tar.xz"])
def test_every_kind_is_read(write_tar, pictures, drawn, name):
    path = write_tar({f"./{name}": data for name, data in pictures.items()}, name)
    same_faces(load_dataset(path), drawn, ordered=False)
    renamed = path.rename(path.with_name("download"))  # whatever it is called
    assert len(load_dataset(renamed)) == len(drawn)


def test_fer2013_as_it_was_first_published(write_tar, drawn):
    path = write_tar({"fer2013/fer2013.csv": fer2013_text(drawn).encode(), "fer2013/README": b"x"}, "fer2013.tar.gz")
    same_faces(load_dataset(path), drawn)


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    ("info", "why"),
    [
        (member("../happy/a.png"), r"the tar holds the name '\.\./happy/a\.png', which leads out of it"),
        (member("/happy/a.png"), r"the tar holds the absolute name"),
        (member("happy/a.png", tarfile.SYMTYPE, "/etc/passwd"), r"the tar holds the link 'happy/a\.png'"),
        (member("happy/a.png", tarfile.LNKTYPE, "x"), r"the tar holds the link"),
        (member("happy/a.png", tarfile.CHRTYPE), r"the tar holds the device"),
        (member("happy/a.png", tarfile.FIFOTYPE), r"the tar holds the device"),
    ],
)
def test_hostile_members_are_refused(write_tar, info, why):
    with pytest.raises(DatasetError, match=why):
        load_dataset(write_tar({"x": info}))


def test_one_that_unpacks_to_far_more_than_it_should_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "TIMES_COUNT_FROM", 1000)
    (tmp_path / "a.tgz").write_bytes(gzip.compress(bytes(10**6)))
    with pytest.raises(DatasetError, match=r"the tar would unpack to over .* as no pictures do"):
        load_dataset(tmp_path / "a.tgz")


@pytest.mark.parametrize(("name", "keep"), [("faces.tar", 700), ("faces.tar.gz", 700), ("faces.tar.gz", -30)])
def test_a_damaged_one(write_tar, pictures, name, keep):
    path = write_tar(pictures, name)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(DatasetError, match=r"the tar is damaged or incomplete|holds no pictures"):
        load_dataset(path)


def test_what_is_compressed_and_no_tar_says_how_to_unpack_it(tmp_path, drawn):
    (tmp_path / "fer2013.gz").write_bytes(gzip.compress(fer2013_text(drawn).encode()))
    with pytest.raises(DatasetError, match=r"no tar in it; unpack it with: gunzip -k fer2013\.gz, and import fer2013$"):
        load_dataset(tmp_path / "fer2013.gz")


@pytest.mark.parametrize(("magic", "command"), [(b"Rar!\x1a\x07\x01\0", "unar"), (b"7z\xbc\xaf\x27\x1c\0\4", "7z x")])
def test_archives_that_are_not_read_say_how_to_unpack_them(tmp_path, magic, command):
    (tmp_path / "faces.bin").write_bytes(magic + bytes(100))
    with pytest.raises(
        DatasetError, match=rf"an archive that is not read; unpack it with: {command} faces\.bin, and import"
    ):
        load_dataset(tmp_path / "faces.bin")

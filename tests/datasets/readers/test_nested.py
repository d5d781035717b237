"""Archives inside archives: read like folders, one level deep, and within the limits of one archive."""

from __future__ import annotations

import io
import tarfile
import zipfile

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers import archives, nested
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.fer2013_files import fer2013_text
from tests.pictures import png


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def tarred(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


@pytest.fixture
def parts(drawn):
    """Faces to train on and to test on, a folder per emotion each."""
    of = [{f"{drawn.table['label'][n]}/{n}.png": png(drawn.images[n]) for n in rows} for rows in (range(8), (8, 9))]
    return dict(zip(("train", "test"), of, strict=True))


@pytest.mark.parametrize("form", ["write_folders", "write_zip"])
def test_an_archive_for_each_split_is_read_like_folders(request, form, parts, drawn):
    files = {"train.zip": zipped(parts["train"]), "data/test.tar.gz": tarred(parts["test"]), "notes.txt": b"x"}
    path = request.getfixturevalue(form)(files)
    found = recognise(path)
    assert found.form == "a folder per emotion, in data/test.tar.gz and train.zip"
    assert (found.archives, list(found.unused)) == (0, ["notes.txt"])
    table = load_dataset(path).table.set_index("source")
    assert len(table) == 10
    assert table["split"][f"train/{drawn.table['label'][0]}/0.png"] == "train"
    assert table["split"][f"data/test/{drawn.table['label'][8]}/8.png"] == "test"


def test_of_archives_called_alike_but_for_their_ending_every_file_is_read(write_folders, drawn):
    one, other = ({f"happy/{n}.png": png(drawn.images[first + n]) for n in range(3)} for first in (0, 3))
    folder = write_folders({"train.zip": zipped(one), "train.tar.gz": tarred(other)})
    table = load_dataset(folder).table
    assert table["source"].tolist() == sorted(table["source"]) and len(table) == len(set(table["source"])) == 6
    assert set(table["split"]) == {"train"}


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_names_that_stand_twice_in_the_outer_archive_are_said(tmp_path, parts):
    with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
        for name, content in (("train.zip", zipped(parts["train"])), ("notes.txt", b"1"), ("notes.txt", b"2")):
            archive.writestr(name, content)
    assert "it holds 1 name again, the first notes.txt" in recognise(tmp_path / "faces.zip").form


def test_labels_may_lie_outside_of_the_archive_with_the_pictures(write_folders, drawn):
    faces = {f"{n}.png": png(drawn.images[n]) for n in range(3)}
    text = b"path,label\n0.png,sad\n1.png,happy\n2.png,sad\n"
    table = load_dataset(write_folders({"aligned.zip": zipped(faces), "labels.csv": text})).table
    assert table["label"].tolist() == ["sad", "happy", "sad"]


def test_fer2013s_csv_in_a_tar_in_a_zip(write_zip, drawn):
    path = write_zip({"fer2013.tar.gz": tarred({"fer2013/fer2013.csv": fer2013_text(drawn).encode()})})
    assert len(load_dataset(path)) == len(drawn)


def test_beside_pictures_they_are_left_aside_and_counted(write_folders, parts):
    found = recognise(write_folders({**parts["train"], "again.zip": zipped(parts["train"])}))
    assert (found.form, found.archives) == ("a folder per emotion", 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.zip", zipped({"b.zip": zipped({"sad/1.png": b""})}), r"x\.zip, then a/b\.zip, and import the folder"),
        ("a.rar", b"Rar!", r"archive a\.rar, which is not opened: unpack x\.zip, then a\.rar with: unar a\.rar, and"),
        ("a.zip", b"PK\3\4 and no more", r"a\.zip: the zip is damaged or incomplete"),
        ("a.zip", zipped({"../sad/1.png": b"x"}), r"a\.zip: the zip holds the name '\.\./sad/1\.png', which leads out"),
    ],
    ids=["too deep", "rar", "damaged", "out of it"],
)
def test_what_is_not_opened_is_named_with_what_to_do(write_zip, tmp_path, name, content, said):
    path = write_zip({name: content}).rename(tmp_path / "x.zip")
    with pytest.raises(DatasetError, match=said) as error:
        load_dataset(path)
    assert "/tmp/tmp" not in str(error.value)


class TestBombs:
    @pytest.fixture
    def bomb(self, write_zip):
        """A zip of a few hundred bytes with zips that unpack to ten megabytes."""
        inner = zipped({"sad/1.png": bytes(5 * 10**6)})
        return write_zip({"a.zip": inner, "b.zip": inner})

    def test_all_archives_together_have_the_limit_of_one(self, bomb, monkeypatch):
        monkeypatch.setattr(archives, "TIMES_COUNT_FROM", 6 * 10**6)
        with pytest.raises(DatasetError, match=r"its archives would unpack to far more than pictures do"):
            load_dataset(bomb)

    def test_a_tar_in_it_is_not_unpacked_beyond_it(self, write_zip, monkeypatch):
        monkeypatch.setattr(archives, "TIMES_COUNT_FROM", 10**6)
        with pytest.raises(DatasetError, match=r"a\.tgz: the tar would unpack to over"):
            load_dataset(write_zip({"a.tgz": tarred({"sad/1.png": bytes(5 * 10**6)})}))

    def test_too_many_archives_and_files(self, write_zip, parts, monkeypatch):
        path = write_zip({f"{name}.zip": zipped(files) for name, files in parts.items()})
        monkeypatch.setattr(nested, "MOST_FILES", 5)
        with pytest.raises(DatasetError, match="more than 5 files in its archives"):
            load_dataset(path)
        monkeypatch.setattr(nested, "MOST_ARCHIVES", 1)
        with pytest.raises(DatasetError, match="holds 2 archives; at most 1 are opened"):
            load_dataset(path)

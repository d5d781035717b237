"""Data sets of every form, written from drawn faces: recognised by looking, read, or refused with the reason."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import emotion_core as ec
from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.importing import add_synthetic
from emotion_core.datasets.names import dataset_folder
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.datasets.readers.comparison import same_faces
from tests.fer2013_files import VOTES_HEADER, fer2013_text
from tests.pictures import png


def test_it_is_a_name_of_the_package(fer2013_file, drawn):
    same_faces(ec.load_dataset(fer2013_file), drawn)


class TestFer2013:
    def test_the_table(self, fer2013_file, drawn):
        table = load_dataset(fer2013_file).table
        assert table.columns.tolist() == ["source", "label", "split", "width", "height", "hash"]
        assert set(table["width"]) == {48}
        assert table["hash"].nunique() == len(drawn)

    def test_in_a_zip_with_votes(self, write_zip, drawn):
        lines = [f"{'Training' if split == 'train' else 'PublicTest' if split == 'validation' else 'PrivateTest'},,"
                 + ",".join(["0"] * 9 + ["7"]) for split in drawn.table["split"]]  # fmt: skip
        votes = "\n".join([VOTES_HEADER, *lines])
        path = write_zip({"a/fer2013.csv": fer2013_text(drawn).encode(), "a/fer2013new.csv": votes.encode()})
        found = recognise(path)
        assert found.form == "FER-2013's csv with FER+'s votes"
        dataset, _ = in_memory(found, ReadOptions())
        same_faces(dataset, drawn)
        assert (dataset.table["votes_nf"] == 7).all()

    def test_of_several_one_must_be_named(self, write_folders, drawn):
        text = fer2013_text(drawn).encode()
        folder = write_folders({"fer2013.csv": text, "icml_face_data.csv": text})
        with pytest.raises(DatasetError, match=r"several tables: fer2013\.csv, icml_face_data\.csv; name one"):
            load_dataset(folder)

    def test_a_last_line_cut_off(self, fer2013_file):
        fer2013_file.write_text(fer2013_file.read_text()[:-3000])
        with pytest.raises(BadRowsError, match=r"1 bad row: line 36 \(2 fields instead of 3; the line may be cut off"):
            load_dataset(fer2013_file)

    def test_votes_alone(self, tmp_path):
        (tmp_path / "fer2013new.csv").write_text(VOTES_HEADER + "\n")
        with pytest.raises(DatasetError, match="votes and no faces"):
            load_dataset(tmp_path / "fer2013new.csv")


class TestRecognising:
    def test_a_table_that_cannot_be_read_matters_only_where_nothing_else_is_there(self, write_folders, drawn):
        notes = "Größe;x".encode("latin-1")
        with pytest.raises(DatasetError, match=r"notes\.csv is not in UTF-8"):
            load_dataset(write_folders({"notes.csv": notes}, "alone"))
        assert len(load_dataset(write_folders({"notes.csv": notes, "sad/a.png": png(drawn.images[0])}))) == 1

    @pytest.mark.parametrize("form", ["write_folders", "write_zip"])
    def test_no_pictures(self, request, form):
        with pytest.raises(DatasetError, match="holds no pictures; readable are"):
            load_dataset(request.getfixturevalue(form)({"notes.txt": b"hello"}))

    def test_an_empty_folder(self, tmp_path):
        with pytest.raises(DatasetError, match="holds no pictures"):
            load_dataset(tmp_path)

    def test_nothing_there(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            load_dataset(tmp_path / "nowhere")

    @pytest.mark.parametrize("name", ["a.csv", "a.zip", "a.parquet", "a"])
    def test_an_empty_file(self, tmp_path, name):
        (tmp_path / name).touch()
        with pytest.raises(DatasetError, match="is empty; readable are"):
            load_dataset(tmp_path / name)

    def test_some_other_file(self, tmp_path):
        (tmp_path / "a.docx").write_bytes(b"hello")
        with pytest.raises(DatasetError, match="no data set that can be read"):
            load_dataset(tmp_path / "a.docx")


class TestGroups:
    """A column called group comes along, for evaluation by group."""

    @pytest.fixture
    def listed(self, write_folders, drawn):
        files = {f"{n}.png": png(image) for n, image in enumerate(drawn.images[:3])}
        files["l.csv"] = 'path,label,Group\n0.png,sad,"old, tired"\n1.png,sad,\n2.png,happy, 写真 \n'.encode()
        return write_folders(files)

    def test_of_a_csv_of_paths(self, listed):
        assert load_dataset(listed).table["group"].tolist() == ["old, tired", "", "写真"]

    def test_of_parquet(self, tmp_path, drawn):
        table = {"image": [png(image) for image in drawn.images[:3]], "label": ["sad"] * 3, "GROUP": [1, None, 20]}
        pq.write_table(pa.table(table), tmp_path / "a.parquet")
        assert load_dataset(tmp_path / "a.parquet").table["group"].tolist() == ["1", "", "20"]

    def test_of_fer2013s_csv(self, tmp_path, drawn):
        lines = fer2013_text(drawn).splitlines()
        rows = [lines[0] + ", Group", *(f"{line},g{n % 2}" for n, line in enumerate(lines[1:]))]
        (tmp_path / "a.csv").write_text("\n".join(rows))
        dataset = load_dataset(tmp_path / "a.csv")
        same_faces(dataset, drawn)
        assert dataset.table["group"].tolist()[:3] == ["g0", "g1", "g0"]

    def test_a_column_that_says_nothing_is_none(self, write_folders, drawn):
        folder = write_folders({"0.png": png(drawn.images[0]), "l.csv": b"path,label,group\n0.png,sad,\n"})
        assert "group" not in load_dataset(folder).table


class TestFolderOfKaggle:
    """Its competition has the same faces in several tables, and such as are without labels."""

    def test_the_one_table_with_splits_is_read_and_the_others_are_named(self, write_folders, drawn):
        rows = [line.split(",") for line in fer2013_text(drawn).splitlines()[1:]]
        files = {
            "icml_face_data.csv": fer2013_text(drawn, "emotion, pixels, Usage"),
            "train.csv": "\n".join(["emotion,pixels", *(f"{label},{pixels}" for label, pixels, _ in rows[:9])]),
            "test.csv": "\n".join(["pixels", *(pixels for _, pixels, _ in rows[9:])]),
        }
        folder = write_folders({name: text.encode() for name, text in files.items()})
        same_faces(load_dataset(folder), drawn)
        assert recognise(folder).unused == ["test.csv", "train.csv"]
        with pytest.raises(DatasetError, match=r"test\.csv.*faces without labels, as Kaggle's test\.csv does; import"):
            load_dataset(folder / "test.csv")


def test_the_folder_of_a_stored_set_is_known(own_workspace):
    add_synthetic("drawn", 20)
    with pytest.raises(DatasetError, match=r"is the folder of a stored data set, .* dataset export drawn drawn\.csv"):
        load_dataset(dataset_folder("drawn"))

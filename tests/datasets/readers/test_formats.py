"""Data sets of every form, written from drawn faces: recognised by looking, read, or refused with the reason."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import emotion_core as ec
from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import EMOTIONS
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


class TestFolders:
    @pytest.mark.parametrize("form", ["write_folders", "write_zip"])
    def test_a_folder_per_emotion_below_splits(self, request, form, pictures, drawn):
        path = request.getfixturevalue(form)({**pictures, "readme.txt": b"hello", "__MACOSX/train/sad/x.png": b""})
        dataset, reading = in_memory(recognise(path), ReadOptions())
        same_faces(dataset, drawn, ordered=False)
        assert reading.form == "a folder per emotion"
        assert reading.labels == {name: name for name in EMOTIONS}
        assert reading.splits_given
        assert reading.ignored_files == 1

    def test_what_is_left_aside_is_said(self, write_zip, pictures):
        odd = {"train/happy/a.zip": b"", "train/happy/b.tgz": b"", "train/happy/c": b"", "readme.txt": b""}
        said = in_memory(recognise(write_zip({**pictures, **odd})), ReadOptions())[1].left_aside()
        assert said == ["2 archives inside were not looked into", "2 files were no pictures"]
        said = in_memory(recognise(write_zip({**pictures, "happy/c": b""}, "b.zip")), ReadOptions())[1].left_aside()
        assert said == ["1 file was no picture"]
        assert in_memory(recognise(write_zip(pictures, "c.zip")), ReadOptions())[1].left_aside() == []

    def test_as_ck_plus_is_laid_out(self, write_folders, drawn):
        names = ("anger", "disgust", "fear", "happy", "contempt", "sadness", "surprise")
        files = {f"CK+48/{names[n % 7]}/S{n:03d}_004.png": png(image) for n, image in enumerate(drawn.images)}
        dataset, reading = in_memory(recognise(write_folders(files)), ReadOptions())
        assert set(dataset.table["label"]) == {*EMOTIONS, "contempt"} - {"neutral"}
        assert not reading.splits_given
        assert dataset.table["source"][0] == "CK+48/anger/S000_004.png"

    def test_splits_are_dealt_out_by_content(self, write_folders):
        random = np.random.default_rng(0).integers(0, 256, (300, 16, 16), dtype=np.uint8)
        files = {f"happy/{n}.png": png(image) for n, image in enumerate(random)}
        files |= {f"sad/{n}.png": png(image) for n, image in enumerate(random)}
        table = load_dataset(write_folders(files), side=16).table
        shares = table["split"].value_counts() / len(table)
        assert 0.72 < shares["train"] < 0.88
        assert shares["validation"] > 0.04 and shares["test"] > 0.04
        assert (table.groupby("hash")["split"].nunique() == 1).all()

    def test_half_with_splits(self, write_folders, drawn):
        folder = write_folders({"train/sad/a.png": png(drawn.images[0]), "sad/b.png": png(drawn.images[1])})
        with pytest.raises(BadRowsError, match=r"sad/b\.png \(no split, though others have one\)"):
            load_dataset(folder)

    def test_folders_below_the_emotion(self, write_folders, drawn):
        folder = write_folders({"happy/train/anna/1.png": png(drawn.images[0])})
        table = load_dataset(folder).table
        assert (table["label"][0], table["split"][0]) == ("happy", "train")

    def test_votes_by_name(self, write_folders, drawn):
        files = {f"happy/fer{n:07d}.png": png(image) for n, image in enumerate(drawn.images[:3])}
        files["fer2013new.csv"] = f"{VOTES_HEADER}\nTraining,fer0000001.png,1,2,3,4,5,6,7,8,9,10\n".encode()
        table = load_dataset(write_folders(files)).table
        assert table.loc[1, list(COLUMNS)].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        assert table.loc[[0, 2], list(COLUMNS)].to_numpy().sum() == 0

    def test_a_table_of_votes_that_is_read_is_not_left_aside(self, write_folders, drawn):
        votes = f"{VOTES_HEADER}\nTraining,1.png,1,2,3,4,5,6,7,8,9,10\n".encode()
        folder = write_folders({"happy/1.png": png(drawn.images[0]), "v.csv": votes})
        assert in_memory(recognise(folder), ReadOptions())[1].left_aside() == []

    @pytest.mark.parametrize("vote", ["-1", "abc", "1.5", "1001"])
    def test_votes_that_are_no_counts(self, write_folders, drawn, vote):
        votes = f"{VOTES_HEADER}\nTraining,1.png,1,2,3,4,5,6,7,8,9,{vote}\n".encode()
        folder = write_folders({"happy/1.png": png(drawn.images[0]), "v.csv": votes})
        with pytest.raises(DatasetError, match=r"line 2 has no ten counts .*whole numbers from 0 to 1,000$"):
            load_dataset(folder)

    def test_votes_of_other_pictures(self, write_folders, drawn):
        files = {"happy/1.png": png(drawn.images[0]), "v.csv": f"{VOTES_HEADER}\n".encode()}
        with pytest.raises(DatasetError, match=r"v\.csv names none of the 1 pictures"):
            load_dataset(write_folders(files))

    def test_a_table_that_cannot_be_read_matters_only_where_nothing_else_is_there(self, write_folders, drawn):
        notes = "Größe;x".encode("latin-1")
        with pytest.raises(DatasetError, match=r"notes\.csv is not in UTF-8"):
            load_dataset(write_folders({"notes.csv": notes}, "alone"))
        assert len(load_dataset(write_folders({"notes.csv": notes, "sad/a.png": png(drawn.images[0])}))) == 1

    @pytest.mark.parametrize("form", ["write_folders", "write_zip"])
    def test_no_pictures(self, request, form):
        with pytest.raises(DatasetError, match="holds no pictures; readable are"):
            load_dataset(request.getfixturevalue(form)({"notes.txt": b"hello"}))

    def test_names_with_slashes_of_windows_in_a_zip(self, write_zip, pictures, drawn):
        path = write_zip({name.replace("/", "\\"): content for name, content in pictures.items()})
        same_faces(load_dataset(path), drawn, ordered=False)

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


class TestCsvOfPaths:
    def test_beside_a_folder(self, write_folders, drawn):
        files = {f"img/{n}.png": png(image) for n, image in enumerate(drawn.images)}
        rows = zip(drawn.table["label"], drawn.table["split"], strict=True)
        lines = [f"img/{n}.png,{label},{split}" for n, (label, split) in enumerate(rows)]
        files["labels.csv"] = "\n".join(["path,label,split", *lines]).encode()
        folder = write_folders(files)
        same_faces(load_dataset(folder), drawn)
        same_faces(load_dataset(folder / "labels.csv"), drawn)

    def test_in_a_zip_with_semicolons_and_backslashes(self, write_zip, drawn):
        files = {f"set/img/{n}.png": png(image) for n, image in enumerate(drawn.images[:3])}
        files["set/list.csv"] = b"File Name;Emotion\nimg\\2.png;Happy\n./img/0.png;SAD\n"
        dataset = load_dataset(write_zip(files))
        assert dataset.table["source"].tolist() == ["set/img/2.png", "set/img/0.png"]
        assert dataset.table["label"].tolist() == ["happy", "sad"]

    @pytest.mark.parametrize("name", ["b.png", "../secret.png", "/etc/passwd", ""])
    def test_what_is_not_there_or_lies_outside(self, write_folders, tmp_path, drawn, name):
        (tmp_path / "secret.png").write_bytes(png(drawn.images[0]))
        folder = write_folders({"a.png": png(drawn.images[0]), "l.csv": f"path,label\na.png,sad\n{name},sad".encode()})
        with pytest.raises(BadRowsError, match=r"line 3 \(there is no picture"):
            load_dataset(folder)

    def test_a_row_of_another_length(self, write_folders, drawn):
        folder = write_folders({"a.png": png(drawn.images[0]), "l.csv": b"path,label\na.png,sad,3"})
        with pytest.raises(BadRowsError, match=r"line 2 \(3 fields instead of 2"):
            load_dataset(folder)

    def test_without_labels(self, write_folders):
        folder = write_folders({"l.csv": b"path,age\na.png,3"})
        with pytest.raises(DatasetError, match=r"l\.csv: no column of labels among path, age"):
            load_dataset(folder / "l.csv")


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

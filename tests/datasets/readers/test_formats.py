"""Data sets of every form, written from drawn faces: recognised by looking, read, or refused with the reason."""

from __future__ import annotations

import io
import json
import os
import struct
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

import emotion_core as ec
from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.readers import archives
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.labels import numbered
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from emotion_core.datasets.votes import COLUMNS
from emotion_core.emotions import EMOTIONS, FER2013_NUMBERING
from tests.fer2013_files import VOTES_HEADER, fer2013_text, pixels
from tests.pictures import png


def same_faces(found, drawn, ordered: bool = True) -> None:
    """Both hold the same images with the same labels and splits, in the same order if asked."""
    keys = [
        [(image.tobytes(), *row) for image, row in zip(d.images, d.table[["label", "split"]].to_numpy(), strict=True)]
        for d in (found, drawn)
    ]
    if not ordered:
        keys = [sorted(key) for key in keys]
    assert keys[0] == keys[1]


def test_it_is_a_name_of_the_package(fer2013_file, drawn):
    same_faces(ec.load_dataset(fer2013_file), drawn)


class TestFer2013:
    def test_the_table(self, fer2013_file, drawn):
        table = load_dataset(fer2013_file).table
        assert table.columns.tolist() == ["source", "label", "split", "width", "height", "hash"]
        assert set(table["width"]) == {48}
        assert table["hash"].nunique() == len(drawn)

    def test_blanks_before_the_names_of_columns(self, tmp_path, drawn):
        path = tmp_path / "icml_face_data.csv"
        path.write_text(fer2013_text(drawn, "emotion, pixels, Usage"))
        same_faces(load_dataset(path), drawn)

    @pytest.mark.parametrize("ends", ["\r\n", "\n"])
    def test_a_byte_order_mark_and_lines_as_windows_ends_them(self, fer2013_file, drawn, ends):
        fer2013_file.write_bytes(b"\xef\xbb\xbf" + fer2013_file.read_text().replace("\n", ends).encode())
        same_faces(load_dataset(fer2013_file), drawn)

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

    def test_lines_as_old_macs_ended_them(self, fer2013_file):
        fer2013_file.write_text(fer2013_file.read_text().replace("\n", "\r"))
        with pytest.raises(DatasetError, match=r"its first line cannot be read; needed are the names of the columns"):
            load_dataset(fer2013_file)

    def test_another_encoding(self, fer2013_file):
        fer2013_file.write_bytes(fer2013_file.read_text().encode("utf-16"))
        with pytest.raises(DatasetError, match=r"fer2013\.csv is not in UTF-8"):
            load_dataset(fer2013_file)

    def test_another_encoding_further_down(self, fer2013_file):
        fer2013_file.write_bytes(fer2013_file.read_bytes() + "3,1 2 3,Übung\n".encode("latin-1"))
        with pytest.raises(DatasetError, match=r"fer2013\.csv is not in UTF-8"):
            load_dataset(fer2013_file)

    def test_a_field_without_end(self, fer2013_file):
        fer2013_file.write_text(fer2013_file.read_text() + '3,"' + "1 " * 200_000)
        with pytest.raises(DatasetError, match=r"line 37 cannot be read .*field larger"):
            load_dataset(fer2013_file)

    def test_a_quote_that_is_not_closed(self, fer2013_file):
        lines = fer2013_file.read_text().splitlines()
        lines[2] = '"' + lines[2]
        fer2013_file.write_text("\n".join(lines))
        with pytest.raises(DatasetError, match=r"the row that begins on line 3 cannot be read .*may not be closed$"):
            load_dataset(fer2013_file)

    def test_votes_alone(self, tmp_path):
        (tmp_path / "fer2013new.csv").write_text(VOTES_HEADER + "\n")
        with pytest.raises(DatasetError, match="votes and no faces"):
            load_dataset(tmp_path / "fer2013new.csv")


class TestBadRows:
    @pytest.fixture
    def spoilt(self, tmp_path, drawn):
        """Fifteen good rows and as many bad ones, in turn."""
        lines = fer2013_text(drawn).splitlines()
        path = tmp_path / "spoilt.csv"
        mixed = [text for good in lines[1:16] for text in (good, "3,1 2 3,Training")]
        path.write_text("\n".join([lines[0], *mixed]) + "\n")
        return path

    def test_the_first_ten_are_named(self, spoilt):
        with pytest.raises(BadRowsError, match=r"10 bad rows or more: line 3 .*line 21 ") as caught:
            load_dataset(spoilt)
        assert len(caught.value.rows) == 10
        assert len(str(caught.value).splitlines()) == 1

    def test_or_they_are_skipped_and_counted(self, spoilt, drawn):
        dataset, reading = in_memory(recognise(spoilt), ReadOptions(skip_bad_rows=True))
        assert np.array_equal(dataset.images, drawn.images[:15])
        assert (reading.faces, reading.skipped, len(reading.first_skipped)) == (15, 15, 10)


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


class TestLabels:
    @pytest.fixture
    def folder(self, write_folders, drawn):
        names = ("happy/1", "grumpy/2", "grumpy/3", "0/4", "contempt/5", "6")
        return write_folders({f"{name}.png": png(drawn.images[0]) for name in names})

    def test_unknown_ones_are_counted(self, folder):
        with pytest.raises(UnknownLabelsError, match=r"no emotion is called 'grumpy' \(2\), '0' \(1\), '' \(1\)") as e:
            load_dataset(folder)
        assert e.value.labels == {"grumpy": 2, "0": 1, "": 1}

    def test_the_user_maps_them_or_leaves_them_out(self, folder):
        options = ReadOptions(labels={"Grumpy": "anger", "0": None, "": None, "contempt": "disgust"})
        dataset, reading = in_memory(recognise(folder), options)
        assert dataset.table["label"].tolist() == ["disgusted", "angry", "angry", "happy"]
        assert reading.left_out == {"": 1, "0": 1}
        assert reading.labels == {"contempt": "disgusted", "grumpy": "angry", "happy": "happy"}

    def test_contempt_is_kept_unless_mapped(self, folder):
        table = load_dataset(folder, labels={"grumpy": None, "0": None, "": None}).table
        assert table["label"].tolist() == ["contempt", "happy"]

    def test_a_meaning_must_be_an_emotion(self, folder):
        with pytest.raises(DatasetError, match=r"label '0' cannot mean 'meh'; allowed are angry, .*contempt"):
            load_dataset(folder, labels={"0": "meh"})

    def test_a_numbering(self, write_folders, drawn):
        folder = write_folders({f"{n}/a.png": png(drawn.images[n]) for n in range(7)})
        table = load_dataset(folder, labels=numbered(FER2013_NUMBERING)).table
        assert table["label"].tolist() == list(FER2013_NUMBERING)

    def test_fer2013s_numbers_can_be_left_out(self, fer2013_file, drawn):
        dataset, reading = in_memory(recognise(fer2013_file), ReadOptions(labels={"0": None, "disgusted": None}))
        assert reading.left_out == {"0": 5, "1": 5}
        assert set(dataset.table["label"]) == set(EMOTIONS) - {"angry", "disgusted"}


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


class _NoPhotos:
    """A cropper that looks at the pictures and finds crops of faces."""

    def __init__(self):
        self.seen = 0

    def shows_photos(self, pictures):
        self.seen = len(list(pictures))
        return False

    def crop(self, picture, side):
        raise AssertionError("there are no photos")


class TestNotThere:
    """Files that are named and missing, lie outside, or are no files: bad rows, and never opened."""

    TEXT = b"path,label\n000.png,happy\nmissing.png,happy\n../out/secret.png,sad\n"

    def _look(self, path):
        cropper = _NoPhotos()
        found = load_dataset(path, skip_bad_rows=True, cropper=cropper, side=64)
        assert (len(found), cropper.seen) == (1, 1)

    def test_in_a_folder(self, write_folders, drawn):
        face = png(drawn.images[0])
        write_folders({"secret.png": face}, "out")
        folder = write_folders({"list.csv": self.TEXT, "000.png": face})
        self._look(folder / "list.csv")
        with pytest.raises(BadRowsError, match=r"2 bad rows.*there is no picture 'missing.png'"):
            load_dataset(folder / "list.csv", cropper=_NoPhotos())

    def test_in_a_zip(self, write_zip, drawn):
        path = write_zip({"list.csv": self.TEXT, "000.png": png(drawn.images[0])})
        self._look(path)
        tree = archives.Zip(path)
        for ask in (tree.open, tree.size):
            with pytest.raises(DatasetError, match=r"there is no file 'missing\.png'"):
                ask("missing.png")

    @pytest.mark.timeout(20)
    def test_no_regular_files(self, write_folders, pictures):
        folder = write_folders(pictures)
        os.mkfifo(folder / "train" / "a.png")
        (folder / "train" / "b.png").symlink_to("nowhere.png")
        (folder / "train" / "c.png").symlink_to("c.png")
        os.mkfifo(folder / "d.csv")
        for name in ("a.png", "b.png", "c.png"):
            (folder / "train" / name).rename(folder / "train" / "happy" / name)
        assert len(load_dataset(folder, skip_bad_rows=True, cropper=_NoPhotos())) == len(pictures)
        with pytest.raises(BadRowsError, match=r"3 bad rows: train/happy/a\.png .*is no regular file"):
            load_dataset(folder)

    def test_a_path_longer_than_the_system_allows(self, write_folders, drawn):
        text = b"path,label\n000.png,happy\n" + b"a" * 5000 + b".png,happy\n"
        folder = write_folders({"list.csv": text, "000.png": png(drawn.images[0])})
        assert len(load_dataset(folder, skip_bad_rows=True)) == 1

    def test_a_folder_as_votes(self, fer2013_file, tmp_path):
        with pytest.raises(DatasetError, match="is no regular file"):
            load_dataset(fer2013_file, tmp_path)


class TestParquet:
    @staticmethod
    def write(path: Path, faces, metadata=None, **columns) -> Path:
        images = [{"bytes": png(image), "path": f"{n}.png"} for n, image in enumerate(faces.images)]
        table = pa.table({"image": images, **columns})
        pq.write_table(table.replace_schema_metadata(metadata), path)
        return path

    def test_texts_are_no_paths_of_pictures_on_this_machine(self, tmp_path, drawn):
        secret = tmp_path / "secret.png"
        secret.write_bytes(png(drawn.images[0]))
        pictures = [{"bytes": str(secret), "path": "a.png"}]
        pq.write_table(pa.table({"image": pictures, "label": ["sad"]}), tmp_path / "a.parquet")
        with pytest.raises(BadRowsError, match=r"row 0 \(it has no bytes of a picture"):
            load_dataset(tmp_path / "a.parquet")

    def test_with_a_numbering_of_its_own(self, tmp_path, drawn):
        names = list(FER2013_NUMBERING)
        features = {"info": {"features": {"label": {"names": names, "_type": "ClassLabel"}}}}
        numbers = [names.index(label) for label in drawn.table["label"]]
        split = drawn.table["split"].tolist()
        meta = {"huggingface": json.dumps(features)}
        path = self.write(tmp_path / "faces.parquet", drawn, meta, label=numbers, split=split)
        same_faces(load_dataset(path), drawn)

    def test_numbers_without_a_numbering(self, tmp_path, drawn):
        path = self.write(tmp_path / "faces.parquet", drawn, label=[3] * 35)
        with pytest.raises(UnknownLabelsError, match=r"'3' \(35\)"):
            load_dataset(path)

    def test_several_files_name_the_splits(self, tmp_path, write_zip, drawn):
        for name in ("train-00000-of-00001", "validation-00000-of-00001", "test-00000-of-00001"):
            part = drawn.split(name.split("-")[0])
            self.write(tmp_path / f"{name}.parquet", part, label=part.table["label"].tolist())
        same_faces(load_dataset(tmp_path), drawn, ordered=False)
        zipped = write_zip({f"data/{path.name}": path.read_bytes() for path in tmp_path.glob("*.parquet")})
        same_faces(load_dataset(zipped), drawn, ordered=False)

    def test_plain_bytes_and_words(self, tmp_path, drawn):
        table = pa.table({"pic": [png(drawn.images[0]), None], "emotion": ["AN", "sad"]})
        pq.write_table(table, tmp_path / "a.parquet")
        with pytest.raises(BadRowsError, match=r"a\.parquet row 1 \(it has no bytes of a picture\)"):
            load_dataset(tmp_path / "a.parquet")
        assert load_dataset(tmp_path / "a.parquet", skip_bad_rows=True).table["label"].tolist() == ["angry"]

    def test_other_columns(self, tmp_path):
        pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
        with pytest.raises(DatasetError, match="no column of pictures' bytes among a"):
            load_dataset(tmp_path / "a.parquet")

    @pytest.mark.parametrize("keep", [20, -20])
    def test_truncated(self, tmp_path, drawn, keep):
        path = self.write(tmp_path / "a.parquet", drawn, label=drawn.table["label"].tolist())
        path.write_bytes(path.read_bytes()[:keep])
        with pytest.raises(DatasetError, match=r"a\.parquet: the parquet file is damaged or incomplete"):
            load_dataset(path)


class TestPictures:
    """Pictures of every kind end up alike, or are named as bad."""

    def load(self, write_folders, content, **options):
        return load_dataset(write_folders({"happy/a.png": content}), **options)

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "the file is empty"),
            (b"hello", "not a picture"),
            (png(np.zeros((48, 48), np.uint8))[:60], "damaged"),
            (png(np.zeros((1, 1), np.uint8)), "1x1 pixels are too few; needed are 8x8"),
        ],
        ids=["empty", "text", "truncated", "1x1"],
    )
    def test_bad_ones(self, write_folders, content, reason):
        with pytest.raises(BadRowsError, match=rf"happy/a\.png \(.*{reason}"):
            self.load(write_folders, content)

    def test_a_giant_is_refused_before_it_is_decoded(self, write_folders):
        header = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 0, 0, 0, 0)
        giant = bytearray(png(np.zeros((8, 8), np.uint8)))
        giant[16 : 16 + len(header)] = header
        import zlib

        giant[29:33] = struct.pack(">I", zlib.crc32(bytes(giant[12:29])))
        with pytest.raises(BadRowsError, match="more than 80 megapixels"):
            self.load(write_folders, bytes(giant))

    def test_an_animation_gives_its_first_frame(self, write_folders, drawn):
        out = io.BytesIO()
        frames = [Image.fromarray(image) for image in drawn.images[:3]]
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
        assert np.array_equal(self.load(write_folders, out.getvalue()).images, drawn.images[:1])

    def test_sixteen_bits(self, write_folders, drawn):
        deep = png(drawn.images[0].astype(np.uint16) * 257)
        assert np.array_equal(self.load(write_folders, deep).images, drawn.images[:1])

    def test_cmyk_and_rotation(self, write_folders, drawn):
        picture = Image.fromarray(drawn.images[0]).rotate(90).convert("CMYK")
        exif = Image.Exif()
        exif[274] = 6
        out = io.BytesIO()
        picture.save(out, "JPEG", exif=exif, quality=95)
        image = self.load(write_folders, out.getvalue()).images[0]
        assert np.abs(image.astype(int) - drawn.images[0]).mean() < 12

    def test_larger_ones_are_reduced_and_their_size_is_kept(self, write_folders, drawn):
        large = png(np.kron(drawn.images[0], np.ones((4, 4), np.uint8)))
        dataset = self.load(write_folders, large)
        assert np.array_equal(dataset.images[0], drawn.images[0])
        assert dataset.table.loc[0, ["width", "height"]].tolist() == [192, 192]

    def test_wide_ones_lose_their_sides_and_narrow_ones_repeat_their_edges(self, write_folders):
        square = np.full((48, 48), 100, np.uint8)
        wide = np.hstack([np.zeros((48, 20), np.uint8), square, np.zeros((48, 20), np.uint8)])
        assert (self.load(write_folders, png(wide)).images == 100).all()
        assert (self.load(write_folders, png(square[:, :20])).images == 100).all()

    @pytest.mark.parametrize("size", [(8, 9000), (9000, 8)])
    def test_a_strip_takes_little_memory(self, write_folders, size):
        assert self.load(write_folders, png(np.zeros(size, np.uint8))).images.shape == (1, 48, 48)

    def test_colours_are_kept_where_asked_or_larger(self, write_folders):
        red = png(np.full((96, 96, 3), (200, 10, 10), np.uint8))
        assert self.load(write_folders, red).images.shape == (1, 48, 48)
        assert self.load(write_folders, red, colour=True).images[0, 5, 5].tolist() == [200, 10, 10]
        assert self.load(write_folders, red, side=96).images[0, 5, 5].tolist() == [200, 10, 10]
        assert self.load(write_folders, red, side=96, colour=False).images.shape == (1, 96, 96)

    def test_grey_ones_stay_grey_at_any_size(self, write_folders, drawn):
        assert self.load(write_folders, png(drawn.images[0]), side=96).images.shape == (1, 96, 96)

    @pytest.mark.parametrize("side", [0, 15, 513])
    def test_a_side_out_of_bounds(self, write_folders, side):
        with pytest.raises(DatasetError, match="allowed are 16 to 512"):
            self.load(write_folders, b"", side=side)


class TestZips:
    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("../happy/a.png", "leads out of it"),
            ("happy/../../a.png", "leads out of it"),
            ("..\\happy\\a.png", "leads out of it"),
            ("/happy/a.png", "absolute name"),
            ("C:\\happy\\a.png", "absolute name"),
        ],
    )
    def test_names_that_lead_out(self, write_zip, name, reason, drawn):
        with pytest.raises(DatasetError, match=reason):
            load_dataset(write_zip({"sad/b.png": png(drawn.images[0]), name: png(drawn.images[0])}))

    def test_a_link(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
            link = zipfile.ZipInfo("happy/a.png")
            link.external_attr = 0o120777 << 16
            out.writestr(link, "/etc/passwd")
        with pytest.raises(DatasetError, match=r"holds the link 'happy/a\.png'"):
            load_dataset(tmp_path / "a.zip")

    def test_an_archive_within(self, write_zip, drawn):
        inner = io.BytesIO()
        with tarfile.open(fileobj=inner, mode="w:gz"):
            pass
        path = write_zip({"fer2013.tar.gz": inner.getvalue()})
        with pytest.raises(DatasetError, match=r"no pictures but the archive fer2013\.tar\.gz; unpack it"):
            load_dataset(path)
        beside = write_zip({"more.zip": inner.getvalue(), "happy/a.png": png(drawn.images[0])}, "b.zip")
        reading = in_memory(recognise(beside), ReadOptions())[1]
        assert (reading.ignored_archives, reading.ignored_files) == (1, 0)

    def test_an_archive_beside_a_table(self, write_folders, drawn):
        folder = write_folders({"fer2013.csv": fer2013_text(drawn).encode(), "more.zip": b""})
        assert in_memory(recognise(folder), ReadOptions())[1].left_aside() == ["1 archive inside was not looked into"]

    def test_a_bomb_by_its_word(self, tmp_path, write_zip):
        path = write_zip({"happy/a.png": b"0" * 1000})
        data = bytearray(path.read_bytes())
        place = data.index(b"PK\x01\x02")
        data[place + 24 : place + 28] = struct.pack("<I", 0xFFFF0000)
        path.write_bytes(data * 1)
        with pytest.raises(DatasetError, match="over 100 times its size"):
            load_dataset(path)

    def test_a_bomb_of_many(self, tmp_path, monkeypatch, write_zip):
        monkeypatch.setattr(archives, "MOST_UNPACKED", 10_000)
        with pytest.raises(DatasetError, match=r"would unpack to .* at most"):
            load_dataset(write_zip({f"happy/{n}.png": b"0" * 2000 for n in range(6)}))

    def test_a_bomb_that_says_it_is_small(self, write_zip):
        """What a member holds beyond what it says it does is never unpacked."""
        path = write_zip({"happy/a.png": b"0" * 50_000_000})
        data = path.read_bytes().replace(struct.pack("<I", 50_000_000), struct.pack("<I", 1000))
        path.write_bytes(data)
        with pytest.raises(BadRowsError, match=r"happy/a\.png \(.*(damaged|not a picture)"):
            load_dataset(path)

    def test_an_encrypted_one(self, write_zip, drawn):
        path = write_zip({"happy/a.png": png(drawn.images[0])})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)
        with pytest.raises(DatasetError, match="encrypted; unpack it"):
            load_dataset(path)

    @pytest.mark.parametrize("keep", [30, -30])
    def test_a_truncated_one(self, write_zip, pictures, keep):
        path = write_zip(pictures)
        path.write_bytes(path.read_bytes()[:keep])
        with pytest.raises(DatasetError, match="damaged or incomplete"):
            load_dataset(path)

    def test_a_damaged_member_is_a_bad_row(self, write_zip, pictures):
        path = write_zip(pictures)
        data = bytearray(path.read_bytes())
        data[60:100] = bytes(40)
        path.write_bytes(data)
        with pytest.raises(BadRowsError, match=r"1 bad row: .*is damaged"):
            load_dataset(path)


usual = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestAnything:
    """Whatever is in a file, it is read or refused with a DatasetError; nothing else is raised."""

    @usual
    @given(content=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.zip", "a.parquet"]))
    def test_any_bytes(self, tmp_path, content, name):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DatasetError):
            load_dataset(tmp_path / name)

    @usual
    @given(
        rows=st.lists(
            st.tuples(
                st.sampled_from(["0", "6", "7", "happy", "", "é", '"']),
                st.sampled_from(["7 " * 2304, "7 " * 2303, "256 " * 2304, "", "-1", '"1\n2"', "\0"]),
                st.sampled_from(["Training", "PrivateTest", "Other", "", "Training,1"]),
            ),
            max_size=5,
        )
    )
    def test_any_rows(self, tmp_path, rows):
        text = "\n".join(["emotion,pixels,Usage", *map(",".join, rows)])
        (tmp_path / "a.csv").write_text(text)
        try:
            dataset, reading = in_memory(recognise(tmp_path / "a.csv"), ReadOptions(skip_bad_rows=True))
        except DatasetError:
            return
        assert reading.faces == len(dataset) <= len(rows)
        assert (dataset.images == 7).all()
        assert set(dataset.table["label"]) <= {"angry", "neutral", "happy"}

    @usual
    @given(spoilt=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8))
    def test_a_zip_with_any_bytes_changed(self, write_zip, pictures, spoilt):
        path = write_zip(pictures)
        data = bytearray(path.read_bytes())
        for place, value in spoilt:
            data[place % len(data)] = value
        path.write_bytes(data)
        try:
            dataset = load_dataset(path, skip_bad_rows=True)
        except DatasetError:
            return
        assert 0 < len(dataset) <= len(pictures)

    @usual
    @given(faces=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 255)), min_size=1, max_size=6))
    def test_what_is_written_is_read(self, tmp_path, faces):
        lines = [f"{label},{pixels(np.full((48, 48), grey))},Training" for label, grey in faces]
        (tmp_path / "a.csv").write_text("\n".join(["emotion,pixels,Usage", *lines]))
        dataset = load_dataset(tmp_path / "a.csv")
        assert dataset.images[:, 0, 0].tolist() == [grey for _, grey in faces]
        assert dataset.table["label"].tolist() == [FER2013_NUMBERING[label] for label, _ in faces]


def test_progress_never_goes_back_and_ends_at_1(write_zip, pictures, fer2013_file):
    for path in (write_zip(pictures), fer2013_file):
        shares: list[float] = []
        load_dataset(path, progress=shares.append)
        assert shares == sorted(shares) and shares[-1] == 1.0

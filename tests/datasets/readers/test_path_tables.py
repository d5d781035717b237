"""Tables of paths and labels beside their pictures: one, or one a split."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.readers import path_tables
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.labels import numbered
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.datasets.readers.comparison import same_faces
from tests.pictures import png


class TestOneTable:
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

    def test_a_table_none_of_whose_pictures_is_there_is_given_up(self, write_folders, drawn, monkeypatch):
        monkeypatch.setattr(path_tables, "MOST_MISSING", 3)
        rows = [f"{number}.png,sad" for number in range(9)]
        with pytest.raises(DatasetError, match=r"l\.csv: none of the first 3 pictures that it names is there"):
            load_dataset(write_folders({"l.csv": "\n".join(["path,label", *rows]).encode()}) / "l.csv")
        folder = write_folders({"0.png": png(drawn.images[0]), "l.csv": "\n".join(["path,label", *rows]).encode()})
        with pytest.raises(BadRowsError, match=r"there is no picture '1\.png'"):
            load_dataset(folder)

    def test_a_row_of_another_length(self, write_folders, drawn):
        folder = write_folders({"a.png": png(drawn.images[0]), "l.csv": b"path,label\na.png,sad,3"})
        with pytest.raises(BadRowsError, match=r"line 2 \(3 fields instead of 2"):
            load_dataset(folder)

    def test_without_labels(self, write_folders):
        folder = write_folders({"l.csv": b"path,age\na.png,3"})
        with pytest.raises(DatasetError, match=r"l\.csv: no column of labels among path, age"):
            load_dataset(folder / "l.csv")

    def test_folders_in_the_paths_say_the_splits_where_no_column_does(self, write_folders, drawn):
        names = ("train_set/0.png", "val/1.png", "test_images/x/2.png")
        files = {name: png(image) for name, image in zip(names, drawn.images[:3], strict=True)}
        files["l.csv"] = "\n".join(["path,label", *(f"{name},sad" for name in names)]).encode()
        assert load_dataset(write_folders(files)).table["split"].tolist() == ["train", "validation", "test"]

    def test_a_picture_lying_elsewhere_in_the_folder_is_found_where_no_other_is_called_so(self, write_folders, drawn):
        files = {f"a/{n % 2}/{n}.png": png(drawn.images[n]) for n in range(3)}
        folder = write_folders({**files, "l.csv": b"path,label\n2.png,sad\n1.png,happy\n"})
        assert load_dataset(folder).table["source"].tolist() == ["a/0/2.png", "a/1/1.png"]
        with pytest.raises(BadRowsError, match=r"line 2 \(there is no picture '2\.png'"):
            load_dataset(folder / "l.csv")  # the folder around a file may be a whole home
        (folder / "a" / "1" / "2.png").write_bytes(png(drawn.images[5]))
        with pytest.raises(BadRowsError, match=r"1 bad row: line 2 \(2 pictures are called '2\.png'"):
            load_dataset(folder)

    def test_of_two_columns_of_emotions_it_is_said_which_one_is_read(self, write_folders, drawn):
        text = b"path,emotion_1,emotion_2\n0.png,happy,sad\n1.png,sad,sad\n"
        folder = write_folders({**{f"{n}.png": png(drawn.images[n]) for n in range(2)}, "l.csv": text})
        dataset, reading = in_memory(recognise(folder), ReadOptions())
        assert dataset.table["label"].tolist() == ["happy", "sad"]
        assert reading.form == "a csv with paths and labels, labels from the column emotion_1"

    def test_a_table_s_own_folder_says_no_split(self, write_folders, drawn):
        folder = write_folders({"test/0.png": png(drawn.images[0]), "test/l.csv": b"path,label\n0.png,sad\n"})
        assert not in_memory(recognise(folder), ReadOptions())[1].splits_given


class TestSeveralTables:
    def test_as_raf_db_is_laid_out_with_numbers_that_are_asked_about_as_a_whole(self, write_zip, drawn):
        files, lines = {}, {"train": ["image,label"], "test": ["image,label"]}
        for n, image in enumerate(drawn.images[:14]):
            split, number = ("train", "test")[n >= 7], 1 + n % 7
            files[f"DATASET/{split}/{number}/{split}_{n:05d}_aligned.jpg"] = png(image)
            lines[split].append(f"{split}_{n:05d}_aligned.jpg,{number}")
        files |= {f"{split}_labels.csv": "\n".join(rows).encode() for split, rows in lines.items()}
        path = write_zip(files)
        with pytest.raises(UnknownLabelsError) as refused:
            load_dataset(path, options=ReadOptions(labels={"4": "happy"}))
        assert set(refused.value.labels) == set("123567")
        names = ["surprised", "fearful", "disgusted", "happy", "sad", "angry", "neutral"]
        table = load_dataset(path, options=ReadOptions(labels=numbered(names, start=1))).table
        assert table["label"].tolist() == names * 2
        assert table["split"].tolist() == ["test"] * 7 + ["train"] * 7

    def test_called_by_their_splits(self, write_folders, drawn):
        files = {f"img/{n}.png": png(image) for n, image in enumerate(drawn.images)}
        for split, name in (("train", "train_labels"), ("validation", "val_labels"), ("test", "test_labels")):
            rows = drawn.table[drawn.table["split"] == split]
            lines = [f"img/{n}.png,{label}" for n, label in rows["label"].items()]
            files[f"{name}.csv"] = "\n".join(["image,label", *lines]).encode()
        dataset, reading = in_memory(recognise(write_folders(files)), ReadOptions())
        same_faces(dataset, drawn, ordered=False)
        assert reading.form == "3 tables with paths and labels"
        assert reading.splits == {"train_labels": "train", "val_labels": "validation", "test_labels": "test"}

    def test_a_bad_row_is_named_with_its_table(self, write_folders, drawn):
        files = {"0.png": png(drawn.images[0]), "train.csv": b"path,label\n0.png,sad\n"}
        files["test.csv"] = b"path,label\nmissing.png,sad\n"
        with pytest.raises(BadRowsError, match=r"test\.csv line 2 \(there is no picture 'missing\.png'\)"):
            load_dataset(write_folders(files))

    def test_of_others_one_must_be_named(self, write_folders, drawn):
        files = {name: b"path,label\n0.png,sad\n" for name in ("train.csv", "more.csv")}
        with pytest.raises(DatasetError, match=r"holds several tables: more\.csv, train\.csv; name one of them"):
            load_dataset(write_folders({**files, "0.png": png(drawn.images[0])}))


@pytest.mark.parametrize(
    "header",
    [
        'path,"emotion (0=happy, 1=sad)"',
        "path,emotion (0 = happy, 1 = sad)",
        "path;emotion [0: happy, 1: sad]",
        "path\temotion {0:happy;1:sad}",
    ],
)
def test_what_numbers_mean_may_stand_in_the_name_of_their_column(write_folders, drawn, header):
    comma = next(sign for sign in "\t;," if sign in header.replace("0:happy;1", ""))
    text = "\n".join([header, *(f"{n}.png{comma}{n}" for n in range(2))])
    folder = write_folders({**{f"{n}.png": png(drawn.images[n]) for n in range(2)}, "l.csv": text.encode()})
    table = load_dataset(folder).table
    assert dict(zip(table["source"], table["label"], strict=True)) == {"0.png": "happy", "1.png": "sad"}


def test_what_another_column_explains_says_nothing_of_labels(write_folders, drawn):
    text = "path,gender (0=female, 1=male),emotion (0=happy, 1=sad)\n0.png,1,0\n1.png,1,1"
    folder = write_folders({**{f"{n}.png": png(drawn.images[n]) for n in range(2)}, "l.csv": text.encode()})
    assert load_dataset(folder).table["label"].tolist() == ["happy", "sad"]


def test_brackets_that_explain_no_numbers_belong_to_the_name_of_their_column(write_folders, drawn):
    text = "path,age (years),label\n0.png,3,happy"
    folder = write_folders({"0.png": png(drawn.images[0]), "l.csv": text.encode()})
    assert load_dataset(folder).table["label"].tolist() == ["happy"]


def test_two_columns_of_labels_that_are_called_alike_and_differ_are_refused(write_folders, drawn):
    files = {f"{n}.png": png(drawn.images[n]) for n in range(2)}
    folder = write_folders({**files, "l.csv": b"path,label,Label\n0.png,sad,sad\n1.png,happy,sad\n"})
    with pytest.raises(DatasetError, match=r"2 columns are called 'label', and line 3 says 'happy' and 'sad' in them"):
        load_dataset(folder)
    (folder / "l.csv").write_text("path,label,Label\n0.png,sad,sad\n1.png,happy,happy\n")
    assert load_dataset(folder).table["label"].tolist() == ["sad", "happy"]

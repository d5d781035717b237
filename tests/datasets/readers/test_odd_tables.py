"""Tables as people have them beside their pictures: how they name these, and what their columns say."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter

import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.pictures import png

LABELS = ("happy", "sad")
WANTED = ["happy", "sad"] * 2
COUNT = 4


@pytest.fixture
def beside(write_folders, drawn):
    """Four pictures called by a pattern, and a table of them."""

    def write(pictures: str, header: str, row: str, name: str = "list.csv"):
        files = {pictures.format(n=n, label=LABELS[n % 2]): png(drawn.images[n]) for n in range(COUNT)}
        rows = [row.format(n=n, label=LABELS[n % 2], number=n % 2) for n in range(COUNT)]
        return write_folders({**files, name: "\n".join([*([header] if header else []), *rows]).encode()})

    return write


class TestNamesOfPictures:
    @pytest.mark.parametrize(
        ("pictures", "row"),
        [
            ("images/my face {n}.png", "/data/local-files/?d=images/my%20face%20{n}.png,{label}"),
            ("images/{n}.png", "https://host.org/x/{n}.png?size=48&v=2,{label}"),
            ("images/{n:05d}.png", "{n},{label}"),
            ("images/Face_{n}.PNG", "face_{n}.png,{label}"),
            (unicodedata.normalize("NFD", "images/Jürgen {n}.png"), "Jürgen {n}.png,{label}"),
        ],
        ids=["label studio's csv", "an address", "a number without its noughts", "another case", "a Mac's accents"],
    )
    def test_are_understood(self, beside, pictures, row):
        folder = beside(pictures, "image,label", row)
        assert load_dataset(folder).table["label"].tolist() == WANTED

    @pytest.mark.parametrize("pictures", ["Face_{n}.PNG", "images/Face_{n}.PNG"])
    def test_of_another_case_beside_a_table_that_is_given_alone(self, beside, pictures):
        assert len(load_dataset(beside(pictures, "image,label", "face_{n}.png,{label}") / "list.csv")) == COUNT

    def test_of_several_that_are_called_so_the_split_and_the_label_tell_which_one_is_meant(self, write_folders, drawn):
        places = [(split, label) for split in ("train", "test") for label in LABELS]
        files = {f"{split}/{label}/0.png": png(drawn.images[n]) for n, (split, label) in enumerate(places)}
        rows = "\n".join(["split,label,image", *(f"{split},{label},0.png" for split, label in reversed(places))])
        table = load_dataset(write_folders({**files, "l.csv": rows.encode()})).table
        assert table["source"].tolist() == [f"{split}/{label}/0.png" for split, label in reversed(places)]

    def test_else_it_is_said_that_there_are_several(self, write_folders, drawn):
        files = {f"{folder}/0.png": png(drawn.images[0]) for folder in "ab"}
        with pytest.raises(BadRowsError, match=r"line 2 \(2 pictures are called '0\.png'\)"):
            load_dataset(write_folders({**files, "l.csv": b"image,label\n0.png,sad\n"}))

    def test_that_begin_as_comments_do(self, beside):
        assert len(load_dataset(beside("#{n} of all.png", "", "#{n} of all.png,{label}"))) == COUNT


class TestColumns:
    def test_words_beside_numbers_say_what_these_mean(self, beside):
        folder = beside("{n}.png", "image,label,label_text", "{n}.png,{number},{label}")
        assert load_dataset(folder).table["label"].tolist() == WANTED
        assert recognise(folder).form == "a csv with paths and labels, labels from the column label_text"

    def test_but_not_where_they_are_of_something_else(self, beside):
        folder = beside("{n}.png", "image,label,text", "{n}.png,{n},{label}")
        with pytest.raises(UnknownLabelsError, match="no emotion is called '0'"):
            load_dataset(folder)

    def test_marks_with_a_decimal_comma(self, beside):
        folder = beside("{n}.png", "image;happy;sad", "{n}.png;{number},0;{number},0")
        text = (folder / "list.csv").read_text().splitlines()
        turned = [line if n == 0 else line.replace("0,0;0,0", "1,0;0,0").replace("1,0;1,0", "0,0;1,0")
                  for n, line in enumerate(text)]  # fmt: skip
        (folder / "list.csv").write_text("\n".join(turned))
        assert load_dataset(folder).table["label"].tolist() == WANTED

    @pytest.mark.parametrize(("yes", "no"), [("x", ""), ("yes", "no"), ("✓", "-")])
    def test_marks_of_people(self, beside, yes, no):
        folder = beside("{n}.png", "image,happy,sad", "{n}.png,_{number},{number}_")
        text = (folder / "list.csv").read_text().replace("_0,0_", f"{yes},{no}").replace("_1,1_", f"{no},{yes}")
        (folder / "list.csv").write_text(text)
        assert load_dataset(folder).table["label"].tolist() == WANTED

    @pytest.mark.parametrize("missing", ["NaN", "nan", "NULL", "<NA>", ""])
    def test_what_programs_write_where_there_is_no_label_is_none(self, beside, missing):
        folder = beside("{n}.png", "image,label", "{n}.png,{number}.0")
        with (folder / "list.csv").open("a") as file:
            file.write(f"\n3.png,{missing}")
        (folder / "list.csv").write_text((folder / "list.csv").read_text().replace("3.png,1.0\n", ""))
        (folder / "classes.txt").write_text("happy\nsad\n")
        with pytest.raises(UnknownLabelsError, match=r"list\.csv: 1 face has no label\. Say"):
            load_dataset(folder)
        assert len(load_dataset(folder, options=ReadOptions(labels={"": None}))) == COUNT - 1

    def test_a_name_a_colon_and_a_label(self, beside):
        assert load_dataset(beside("{n}.png", "", "{n}.png: {label}", "labels.txt")).table["label"].tolist() == WANTED


class TestFiles:
    def test_kaggles_example_of_how_answers_are_handed_in_holds_no_labels(self, beside):
        folder = beside("{n}.png", "image,label", "{n}.png,{label}", "train.csv")
        (folder / "sample_submission.csv").write_text("image,label\n0.png,angry\n")
        source = recognise(folder)
        assert load_dataset(folder).table["label"].tolist() == WANTED
        assert list(source.unused) == ["sample_submission.csv"]

    def test_ground_truths_manifest(self, beside):
        row = json.dumps({"source-ref": "s3://b/_.png", "emotion": 7, "emotion-metadata": {"class-name": "{}"}})
        row = row.replace("{", "{{").replace("}", "}}").replace("{{}}", "{label}").replace("_.png", "{n}.png")
        folder = beside("{n}.png", "", row.replace("7", "{number}"), "output.manifest")
        assert load_dataset(folder).table["label"].tolist() == WANTED

    def test_what_a_network_drive_and_windows_put_beside_pictures_is_left_aside(self, write_folders, drawn):
        faces = {f"train/{label}/{n}.png": png(drawn.images[n]) for n, label in enumerate(LABELS)}
        others = {f"train/happy/@eaDir/{n}.png/SYNOPHOTO_THUMB_M.png": png(drawn.images[n]) for n in range(2)}
        others |= {"train/happy/thumbs.db": b"x", "$RECYCLE.BIN/happy/1.png": b"x", "@Recycle/happy/1.png": b"x"}
        own = {"train/happy/@anna.png": png(drawn.images[2])}
        folder = write_folders({**faces, **others, **own})
        assert len(load_dataset(folder)) == 3
        assert recognise(folder).unused == []


class TestSplits:
    def test_at_the_end_of_all_names(self, write_folders, drawn):
        names = [f"happy/{n}_{split}.png" for n, split in enumerate(("train", "val", "test"))]
        table = load_dataset(write_folders({name: png(drawn.images[n]) for n, name in enumerate(names)})).table
        assert dict(zip(table["source"], table["split"], strict=True)) == dict(
            zip(names, ("train", "validation", "test"), strict=True)
        )

    def test_without_one_among_others_it_is_said_which_folder_is_none_and_it_is_never_tested_on(
        self, write_folders, drawn
    ):
        files = {f"{('holdout', 'test')[n < 3]}/{LABELS[n % 2]}/{n}.png": png(drawn.images[n]) for n in range(20)}
        folder = write_folders(files)
        with pytest.raises(BadRowsError, match=r"\(no split, though others have one; no split is called holdout\)"):
            load_dataset(folder)
        dataset, reading = in_memory(recognise(folder), ReadOptions(skip_bad_rows=True))
        assert Counter(dataset.table["split"]) == {"train": 17, "test": 3}
        assert dict(reading.in_rows())["Splits"] == "none given → train, test"

    def test_what_a_model_was_trained_and_chosen_on_is_of_train(self, write_folders, drawn):
        names = ("trainval/happy/0.png", "trainval/sad/1.png", "test/sad/2.png")
        table = load_dataset(write_folders({name: png(drawn.images[n]) for n, name in enumerate(names)})).table
        assert Counter(table["split"]) == {"train": 2, "test": 1}


def test_a_table_of_nothing_but_comments_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("# a\n# b\n")
    with pytest.raises(DatasetError, match=r"a\.csv is empty"):
        load_dataset(tmp_path / "a.csv")


def test_columns_that_nobody_knows_are_refused_with_the_names_that_would_do(tmp_path):
    (tmp_path / "datos.csv").write_text("emocion,pixeles\n3,1 2 3\n")
    with pytest.raises(DatasetError, match=r"emocion, pixeles is no form of faces: call its columns emotion and"):
        load_dataset(tmp_path)

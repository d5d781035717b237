"""Layouts as people have them, each from drawn faces: faces, labels, splits and words."""

from __future__ import annotations

import json
from collections import Counter

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError, LabelSourcesError
from emotion_core.datasets.people import PERSON, people_of
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from tests.pictures import png

LABELS = ("happy", "sad")
COUNT = 10


@pytest.fixture
def faces(drawn):
    """The content of ten pictures."""
    return [png(image) for image in drawn.images[:COUNT]]


@pytest.fixture
def listed(write_folders, faces):
    """Ten pictures in a folder, and a table of them with a field more a row."""

    def write(column: str, field, header: str = "image,label"):
        rows = [f"{n}.png,{LABELS[n % 2]},{field(n)}" for n in range(COUNT)]
        table = "\n".join([f"{header},{column}", *rows]).encode()
        return write_folders({**{f"images/{n}.png": face for n, face in enumerate(faces)}, "labels.csv": table})

    return write


class TestSplits:
    @pytest.mark.parametrize(
        ("column", "values"),
        [
            ("is_train", ("1", "0")), ("train", ("True", "False")), ("IsTest", ("0", "1")), ("test", ("0.0", "1.0")),
            ("dataset", ("Training", "Test_set")), ("belongs to", ("train", "eval")),
        ],
    )  # fmt: skip
    def test_of_any_column_that_says_them(self, listed, column, values):
        table = load_dataset(listed(column, lambda n: values[n >= 7])).table
        assert (table["split"] == "train").tolist() == [True] * 7 + [False] * 3

    @pytest.mark.parametrize(
        ("column", "values", "named"),
        [("set", ("lab", "wild"), "set (lab, wild)"), ("partition", "02", "partition (0, 2)")],
    )
    def test_a_column_of_them_without_any_is_named(self, listed, column, values, named):
        _, reading = in_memory(recognise(listed(column, lambda n: values[n >= 7])), ReadOptions())
        assert reading.in_rows()[1][1].startswith(f"no split was recognised in the column {named}: faces were assigned")

    def test_a_row_that_contradicts_its_folder_is_refused(self, write_folders, faces):
        files = {f"{'train' if n < 7 else 'test'}/{n}.png": face for n, face in enumerate(faces)}
        rows = [f"{n}.png,happy,{'val' if n == 0 else 'train'}" for n in range(COUNT)]
        folder = write_folders({**files, "labels.csv": "\n".join(["image,label,split", *rows]).encode()})
        with pytest.raises(
            BadRowsError, match=r"3 bad rows: line 9, line 10, line 11 \(its folder says test, its row train\)"
        ):
            load_dataset(folder)  # that a part of train is for validation is no contradiction
        table = load_dataset(folder, options=ReadOptions(skip_bad_rows=True)).table
        assert Counter(table["split"]) == {"train": 6, "validation": 1}

    def test_train_csv_beside_a_test_csv_without_labels_is_of_train(self, write_folders, faces):
        files = {f"images/{n}.png": face for n, face in enumerate(faces)}
        tables = {"train.csv": "image,label\n0.png,sad\n1.png,happy", "test.csv": "image\n2.png\n3.png"}
        both = write_folders({**files, **{name: text.encode() for name, text in tables.items()}})
        assert set(load_dataset(both).table["split"]) == {"train"}

    def test_in_the_name_of_the_folder_of_an_emotion(self, write_folders, faces):
        files = {f"{('train', 'test')[n >= 7]}_{LABELS[n % 2]}/{n}.png": face for n, face in enumerate(faces)}
        table = load_dataset(write_folders(files)).table
        assert Counter(zip(table["split"], table["label"], strict=True)) == {
            ("train", "happy"): 4, ("train", "sad"): 3, ("test", "sad"): 2, ("test", "happy"): 1,
        }  # fmt: skip


class TestLabels:
    @pytest.mark.parametrize("name", ["{} Images", "{}Faces", "class_{}", "{}_train_set", "People {}", "{}"])
    def test_words_beside_an_emotion_in_a_folders_name_say_nothing(self, write_folders, faces, name):
        files = {f"{name.format(LABELS[n % 2].capitalize())}/{n}.png": face for n, face in enumerate(faces)}
        assert Counter(load_dataset(write_folders(files)).table["label"]) == {"happy": 5, "sad": 5}

    @pytest.mark.parametrize("name", ["not {}", "un{}ness", "{} or bored"])
    def test_other_words_are_asked_about(self, write_folders, faces, name):
        with pytest.raises(DatasetError, match=r"no emotion is called|no labels were found"):
            load_dataset(write_folders({f"{name.format('happy')}/{n}.png": face for n, face in enumerate(faces)}))

    def test_pictures_of_which_nothing_is_said_are_left_aside_and_named(self, write_folders, faces):
        files = {f"Train/{LABELS[n % 2]}/{n}.png": face for n, face in enumerate(faces[:8])}
        dataset, reading = in_memory(recognise(write_folders({**files, "Test/8.png": faces[8]})), ReadOptions())
        assert len(dataset) == 8
        assert (reading.unlabelled, reading.first_unlabelled) == (1, ["Test/8.png"])

    def test_parts_of_a_set_are_no_labels(self, write_folders, faces):
        with pytest.raises(DatasetError, match=r"none of their folders \(batch_0, batch_1\) is named after an emotion"):
            load_dataset(write_folders({f"batch_{n % 2}/{n}.png": face for n, face in enumerate(faces)}))

    def test_numbers_of_folders_and_of_a_table_that_disagree(self, write_folders, faces):
        files = {f"{n % 2}/{n}.png": face for n, face in enumerate(faces)}
        rows = [f"{n}.png,{(n + (n > 7)) % 2}" for n in range(COUNT)]
        folder = write_folders({**files, "labels.csv": "\n".join(["image,label", *rows]).encode()})
        with pytest.raises(LabelSourcesError, match="the labels of 2 of 10 pictures differ"):
            load_dataset(folder, options=ReadOptions(numbering="happy,sad"))

    @pytest.mark.parametrize("header", ["label_pred,label_true", "prediction,truth", "predicted emotion,who knows"])
    def test_what_a_model_predicted_is_no_label_beside_others(self, write_folders, faces, header):
        files = {f"images/{n}.png": face for n, face in enumerate(faces)}
        rows = [f"{n}.png,angry,{LABELS[n % 2]}" for n in range(COUNT)]
        folder = write_folders({**files, "l.csv": "\n".join([f"image,{header}", *rows]).encode()})
        assert load_dataset(folder).table["label"].tolist() == ["happy", "sad"] * 5
        assert recognise(folder).form.endswith(f"labels from the column {header.partition(',')[2]}")

    def test_a_table_that_comes_near_is_named(self, write_folders, faces):
        files = {f"images/{n}.png": face for n, face in enumerate(faces)}
        table = "image,happy,sad\n" + "\n".join(f"{n}.png,0.7,0.3" for n in range(COUNT))
        with pytest.raises(
            DatasetError, match=r"no labels were found .* labels\.csv: no column of labels among image,"
        ):
            load_dataset(write_folders({**files, "labels.csv": table.encode()}))

    def test_of_known_people_none_is_in_two_splits_where_none_are_given(self, write_folders, faces):
        names = (f"A{'FM'[n % 2]}{1 + n // 2:02d}{code}S" for n in range(10) for code in ("HA", "SA", "AN"))
        folder = write_folders({f"{name}.png": faces[n % COUNT] for n, name in enumerate(names)})
        dataset, reading = in_memory(recognise(folder), ReadOptions())
        splits = dataset.table["split"].groupby(people_of(dataset.table))
        assert (splits.nunique() == 1).all()
        assert Counter(splits.first()) == {"train": 8, "validation": 1, "test": 1}
        assert reading.in_rows()[1][1] == (
            "no splits were given: people were assigned as a whole (80% train, 10% validation, 10% test)"
        )

    def test_who_a_face_is_of(self, listed, write_folders, drawn):
        table = load_dataset(listed("Subject ID", lambda n: f"P{n // 5}")).table
        assert table[PERSON].tolist() == ["P0"] * 5 + ["P1"] * 5
        oulu = {f"VL/P{1 + n // 5:03d}/{LABELS[n % 2]}/{n}.png": png(drawn.images[n]) for n in range(COUNT)}
        assert set(people_of(load_dataset(write_folders(oulu, "oulu")).table)) == {"P001", "P002"}


class TestBoxes:
    @pytest.mark.parametrize(
        ("header", "row"),
        [
            ("", "{n}.png,10,10,58,58,{label}"),
            ("", "{label},10,10,48,48,{n}.png,68,68"),
            ("image,label,x0,y0,x1,y1\n", "{n}.png,{label},10,10,58,58"),
            ("image,label,xtl,ytl,xbr,ybr\n", "{n}.png,{label},10,10,58,58"),
            ("label_name,bbox_x,bbox_y,bbox_width,bbox_height,image_name,image_width,image_height\n",
             "{label},10,10,48,48,{n}.png,68,68"),
        ],
        ids=["retinanet", "makesense", "x0", "cvat", "makesense with a header"],
    )  # fmt: skip
    def test_of_any_table_are_used(self, write_folders, drawn, header, row):
        files = {f"{n}.png": png(np.pad(drawn.images[n], 10)) for n in range(4)}
        table = header + "\n".join(row.format(n=n, label=LABELS[n % 2]) for n in range(4))
        dataset = load_dataset(write_folders({**files, "l.csv": table.encode()}))
        assert dataset.table["label"].tolist() == ["happy", "sad", "happy", "sad"]
        assert (dataset.images == drawn.images[:4]).all()


class TestPixels:
    @pytest.mark.parametrize(
        ("header", "written"),
        [
            ("label,pixels", lambda image: " ".join(map(str, image.ravel()))),
            ("Emotion,Pixels", lambda image: f'"{image.ravel().tolist()}"'),
            ("class," + ",".join(f"pixel{n}" for n in range(2304)), lambda image: ",".join(map(str, image.ravel()))),
        ],
        ids=["another name", "a list", "a column each"],
    )
    def test_however_they_are_written(self, tmp_path, drawn, header, written):
        rows = [f"{label},{written(image)}" for image, label in zip(drawn.images, drawn.table["label"], strict=True)]
        (tmp_path / "a.csv").write_text("\n".join([header, *rows]))
        dataset = load_dataset(tmp_path / "a.csv")
        assert (dataset.images == drawn.images).all()
        assert dataset.table["label"].tolist() == drawn.table["label"].tolist()

    def test_of_another_side_all_are_of_the_first_ones(self, tmp_path, drawn):
        faces = [" ".join(map(str, np.kron(image, np.ones((2, 2), int)).ravel())) for image in drawn.images[:3]]
        rows = ["emotion,pixels", *(f"sad,{face}" for face in faces)]
        (tmp_path / "a.csv").write_text("\n".join(rows))
        assert (load_dataset(tmp_path / "a.csv").images == drawn.images[:3]).all()
        cut = " ".join(faces[2].split()[: 95**2])
        (tmp_path / "a.csv").write_text("\n".join([*rows[:-1], f"sad,{cut}"]))
        with pytest.raises(BadRowsError, match=r"line 4 \(it has 9,025 pixels; a face has 9,216\)"):
            load_dataset(tmp_path / "a.csv")

    def test_numbers_are_fer2013s_only_under_its_own_names(self, tmp_path, drawn):
        text = "label,pixels\n" + "\n".join(f"3,{' '.join(map(str, image.ravel()))}" for image in drawn.images[:2])
        (tmp_path / "a.csv").write_text(text)
        with pytest.raises(DatasetError, match="no emotion is called '3'"):
            load_dataset(tmp_path / "a.csv")


class TestFiles:
    def test_links_are_named_as_they_are_not_followed(self, write_folders, faces, tmp_path):
        other = write_folders({"sad/1.png": faces[1]}, "other")
        folder = write_folders({"train/happy/0.png": faces[0]})
        (folder / "test").symlink_to(other)
        assert list(recognise(folder).unused) == ["test (a link, not followed)"]
        (tmp_path / "all").mkdir()
        (tmp_path / "all" / "faces").symlink_to(folder)
        with pytest.raises(
            DatasetError, match="no pictures but the link faces, which is not followed; import its target"
        ):
            load_dataset(tmp_path / "all")

    @pytest.mark.parametrize("name", ["faces.zip.001", "faces.z01", "faces.part2.rar", "faces.tar.gz.01"])
    def test_a_part_of_an_archive(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"PK\3\4")
        with pytest.raises(DatasetError, match=r"is a part of an archive, .* put all parts into one folder"):
            load_dataset(tmp_path / name)

    def test_names_that_label_studio_gave_to_uploads(self, write_folders, faces):
        tasks = [
            {"data": {"image": f"/data/upload/1/{n:08x}-{n}.png"}, "annotations": [{"result": [
                {"value": {"choices": [LABELS[n % 2]]}}]}]} for n in range(COUNT)
        ]  # fmt: skip
        files = {f"images/{n}.png": face for n, face in enumerate(faces)}
        dataset = load_dataset(write_folders({**files, "p.json": json.dumps(tasks).encode()}))
        assert dataset.table["label"].tolist() == ["happy", "sad"] * 5

    def test_coco_of_cvat_says_the_emotion_in_an_attribute(self, write_folders, drawn):
        content = {
            "images": [{"id": n, "file_name": f"{n}.png"} for n in range(2)],
            "categories": [{"id": 1, "name": "face"}],
            "annotations": [
                {"image_id": n, "category_id": 1, "bbox": [10, 10, 48, 48],
                 "attributes": {"emotion": LABELS[n], "occluded": False}} for n in range(2)
            ],
        }  # fmt: skip
        files = {f"images/{n}.png": png(np.pad(drawn.images[n], 10)) for n in range(2)}
        dataset = load_dataset(write_folders({**files, "a/instances.json": json.dumps(content).encode()}))
        assert dataset.table["label"].tolist() == ["happy", "sad"]
        assert (dataset.images == drawn.images[:2]).all()


class TestATableByItsPath:
    def test_its_pictures_may_lie_in_a_folder_beside_it(self, listed):
        folder = listed("note", lambda n: "x")
        (folder / "others").mkdir()
        assert len(load_dataset(folder / "labels.csv")) == COUNT
        (folder / "labels.csv").write_text("image,label\n0,sad\n1,happy\n")
        assert load_dataset(folder / "labels.csv").table["source"].tolist() == ["images/0.png", "images/1.png"]

    def test_but_in_one_only(self, listed, faces):
        folder = listed("note", lambda n: "x")
        (folder / "others").mkdir()
        (folder / "others" / "3.png").write_bytes(faces[0])
        with pytest.raises(BadRowsError, match=r"1 bad row: line 5 \(there is no picture '3\.png'\)"):
            load_dataset(folder / "labels.csv")

"""Tables as people and tools write them: which column says what is told by its name, or by what stands in it."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.labels import numbered
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.emotions import FER2013_NUMBERING
from tests.pictures import png


@pytest.fixture
def beside(write_folders, drawn):
    """Write a table beside six pictures, 0.png to 5.png, and give the folder."""

    def write(text: str, name: str = "list.csv", folder: str = "faces"):
        files = {f"{n}.png": png(drawn.images[n]) for n in range(6)}
        return write_folders({**files, name: text.encode()}, folder)

    return write


def labels_by_name(dataset) -> dict[str, str]:
    return dict(zip(dataset.table["source"], dataset.table["label"], strict=True))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("l.csv", "subDirectory_filePath,expression\n0.png,sad\n1.png,happy"),
        ("l.csv", "user.id,image,emotion\n7,0.png,SADNESS\n7,1.png,HAPPINESS"),
        ("l.csv", "image,file_name,label\nx,0.png,sad\ny,1.png,happy"),  # the column called image holds none
        ("l.csv", "Bild,Gefühl\n0.png,sad\n1.png,happy"),  # names that say nothing here: what stands in them does
        ("l.csv", "label,path\nsad,0.png\nhappy,1.png"),
        ("l.csv", "id,label\n0,sad\n1,happy"),  # without endings
        ("l.csv", 'path,label\n"0.png","sad"\n1.png,"\'happy\'"'),
        ("l.tsv", "path\tlabel\n0.png\tsad\n1.png\thappy"),
        ("l.txt", "path label\n0.png sad\n1.png happy"),
        ("l.csv", "0.png,sad\n1.png,happy"),
        ("l.txt", "0.png sad\n1.png happy"),
        ("l.txt", "0.png  sad \n\n1.png happy\n"),
        ("l.lst", "sad 0.png\nhappy 1.png"),
        ("l.csv", "path,emotion,label\n0.png,5,sad\n1.png,3,happy"),  # of two columns of labels the one with words
        ("l.csv", "path,C:\\\\emotion\n0.png,sad\n1.png,happy"),
    ],
)
def test_the_columns_are_found(beside, name, text):
    assert labels_by_name(load_dataset(beside(text, name))) == {"0.png": "sad", "1.png": "happy"}


@pytest.mark.parametrize(
    "text",
    [
        "path,label\n0.png,4\n1.png,3",
        "path,label\n0.png,4.0\n1.png,3.0",
        'path,label\n0.png,"4"\n1.png," 3 "',
        "0.png 4\n1.png 3",
        "path,label\n0.png,04\n1.png,03",
    ],
)
def test_numbers_are_asked_about_however_they_are_written(beside, text):
    folder = beside(text)
    with pytest.raises(UnknownLabelsError) as refused:
        load_dataset(folder)
    assert refused.value.labels == {"4": 1, "3": 1}
    dataset = load_dataset(folder, options=ReadOptions(labels=numbered(FER2013_NUMBERING)))
    assert labels_by_name(dataset) == {"0.png": "sad", "1.png": "happy"}


class TestOneHot:
    HEADER = "filename, anger, contempt, happy, neutral"

    def test_a_column_for_each_emotion(self, beside):
        dataset = load_dataset(beside(f"{self.HEADER}\n0.png, 1, 0, 0, 0\n1.png, 0, 1, 0, 0\n2.png,0.0,0.0,0.0,1.0"))
        assert labels_by_name(dataset) == {"0.png": "angry", "1.png": "contempt", "2.png": "neutral"}

    def test_columns_beside_them_with_marks_are_labels_too_and_asked_about(self, beside):
        with pytest.raises(UnknownLabelsError, match=r"'bored' \(1\)"):
            load_dataset(beside("filename,happy,sad,bored,split\n0.png,0,0,1,train\n1.png,1,0,0,test"))

    def test_columns_marked_in_another_way_are_none_of_them(self, beside):
        text = "image,angry,happy,glasses\n0.png,1,0,yes\n1.png,0,1,no\n2.png,0,1,yes\n"
        assert load_dataset(beside(text)).table["label"].tolist() == ["angry", "happy", "happy"]

    def test_a_column_of_row_numbers_is_no_label(self, beside):
        dataset = load_dataset(beside(",image,angry,happy\n0,0.png,0,1\n1,1.png,1,0"))
        assert labels_by_name(dataset) == {"0.png": "happy", "1.png": "angry"}

    def test_two_marks_in_a_row_are_refused(self, beside):
        with pytest.raises(BadRowsError, match=r"line 3 \(it is marked as anger and happy; one label can stand\)"):
            load_dataset(beside(f"{self.HEADER}\n0.png,1,0,0,0\n1.png,1,0,1,0"))

    def test_no_mark_is_a_face_without_label(self, beside):
        with pytest.raises(UnknownLabelsError, match=r"list\.csv: 1 face has no label\. Say"):
            load_dataset(beside(f"{self.HEADER}\n0.png,1,0,0,0\n1.png,0,0,0,0"))

    def test_one_table_in_the_folder_of_each_split_as_roboflow_writes_them(self, write_folders, drawn):
        files = {}
        for n, split in enumerate(("train", "valid", "test")):
            files[f"{split}/{n}_jpg.rf.0a1b.png"] = png(drawn.images[n])
            files[f"{split}/_classes.csv"] = f"filename, happy, sad\n{n}_jpg.rf.0a1b.png, 0, 1\n".encode()
        table = load_dataset(write_folders({**files, "README.roboflow.txt": b"made by\nRoboflow"})).table
        assert table["split"].tolist() == ["test", "train", "validation"]
        assert set(table["label"]) == {"sad"}

    def test_shares_are_no_marks(self, beside):
        with pytest.raises(DatasetError, match="no labels were found"):
            load_dataset(beside(f"{self.HEADER}\n0.png,0.5,0.1,0.2,0.2"))


class TestFerPlus:
    """FER+'s generated folders have a label.csv without header: name, box, ten counts."""

    def test_the_label_is_the_majority_of_the_votes(self, write_folders, drawn):
        files = {}
        votes = {"Train": "4,0,0,1,3,2,0,0,0,0", "Valid": "0,9,1,0,0,0,0,0,0,0", "Test": "0,0,0,0,0,0,0,0,0,10"}
        for n, (part, counts) in enumerate(votes.items()):
            files[f"FER2013{part}/fer{n:07d}.png"] = png(drawn.images[n])
            files[f"FER2013{part}/label.csv"] = f'fer{n:07d}.png,"(0, 0, 48, 48)",{counts}\n'.encode()
        dataset = load_dataset(write_folders(files))
        assert dataset.table["label"].tolist() == ["nf", "unknown", "happy"]
        assert dataset.table["split"].tolist() == ["test", "train", "validation"]
        assert dataset.table["votes_happy"].tolist() == [0, 0, 9]
        assert sorted(i.tobytes() for i in dataset.images) == sorted(i.tobytes() for i in drawn.images[:3])

    def test_so_it_is_where_its_csv_lies_beside_pictures_that_nothing_else_labels(self, write_folders, drawn):
        files = {f"FER2013Train/fer{n:07d}.png": png(drawn.images[n]) for n in range(2)}
        header = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"
        rows = ["Training,fer0000000.png,0,10,0,0,0,0,0,0,0,0", "Training,fer0000001.png,0,0,0,8,2,0,0,0,0,0"]
        files["fer2013new.csv"] = "\n".join([header, *rows]).encode()
        table = load_dataset(write_folders(files)).table
        assert table["label"].tolist() == ["happy", "sad"]
        assert set(table["split"]) == {"train"}
        assert table["votes_sad"].tolist() == [0, 8]


class TestWithoutHeader:
    def test_as_expw_lists_its_faces_with_boxes_and_numbers(self, beside):
        folder = beside("0.png 0 4 2 44 46 22.9 3\n1.png 0 0 0 48 48 50.1 6\n", "label.lst")
        dataset = load_dataset(folder, options=ReadOptions(labels=numbered(FER2013_NUMBERING)))
        assert labels_by_name(dataset) == {"0.png": "happy", "1.png": "neutral"}

    def test_a_third_column_of_splits(self, beside):
        table = load_dataset(beside("0.png,sad,train\n1.png,happy,test_set")).table
        assert table["split"].tolist() == ["train", "test"]

    def test_names_with_blanks_in_a_list_separated_by_blanks(self, write_folders, drawn):
        files = {"my photo 1.png": png(drawn.images[0]), "l.txt": b"0.png sad\nmy photo 1.png happy\n"}
        files["0.png"] = png(drawn.images[1])
        dataset = load_dataset(write_folders(files))
        assert labels_by_name(dataset) == {"0.png": "sad", "my photo 1.png": "happy"}

    def test_as_raf_db_lists_faces_of_other_names_and_splits_within_them(self, write_folders, drawn):
        files = {"EmoLabel/list_patition_label.txt": b"train_00001.jpg 5\ntest_0001.jpg 4\n"}
        files |= {f"Image/aligned/{n}_aligned.jpg": png(drawn.images[0]) for n in ("train_00001", "test_0001")}
        names = ["surprised", "fearful", "disgusted", "happy", "sad", "angry", "neutral"]
        table = load_dataset(write_folders(files), options=ReadOptions(labels=numbered(names, start=1))).table
        assert table["label"].tolist() == ["sad", "happy"]
        assert table["split"].tolist() == ["train", "test"]

    @pytest.mark.parametrize("text", ["0.png,sad,,\n1.png,happy", "0.png,sad\n1.png,happy,,"])
    def test_columns_left_empty_in_one_line_alone(self, beside, text):
        assert labels_by_name(load_dataset(beside(text) / "list.csv")) == {"0.png": "sad", "1.png": "happy"}

    @pytest.mark.parametrize("text", ["0.png,3,4\n1.png,3,5", "0.png,sad,happy\n1.png,sad,happy"])
    def test_which_of_several_columns_holds_the_labels_is_not_guessed(self, beside, text):
        with pytest.raises(DatasetError, match=r"no column of labels .* no line with the names of its columns"):
            load_dataset(beside(text) / "list.csv")


def test_a_text_that_speaks_of_images_and_labels_is_no_table(beside):
    with pytest.raises(DatasetError, match="no labels were found for the 6 pictures"):
        load_dataset(beside("image label of these\nfaces were drawn by us", "README.txt"))

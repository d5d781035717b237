"""Reading FER-2013's csv and FER+'s votes: what is read, and what is refused and why."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.readers.fer2013 import write_faces
from emotion_core.datasets.readers.formats import load_dataset, read_fer2013
from emotion_core.datasets.readers.labels import numbered
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.datasets.votes import COLUMNS

FLAT = " ".join(["7"] * 48 * 48)
RAMP = " ".join(str(place % 256) for place in range(48 * 48))
VOTES_HEADER = "Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF"


@pytest.fixture
def write(tmp_path):
    def write(*lines: str, header: str = "emotion,pixels,Usage", name: str = "fer2013.csv") -> Path:
        (tmp_path / name).write_text("\n".join([header, *lines]) + "\n")
        return tmp_path / name

    return write


@pytest.fixture
def write_votes(write):
    return lambda *lines, header=VOTES_HEADER: write(*lines, header=header, name="fer2013new.csv")


class TestFaces:
    def test_images_labels_and_splits(self, write):
        data = read_fer2013(write(f"3,{RAMP},Training", f"6,{FLAT},PublicTest", f"0,{FLAT},PrivateTest"))
        assert data.images.shape == (3, 48, 48)
        assert data.images.dtype == np.uint8
        assert data.images[0, 0, :3].tolist() == [0, 1, 2]
        assert data.images[0, 1, 0] == 48  # row by row
        assert data.table["label"].tolist() == ["happy", "neutral", "angry"]
        assert data.table["split"].tolist() == ["train", "validation", "test"]
        assert data.table["source"].tolist() == ["row-0000000", "row-0000001", "row-0000002"]

    @pytest.mark.parametrize(
        ("number", "name"),
        list(enumerate(["angry", "disgusted", "fearful", "happy", "sad", "surprised", "neutral"])),
    )
    def test_labels_are_numbered_as_fer2013_does_and_not_in_our_order(self, write, number, name):
        assert read_fer2013(write(f"{number},{FLAT},Training")).table["label"][0] == name

    def test_blanks_in_the_header_and_other_orders_of_columns(self, write):
        data = read_fer2013(write(f"Training,3,{FLAT}", header="Usage, emotion, pixels"))
        assert data.table["label"].tolist() == ["happy"]

    def test_no_faces_at_all(self, write):
        with pytest.raises(DatasetError, match=r"fer2013\.csv: there is no usable face"):
            read_fer2013(write())

    @pytest.mark.parametrize("label", ["7", "-1", "2.5", ""])
    def test_another_label_is_counted(self, write, label):
        words = f"no emotion is called {label!r} \\(1\\)" if label else "1 face has no label"
        with pytest.raises(UnknownLabelsError, match=words):
            read_fer2013(write(f"{label},{FLAT},Training", f"0,{FLAT},Training"))

    def test_a_number_of_another_numbering_takes_the_meaning_from_all_numbers(self, write):
        path = write(*(f"{number},{FLAT},Training" for number in (0, 3, 3, 7)))
        with pytest.raises(UnknownLabelsError) as refused:
            load_dataset(path)
        assert refused.value.labels == {"0": 1, "3": 2, "7": 1}
        with pytest.raises(UnknownLabelsError) as refused:
            load_dataset(path, options=ReadOptions(labels={"7": "contempt"}))
        assert refused.value.labels == {"0": 1, "3": 2}
        affectnet = ("neutral", "happy", "sad", "surprised", "fearful", "disgusted", "angry", "contempt")
        table = load_dataset(path, options=ReadOptions(labels=numbered(affectnet))).table
        assert table["label"].tolist() == ["neutral", "surprised", "surprised", "contempt"]

    def test_a_label_may_be_a_name(self, write):
        assert read_fer2013(write(f"Happiness,{FLAT},Training")).table["label"].tolist() == ["happy"]

    @pytest.mark.parametrize("usage", ["Trainin", "all", ""])
    def test_another_usage_is_refused(self, write, usage):
        with pytest.raises(ValueError, match=r"unknown Usage .*; allowed are Training, PublicTest, PrivateTest"):
            read_fer2013(write(f"3,{FLAT},{usage}"))

    @pytest.mark.parametrize(
        ("pixels", "reason"),
        [
            (FLAT + " 7", "it has 2,305 pixels; a face has 2,304"),
            (FLAT[2:], "it has 2,303 pixels"),
            ("", "its pixels are not 2,304 whole numbers"),
            (FLAT[:-1] + "256", "it has a pixel of 256; allowed are 0 to 255"),
            (FLAT[:-1] + "9" * 40, "it has a pixel of 9"),
            (FLAT[:-1] + "-1", "whole numbers"),
            (FLAT[:-1] + "x", "whole numbers"),
            (FLAT[:-1] + "1.5", "whole numbers"),
            (FLAT[:-1] + "\u0667", "whole numbers"),
            ("7", "it has 1 pixels"),
            ("7 " * 20000, "whole numbers"),
        ],
        ids=range(11),
    )
    def test_what_is_no_face_is_named_by_its_line(self, write, pixels, reason):
        with pytest.raises(BadRowsError, match=r"fer2013\.csv: 1 bad row: line 3 \(.*" + reason):
            read_fer2013(write(f"3,{FLAT},Training", f"3,{pixels},Training"))

    def test_a_missing_column_is_named(self, write):
        with pytest.raises(ValueError, match="columns pixels are missing; needed are emotion, pixels"):
            read_fer2013(write("3", header="emotion"))

    def test_an_empty_file(self, tmp_path):
        (tmp_path / "a.csv").touch()
        with pytest.raises(ValueError, match=r"a\.csv is empty"):
            read_fer2013(tmp_path / "a.csv")

    def test_a_missing_file(self, tmp_path):
        with pytest.raises(OSError, match=r"a\.csv"):
            read_fer2013(tmp_path / "a.csv")


class TestVotes:
    FACES = (f"3,{FLAT},Training", f"4,{FLAT},PublicTest")

    def test_are_joined_row_by_row_under_our_names(self, write, write_votes):
        votes = write_votes("Training,fer0000000.png,1,2,3,4,5,6,7,8,9,10", "PublicTest,,0,0,0,9,1,0,0,0,0,0")
        table = read_fer2013(write(*self.FACES), votes).table
        assert table.loc[0, list(COLUMNS)].tolist() == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
        assert table.loc[1, "votes_sad"] == 9
        assert table.loc[1, "votes_angry"] == 1
        assert table["label"].tolist() == ["happy", "sad"]

    def test_are_not_there_unless_given(self, write):
        assert not set(COLUMNS) & set(read_fer2013(write(*self.FACES)).table)

    @pytest.mark.parametrize(
        "rows",
        [
            ["Training,a,1,2,3,4,5,6,7,8,9,10"],
            ["PublicTest,a,1,2,3,4,5,6,7,8,9,10", "Training,b,1,2,3,4,5,6,7,8,9,10"],
            [],
        ],
        ids=["fewer", "another order", "none"],
    )
    def test_of_other_rows_are_refused(self, write, write_votes, rows):
        with pytest.raises(ValueError, match=r"its rows are not those of the FER-2013 csv"):
            read_fer2013(write(*self.FACES), write_votes(*rows))

    def test_without_a_column_are_refused(self, write, write_votes):
        with pytest.raises(ValueError, match=r"fer2013new\.csv: columns NF are missing"):
            read_fer2013(write(*self.FACES), write_votes(header=VOTES_HEADER.removesuffix(",NF")))


class TestWriting:
    def test_what_is_written_is_read(self, tmp_path, drawn):
        write_faces(drawn, tmp_path / "out.csv")
        found = read_fer2013(tmp_path / "out.csv")
        assert np.array_equal(found.images, drawn.images)
        assert found.table[["label", "split"]].equals(drawn.table[["label", "split"]])
        assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]

    def test_contempt_has_no_number_and_is_left_out(self, tmp_path, drawn):
        table = drawn.table.copy()
        table.loc[3, "label"] = "contempt"
        write_faces(Dataset(drawn.images, table), tmp_path / "out.csv")
        assert len(read_fer2013(tmp_path / "out.csv")) == 34

    def test_other_sizes_are_refused(self, tmp_path):
        with pytest.raises(DatasetError, match="grey faces of 48x48, not images of"):
            write_faces(synthetic_faces(2, size=24), tmp_path / "out.csv")
        assert list(tmp_path.iterdir()) == []


@pytest.mark.timeout(300)
def test_the_real_one(public_test):
    assert public_test.images.shape == (3589, 48, 48)
    assert public_test.table["label"].value_counts()["happy"] == 895
    assert public_test.table[list(COLUMNS)].sum(axis=1).median() == 10


def test_a_table_without_names_of_columns_is_known_by_its_pixels_and_its_numbers_are_asked_about(tmp_path):
    rows = [f"sad,{FLAT},Training", f"happy,{RAMP},PrivateTest"]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    table = load_dataset(tmp_path / "a.csv").table
    assert (table["label"].tolist(), table["split"].tolist()) == (["sad", "happy"], ["train", "test"])
    (tmp_path / "a.csv").write_text("\n".join(rows).replace("sad", "3").replace("happy", "4"))
    with pytest.raises(UnknownLabelsError):
        load_dataset(tmp_path / "a.csv")


@pytest.mark.parametrize("first", [0, 1])
def test_columns_of_pixels_may_be_called_by_numbers_alone(tmp_path, first):
    names = ",".join(map(str, range(first, first + 48 * 48)))
    (tmp_path / "a.csv").write_text(f"label,{names}\nsad,{RAMP.replace(' ', ',')}\n")
    assert load_dataset(tmp_path / "a.csv").images[0, 0, 1] == 1

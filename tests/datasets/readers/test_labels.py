"""What the words of a source mean: known names, the user's mapping, numberings, columns."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import DatasetError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from emotion_core.datasets.readers.labels import IMAGE_COLUMNS, LabelMap, column_of, numbered
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.datasets.readers.reading import in_memory
from emotion_core.emotions import EMOTIONS, FER2013_NUMBERING
from tests.pictures import png


class TestOfASource:
    @pytest.fixture
    def folder(self, write_folders, drawn):
        names = ("happy/1", "grumpy/2", "grumpy/3", "0/4", "contempt/5", "6")
        return write_folders({f"{name}.png": png(drawn.images[0]) for name in names})

    def test_unknown_ones_are_counted(self, folder):
        with pytest.raises(UnknownLabelsError, match=r"no emotion is called 'grumpy' \(2\), '0' \(1\)\. Say") as e:
            load_dataset(folder)  # the picture of which nothing is said is none of them
        assert e.value.labels == {"grumpy": 2, "0": 1}

    def test_the_user_maps_them_or_leaves_them_out(self, folder):
        options = ReadOptions(labels={"Grumpy": "anger", "0": None, "": None, "contempt": "disgust"})
        dataset, reading = in_memory(recognise(folder, options=options), options)
        assert dataset.table["label"].tolist() == ["disgusted", "angry", "angry", "happy"]
        assert reading.left_out == {"": 1, "0": 1}
        assert reading.labels == {"contempt": "disgusted", "grumpy": "angry", "happy": "happy"}

    def test_contempt_is_kept_unless_mapped(self, folder):
        table = load_dataset(folder, options=ReadOptions(labels={"grumpy": None, "0": None, "": None})).table
        assert table["label"].tolist() == ["contempt", "happy"]

    def test_a_meaning_must_be_an_emotion(self, folder):
        with pytest.raises(DatasetError, match=r"label '0' cannot mean 'meh'; allowed are angry, .*contempt"):
            load_dataset(folder, options=ReadOptions(labels={"0": "meh"}))

    def test_a_numbering(self, write_folders, drawn):
        folder = write_folders({f"{n}/a.png": png(drawn.images[n]) for n in range(7)})
        table = load_dataset(folder, options=ReadOptions(labels=numbered(FER2013_NUMBERING))).table
        assert table["label"].tolist() == list(FER2013_NUMBERING)

    def test_fer2013s_numbers_can_be_left_out(self, fer2013_file, drawn):
        dataset, reading = in_memory(recognise(fer2013_file), ReadOptions(labels={"0": None, "disgusted": None}))
        assert reading.left_out == {"0": 5, "1": 5}
        assert set(dataset.table["label"]) == set(EMOTIONS) - {"angry", "disgusted"}


class TestLabelMap:
    def test_the_users_mapping_goes_before_the_sources_and_that_before_known_names(self):
        meanings = LabelMap({"0": "sad"}, {"0": "anger", "1": "happiness"})
        assert [meanings[label] for label in ("0", " 1 ", "Fear")] == ["sad", "happy", "fearful"]

    def test_a_label_is_mapped_by_what_the_source_says_that_it_means(self):
        meanings = LabelMap({"Anger": None}, {"0": "anger"})
        assert meanings.knows("0") and meanings["0"] is None

    def test_what_is_not_known_means_nothing(self):
        meanings = LabelMap({}, {})
        assert not meanings.knows("7") and meanings["7"] is None

    @pytest.mark.parametrize("meaning", [None, "", " "])
    def test_a_label_that_means_nothing_is_known_and_left_out(self, meaning):
        meanings = LabelMap({"happy": meaning}, {})
        assert meanings.knows("HAPPY") and meanings["happy"] is None


def test_a_numbering_by_the_order_of_names():
    assert numbered(["angry", "sad"]) == {"0": "angry", "1": "sad"}
    assert numbered(["angry"], start=1) == {"1": "angry"}


@pytest.mark.parametrize(
    ("header", "place"),
    [(["pixels", " Image Path "], 1), (["IMG", "image"], 1), (["file_name"], 0), (["x", "y"], None), ([], None)],
)
def test_a_column_by_the_first_of_its_names_that_is_there(header, place):
    assert column_of(header, IMAGE_COLUMNS) == place

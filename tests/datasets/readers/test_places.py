"""What the place of a picture says: by its folders, by what stands beside them, by codes in the name of its file."""

from __future__ import annotations

import pytest

from emotion_core.datasets.readers.places import Places, label_in_file_name


@pytest.mark.parametrize(
    ("stem", "label"),
    [
        ("AF01ANS", "AN"),
        ("bm35sahr", "sa"),
        ("AM10AFFL", "AF"),
        ("KA.AN1.39", "AN"),
        ("KA_AN1_39", "AN"),
        ("ym.su3.60", "su"),
        ("AF01", ""),
        ("AF01ANX", ""),
        ("xAF01ANS", ""),
        ("KA.AN1", ""),
        ("happy", ""),
    ],
)
def test_codes_in_the_names_of_files(stem, label):
    assert label_in_file_name(stem) == label


@pytest.mark.parametrize(
    ("beside", "name", "label", "split"),
    [
        ([], "train/happy/1.png", "happy", "train"),
        ([], "happy/train/anna/1.png", "happy", "train"),
        ([], "test_upload/train_set/sad/1.png", "sad", "train_set"),
        ([], "0_anger/1.png", "0_anger", ""),
        ([], "1.png", "", ""),
        ([], "AF01/1.png", "", ""),
        ([], "S005/001/S005_001_00000011.png", "", ""),
        ([], "subject 12/images/1.png", "", ""),
        ([], "grumpy/images/1.png", "grumpy", ""),
        # words that are emotions in all names, where no folder says anything
        (["sad-2.png"], "images/IMG_happy_1.png", "happy", ""),
        (["x.png"], "happy_1.png", "", ""),
        (["sad.png"], "happy_or_sad.png", "", ""),
        # splits at the beginning of all names
        (["sad/test_0001.png"], "happy/train_00001.png", "happy", "train"),
        (["sad/0001.png"], "happy/train_00001.png", "happy", ""),
        (["test_sad_1.png"], "train_happy_1.png", "happy", "train"),
        (["sad/PublicTest_12.jpg"], "happy/PrivateTest_88305337.jpg", "happy", "PrivateTest"),
        (["happy/public_garden_1.jpg"], "sad/public_house_2.jpg", "sad", ""),
        (["happy/test_1.jpg"], "sad/test_2.jpg", "sad", "test"),
        # CREMA-D's codes
        (["1002_IEO_NEU_HI.png"], "1001_DFA_ANG_XX.png", "ANG", ""),
        # of two folders called by emotions, the one among most others
        (["sad/a/1.png", "angry/b/1.png"], "sad/joy/1.png", "sad", ""),
        # beside emotions a folder is a label, whatever lies below it
        (["happy/1.png"], "grumpy/anna/1.png", "grumpy", ""),
        # one folder around all pictures is none
        (["AudioWAV/1.png"], "AudioWAV/2.png", "", ""),
        (["AudioWAV/sad_1.png"], "AudioWAV/happy_2.png", "happy", ""),
        # few small numbers are labels to be asked about, many are people
        (["0/1.png", "6/1.png"], "3/1.png", "3", ""),
        ([f"{n}/1.png" for n in range(20)], "3/1.png", "", ""),
        (["101/1.png"], "3/1.png", "", ""),
    ],
)
def test_label_and_split(beside, name, label, split):
    places = Places([*beside, name])
    assert (places.label(name), places.split(name)) == (label, split)


def test_a_folder_to_be_asked_about_is_a_label_and_not_one_that_was_not_understood():
    assert Places(["part A/grumpy/anna/1.png", "part A/happy/1.png"]).not_understood == ["part A"]


def test_folders_above_the_labels_that_are_no_splits_are_not_understood():
    places = Places(["part A/happy/1.png", "part A/sad/1.png", "images/part B/sad/anna/1.png", "train/sad/1.png"])
    assert places.not_understood == ["part A", "part B"]

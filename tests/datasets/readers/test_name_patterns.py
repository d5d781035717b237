"""Codes in the names of pictures, where the user says with a pattern where they stand."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.name_patterns import compiled
from emotion_core.datasets.readers.options import ReadOptions
from tests.pictures import png


@pytest.mark.parametrize(
    ("pattern", "name", "label"),
    [
        ("*_{label}_*", "1001_ANG_XX", "ANG"),
        ("*_*_{label}_*", "1001_DFA_ANG_XX", "ANG"),
        ("????{label}?", "AF01ANS", "AN"),
        ("{label}*", "h123", "h"),
        ("*.{label}*.*", "KA.A.39", "A"),
        ("{group}-{label}", "old-happy", "happy"),
        ("*_{label}", "a_b_sad", "b_sad"),
        ("x(1)_{label}", "X(1)_sad", "sad"),
    ],
)
def test_the_label_is_where_the_pattern_says(pattern, name, label):
    assert compiled(pattern).fullmatch(name)["label"] == label


@pytest.mark.parametrize("pattern", ["", "*", "{label}{label}", "{Label}", "{label}_{x}", "{label}_{}", "{split}"])
def test_a_pattern_without_a_label_is_refused_with_what_is_allowed(pattern):
    with pytest.raises(DatasetError, match=r"must have \{label\} once, .* as in \*_\{label\}_\*$"):
        compiled(pattern)


def test_labels_splits_and_groups_in_names(write_folders, drawn):
    names = ("1001_DFA_ANG_XX", "1002_IEO_HAP_HI", "1002_IEO_NEU_HI")
    folder = write_folders({f"faces/{name}.png": png(drawn.images[n]) for n, name in enumerate(names)})
    table = load_dataset(folder, options=ReadOptions(name_pattern="{group}_*_{label}_*")).table
    assert table["label"].tolist() == ["angry", "happy", "neutral"]
    assert table["group"].tolist() == ["1001", "1002", "1002"]


def test_folders_are_in_the_pattern_where_it_has_a_slash(write_folders, drawn):
    files = {"train/01/x.png": png(drawn.images[0]), "train/02/x.png": png(drawn.images[1])}
    options = ReadOptions(name_pattern="*/{label}/*", numbering="angry,happy,sad")
    table = load_dataset(write_folders(files), options=options).table
    assert (table["label"].tolist(), set(table["split"])) == (["happy", "sad"], {"train"})


def test_its_codes_are_asked_about_as_any_labels(write_folders, drawn):
    folder = write_folders({"a_q_1.png": png(drawn.images[0])})
    with pytest.raises(UnknownLabelsError, match=r"'q' \(1\)"):
        load_dataset(folder, options=ReadOptions(name_pattern="*_{label}_*"))


def test_names_that_are_not_as_it_says(write_folders, drawn):
    folder = write_folders({"a_sad_1.png": png(drawn.images[0]), "b.png": png(drawn.images[1])})
    with pytest.raises(BadRowsError, match=r"b\.png \(its name is not as '\*_\{label\}_\*' says\)"):
        load_dataset(folder, options=ReadOptions(name_pattern="*_{label}_*"))
    with pytest.raises(
        DatasetError, match=r"no picture's name is as 'x\{label\}' says; they are called a_sad_1, b, \.\.\."
    ):
        load_dataset(folder, options=ReadOptions(name_pattern="x{label}"))

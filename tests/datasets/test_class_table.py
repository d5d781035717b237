"""Tables of labels and classes, as people write them."""

from __future__ import annotations

import pytest

from emotion_core.datasets.class_table import ClassTable, class_table_of, read_class_table
from emotion_core.datasets.errors import DatasetError

THREE = """
angry, disgusted, fearful, sad -> negative #112233
happy → positive
neutral
contempt ->
"""


def test_lines_group_keep_and_leave_out():
    table = class_table_of(THREE)
    assert table.classes == ("negative", "positive", "neutral")
    assert [table[label] for label in ("sad", "happy", "neutral", "contempt")] == [
        *("negative", "positive", "neutral", None)
    ]
    assert table.knows("contempt") and not table.knows("surprised")
    assert table.colours == {"negative": "#112233"}


def test_labels_are_found_by_any_case_and_emotions_by_any_of_their_names():
    table = class_table_of(THREE)
    assert table["ANGER"] == table["Fear "] == "negative"


def test_labels_and_classes_are_the_same_however_they_are_encoded_and_wide():
    """As a Mac names folders: letters and their accents apart."""
    table = class_table_of("étonné, ｗｉｎｋ -> Awake\ncalm -> ａｗａｋｅ\nsad -> asleep")
    assert table["e\u0301tonne\u0301"] == table["wink"] == "Awake"
    assert table.classes == ("Awake", "asleep")


def test_a_class_has_its_colour_however_it_is_spelt():
    assert class_table_of("a -> Very  good #112233\nb -> very good\nc -> bad").colours == {"Very good": "#112233"}
    assert class_table_of("a -> good\nb -> GOOD #112233\nc -> bad").colours == {"good": "#112233"}


def test_a_star_stands_for_all_others():
    table = class_table_of("happy -> smile\n* -> no smile")
    assert table["whatever"] == "no smile" and table["joy"] == "smile"


def test_quotes_allow_commas_in_labels():
    assert class_table_of('"a, b" -> first\nc -> second')["a, b"] == "first"


def test_a_csv_does_as_well(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("label,class\nangry,bad\nsad,Bad\nhappy,good\nneutral,\n")
    table = read_class_table(path)
    assert table.classes == ("bad", "good")
    assert table["sad"] == "bad" and table.knows("neutral") and table["neutral"] is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        ("angry, sad -> one", "2 to 30 classes, not one class"),
        ("-> x", "line 1 .* names no label"),
        ("a -> x\nb -> y\nA -> y", "line 3 names 'A' again"),
        ("é -> x\nb -> y\ne\u0301 -> y", "line 3 names .* again"),
        ("a -> <i>\nb -> y", "has < > in its name"),
        ("label,class\na,b,c", "line 2 has 3 columns"),
        ("\n".join(f"{number} -> class {number}" for number in range(31)), "not 31 classes"),
    ],
)
def test_other_tables_are_refused(text, why):
    with pytest.raises(DatasetError, match=why):
        class_table_of(text)


@pytest.mark.parametrize("text", ["class;label\nbad;angry\ngood;happy", "Label\tClass\nangry\tbad\nhappy\tgood"])
def test_a_csv_may_have_its_columns_turned_and_parted_as_spreadsheets_do(text):
    assert class_table_of(text).meanings == {"angry": "bad", "happy": "good"}


def test_a_file_without_end_is_refused():
    with pytest.raises(DatasetError, match="more than 1,000,000 bytes"):
        read_class_table("/dev/zero")


def test_what_is_no_text_is_refused_by_its_name(tmp_path):
    (tmp_path / "t").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DatasetError, match="is not in UTF-8"):
        read_class_table(tmp_path / "t")


def test_classes_come_in_the_order_in_which_they_are_named():
    assert ClassTable.of({"1": "b", "0": "a", "2": None}).classes == ("b", "a")

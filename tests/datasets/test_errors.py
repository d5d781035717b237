"""What is wrong with a data set is said in one line: the first ten, how many, and what to do."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError, UnknownLabelsError, failures_named


@pytest.mark.parametrize(
    ("rows", "count"), [(1, "1 bad row: "), (9, "9 bad rows: "), (10, "10 bad rows or more: "), (11, "10 bad rows or")]
)
def test_bad_rows_are_named_up_to_ten(rows, count):
    error = BadRowsError("faces.csv", [f"line {number}" for number in range(rows)])
    assert str(error).startswith(f"faces.csv: {count}")
    assert str(error).endswith("Correct them, or skip bad rows")
    assert error.rows == [f"line {number}" for number in range(min(rows, 10))]


def test_a_reason_that_all_have_is_said_once():
    rows = ["line 2 (it is cut (off))", "line 3 (it is cut (off))"]
    assert "2 bad rows: line 2, line 3 (it is cut (off)). Correct" in str(BadRowsError("faces.csv", rows))
    assert "line 2 (it is cut (off)); line 4 (odd). Correct" in str(BadRowsError("a.csv", [rows[0], "line 4 (odd)"]))


def test_unknown_labels_are_counted_the_most_frequent_first():
    error = UnknownLabelsError("faces", {"odd": 1, "grumpy": 12})
    assert list(error.labels) == ["grumpy", "odd"]
    assert str(error) == ("faces: no emotion is called 'grumpy' (12), 'odd' (1). Say what each means, or leave it out")


def test_of_many_unknown_labels_ten_are_named_and_all_are_kept():
    error = UnknownLabelsError("faces", {f"label {number}": 30 - number for number in range(13)})
    assert "'label 9' (21) and 3 others" in str(error)
    assert "label 10" not in str(error)
    assert len(error.labels) == 13


def test_whoever_catches_a_wrong_value_catches_all_of_them():
    assert issubclass(BadRowsError, DatasetError) and issubclass(DatasetError, ValueError)


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        (MemoryError(), "memory ran out"),
        (RecursionError(), "nested too deeply"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "not UTF-8"),
    ],
)
def test_what_a_foreign_file_makes_decoders_raise_becomes_a_sentence(raised, words):
    with pytest.raises(DatasetError, match=f"faces.zip: .*{words}"), failures_named("faces.zip"):
        raise raised


def test_a_package_that_is_missing_is_no_fault_of_a_file():
    with pytest.raises(ModuleNotFoundError), failures_named("faces.zip"):
        raise ModuleNotFoundError("No module named 'pyarrow'")


def test_a_label_that_is_no_word_at_all_is_not_shown_as_a_whole():
    assert len(str(UnknownLabelsError("a.csv", {"x" * 90_000: 1}))) < 300

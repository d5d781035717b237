"""What was made of a source, as the table that the shell and the page show."""

from __future__ import annotations

import pytest

from emotion_core.datasets.readers.understood import Reading

ASSIGNED = "faces were assigned by their content (80% train, 10% validation, 10% test)"


def reading(**changes: object) -> Reading:
    return Reading.model_validate(
        {"form": "a form", "faces": 5, "labels": {"happy": "happy"}, "left_out": {}, **changes}
    )


def test_where_all_went_without_saying_there_are_three_rows():
    told = reading(splits={"train": "train", "test": "test"})
    assert told.in_rows() == [("Form", "a form"), ("Splits", "train, test"), ("Labels", "happy")]


@pytest.mark.parametrize(
    ("changes", "what", "said"),
    [
        ({"labels": {"joy": "happy", "sad": "sad", "": "unknown"}}, "Labels", "joy → happy, sad, no label → unknown"),
        ({"splits": {"train": "train", "PublicTest": "validation"}}, "Splits", "train, PublicTest → validation"),
        (
            {"splits_given": False, "not_understood": ["A", "B"]},
            "Splits",
            f"no split was recognised in the names of the folders A, B: {ASSIGNED}",
        ),
        ({"splits_given": False}, "Splits", f"no splits were given: {ASSIGNED}"),
        ({"labels": {"0": "angry", "4": "sad"}}, "Numbering", "fer2013 or expw or ckextended"),
        ({"labels": {"1.0": "happy", "7": "contempt"}}, "Numbering", "affectnet"),
        ({"labels": {"class_1": "happy", "class_7": "contempt"}}, "Numbering", "affectnet"),
        ({"labels": {"1": "happy", "2": "happy"}}, "Numbering", "none of the known ones"),
        ({"left_out": {"grumpy": 1200, "": 1}}, "Left out by label", "'grumpy' 1,200, '' 1"),
        ({"left_out": {str(n): 1 for n in range(50)}}, "Left out by label", "'39' 1, and 10 more"),
        ({"faces_cut_out": True}, "Photos", "the largest face of each was cut out"),
        ({"skipped": 1, "first_skipped": ["line 2 (x)"]}, "Bad rows", "1 skipped, the first: line 2 (x)"),
        ({"skipped": 5, "first_skipped": list("abcde")}, "Bad rows", "5 skipped, the first: a; b; c"),
        ({"ignored_archives": 2}, "Archives inside", "2, not opened; unpack what belongs to the set"),
        ({"ignored_files": 1, "unused_files": ["a.txt"]}, "Unused files", "1: a.txt"),
        ({"ignored_files": 4, "unused_files": list("abcd")}, "Unused files", "4: a, b, c, ..."),
        ({"ignored_files": 2}, "Unused files", "2"),  # as the version before described sets
        ({"unlabelled": 4, "first_unlabelled": list("abcd")}, "Without a label", "4: a, b, c, ..."),
    ],
)
def test_a_row_for_each_thing(changes, what, said):
    assert dict(reading(**changes).in_rows())[what].endswith(said)

"""Splits by any of their names, and the splits of faces for which none is given."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import pytest

from emotion_core.datasets.splits import SHARES, SPLITS, assigned_split, split_of


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("train", "train"),
        ("Training", "train"),
        ("01_train", "train"),
        ("PublicTest", "validation"),
        ("Val", "validation"),
        ("dev", "validation"),
        ("PrivateTest", "test"),
        ("testing", "test"),
        ("happy", None),
        ("", None),
    ],
)
def test_a_split_by_its_name(text, split):
    assert split_of(text) == split


def test_identical_faces_are_assigned_to_one_split_and_all_in_the_shares_that_are_said():
    contents = [sha256(str(number).encode()).hexdigest() for number in range(3000)]
    splits = [assigned_split(content) for content in contents]
    assert splits == [assigned_split(content) for content in contents]
    counts = Counter(splits)
    assert set(counts) == set(SPLITS)
    assert {split: counts[split] / 3000 for split in SPLITS} == pytest.approx(SHARES, abs=0.03)


def test_the_last_content_of_all_is_assigned_too():
    assert assigned_split("f" * 64) == "test"

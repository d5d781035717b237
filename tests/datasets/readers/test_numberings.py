"""Numbers of well-known sets, by the user's word."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.numberings import NUMBERINGS, with_numbering
from emotion_core.emotions import FERPLUS_VOTES, LABELS


@pytest.mark.parametrize("name", NUMBERINGS)
def test_every_number_means_something(name):
    names, start = NUMBERINGS[name]
    assert set(with_numbering(None, name).values()) == set(names) <= {*LABELS, *FERPLUS_VOTES}
    assert min(map(int, with_numbering(None, name))) == start


def test_one_is_given_in_words_and_a_label_said_besides_goes_before():
    assert with_numbering({"1": None, "x": "sad"}, "angry, happy") == {"0": "angry", "1": None, "x": "sad"}
    assert with_numbering(None, "RAF_DB")["1"] == "surprised"
    assert with_numbering({"a": "sad"}, None) == {"a": "sad"}


def test_another_is_refused_with_those_that_there_are():
    with pytest.raises(DatasetError, match=r"no numbering 'x'; allowed are fer2013, .*, or the emotions from 0 on"):
        with_numbering({}, "x")

"""Patterns besides colours."""

from __future__ import annotations

from emotion_core.emotions import COLOURS, EMOTIONS
from emotion_core.visuals.patterns import patterned, patterns_of


def test_the_seven_and_uncertain_have_each_a_pattern_of_their_own():
    found = patterns_of(EMOTIONS)
    assert len(set(found.values())) == len(found) == 8


def test_emotions_keep_theirs_among_other_classes_which_get_what_is_left():
    found = patterns_of(["smile", "happy", "wink"])
    assert found["happy"] == patterns_of(EMOTIONS)["happy"]
    assert len(set(found.values())) == 4
    assert len(patterns_of([f"class {number}" for number in range(30)])) == 31


def test_a_pattern_lies_on_its_colour_in_ink_that_is_seen_on_it():
    looks = {name: patterned(shape, COLOURS[name]) for name, shape in patterns_of(EMOTIONS).items()}
    assert all(look.endswith(COLOURS[name]) for name, look in looks.items())
    assert looks["neutral"] == COLOURS["neutral"]
    assert len({look.removesuffix(COLOURS[name]) for name, look in looks.items()}) == 8
    assert "#ffffff80" in looks["sad"] and "#00000080" in looks["surprised"]

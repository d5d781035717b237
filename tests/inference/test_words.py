"""Results in words."""

from __future__ import annotations

import pytest

from emotion_core.emotions import EMOTIONS, display_name, isolated
from emotion_core.faces.box import Box
from emotion_core.inference.results import FaceResult
from emotion_core.inference.words import UNCERTAIN, figure_in_percent, in_words, percent


def face(emotion: str, **shares: float) -> FaceResult:
    probabilities = {name: shares.get(name, 0.0) for name in EMOTIONS}
    return FaceResult(Box(1, 2, 3, 4), 0.9, None, probabilities, emotion, max(shares.values()), "tiny")


def test_a_sure_answer():
    assert in_words(face("happy", happy=0.93456, surprised=0.05)) == "looks happy, 93 %"


def test_a_name_from_right_to_left_keeps_the_figures_behind_it_in_their_place():
    smiling = FaceResult(Box(1, 2, 3, 4), 0.9, None, {"ابتسامة": 0.9, "wink": 0.1}, "ابتسامة", 0.9, "tiny")
    assert in_words(smiling, isolated) == "looks \u2068ابتسامة\u2069, 90 %"
    assert in_words(smiling) == "looks ابتسامة, 90 %"  # for terminals, to which such signs are commands
    assert display_name("חיוך") == "\u2068חיוך\u2069"


def test_an_uncertain_one_names_two():
    assert in_words(face(UNCERTAIN, happy=0.4, surprised=0.35, sad=0.25)) == "uncertain: happy or surprised"


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0 %"), (0.004, "0 %"), (0.5, "50 %"), (0.994, "99 %"), (0.995, "99 %"), (0.99999, "99 %"), (1, "100 %")],
)
def test_shares_are_never_rounded_up_to_certainty(share, words):
    assert percent(share) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.8785, "87.9 %"), (0.8784, "87.8 %"), (0.5205, "52.1 %"), (1, "100.0 %")]
)
def test_a_figure_is_rounded_as_it_was_measured(share, words):
    assert figure_in_percent(share) == words

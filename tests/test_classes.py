"""Any classes: their names, their order, their colours, and probabilities of one model's classes as another's."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from emotion_core.classes import (
    MORE_COLOURS,
    MOST_CLASSES,
    alike,
    checked_classes,
    class_name,
    colours_of,
    in_classes_of,
    in_order,
    stored_classes,
)
from emotion_core.emotions import COLOURS, EMOTIONS


@pytest.mark.parametrize(
    "name", ["wink", "left wink", "R2-D2", "усмешка", "微笑", "مبتسم", "don't know", "😀", "lip_u"]
)
def test_names_in_any_script_are_kept(name):
    assert class_name(f"  {name} ") == name


def test_the_same_word_is_the_same_name_however_it_is_encoded():
    assert class_name("e\u0301tonne\u0301") == class_name("étonné")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "needs a name"),
        (" \t", "needs a name"),
        ("x" * 200, "a name of 200 characters; allowed are 50"),
        ("<b>bold</b>", "has / < > in its name"),
        ("a\x00b", r"has U\+0000 in its name"),
        ("\u202egnp.exe", r"has U\+202E in its name"),
        ("\u3164", "needs a name that can be seen"),
        ("\u200d\u0301", "needs a name that can be seen"),
        ("[x](http://y)", "in its name"),
        ("Uncertain", "tables and answers use otherwise"),
        ("confidence", "tables and answers use otherwise"),
    ],
)
def test_other_names_are_refused_with_the_reason(name, why):
    with pytest.raises(ValueError, match=why):
        class_name(name)


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ([], "2 to 30 classes, not 0 classes"),
        (["one"], "2 to 30 classes, not one class"),
        ([f"class {number}" for number in range(31)], "2 to 30 classes, not 31 classes"),
        (["Wink", "smile", "wink "], "two classes have the same name: 'Wink' and 'wink'"),
        (["wink", "ｗｉｎｋ"], "two classes have the same name"),
        (["wink", "wi\u200dnk"], "two classes have the same name"),
        (["😀", "😀\ufe0f"], "two classes have the same name"),
    ],
)
def test_too_few_too_many_or_the_same_twice_are_refused(names, why):
    with pytest.raises(ValueError, match=why):
        checked_classes(names)


def test_of_what_was_stored_before_names_of_unlike_width_are_two_still():
    assert stored_classes(["wink", "ｗｉｎｋ"]) == ("wink", "ｗｉｎｋ")
    with pytest.raises(ValueError, match="two classes have the same name"):
        stored_classes(["wink", "Wink"])


def test_names_that_differ_in_an_accent_are_two():
    assert checked_classes(["ete", "été"]) == ("ete", "été")
    assert alike("ete") != alike("été")


def test_emotions_come_first_in_their_order():
    assert in_order(["wink", "sad", "Bored", "angry"]) == ("angry", "sad", "Bored", "wink")
    assert in_order([*reversed(EMOTIONS), "contempt"]) == (*EMOTIONS, "contempt")


def test_numbers_in_names_are_in_the_order_of_numbers():
    assert in_order(["10", "2", "1"]) == ("1", "2", "10")
    assert in_order(["class 10", "class 2", "Bored", "class 1a", "class"]) == (
        *("Bored", "class", "class 1a", "class 2", "class 10"),
    )


class TestColours:
    def test_emotions_keep_theirs(self):
        found = colours_of(EMOTIONS)
        assert {name: found[name] for name in EMOTIONS} == {name: COLOURS[name] for name in EMOTIONS}

    def test_a_class_may_be_given_one_and_no_other_gets_it(self):
        found = colours_of(["a", "b", "sad"], {"b": COLOURS["angry"]})
        assert found["b"] == COLOURS["angry"] and found["sad"] == COLOURS["sad"]
        assert len({found["a"], found["b"], found["sad"]}) == 3

    @pytest.mark.parametrize("count", [2, 3, 8, MOST_CLASSES])
    def test_any_number_has_as_many(self, count):
        names = [f"class {number}" for number in range(count)]
        found = colours_of(names)
        assert len({found[name] for name in names} | {found["uncertain"]}) == count + 1

    def test_new_ones_stay_apart_for_every_kind_of_colour_vision(self):
        seen = {colour: _as_seen(colour) for colour in (*MORE_COLOURS, *COLOURS.values())}
        distances = [
            min(float(np.linalg.norm(a - b)) for a, b in zip(seen[one], seen[other], strict=True))
            for one, other in combinations(seen, 2)
            if one in MORE_COLOURS or other in MORE_COLOURS
        ]
        assert min(distances) > 0.05


#: What the three kinds of colour blindness make of linear RGB, and full colour vision (Machado et al. 2009).
VISIONS = (
    np.eye(3),
    np.array([[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    np.array([[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
    np.array([[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]),
)
#: From linear RGB to Oklab (Ottosson 2020).
TO_CONES = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]]
)  # fmt: skip
TO_OKLAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]]
)  # fmt: skip


def _as_seen(colour: str) -> list[np.ndarray]:
    shares = np.array([int(colour[place : place + 2], 16) for place in (1, 3, 5)]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return [TO_OKLAB @ np.cbrt(TO_CONES @ np.clip(vision @ linear, 0, 1)) for vision in VISIONS]


class TestProbabilitiesOfOtherClasses:
    def test_what_both_know_sums_to_one_in_the_others_order(self):
        found = in_classes_of(np.array([[0.2, 0.5, 0.3]]), ("a", "b", "c"), ("c", "new", "a"))
        assert found[0] == pytest.approx([0.6, 0.0, 0.4])

    def test_the_same_classes_are_left_as_they_are(self):
        probabilities = np.array([[0.2, 0.8]])
        assert in_classes_of(probabilities, ("a", "b"), ("a", "b")) is probabilities

    def test_where_nothing_is_left_all_are_alike(self):
        assert in_classes_of(np.array([[0.0, 0.0, 1.0]]), ("a", "b", "c"), ("a", "b"))[0] == pytest.approx([0.5, 0.5])

    def test_nothing_in_common_is_refused(self):
        with pytest.raises(ValueError, match="none of the classes x is among a, b"):
            in_classes_of(np.ones((1, 2)), ("a", "b"), ("x",))

"""Words that all pages use."""

from __future__ import annotations

from ui.shared.layout import count


def test_a_count_has_commas_and_the_right_form_of_its_noun():
    assert [count(number, "face") for number in (0, 1, 2, 5427)] == ["0 faces", "1 face", "2 faces", "5,427 faces"]

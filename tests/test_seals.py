"""A JSON object that carries its own sum."""

from __future__ import annotations

import json

import pytest

from emotion_core.seals import sealed, unsealed


@pytest.mark.parametrize("indent", [None, 1, 2])
def test_a_sealed_object_is_json_and_comes_back_as_it_was(indent):
    content = {"a": 1, "b": {"c": ["}", "é"]}}
    text = sealed(json.dumps(content, indent=indent))
    assert set(json.loads(text)) == {"a", "b", "checksum"}
    assert json.loads(unsealed(text.encode())) == content
    assert json.loads(unsealed(f"{text}\n".encode())) == content


def test_an_object_of_an_earlier_version_has_no_sum():
    assert unsealed(b'{"a": 1}') == b'{"a": 1}'


@pytest.mark.parametrize("indent", [None, 1])
def test_no_bit_can_be_flipped_unseen(indent):
    content = {"name": "faces", "epochs": 12, "best": 0.731}
    whole = sealed(json.dumps(content, indent=indent)).encode()
    for place in range(len(whole)):
        for bit in range(8):
            flipped = bytearray(whole)
            flipped[place] ^= 1 << bit
            try:
                read = json.loads(unsealed(bytes(flipped)))
            except ValueError:
                continue
            assert content.items() <= read.items()  # the word "checksum" itself may be another one

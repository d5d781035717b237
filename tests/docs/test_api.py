"""The API reference lists what `import emotion_core` offers, and nothing else."""

import re
from pathlib import Path

import emotion_core as ec

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "api.md"


def test_every_public_name_is_in_the_reference_once():
    listed = re.findall(r"^::: emotion_core\.(\w+)$", REFERENCE.read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(dir(ec))


def test_every_public_name_can_be_had_and_says_what_it_is():
    for name in dir(ec):
        value = getattr(ec, name)
        assert not callable(value) or value.__doc__, f"{name} has no docstring"

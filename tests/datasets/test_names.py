"""Names of data sets, and what importing them loads."""

from __future__ import annotations

import subprocess
import sys

import pytest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.names import as_name, dataset_names, datasets_folder, is_name, unique_name, version_token
from emotion_core.datasets.store import edits_of


@pytest.mark.parametrize("name", ["a", "FER-2013", "my faces 2.0", "лица", "a" * 64])
def test_names_that_are_allowed(name):
    assert is_name(name)


@pytest.mark.parametrize("name", ["", " a", "a ", ".a", "a/b", "../a", "a" * 65, "a\n"])
def test_names_that_are_not(name):
    assert not is_name(name)


def test_a_unique_name_is_the_wanted_one_or_has_a_number(drawn):
    assert unique_name("faces") == "faces"
    add_dataset(drawn, "faces", "drawn faces")
    assert unique_name("faces") == "faces 2"
    add_dataset(drawn, "faces 2", "drawn faces")
    assert unique_name("faces") == "faces 3"
    assert dataset_names() == ["faces", "faces 2"]


def test_the_version_changes_with_the_set_its_corrections_and_what_else_is_named(drawn, tmp_path):
    other = tmp_path / "findings"
    seen = [version_token("mine", other)]

    def is_new() -> bool:
        seen.append(version_token("mine", other))
        return seen[-1] not in seen[:-1]

    add_dataset(drawn, "faces", "drawn faces")
    assert not is_new()
    derive("faces", "mine")
    assert is_new()
    edits_of("mine").exclude([1])
    assert is_new()
    edits_of("mine").exclude([2])
    assert is_new()
    other.write_text("found")
    assert is_new()
    assert version_token("mine") == version_token("mine") != version_token("faces")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my_faces (2)", "my_faces  2"),
        ("__-.a", "a"),
        ("हिन्दी चेहरे", "हिन्दी चेहरे"),
        ("fu\u0308r <b>", "fu\u0308r  b"),
        ("\u0301", ""),
        ("?", ""),
        ("\U00020000" * 99, "\U00020000" * 50),
    ],
)
def test_a_text_made_into_a_name(text, name):
    assert as_name(text) == name
    assert not name or is_name(name)


def test_a_long_name_stays_allowed(drawn):
    datasets_folder().mkdir(parents=True)
    (datasets_folder() / ("a" * 64)).mkdir()
    assert is_name(unique_name("a" * 64))


def test_the_names_load_nothing_heavy():
    code = "import sys, emotion_core.datasets.names; print({'numpy', 'pandas', 'cv2', 'pydantic'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "set()\n"

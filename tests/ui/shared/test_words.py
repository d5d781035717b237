"""No page says where things lie on the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from ui.shared import access
from ui.shared.words import sentence, without_paths


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/srv/faces/fer2013.csv: 3 bad rows", "fer2013.csv: 3 bad rows"),
        ("cannot read '/home/anna/my.csv' (denied)", "cannot read 'my.csv' (denied)"),
        ("~/secret/place/x.zip is damaged", "x.zip is damaged"),
        ("see https://example.org/a/b/c.html", "see https://example.org/a/b/c.html"),
        ("faces of 48/48 in train/happy/1.png", "faces of 48/48 in train/happy/1.png"),
        ("there is no picture and/or label", "there is no picture and/or label"),
        ("a row says / or //", "a row says / or //"),
    ],
)
def test_a_path_is_shown_by_its_last_name(text, shown):
    assert without_paths(text) == shown


def test_a_path_with_blanks_below_a_known_folder_is_shown_by_what_is_below(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "Anna Smith")
    assert without_paths(f"{tmp_path}/Anna Smith/x.csv is damaged") == "x.csv is damaged"


@pytest.mark.parametrize("text", ["the run is gone", "The run is gone."])
def test_an_error_is_said_as_a_sentence(text):
    assert sentence(text) == "The run is gone."


@pytest.mark.parametrize("kind", ["data set", "run", "model", "sequence model"])
@pytest.mark.parametrize("name", ["mine", "Tim's", """Tim's "own" """])
def test_what_there_is_instead_is_told_to_the_owner_alone(kind, name, monkeypatch):
    text = f"there is no {kind} {name!r}; there are Anna's, tim"
    assert without_paths(text) == text
    monkeypatch.setattr(access, "is_owner", lambda: False)
    assert without_paths(text) == f"there is no {kind} {name!r}"
    assert without_paths(sentence(text)) == f"There is no {kind} {name!r}."

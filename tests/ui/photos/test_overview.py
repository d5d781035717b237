"""The table of many photos: which of them is chosen."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

import emotion_core as ec
from ui.photos import overview
from ui.photos.given import Photo

A, B, C = (Photo(f"{name}.png", b"", f"sum of {name}") for name in "abc")


class Tables:
    """In place of Streamlit's: each has its own choice, by its key, as in the browser."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {}
        self.shown = ""

    def dataframe(self, table, *, key, selection_default, **_):
        self.shown = key
        rows = self.rows.setdefault(key, selection_default["selection"]["rows"])
        return SimpleNamespace(selection=SimpleNamespace(rows=rows))


@pytest.fixture
def tables(monkeypatch) -> Tables:
    tables = Tables()
    monkeypatch.setattr(overview, "st", SimpleNamespace(**vars(overview.st)))
    monkeypatch.setattr(overview.st, "dataframe", tables.dataframe)
    monkeypatch.setattr(overview.st, "session_state", {})
    monkeypatch.setattr(overview, "thumbnail", lambda photo: None)
    return tables


def chosen(photos: list[Photo], *failing: Photo) -> Photo:
    results = [ec.PhotoResult(photo.name, error="damaged" if photo in failing else "") for photo in photos]
    return photos[overview._chosen_row(photos, results)]


def test_at_first_it_is_the_first_photo_that_can_be_used(tables):
    assert chosen([A, B, C], A) is B
    assert chosen([A, B, C], A, B, C) is B, "which stays chosen"


def test_it_stays_chosen_when_another_photo_begins_or_ceases_to_fail(tables):
    assert chosen([A, B, C]) is A
    tables.rows[tables.shown] = [1]
    assert chosen([A, B, C]) is B
    assert chosen([A, B, C], A) is B
    assert chosen([A, B, C]) is B


def test_it_stays_chosen_when_it_fails_itself_or_more_photos_are_read(tables):
    assert chosen([A, C]) is A
    tables.rows[tables.shown] = [1]
    assert chosen([A, C]) is C
    assert chosen([A, B, C]) is C
    assert chosen([A, B, C], C) is C


def test_of_photos_that_are_gone_none_is_chosen(tables):
    assert chosen([A, B]) is A
    assert chosen([B, C]) is B


def test_the_same_photo_given_again_can_be_chosen_too(tables):
    results = [ec.PhotoResult("a.png")] * 2
    assert overview._chosen_row([A, A], results) == 0
    tables.rows[tables.shown] = [1]
    assert overview._chosen_row([A, A], results) == overview._chosen_row([A, A], results) == 1

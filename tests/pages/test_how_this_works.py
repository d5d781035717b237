"""Every page says how it works, with a picture, and leads on to the guide."""

from __future__ import annotations

import inspect

import pytest

from tests.page import button, texts
from ui.help import pictures
from ui.help.dialog import DOCS
from ui.help.words import HELP
from ui.shared.layout import NAME
from ui.shared.pages import PAGES


def test_every_page_has_its_words_and_its_guide():
    assert set(HELP) == {NAME, *(page.title for page in PAGES)}
    assert all((DOCS / one.guide).is_file() for one in HELP.values())


@pytest.mark.parametrize("name", sorted({one.picture for one in HELP.values()}))
def test_every_picture_is_made(name, own_workspace):
    picture = getattr(pictures, name)()
    assert inspect.isfunction(getattr(pictures, name))
    assert picture.shape[1] > 300 if hasattr(picture, "shape") else picture.data


def test_between_the_portrait_and_what_the_network_sees_of_it_the_page_shows_through():
    picture = pictures.from_picture_to_crop()
    assert set(picture[0, :, 3]) == {0, 255}


def test_it_opens_at_a_click(photos):
    assert "is calibrated" not in texts(photos)
    button(photos, "How this works").click().run()
    assert not photos.exception
    assert "is calibrated" in texts(photos)
    assert len(photos.image) == 1
    assert photos.expander[-1].label == "Read on: the guide"

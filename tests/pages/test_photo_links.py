"""The photo page's address, and how long the page remembers pictures."""

from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from tests.page import button, photo_rows as rows, sample_png, texts, upload
from tests.pictures import blank_png
from ui.photos import idle


@pytest.fixture
def by_link(go_to, happy):
    """Call it to open the photo page by its address."""

    def open_page(**address: str) -> AppTest:
        page = go_to("3_Predict.py")
        page.query_params.update(address)
        return page.run()

    return open_page


def choose(page: AppTest, number: int) -> AppTest:
    """What a click in the picture leaves."""
    page.session_state[f"face {page.session_state.sample.digest} 0"] = number
    return page.run()


def address_of(page: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[0] for name, value in page.query_params.items()}


def test_the_address_names_the_sample_and_the_chosen_face(photos):
    button(photos, "50 faces").click().run()
    assert address_of(photos) == {"photo_sample": "50 faces"}
    choose(photos, 12)
    assert "Face 12 of 50" in texts(photos)
    assert address_of(photos) == {"photo_sample": "50 faces", "photo_face": "12"}
    button(photos, "Portrait").click().run()
    assert address_of(photos) == {"photo_sample": "Portrait"}
    upload(photos, ("a.png", sample_png()))
    assert address_of(photos) == {}


def test_a_link_shows_its_sample_and_its_face(by_link):
    page = by_link(photo_sample="50 faces", photo_face="12")
    assert "Face 12 of 50" in texts(page)
    assert not page.warning
    button(page, "Cat").click().run()
    assert address_of(page) == {"photo_sample": "Cat"}


@pytest.mark.parametrize("face", ["51", "0", "-1", "١", "1e9", "9" * 5000, "**a**"])
def test_a_link_to_a_face_that_is_not_there_says_so_and_shows_the_first(by_link, face):
    page = by_link(photo_sample="50 faces", photo_face=face)
    assert not page.exception
    assert "There is no face" in page.warning[0].value
    assert "Face 1 of 50" in texts(page)
    assert not page.run().warning


def test_a_link_to_a_sample_that_is_not_there_says_so(by_link):
    page = by_link(photo_sample="Dog")
    assert "There is no sample Dog" in page.warning[0].value
    assert address_of(page) == {} and not page.run().warning


def test_a_link_to_a_picture_of_another_visit_says_that_it_is_gone(by_link):
    page = by_link(photo_face="3")
    assert "The picture of this link is not here" in page.info[0].value
    upload(page, ("a.png", sample_png()))
    assert not page.info and page.header[0].value == "Looks happy, 93 %"


def test_pictures_are_forgotten_after_an_hour_in_which_nothing_was_done(photos, monkeypatch):
    page = upload(photos, ("a.png", sample_png()), ("b.png", blank_png()))
    began = time.time()
    monkeypatch.setattr(idle.time, "time", lambda: began + idle.LONGEST - 60)
    assert [name for name, *_ in rows(page.run())] == ["a.png", "b.png"]
    monkeypatch.setattr(idle.time, "time", lambda: began + 2 * idle.LONGEST)
    page.run()
    assert not page.exception and not page.header
    assert "the pictures are forgotten" in page.info[0].value
    assert not page.run().info


@pytest.fixture
def hours_later(monkeypatch):
    """Call it to have two hours go by."""
    began = time.time()
    return lambda: monkeypatch.setattr(idle.time, "time", lambda: began + 2 * idle.LONGEST)


def test_a_page_without_pictures_waits_as_long_as_it_takes(photos, hours_later):
    hours_later()
    page = upload(photos, ("a.png", sample_png()))
    assert page.header[0].value == "Looks happy, 93 %" and not page.info


def test_a_sample_that_is_chosen_after_an_hour_is_shown(photos, hours_later):
    page = upload(photos, ("a.png", sample_png()))
    hours_later()
    button(page, "Portrait").click().run()
    assert page.header[0].value == "Looks happy, 93 %" and address_of(page) == {"photo_sample": "Portrait"}


def test_of_pictures_dropped_on_home_after_an_hour_those_from_before_alone_are_forgotten(photos, hours_later):
    page = upload(photos, ("a.png", sample_png())).switch_page("Home.py").run()
    hours_later()
    page.file_uploader[0].upload("b.png", sample_png()).run()
    page = page.switch_page("pages/3_Predict.py").run()
    assert [photo.name for photo in page.session_state.earlier_photos] == ["b.png"]
    assert page.header[0].value == "Looks happy, 93 %"


def test_clear_all_keeps_nothing_of_the_pictures_in_memory(photos, decoded):
    page = upload(photos, ("a.png", sample_png()))
    button(page, "Clear all").click().run()
    left = {key: value for key, value in page.session_state.items() if value}
    assert not {"results", "corrections", "turned upright", "digests", "earlier_photos"} & set(left)
    assert not [key for key in left if key.startswith("face ")]
    upload(page, ("a.png", sample_png()))
    assert len(decoded) == 2

"""The page Teach without a browser: naming classes, what is recorded, and keeping it."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import emotion_core as ec
from emotion_core.datasets import open_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from tests.clips import write_clip
from tests.clips_of_two import smiling, upside_down
from tests.page import button, texts
from tests.pictures import blank_png, png
from ui.shared.turns import Turns
from ui.teach import film


@pytest.fixture
def page(go_to) -> AppTest:
    return go_to("7_Teach.py").run()


def begin(page: AppTest, names: str) -> AppTest:
    page.text_area(key="teach_names").set_value(names)
    return button(page, "Begin").click().run()


def taught(page: AppTest) -> None:
    """Ten drawn faces of each class, as if they had been recorded."""
    lesson = page.session_state["teach_lesson"]
    drawn = synthetic_faces(140, seed=4)
    for name, label in zip(lesson.classes, ("happy", "sad", "surprised"), strict=False):
        for row in np.flatnonzero(drawn.table["label"] == label)[:10]:
            lesson.add(name, np.repeat(drawn.images[row][..., None], 3, axis=2))


def test_it_says_what_will_happen_before_the_camera(page):
    assert "stay in its memory until you keep them" in texts(page)
    assert not page.exception


@pytest.mark.parametrize(
    ("names", "why"), [("one", "not one class"), ("a\n<b>x</b>", "in its name"), ("Wink\nwink", "the same name")]
)
def test_classes_that_cannot_be_are_refused_in_words(page, names, why):
    begin(page, names)
    assert why in page.error[0].value
    assert "teach_lesson" not in page.session_state or page.session_state["teach_lesson"] is None


def test_a_lesson_from_faces_to_a_model_and_a_data_set(page):
    begin(page, "wide smile\n微笑\nR2-D2")
    assert "Record 5 faces or more of “wide smile”" in texts(page)
    taught(page)
    page.run()
    assert not page.exception
    assert "accuracy on 30 faces" in texts(page)
    page.text_input[[one.label for one in page.text_input].index("Name of the data set")].set_value("mine")
    button(page, "Keep the faces").click().run()
    assert open_dataset("mine").classes == ("wide smile", "微笑", "R2-D2")
    page.text_input[[one.label for one in page.text_input].index("Name of the model")].set_value("my model")
    button(page, "Keep the model").click().run()
    assert not page.error and ec.load_classifier("my model").classes == ("wide smile", "微笑", "R2-D2")
    button(page, "Forget this lesson").click().run()
    assert button(page, "Begin")


def test_faces_of_an_open_class_are_shown_and_lie_in_the_page_itself(page):
    """A file beside the page is gone while the camera starts anew, and the browser would show a broken picture."""
    begin(page, "wide smile\nfrown")
    taught(page)
    page.session_state["teach faces wide smile"] = True
    page.run()
    addresses = [one.url for pictures in page.get("image") for one in pictures.proto.imgs]
    assert len(addresses) == 10 and all(address.startswith("data:image/") for address in addresses)
    button(page, "Drop").click().run()
    assert not page.exception


def test_a_model_of_a_class_without_faces_is_refused_by_its_name(page):
    begin(page, "a\nb\nc")
    taught(page)
    page.session_state["teach_lesson"].add_class("empty one")
    page.run()
    button(page, "Keep the model").click().run()
    assert "Record 5 faces or more of “empty one”" in page.error[0].value


def test_photos_are_added_and_those_without_a_face_or_that_are_none_are_named(page):
    begin(page, "as it is\nupside down")
    page.selectbox(key="teach_photo_class").set_value("upside down")
    files = [("a.png", png(upside_down(0))), ("b.png", png(upside_down(30)))]
    files += [("grey.png", blank_png()), ("c.png", b"none")]
    for name, content in files:
        page.file_uploader(key="teach_photo_files").upload(name, content)
    button(page, "Add").click().run()
    assert page.session_state["teach_lesson"].counts() == {"as it is": 0, "upside down": 2}
    said = texts(page).replace("\\", "")
    assert "No face was found in grey.png" in said and "c.png" in said
    assert not page.exception


def test_a_part_of_a_video_is_recorded_for_a_class_and_what_is_none_is_said(page, tmp_path):
    begin(page, "as it is\nupside down")
    clip = write_clip(tmp_path / "clip.mp4", [smiling(number) for number in range(0, 60, 4)], rate=5)
    upload(page, clip.read_bytes(), "0:01", "2.9")
    assert "10 faces recorded" in page.success[0].value.replace("\\", "")
    assert page.session_state["teach_lesson"].counts() == {"as it is": 10, "upside down": 0}
    upload(page, clip.read_bytes(), "soon", "")
    assert "is no time" in page.error[0].value
    upload(page, b"not a video", "0", "")
    assert "clip" in page.error[0].value and not page.success
    assert not page.exception


def test_a_part_waits_for_the_videos_of_others_but_not_for_ever(page, monkeypatch):
    monkeypatch.setattr(film, "PATIENCE", 0.0)
    monkeypatch.setattr(film, "ANALYSES", Turns(1))
    begin(page, "as it is\nupside down")
    assert film.ANALYSES.take()
    upload(page, b"a video", "0", "")
    assert "1 other videos are being analysed on this machine" in page.error[0].value
    film.ANALYSES.give_back()
    upload(page, b"a video", "0", "")
    assert "not a video" in page.error[0].value and film.ANALYSES.are_free


def upload(page: AppTest, content: bytes, first: str, last: str) -> None:
    page.file_uploader(key="teach_video_file").upload("clip.mp4", content)
    page.text_input(key="teach_video_from").set_value(first)
    page.text_input(key="teach_video_to").set_value(last)
    button(page, "Add the part").click().run()

"""The page Photos reads answers against a face that is chosen as the one at rest."""

from __future__ import annotations

import pytest

from tests.page import button, texts


@pytest.fixture
def sample(photos):
    button(photos, "Portrait").click().run()
    assert photos.header[0].value == "Looks happy, 93 %"
    return photos


def test_a_face_is_chosen_and_answers_are_read_against_it_until_that_is_switched_off(sample):
    button(sample, "Take as the face at rest").click().run()
    assert not sample.exception
    assert sample.header[0].value.startswith("Looks neutral")
    results = sample.session_state["results"]
    assert {face.model for result, _ in results.values() for face in result.faces} == {
        "emotion-net",
        "emotion-net, read against a face at rest",
    }
    sample.toggle(key="photo_rest_on").set_value(False).run()
    assert sample.header[0].value == "Looks happy, 93 %"
    button(sample, "On its side").click().run()  # takes the place of all that was there
    assert "photo_rest" not in sample.session_state


def test_a_model_without_a_class_of_rest_says_so_and_answers_as_it_does(sample, happy):
    happy.classes = ("bored", "wink", "smile", "tired", "sly", "awake", "calm")
    button(sample, "Take as the face at rest").click().run()
    assert not sample.exception
    assert "The model emotion-net has no class 'neutral' of faces at rest" in texts(sample).replace("\\", "")

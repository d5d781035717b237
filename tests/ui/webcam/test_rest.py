"""Recording one's face at rest on the page Webcam, and reading answers against it."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import emotion_core as ec
from emotion_core.models import calibrate_person
from tests.fakes import FakeClassifier, FakeDetector
from tests.page import button
from ui.shared import models
from ui.shared.layout import plain
from ui.webcam import second
from ui.webcam.leaving import REST_CROPS, REST_PERSON
from ui.webcam.stream import Stream


def page() -> None:
    """The controls alone, for the stream in the session."""
    import streamlit as st

    from ui.webcam.rest import at_rest

    at_rest(st.session_state["stream"])


@pytest.fixture
def running() -> AppTest:
    session = ec.LiveSession(ec.load_classifier(), FakeDetector(0.9))
    found = AppTest.from_function(page, default_timeout=60)
    found.session_state["stream"] = Stream(session)
    return found.run()


def test_a_face_at_rest_is_recorded_answers_are_read_against_it_and_it_is_switched_off(running):
    session = running.session_state["stream"].session
    button(running, "Record my face at rest").click().run()
    assert button(running, "Recording: keep your face at rest").disabled
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), np.uint8)
    for number in range(100):
        session.process(noise, number / 30)
    running.run()
    assert not running.exception
    assert session.classifier.person is running.session_state["rest_person"] is not None
    assert session.watch is None
    session.process(noise, 5.0)
    assert session.snapshot().faces[0].result.model == "emotion-net, read against a face at rest"
    running.toggle(key="rest_on").set_value(False).run()
    assert session.classifier.person is None
    button(running, "Record my face at rest").click().run()
    assert REST_CROPS not in running.session_state and REST_PERSON not in running.session_state
    assert running.session_state["stream"].rest is None


def test_a_stream_keeps_its_model_where_another_was_chosen_meanwhile(running):
    """As on Photos, while the stream is kept."""
    session = running.session_state["stream"].session
    running.session_state[models.CHOSEN] = "seed-cnn"
    button(running, "Record my face at rest").click().run()
    noise = np.random.default_rng(0).integers(0, 255, (240, 320, 3), np.uint8)
    for number in range(100):
        session.process(noise, number / 30)
    running.run()
    assert session.classifier.person is running.session_state["rest_person"] is not None
    assert session.classifier.card.name == "emotion-net"
    running.toggle(key="rest_on").set_value(False).run()
    assert (session.classifier.card.name, session.classifier.person) == ("emotion-net", None)


def test_a_model_without_a_class_of_rest_says_so_in_place_of_the_button():
    fake = FakeClassifier(happy=0.9)
    fake.classes = ("bored", "wink", "smile", "tired", "sly", "awake", "calm")
    found = AppTest.from_function(page, default_timeout=60)
    found.session_state["stream"] = Stream(ec.LiveSession(fake, FakeDetector(0.9)))
    found.run()
    assert not found.exception and not found.button
    assert "has no class “neutral”" in found.caption[0].value


def test_a_recording_ends_with_its_stream(running):
    button(running, "Record my face at rest").click().run()
    running.session_state["stream"] = Stream(ec.LiveSession(ec.load_classifier(), FakeDetector(0.9)))
    running.run()
    assert not button(running, "Record my face at rest").disabled


def test_a_second_model_that_cannot_be_used_is_named_until_another_is_chosen(running, monkeypatch):
    session, asked, trouble = running.session_state["stream"].session, list[object](), "the network cannot be run"

    def compare_with(classifier: object) -> None:
        asked.append(classifier)
        if classifier is not None:
            raise RuntimeError(trouble)

    monkeypatch.setattr(session, "compare_with", compare_with)
    running.session_state[second.CHOSEN] = "seed-cnn"
    for _ in range(2):  # it is said as long as it is so, and tried once
        running.run()
        assert not running.exception
        assert [one.value for one in running.error] == [f"The model {plain('seed-cnn')} cannot be used: {trouble}"]
    assert len(asked) == 2 and asked[1] is None
    running.session_state[second.CHOSEN] = None
    running.run()
    assert not running.error


def test_a_second_model_is_read_against_the_same_face(running):
    session = running.session_state["stream"].session
    running.session_state[second.CHOSEN] = "seed-cnn"
    running.session_state["rest_crops"] = np.random.default_rng(0).integers(0, 255, (3, 48, 48, 3), np.uint8)
    running.session_state["rest_person"] = calibrate_person(session.classifier, running.session_state["rest_crops"])
    running.session_state["rest_on"] = True
    running.run()
    assert not running.exception
    read = session.second_classifier
    assert (read.card.name, read.person.faces) == ("seed-cnn", 3)
    running.run()
    assert session.second_classifier is read  # and it is not asked for anew every second
    running.toggle(key="rest_on").set_value(False).run()
    assert session.second_classifier.person is None

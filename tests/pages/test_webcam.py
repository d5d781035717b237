"""The webcam page without a browser: what it says before, during and after the stream, and where there is no camera."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import weakref
from types import SimpleNamespace
from unittest.mock import Mock, patch

import av
import numpy as np
import pytest
import streamlit as st
from aiortc.contrib.media import MediaRelay
from streamlit.testing.v1 import AppTest
from streamlit_webrtc import WebRtcStreamerState

import emotion_core as ec
from emotion_core.streams import write_csv, write_json
from emotion_core.visuals.drawing import annotate_live
from tests.fakes import FakeClassifier, FakeDetector
from tests.page import button, components, sample_png, texts
from tests.pictures import blank_png
from ui.shared import access, models
from ui.shared.downloads import csv_file, json_file
from ui.shared.layout import plain
from ui.shared.mix import MIX
from ui.webcam import camera, readout, second, servers, start, streamer
from ui.webcam.leaving import KEEP, REST_CROPS, REST_ON, REST_PERSON, REST_RECORDER
from ui.webcam.markers import write_markers
from ui.webcam.stream import Stream
from ui.webcam.transport import camera_rate
from ui.webcam.transport.playing import Playing

GREY = np.full((240, 320, 3), 128, np.uint8)
AT_REST = (REST_RECORDER, REST_CROPS, REST_PERSON, REST_ON)


@pytest.fixture(autouse=True)
def without_browser():
    """The streamer asks Streamlit's runtime for the browser's session and for a relay; there is no runtime."""
    session = patch("streamlit_webrtc.component.get_this_session_info", return_value=None)
    with session, patch("streamlit_webrtc.relay.get_global_relay", MediaRelay):
        yield


@pytest.fixture(autouse=True)
def settled(monkeypatch):
    """The browser's part of the streamer has come to life."""
    monkeypatch.setattr(streamer, "is_settled", lambda *key: True)


@pytest.fixture
def session() -> ec.LiveSession:
    """Three seconds of two faces that look happy."""
    session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9, 0.8), draw=annotate_live)
    for number in range(90):
        session.process(GREY, number / 30)
    return session


@pytest.fixture
def webcam(go_to, happy) -> AppTest:
    """The page as it opens."""
    return go_to("4_Webcam.py").run()


@pytest.fixture
def two_models(monkeypatch) -> list[str]:
    """There are the models "one" and "two"; the names of those that were asked for."""
    fake, asked = FakeClassifier(happy=0.93), list[str]()

    def classifier(model: str) -> FakeClassifier:
        asked.append(model)
        return fake

    monkeypatch.setattr(access, "model_names", lambda: ["one", "two"])
    monkeypatch.setattr(models, "classifier", classifier)
    return asked


def show(page: AppTest, phase: str, session: ec.LiveSession, since: float = 0.0) -> AppTest:
    """The page in a phase that the browser would have led to."""
    page.session_state["live_phase"] = phase
    page.session_state["live"] = Stream(session)
    page.session_state["live_since"] = time.monotonic() - since
    page.run()
    assert not page.exception
    return page


def with_problem(page: AppTest, kind: str) -> AppTest:
    page.session_state["live_problem"] = kind
    page.run()
    assert not page.exception
    return page


# Before


def test_before_the_camera_starts_it_is_said_what_will_happen(webcam):
    assert not webcam.exception
    said = texts(webcam)
    assert "Nothing is stored and nothing is passed on" in said
    assert "not for decisions about people" in said
    assert "Model: emotion\\-net" in said
    assert not webcam.camera_input


def test_the_camera_is_asked_for_by_one_button_alone(webcam):
    assert len(components(webcam)) == 1
    assert not webcam.get("component_instance")


def test_a_single_photo_is_offered_and_analysed(webcam):
    webcam.toggle(key="live single").set_value(True).run()
    webcam.camera_input[0].upload("shot.jpg", sample_png()).run()
    assert not webcam.exception
    assert "Looks happy, 93 %" in [one.value for one in webcam.header]


def test_a_single_photo_has_one_model_for_the_answer_and_what_is_shown_of_it(go_to, two_models):
    page = go_to("4_Webcam.py").run()
    page.selectbox(key="model").set_value("two").run()
    two_models.clear()
    page.toggle(key="live single").set_value(True).run()
    page.camera_input[0].upload("shot.jpg", sample_png()).run()
    assert not page.exception
    assert "Looks happy, 93 %" in [one.value for one in page.header]
    assert set(two_models) == {"two"}


def test_a_single_photo_is_as_large_as_the_camera_makes_it_on_a_small_screen_too(webcam):
    webcam.toggle(key="live single").set_value(True).run()
    assert webcam.camera_input[0].proto.resolution_height == 720


def test_what_is_offered_for_a_single_photo_without_a_face_works(webcam, detector):
    detector(0.45)
    webcam.toggle(key="live single").set_value(True).run()
    webcam.camera_input[0].upload("faint.jpg", blank_png()).run()
    assert "No face found" in [one.value for one in webcam.header]
    button(webcam, "Lower the detection threshold to 0.4").click().run()
    assert not webcam.exception
    assert "Looks happy, 93 %" in [one.value for one in webcam.header]
    photo_page = webcam.switch_page("pages/3_Predict.py").run()
    assert photo_page.slider(key="threshold").value == 0.4


def test_a_single_photo_is_searched_with_the_settings_of_the_photo_page(go_to, happy, detector):
    detector(0.45)
    page = go_to("3_Predict.py").run()
    page.slider(key="threshold").set_value(0.4).run()
    page = page.switch_page("pages/4_Webcam.py").run()
    page.toggle(key="live single").set_value(True).run()
    page.camera_input[0].upload("faint.jpg", blank_png()).run()
    assert "Looks happy, 93 %" in [one.value for one in page.header]
    page = page.switch_page("pages/3_Predict.py").run()
    assert not page.exception
    assert page.slider(key="threshold").value == 0.4


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("permission", "may not use the camera"),
        ("device", "No camera was found"),
        ("busy", "delivers no video"),
        ("https", "only on pages opened over https"),
        ("network", "cannot reach the server"),
        ("OddError*", r"cannot be used (OddError\*)"),
    ],
)
def test_it_is_said_why_there_is_no_camera_and_a_photo_offered(webcam, kind, words):
    with_problem(webcam, kind)
    assert words in webcam.error[0].value
    assert webcam.camera_input


def test_every_error_of_a_browser_has_words():
    assert set(camera.ERROR_NAMES.values()) | {"network"} == set(camera.PROBLEMS)


@pytest.mark.parametrize(
    ("address", "insecure"),
    [
        ("http://localhost:8501/Webcam", False),
        ("http://127.0.0.1:8501/Webcam", False),
        ("https://example.org/Webcam", False),
        ("http://192.168.1.7:8501/Webcam", True),
        ("", False),
    ],
)
def test_an_address_without_https_is_noticed_unless_it_is_this_machine(monkeypatch, address, insecure):
    monkeypatch.setattr(type(st.context), "url", property(lambda self: address))
    assert camera.insecure_address() is insecure


def test_the_help_has_a_worked_example():
    said = start.HELP.read_text("utf-8")
    assert servers.ICE_VARIABLE in said
    assert f"[[{servers.ICE_SECRET}]]" in said


def test_a_model_that_cannot_be_used_is_said(go_to, happy, monkeypatch):
    def broken(model: str) -> None:
        raise ec.ModelError("its file is missing")

    monkeypatch.setattr(models, "classifier", broken)
    page = go_to("4_Webcam.py").run()
    assert not page.exception
    assert "its file is missing" in page.error[0].value


# STUN and TURN


@pytest.fixture
def secrets(monkeypatch):
    """Call it with what the secrets file is to hold."""

    def use(**found: object) -> None:
        monkeypatch.delenv(servers.ICE_VARIABLE, raising=False)
        monkeypatch.setattr(st.secrets, "load_if_toml_exists", lambda: bool(found))
        monkeypatch.setattr(type(st.secrets), "get", lambda self, name, default: found.get(name, default))

    return use


def test_no_server_is_asked_unless_one_is_set(secrets):
    secrets()
    assert servers.ice_servers() == []


def test_servers_come_from_the_secrets(secrets):
    secrets(ice_servers=[{"urls": "turn:example.org", "username": "me", "credential": "word"}])
    assert servers.ice_servers() == [{"urls": "turn:example.org", "username": "me", "credential": "word"}]


def test_servers_come_from_the_environment_before_the_secrets(secrets, monkeypatch):
    secrets(ice_servers=[{"urls": "turn:example.org"}])
    monkeypatch.setenv(servers.ICE_VARIABLE, '[{"urls": ["stun:example.net"]}]')
    assert servers.ice_servers() == [{"urls": ["stun:example.net"]}]


@pytest.mark.parametrize("wrong", ["stun:example.org", "{}", '["stun:example.org"]', '[{"url": "stun:example.org"}]'])
def test_servers_that_make_no_sense_are_said_and_left_out(webcam, session, monkeypatch, wrong):
    monkeypatch.setenv(servers.ICE_VARIABLE, wrong)
    show(webcam, "live", session)
    assert "No STUN and TURN servers are used" in webcam.warning[0].value


# During


def test_a_running_stream_shows_the_largest_face_and_how_quick_it_is(webcam, session):
    show(webcam, "live", session)
    assert "Face 1 looks happy, 93 %" in texts(webcam)
    bars, minute = (one.proto.body for one in webcam.get("html") if not one.proto.body.startswith("<style>"))
    assert "Probabilities: happy 93 %" in bars
    assert "over the last 60 seconds" in minute
    assert not webcam.get("plotly_chart")  # which would be gone for a part of every second
    assert [one.label for one in webcam.download_button] == ["Save a picture"]


def test_the_delay_is_said_and_what_is_not_in_it(webcam, session):
    show(webcam, "live", session)
    (readout,) = [one for one in webcam.caption if "frames per second" in one.value]
    assert readout.value.endswith(f" {session.snapshot().delay:.0f} ms delay here")
    assert "Not included" in readout.help
    assert "90 of 90 frames analysed" in readout.help


def test_another_face_can_be_chosen(webcam, session):
    show(webcam, "live", session)
    webcam.pills[0].set_value(2).run()
    assert "Face 2 looks happy" in texts(webcam)


def test_a_chosen_face_that_is_gone_gives_way_to_the_largest(webcam, session):
    webcam.session_state["live wanted"] = 7
    show(webcam, "live", session)
    assert "Face 1 looks happy" in texts(webcam)


def test_settings_reach_the_running_session(webcam, session):
    show(webcam, "live", session)
    webcam.slider(key="smoothing").set_value(1.5).run()
    webcam.slider(key="smallest live face").set_value(100).run()
    assert (session.settings.smoothing, session.settings.smallest_face) == (1.5, 100)
    webcam.radio(key=MIX).set_value("trained").run()
    assert session.settings.prior == "trained"


def test_errors_are_counted_and_shown_while_the_picture_goes_on(webcam, session):
    session.note(RuntimeError("the network is broken"))
    show(webcam, "live", session)
    assert "1 frame could not be analysed: the network is broken" in webcam.error[0].value
    assert "Face 1 looks happy" in texts(webcam)


def test_hints_are_said_in_words(webcam):
    session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(), draw=annotate_live)
    for number in range(60):
        session.process(GREY, number / 30)
    show(webcam, "live", session)
    assert [one.value for one in webcam.info] == [readout.HINTS["no face"]]


def test_every_hint_has_words():
    from emotion_core.streams import HINTS

    assert set(readout.HINTS) == set(HINTS)


def test_a_stream_that_brings_no_picture_is_waited_for_and_then_explained(webcam):
    empty = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
    show(webcam, "live", empty)
    assert "Waiting for the first frame" in texts(webcam)
    assert not webcam.error
    show(webcam, "live", empty, since=readout.UNREACHABLE_AFTER + 1)
    assert "cannot reach the server" in webcam.error[0].value


def test_a_stream_that_connects_late_leaves_no_error_behind(webcam):
    late = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
    show(webcam, "live", late, since=readout.UNREACHABLE_AFTER + 1)
    assert "cannot reach the server" in webcam.error[0].value
    late.process(GREY, 0.0)
    webcam.run()
    assert not webcam.error
    button(webcam, "Stop the camera").click().run()
    assert "1 face in 0 s" in [one.value for one in webcam.header]
    assert not webcam.error


def test_a_stream_that_found_no_way_says_so_after_it_was_stopped(webcam):
    empty = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
    show(webcam, "live", empty, since=readout.UNREACHABLE_AFTER + 1)
    button(webcam, "Stop the camera").click().run()
    assert [one.value for one in webcam.header] == ["No video was received"]
    assert "No face was seen" not in texts(webcam)
    assert "cannot reach the server" in webcam.error[0].value
    button(webcam, "Back").click().run()
    assert "Nothing is stored" in texts(webcam)


def test_the_help_that_an_error_speaks_of_is_beside_it(webcam):
    empty = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
    assert button(webcam, "Help with the camera")
    show(webcam, "live", empty, since=readout.UNREACHABLE_AFTER + 1)
    assert "The help explains" in webcam.error[0].value
    assert button(webcam, "Help with the camera")
    button(webcam, "Stop the camera").click().run()
    assert "The help explains" in webcam.error[0].value
    assert button(webcam, "Help with the camera")


def test_a_stream_that_is_interrupted_is_waited_for(webcam, session):
    session.close()
    show(webcam, "live", session)
    assert "Face 1 looks happy" in texts(webcam)


def test_a_stream_whose_end_is_told_before_its_first_picture_is_waited_for(webcam):
    # Seen where one camera was stopped and started again: the end of the earlier stream was told to the later one.
    session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
    session.close()
    show(webcam, "live", session, since=1.0)
    assert "Waiting for the first frame" in texts(webcam)
    assert webcam.session_state["live_phase"] == "live"


def test_a_stream_that_ended_and_brings_no_picture_is_given_up(webcam):
    session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
    session.close()
    show(webcam, "live", session)
    assert not webcam.header
    playing = webcam.session_state["live"].playing = Playing()
    for ago in (100.0, 80.0, 60.0):  # told, in vain, and told again
        playing.wanted(connected=False, pictures=0, now=time.monotonic() - ago)
    webcam.run()
    assert "No video was received" in [one.value for one in webcam.header]


def test_a_stream_goes_on_where_two_runs_of_the_page_are_counted_at_once(webcam, session):
    # As on a busy machine: a run begins before the server has counted the one before.
    counted = SimpleNamespace(script_run_count=5)
    worker = Mock(backend="aiortc", local_description=None)
    with patch("streamlit_webrtc.component.get_this_session_info", return_value=counted):
        show(webcam, "live", session)
        context = webcam.session_state[streamer.STREAMER]
        context._set_worker(worker)
        context._set_state(WebRtcStreamerState(playing=True, signalling=False))
        counted.script_run_count += 2
        webcam.run()
    assert not webcam.exception
    worker.stop.assert_not_called()


def test_a_stream_that_stays_away_leads_to_the_summary(webcam, session, monkeypatch):
    monkeypatch.setattr(readout, "ENDED_AFTER", -1.0)
    session.close()
    show(webcam, "live", session)
    assert "2 faces in 3 s" in [one.value for one in webcam.header]


def test_a_page_that_was_left_while_it_streamed_shows_the_summary(webcam, session, monkeypatch):
    monkeypatch.setattr(streamer, "is_settled", lambda *key: False)
    show(webcam, "live", session)
    assert "2 faces in 3 s" in [one.value for one in webcam.header]


@pytest.mark.parametrize("phase", ["live", "after"])
def test_what_was_seen_is_forgotten_when_the_page_is_left(webcam, session, phase):
    show(webcam, phase, session)
    webcam.switch_page("Home.py").run()
    assert webcam.session_state["live"] is None
    webcam.switch_page("pages/4_Webcam.py").run()
    assert not webcam.exception
    assert "what was seen is forgotten" in webcam.info[0].value
    assert not webcam.run().info


@pytest.mark.parametrize("discarded", [False, True])
def test_a_face_at_rest_is_forgotten_with_what_was_seen(webcam, session, discarded):
    show(webcam, "after", session)
    for name in AT_REST:
        webcam.session_state[name] = object()
    if discarded:
        button(webcam, "Discard").click().run()
    else:
        webcam.switch_page("Home.py").run()
    assert not webcam.exception
    assert not [name for name in AT_REST if name in webcam.session_state]


def test_what_was_seen_is_kept_if_that_is_wished(webcam, session):
    show(webcam, "after", session)
    webcam.session_state[REST_CROPS] = "crops"
    webcam.toggle(key=KEEP).set_value(True).run()
    webcam.switch_page("Home.py").run()
    webcam.switch_page("pages/4_Webcam.py").run()
    assert not webcam.exception
    assert webcam.session_state[REST_CROPS] == "crops"
    assert "2 faces in 3 s" in [one.value for one in webcam.header]


def test_stop_leads_to_the_summary(webcam, session):
    show(webcam, "live", session)
    button(webcam, "Stop the camera").click().run()
    assert not webcam.exception
    assert "2 faces in 3 s" in [one.value for one in webcam.header]


# What the visitor adds


@pytest.fixture
def in_turn() -> ec.LiveSession:
    """Face 1 for two seconds; then, far from it, face 2."""
    session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
    for number in range(40):
        session.process(GREY, number / 20)
    for number in range(100):  # another shape of picture: nobody is where he was
        session.process(np.full((1200, 300, 3), 90, np.uint8), 5 + number / 20)
    return session


def marked(page: AppTest, session: ec.LiveSession) -> AppTest:
    """A page on which two moments were marked, the first with words and a picture."""
    show(page, "live", session)
    page.text_input(key="live marker words").set_value("=He laughs").run()
    page.toggle(key="live marker pictures").set_value(True).run()
    button(page, "Mark this moment").click().run()
    assert page.text_input(key="live marker words").value == ""
    page.toggle(key="live marker pictures").set_value(False).run()
    button(page, "Mark this moment").click().run()
    assert not page.exception
    return page


def test_a_moment_is_marked_with_words_and_a_picture_if_that_is_wished(webcam, session):
    marked(webcam, session)
    first, second = webcam.session_state["live"].markers
    assert first.text == "=He laughs" and first.picture[:2] == b"\xff\xd8"
    assert (second.text, second.picture) == ("", None)
    assert first.seconds == pytest.approx(3, abs=0.1)
    assert any("2 moments marked" in one.value for one in webcam.caption)


def test_the_summary_has_the_marks_and_the_clock_and_a_file_of_them(webcam, session):
    marked(webcam, session)
    button(webcam, "Stop the camera").click().run()
    assert not webcam.exception
    assert any("by your clock" in one.value for one in webcam.caption)
    stream = webcam.session_state["live"]
    rows = list(csv.DictReader(io.StringIO(csv_file(lambda file: write_markers(stream, file)).decode("utf-8-sig"))))
    assert [row["seconds"] for row in rows] == ["2.97", "2.97"]
    assert rows[0]["text"] == "'=He laughs" and rows[0]["clock"].count(":") == 2


def test_faces_that_are_one_person_are_merged_by_hand(webcam, in_turn):
    assert {one.number for one in in_turn.history()} == {1, 2}
    show(webcam, "after", in_turn)
    webcam.selectbox(key="live merge").set_value(2).run()
    button(webcam, "Merge").click().run()
    assert not webcam.exception
    assert any(one.value.startswith("1 face in ") for one in webcam.header)


def test_two_that_were_seen_at_once_are_not(webcam, session):
    show(webcam, "after", session)
    button(webcam, "Merge").click().run()
    assert "faces 1 and 2 were seen at the same time" in webcam.error[0].value.lower()
    assert "2 faces in 3 s" in [one.value for one in webcam.header]


# What the streamer's thread runs


def frame_of(picture: np.ndarray, stamp: int = 0) -> av.VideoFrame:
    from fractions import Fraction

    frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
    frame.pts, frame.time_base = stamp, Fraction(1, 90000)
    return frame


def test_pictures_are_turned_as_in_a_mirror_before_they_are_drawn_on():
    half = np.zeros((48, 64, 3), np.uint8)
    half[:, :32] = 255
    plain = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector())
    shown = Stream(plain).annotated(frame_of(half)).to_ndarray(format="rgb24")
    assert shown[24, 10].max() < 10
    assert shown[24, 50].min() > 245


def test_frames_without_a_time_are_taken():
    session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9))
    for _ in range(3):
        Stream(session).annotated(av.VideoFrame.from_ndarray(GREY, format="rgb24"))
    assert session.snapshot().frames_analysed == 3


def test_what_cannot_be_read_is_counted_and_goes_back_as_it_came(session):
    class Broken:
        time = 0.0
        format = av.VideoFormat("rgb24")

        def to_ndarray(self, format: str) -> np.ndarray:
            raise ValueError("no such pixels")

    broken = Broken()
    assert Stream(session).annotated(broken) is broken
    assert session.snapshot().last_error == "no such pixels"


def test_the_camera_is_told_how_many_pictures_to_give(webcam, session, monkeypatch):
    monkeypatch.setattr(Stream, "_all", weakref.WeakSet())
    monkeypatch.setattr(camera_rate, "processors", lambda: 2)
    told: list[dict] = []
    monkeypatch.setattr(camera_rate, "_adjust", lambda key, data: told.append(data))
    show(webcam, "live", session)
    other = Stream(ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9)))
    other.session.process(GREY, 0.0)
    webcam.run()
    assert [data["rate"] for data in told] == [30, 17]
    assert told[0]["video"] == camera.VIDEO


def test_a_model_that_is_gone_when_the_camera_is_on_leads_back_to_the_beginning(webcam, monkeypatch):
    def gone(model: str) -> None:
        raise ec.ModelError(f"there is no model {model}")

    monkeypatch.setattr(models, "classifier", gone)
    webcam.session_state["live_phase"] = "live"
    webcam.session_state["live_since"] = time.monotonic()
    webcam.run()
    assert not webcam.exception
    assert "there is no model" in webcam.error[0].value
    assert webcam.session_state["live_phase"] == "before"


def test_the_more_cameras_there_are_the_fewer_pictures_each_is_asked_for(session, monkeypatch):
    monkeypatch.setattr(Stream, "_all", weakref.WeakSet())
    monkeypatch.setattr(camera_rate, "processors", lambda: 2)
    first = Stream(session)
    assert (first.first_rate, first.rate()) == (30, 30)
    session.process(GREY, 0.0)
    second = Stream(ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9)))
    assert (second.first_rate, second.rate(), first.rate()) == (17, 17, 30)  # its camera is not on yet
    second.session.process(GREY, 0.0)
    assert (second.rate(), first.rate()) == (17, 17)
    first.on_end()
    assert (second.rate(), second.first_rate) == (30, 17)


@pytest.mark.parametrize(
    ("cameras", "cores", "each"),
    [(1, 1, 17), (1, 2, 30), (2, 2, 17), (3, 2, 11), (7, 2, 5), (100, 2, 5), (2, 8, 30), (4, 64, 17)],
)
def test_cameras_share_what_the_servers_cores_can_do(cameras, cores, each):
    assert camera_rate.pictures_a_second(cameras, cores) == each


# A second model


@pytest.fixture
def compared(session) -> ec.LiveSession:
    """The same faces for two seconds more, read by a second model, which is less sure of them."""
    other = FakeClassifier(sad=0.6)
    other.named = "other"
    session.compare_with(other)
    for number in range(90, 150):
        session.process(GREY, number / 30)
    return session


def test_a_second_model_is_chosen_beside_the_first_and_none_is_at_first(go_to, session, two_models):
    page = go_to("4_Webcam.py").run()
    assert page.selectbox(key=second.CHOSEN).value is None
    show(page, "live", session)
    assert session.second_classifier is None
    page.selectbox(key=second.CHOSEN).set_value("two").run()
    assert session.second_classifier is not None
    page.selectbox(key=second.CHOSEN).set_value(None).run()
    assert session.second_classifier is None


def test_both_answers_stand_side_by_side_for_every_face(webcam, compared, monkeypatch):
    monkeypatch.setattr(second, "apply", lambda stream: None)
    show(webcam, "live", compared)
    said = texts(webcam)
    assert "Face 1: the models differ" in said
    assert re.search(r"looks happy, 9\d %", said) and re.search(r"looks sad, 60 %", said)
    table = next(one.proto.body for one in webcam.get("html") if one.proto.body.startswith("<table"))
    cells = [text.replace("\N{NO-BREAK SPACE}", " ") for text in re.findall("<t[hd] [^>]*>(.*?)</t[hd]>", table)]
    assert cells[:4] == ["Face", "emotion-net", "other", ""]
    assert cells[8:] == ["2", "Happy 93 %", "Sad 60 %", "differ"]
    assert plain("emotion-net and other agreed 0 % of the time.") in said
    minutes = [body for body in (one.proto.body for one in webcam.get("html")) if "over the last 60 seconds" in body]
    assert ["by other" in body for body in minutes] == [False, True]
    assert "compare" in next(one.help for one in webcam.caption if "frames per second" in one.value)


def test_the_last_minute_is_of_the_two_models_that_read_the_faces_now(webcam, compared, monkeypatch):
    monkeypatch.setattr(second, "apply", lambda stream: None)
    first, third = compared.second_classifier, FakeClassifier(happy=0.93)
    third.named = "third"
    for number, model in enumerate((third, first), start=6):
        compared.compare_with(model)
        compared.process(GREY, number)
    show(webcam, "live", compared)
    lately = [one.value for one in webcam.caption if one.value.startswith("Last minute")]
    assert lately == [f"Last minute: {plain('emotion-net and other agreed 0 % of the time.')}"]


def test_a_second_model_that_fails_is_named_and_the_first_goes_on(webcam, session, monkeypatch):
    monkeypatch.setattr(second, "apply", lambda stream: None)
    broken = FakeClassifier()
    session.compare_with(broken)
    broken.answer = np.full(7, np.nan, np.float32)
    session.process(GREY, 3.0)
    show(webcam, "live", session)
    assert "could not read the last frame: the predictions" in webcam.error[0].value
    assert "Face 1 looks happy, 93 %" in texts(webcam)


def test_the_summary_says_how_often_two_models_agreed_and_how_long_each_took(webcam, compared):
    show(webcam, "after", compared)
    said = texts(webcam)
    assert plain("emotion-net and other agreed 0 % of the time.") in said
    assert re.search(r"For the faces of a frame, \S+ took [\d.]+ ms and other took [\d.]+ ms\.", said)
    assert said.count("Timeline**, by ") == 2 and "**Timeline**, by other" in said
    assert len(webcam.get("plotly_chart")) == 4
    assert webcam.dataframe[1].value.to_dict("index") == {"Happy": {"Sad": "100 %"}}


# After


def test_the_summary_has_charts_a_table_and_files(webcam, session):
    show(webcam, "after", session)
    assert len(webcam.get("plotly_chart")) == 2
    assert [one.label for one in webcam.download_button] == ["CSV", "JSON"]
    table = webcam.dataframe[0].value
    assert list(table["Face"]) == [1, 2]
    assert list(table["Happy"]) == ["100 %", "100 %"]


def test_a_summary_of_a_part_of_the_stream_says_which(webcam, monkeypatch):
    monkeypatch.setattr("emotion_core.streams.session.HISTORY_ROWS", 40)
    session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector(0.9, 0.8))
    for number in range(700):
        session.process(GREY, number / 10)
    show(webcam, "after", session)
    assert "2 faces in the last 2 s" in [one.value for one in webcam.header]
    assert "The last 2 s of 1 min 10 s are kept" in texts(webcam)


def test_a_summary_without_a_face_says_so(webcam):
    session = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector())
    session.process(GREY, 0.0)
    show(webcam, "after", session)
    assert "No face was seen" in texts(webcam)
    assert not webcam.download_button


def test_what_was_seen_can_be_forgotten(webcam, session):
    show(webcam, "after", session)
    button(webcam, "Discard").click().run()
    assert webcam.session_state["live"] is None
    assert "Nothing is stored" in texts(webcam)


def test_what_is_forgotten_takes_its_trouble_with_it(webcam, session):
    with_problem(show(webcam, "after", session), "permission")
    assert "may not use the camera" in webcam.error[0].value
    button(webcam, "Discard").click().run()
    assert not webcam.exception
    assert not webcam.error


def test_files_hold_the_history(session):
    history = session.history()
    data = json_file(lambda file: write_json(history, file))
    rows = list(
        csv.DictReader(io.StringIO(csv_file(lambda file: write_csv(history, file)).decode("utf-8-sig"), newline=""))
    )
    assert len(rows) == len(history) == len(json.loads(data))
    assert {row["emotion"] for row in rows} == {"happy"}


def test_the_saved_picture_is_the_annotated_one(session):
    saved = ec.load_image(readout.jpeg_of(session))
    shown = session.snapshot().frame
    assert np.abs(saved.astype(int) - shown).mean() < 3


def test_before_the_first_picture_a_black_one_is_saved():
    empty = ec.LiveSession(FakeClassifier(happy=0.93), FakeDetector())
    assert ec.load_image(readout.jpeg_of(empty)).max() == 0

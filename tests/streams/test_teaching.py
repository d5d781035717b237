"""Teaching classes from a camera: what is recorded and what not, and that answers are right at once."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import numpy as np
import pytest

from emotion_core.classes import colours_of
from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.store import open_dataset
from emotion_core.faces.box import Box
from emotion_core.faces.detection import YuNetDetector
from emotion_core.jobs.few_shot import publish_few_shot
from emotion_core.models.registry import load_classifier
from emotion_core.runs.errors import RunError
from emotion_core.streams.session import LiveSession
from emotion_core.streams.teaching import (
    ENOUGH,
    MOST_RECORDED,
    NO_FACE,
    SEVERAL_FACES,
    TOO_SMALL,
    Lesson,
    parse_classes,
    what_next,
)
from tests.clips_of_two import smiling, upside_down
from tests.fakes import card_for_lessons

SHARP = np.tile(np.random.default_rng(0).integers(60, 200, (48, 48, 1), np.uint8), (1, 1, 3))


class Base:
    """Embeds a crop as its mean greys, left and right."""

    embedding_size = 2

    def __init__(self):
        self.card = card_for_lessons()

    def embed(self, crops: np.ndarray) -> np.ndarray:
        return np.stack([crops[:, :, :24].mean((1, 2, 3)), crops[:, :, 24:].mean((1, 2, 3))], axis=1).astype(np.float32)


@pytest.fixture
def lesson() -> Lesson:
    return Lesson(Base(), ["left", "right"])


def face(height: float = 120.0) -> SimpleNamespace:
    return SimpleNamespace(result=SimpleNamespace(box=Box(0, 0, height, height)))


def lit(side: str) -> np.ndarray:
    """A face of which one side is lighter."""
    crop = SHARP.copy()
    half = slice(24, 48) if side == "right" else slice(0, 24)
    crop[:, half] = crop[:, half] // 2 + 120
    return crop


def show(lesson: Lesson, side: str, count: int, start: float) -> None:
    lesson.record(side)
    for number in range(count):
        lesson.watch(lit(side)[None], [face()], start + 0.2 * number)
    lesson.record(None)


def test_faces_are_recorded_five_a_second_while_a_class_is_held(lesson):
    for number in range(31):
        lesson.watch(SHARP[None], [face()], number / 30)
    assert lesson.counts() == {"left": 0, "right": 0}
    lesson.record("left")
    for number in range(31):
        lesson.watch(SHARP[None], [face()], 2 + number / 30)
    assert 5 <= lesson.counts()["left"] <= 6


@pytest.mark.parametrize(
    ("crop", "faces", "note", "kept"),
    [
        (SHARP, [face()], "", 1),
        (SHARP, [face(), face(80)], SEVERAL_FACES, 1),
        (SHARP, [face(40)], TOO_SMALL, 0),
        (SHARP, [], NO_FACE, 0),
        (np.full((48, 48, 3), 120, np.uint8), [face()], "blurred", 0),
        (SHARP // 8, [face()], "too dark", 0),
    ],
)
def test_only_faces_that_can_be_read_are_recorded_and_it_says_why(lesson, crop, faces, note, kept):
    lesson.record("left")
    lesson.watch(crop[None][: len(faces)], faces, 1.0)
    assert (lesson.note, lesson.counts()["left"]) == (note, kept)


def test_no_more_are_kept_than_there_is_room_for(lesson, monkeypatch):
    monkeypatch.setattr("emotion_core.streams.teaching.MOST_RECORDED", 3)
    assert MOST_RECORDED > 200
    show(lesson, "left", 5, 0.0)
    lesson.record("left")
    lesson.watch(SHARP[None], [face()], 9.0)
    assert lesson.counts()["left"] == 3 and lesson.note == ENOUGH


def test_it_answers_as_soon_as_two_classes_have_five_faces(lesson):
    show(lesson, "left", 5, 0.0)
    assert lesson.changed and lesson.learn().head is None and not lesson.changed
    show(lesson, "right", 5, 10.0)
    taught = lesson.learn()
    assert taught.accuracy == 1.0
    assert taught.confusion.tolist() == [[5, 0], [0, 5]]
    assert taught.predict_proba(np.stack([lit("left"), lit("right")])).argmax(axis=1).tolist() == [0, 1]
    assert what_next(taught, lesson.counts()).startswith("All classes are recognised. Record more of “left”")


def test_what_learning_needs_is_loaded_with_the_first_class_so_that_the_first_answer_need_not_wait(lesson, monkeypatch):
    for module in ("sklearn.linear_model", "sklearn.model_selection"):
        monkeypatch.setitem(sys.modules, module, None)  # which says that it is missing where it is asked for
    lesson.learn()
    show(lesson, "left", 1, 0.0)
    with pytest.raises(ImportError, match="sklearn"):
        lesson.learn()


def test_a_class_with_few_faces_is_not_learnt_yet_and_named(lesson):
    lesson.add_class("both")
    show(lesson, "left", 6, 0.0)
    show(lesson, "right", 6, 10.0)
    show(lesson, "both", 2, 20.0)
    taught = lesson.learn()
    assert taught.classes == ("left", "right")
    assert what_next(taught, lesson.counts()) == "Record 5 faces or more of “both”."


def test_a_class_keeps_its_colour_whether_those_before_it_are_learnt_or_not(lesson):
    lesson.add_class("both")
    show(lesson, "right", 6, 0.0)
    show(lesson, "both", 6, 10.0)
    taught = lesson.learn()
    of_all = colours_of(lesson.classes)
    assert taught.classes == ("right", "both")
    assert colours_of(taught.classes, taught.card.colours) == {name: of_all[name] for name in of_all if name != "left"}


def test_a_class_that_is_removed_while_its_button_is_held_is_recorded_no_more(lesson):
    lesson.add_class("both")
    lesson.record("both")
    lesson.remove_class("both")
    lesson.watch(SHARP[None], [face()], 1.0)
    assert lesson.recording is None and not lesson.examples()


def test_faces_seconds_and_classes_can_be_dropped(lesson):
    show(lesson, "left", 3, 0.0)
    show(lesson, "left", 3, 10.0)
    lesson.drop(lesson.examples("left")[0].number)
    lesson.drop(99)
    assert lesson.counts()["left"] == 5
    lesson.drop_last("left")
    assert lesson.counts()["left"] == 2
    with pytest.raises(ValueError, match="2 to 30 classes, not one class"):
        lesson.remove_class("left")
    lesson.add_class("微笑")
    lesson.remove_class("left")
    assert lesson.classes == ("right", "微笑") and not lesson.examples()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("one", "not one class"),
        ("\n".join(map(str, range(31))), "not 31 classes"),
        ("Wink\nwink", "the same name"),
        ("x" * 200 + "\ny", "200 characters"),
        ("<script>\nb", "in its name"),
        ("", "not 0 classes"),
    ],
)
def test_classes_that_cannot_be_are_refused(text, why):
    with pytest.raises(ValueError, match=why):
        parse_classes(text)


def test_names_come_one_a_line_or_with_commas():
    assert parse_classes("усмешка, wink\n\n left wink ") == ("усмешка", "wink", "left wink")


def test_the_face_of_a_photo_may_be_of_any_shape(lesson):
    for shape in ((48, 48, 3), (48, 90, 3), (1, 7, 3)):
        lesson.add("left", np.zeros(shape, np.uint8))
    assert {one.crop.shape for one in lesson.examples()} == {(48, 48, 3)}


def test_what_a_camera_showed_is_answered_right_kept_and_used(own_workspace):
    """Two clips of a portrait, its mouth turned over in the second."""
    lesson = Lesson(load_classifier(), ["as it is", "upside down"])
    session = LiveSession(lesson.taught, YuNetDetector(), watch=lesson.watch)
    time = 0.0
    for name, clip in (("as it is", smiling), ("upside down", upside_down)):
        lesson.record(name)
        for number in range(0, 64, 4):
            time += 0.2
            session.process(clip(number), time)
        assert session.snapshot().faces[0].result.emotion == "uncertain"
    lesson.record(None)
    assert min(lesson.counts().values()) >= 10 and not session.snapshot().errors
    session.classifier = lesson.learn()
    for name, clip in (("as it is", smiling), ("upside down", upside_down)):
        for number in range(1, 64, 4):
            time += 0.2
            session.process(clip(number), time)
        assert session.snapshot().faces[0].result.emotion == name
    add_dataset(lesson.dataset(), "taught", "recorded")
    assert open_dataset("taught").classes == ("as it is", "upside down")
    publish_few_shot(lesson.dataset(), "taught", "recorded", lesson.groups())
    model = load_classifier("taught")
    asked = np.stack([one.crop for one in lesson.examples()])
    wanted = [model.classes.index(one.name) for one in lesson.examples()]
    assert (model.predict_proba(asked).argmax(axis=1) == wanted).mean() > 0.9
    with pytest.raises(RunError, match="there is a model 'taught' already"):
        publish_few_shot(lesson.dataset(), "taught", "recorded")

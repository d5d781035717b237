"""Boxes and labels on pictures of any size."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, strategies as st
from PIL import Image

from emotion_core import EMOTIONS, Box, FaceResult
from emotion_core.emotions import COLOURS
from emotion_core.streams.answers import ComparedFace, TrackedFace
from emotion_core.visuals import drawing, lettering
from emotion_core.visuals.drawing import (
    SMALLEST_DRAWN,
    annotate,
    annotate_live,
    at_most,
    enlarged,
    heat_overlay,
    readable_on,
    thumbnail,
)
from emotion_core.visuals.lettering import can_be_written


def face(box: Box, emotion: str = "happy") -> FaceResult:
    return FaceResult(box, 0.9, None, dict.fromkeys(EMOTIONS, 1 / 7), emotion, 0.9, "model")


def grey(width: int, height: int) -> np.ndarray:
    return np.full((height, width, 3), 128, np.uint8)


def rgb(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]


def count_of(image: np.ndarray, colour: str) -> int:
    return int((image == rgb(colour)).all(axis=2).sum())


@pytest.mark.parametrize("emotion", COLOURS)
def test_a_face_gets_a_box_in_its_emotions_colour(emotion):
    picture = annotate(grey(640, 480), [face(Box(200, 150, 100, 120), emotion)])
    assert picture[210, 200].tolist() == rgb(COLOURS[emotion])
    assert count_of(picture, COLOURS[emotion]) > 2 * (100 + 120)


def test_the_picture_given_is_left_as_it_was():
    image = grey(640, 480)
    annotate(image, [face(Box(200, 150, 100, 120))])
    assert (image == 128).all()


def named(emotion: str, *classes: str) -> FaceResult:
    shares = dict.fromkeys(classes, 1 / len(classes))
    return FaceResult(Box(200, 150, 100, 120), 0.9, None, shares, emotion, 0.9, "model")


@pytest.fixture
def fonts(monkeypatch) -> Iterator[Callable[..., None]]:
    """Call it with the fonts that are to be there besides Pillow's own."""

    def use(*names: str) -> None:
        monkeypatch.setattr(lettering, "FONTS", names)
        lettering._name_for.cache_clear()

    yield use
    lettering._name_for.cache_clear()


def test_a_class_is_written_in_its_own_letters(fonts, monkeypatch):
    if not can_be_written("усмешка"):
        pytest.skip("this machine has no font with Cyrillic letters")
    faces = [named("усмешка", "calm", "усмешка")]
    written = annotate(grey(640, 480), faces)
    fonts()
    monkeypatch.setattr(drawing, "can_be_written", lambda text: True)
    empty_boxes = annotate(grey(640, 480), faces)
    assert (written != empty_boxes).any()


def pictures_of(emotion: str, person: str | None = None) -> tuple[np.ndarray, np.ndarray]:
    """A photo and a picture of a stream, of one face that looks so, the second of two classes."""
    one = named(emotion, "calm", emotion)
    names = {1: person} if person else None
    return annotate(grey(640, 480), [one]), annotate_live(grey(640, 480), [TrackedFace(1, one)], names)


def alike(ones: tuple[np.ndarray, ...], others: tuple[np.ndarray, ...]) -> bool:
    return all((one == other).all() for one, other in zip(ones, others, strict=True))


@pytest.mark.parametrize("name", ["微笑", "ابتسامة", "усмешка"])
def test_a_class_whose_letters_no_font_here_has_is_written_by_its_number(name, fonts):
    fonts()
    assert alike(pictures_of(name, person=name), pictures_of("class 2"))


def test_a_name_is_written_by_its_number_where_no_font_has_what_stands_beside_it_too(fonts, monkeypatch):
    """As the letters of one script alone: Pillow has no font that takes a sign from another one."""
    fonts("Cyrillic alone")
    monkeypatch.setattr(lettering, "_has", lambda font, sign: sign.isspace() or sign.isascii() == (font == ""))
    assert can_be_written("усмешка") and not can_be_written("1 усмешка 90 %")
    assert alike(pictures_of("усмешка", person="Анна"), pictures_of("class 2"))


def test_a_long_name_is_cut_so_that_it_lies_within_the_picture():
    long, cut = (annotate(grey(640, 480), [named(name, "calm", name)]) for name in ("w" * 50, "w" * 24 + "..."))
    assert (long == cut).all()


def test_no_face_leaves_the_picture_as_it_was():
    assert (annotate(grey(640, 480), []) == 128).all()


def test_the_chosen_face_has_a_wider_line():
    faces = [face(Box(100, 150, 100, 120)), face(Box(400, 150, 100, 120))]
    picture = annotate(grey(640, 480), faces, chosen=2)
    assert count_of(picture[150:, :320], COLOURS["happy"]) < count_of(picture[150:, 320:], COLOURS["happy"])


def test_lines_and_letters_grow_with_the_picture():
    small = annotate(grey(400, 300), [face(Box(100, 100, 100, 100))])
    large = annotate(grey(4000, 3000), [face(Box(1000, 1000, 1000, 1000))])
    share = [count_of(image, COLOURS["happy"]) / image[:, :, 0].size for image in (small, large)]
    assert share[0] == pytest.approx(share[1], rel=0.5)


@pytest.mark.parametrize("box", [Box(0, 0, 100, 100), Box(540, 380, 100, 100), Box(-50, -50, 800, 700)])
def test_a_label_at_the_edge_stays_within_the_picture(box):
    picture = annotate(grey(640, 480), [face(box)])
    reference = annotate(grey(640, 480), [face(Box(250, 200, 100, 100))])
    # The letters on the coloured ground are as many as in the middle of a picture.
    assert count_of(picture, "#000000") == pytest.approx(count_of(reference, "#000000"), rel=0.05)


def test_labels_of_neighbours_do_not_cover_each_other():
    faces = [face(Box(100 + 60 * n, 200, 50, 60), emotion) for n, emotion in enumerate(EMOTIONS)]
    together = annotate(grey(640, 480), faces)
    for one in faces:
        # The smallest label, of the number alone, has more ground than this besides the lines of the box.
        lines = 2 * (50 + 60) * 3
        assert count_of(together, COLOURS[one.emotion]) > lines - 100 + 250


def test_a_small_picture_is_enlarged_so_that_words_fit():
    picture = annotate(grey(48, 48), [face(Box(0, 0, 48, 48))])
    assert picture.shape == (SMALLEST_DRAWN, SMALLEST_DRAWN, 3)


sizes = st.integers(1, 900)
edges = st.floats(-2000, 2000)
sides = st.floats(0, 3000)


@given(sizes, sizes, st.lists(st.builds(Box, edges, edges, sides, sides), max_size=4))
def test_any_boxes_are_drawn_on_pictures_of_any_size(width, height, boxes):
    picture = annotate(grey(width, height), [face(box) for box in boxes], chosen=1)
    assert picture.dtype == np.uint8
    assert max(picture.shape[:2]) == max(width, height, SMALLEST_DRAWN)


def test_a_large_picture_is_reduced_together_with_its_boxes():
    image, faces = at_most(grey(2000, 1000), [face(Box(200, 100, 400, 500))], 1000)
    assert image.shape == (500, 1000, 3)
    assert faces[0].box == Box(100, 50, 200, 250)


def test_a_small_picture_is_not_enlarged_by_reducing():
    image, faces = at_most(grey(200, 100), [face(Box(20, 10, 40, 50))], 1000)
    assert image.shape == (100, 200, 3)
    assert faces[0].box == Box(20, 10, 40, 50)


def test_a_thumbnail_keeps_its_proportions_and_at_least_a_pixel():
    assert thumbnail(grey(2000, 1000), 100).shape == (50, 100, 3)
    assert thumbnail(grey(3000, 1), 100).shape == (1, 100, 3)


def test_a_crop_is_enlarged_pixel_by_pixel():
    assert enlarged(np.array([[1, 2]], np.uint8), 2).tolist() == [[1, 1, 2, 2], [1, 1, 2, 2]]
    assert enlarged(np.zeros((48, 48, 3), np.uint8), 4).shape == (192, 192, 3)


def test_text_on_a_colour_is_black_or_white_whichever_is_read_better():
    assert readable_on("#ffffff") == readable_on(COLOURS["happy"]) == "#000000"
    assert readable_on("#000000") == readable_on(COLOURS["sad"]) == "#ffffff"


class TestHeat:
    FACE = np.full((8, 8), 100, np.uint8)

    def test_tints_what_speaks_for_and_against_and_leaves_the_rest(self):
        heat = np.zeros((8, 8), np.float32)
        heat[:3, :3], heat[5:, 5:] = 2, -2
        drawn = heat_overlay(self.FACE, heat, 4)
        assert drawn.shape == (32, 32, 3) and drawn.dtype == np.uint8
        red, _, blue = drawn[2, 2].astype(int)
        assert red > 150 and blue < 60  # orange
        red, _, blue = drawn[29, 29].astype(int)
        assert blue > 130 and red < 60
        assert (drawn[2, 29] == 100).all()

    def test_a_weak_map_is_drawn_weakly(self):
        strong, weak = (heat_overlay(self.FACE, np.full((8, 8), value, np.float32), 2) for value in (5, 0.01))
        assert abs(weak.astype(int) - 100).max() < 5 < abs(strong.astype(int) - 100).max()

    def test_a_face_in_colours_keeps_them_where_nothing_speaks(self):
        face = np.zeros((8, 8, 3), np.uint8)
        face[..., 0] = 200
        assert (heat_overlay(face, np.zeros((8, 8), np.float32), 3) == (200, 0, 0)).all()


@pytest.mark.parametrize("second", [None, "sad", "uncertain"])
@pytest.mark.parametrize(("width", "height"), [(640, 480), (321, 241), (40, 30), (1, 1), (3, 900)])
def test_a_streams_picture_keeps_its_size_and_is_left_as_it_was(width, height, second):
    picture = grey(width, height)
    box = Box(width / 4, height / 4, width / 2, height / 2)
    faces = [ComparedFace(7, face(box), face(box, second)) if second else TrackedFace(7, face(box))]
    shown = annotate_live(picture, faces)
    assert shown.shape == picture.shape
    assert (picture == 128).all()
    assert (annotate_live(picture, []) == picture).all()


def test_a_picture_may_be_given_as_it_lies_in_a_file():
    file = io.BytesIO()
    Image.fromarray(grey(640, 480)).save(file, "PNG")
    faces = [face(Box(50, 150, 100, 120), "sad")]
    assert (annotate(file.getvalue(), faces) == annotate(grey(640, 480), faces)).all()


def test_a_streams_faces_have_boxes_in_their_emotions_colours():
    faces = [
        TrackedFace(1, face(Box(50, 150, 100, 120), "sad")),
        TrackedFace(2, face(Box(400, 150, 100, 120), "uncertain")),
    ]
    shown = annotate_live(grey(640, 480), faces)
    assert shown[210, 50].tolist() == rgb(COLOURS["sad"])
    assert shown[210, 400].tolist() == rgb(COLOURS["uncertain"])


def test_what_a_second_model_says_is_drawn_within_the_box_and_below_what_the_first_one_says():
    box = Box(200, 150, 100, 120)
    shown = annotate_live(grey(640, 480), [ComparedFace(1, face(box, "sad"), face(box, "happy"))])
    assert shown[210, 200].tolist() == rgb(COLOURS["sad"])
    assert shown[210, 204].tolist() == rgb(COLOURS["happy"])
    of_first, of_second = (
        np.flatnonzero((shown[:149] == rgb(COLOURS[name])).all(axis=2).any(axis=1)) for name in ("sad", "happy")
    )
    assert of_first.size > 10 and of_second.size > 10 and of_first.max() <= of_second.min()

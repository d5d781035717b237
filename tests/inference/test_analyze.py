"""A picture in, every face's expression out: on the portrait, with a tiny network whose answers are known."""

from __future__ import annotations

import io
from itertools import count, islice
from pathlib import Path
from types import MappingProxyType

import cv2
import numpy as np
import pytest
import skimage
from PIL import Image

from emotion_core.emotions import EMOTIONS
from emotion_core.faces.box import Box
from emotion_core.faces.detection import Face, load_detector
from emotion_core.images import ImageError, load_image
from emotion_core.inference import analyze as analysis
from emotion_core.inference.analyze import (
    analyze,
    analyze_many,
    analyze_picture,
    classify_faces,
    find_faces,
    is_face_crop,
)
from emotion_core.inference.results import PhotoResult
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.models.card import ModelError
from emotion_core.models.classifier import Classifier
from emotion_core.models.person import calibrate_person
from emotion_core.models.registry import load_classifier

#: The first test here waits for the tiny networks, and so for TensorFlow: minutes on a machine that is busy training.
pytestmark = pytest.mark.timeout(600)

FACE = Box(179, 65, 90, 111)
COFFEE = Path(skimage.__file__).parent / "data" / "coffee.png"


@pytest.fixture
def tiny(make_model) -> Classifier:
    return load_classifier(make_model())


@pytest.fixture
def png(astronaut) -> bytes:
    file = io.BytesIO()
    Image.fromarray(astronaut).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def crop(astronaut) -> np.ndarray:
    """The astronaut's face as FER-2013 would cut it: 48x48, from forehead to chin."""
    return cv2.resize(astronaut[65:176, 168:279], (48, 48), interpolation=cv2.INTER_AREA)


def blank(height: int, width: int, value: int = 128) -> np.ndarray:
    return np.full((height, width, 3), value, np.uint8)


class TestOnePhoto:
    def test_every_form_of_the_picture_gives_the_same_answer(self, tiny, astronaut, png, tmp_path):
        (tmp_path / "写真.png").write_bytes(png)
        sources = [astronaut, png, tmp_path / "写真.png", str(tmp_path / "写真.png"), Image.fromarray(astronaut)]
        answers = [analyze(source, tiny) for source in sources]
        assert [len(faces) for faces in answers] == [1] * 5
        assert all(faces[0].probabilities == answers[0][0].probabilities for faces in answers)

    @pytest.mark.parametrize(("enlarged", "cut_from"), [(3, "reduced"), (1, "whole")])
    def test_a_large_jpeg_gives_the_answer_that_its_pixels_give(self, astronaut, enlarged, cut_from, monkeypatch):
        """The detector sees it at half its size, where the face is 166 pixels high, or 55: too little to be cut out."""
        canvas = blank(1600, 3000)
        face = cv2.resize(astronaut, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_CUBIC)
        canvas[: len(face), : len(face)] = face
        jpeg = cv2.imencode(".jpg", canvas[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()
        (expected,) = analyze(load_image(jpeg))
        read_whole = []
        monkeypatch.setattr(analysis, "load_image", lambda source: read_whole.append(1) or load_image(source))
        (found,) = analyze(jpeg)
        assert bool(read_whole) == (cut_from == "whole")
        assert found.box.overlap(expected.box) > 0.98
        assert np.abs(found.landmarks - expected.landmarks).max() < 4
        assert np.abs(found.crop.astype(int) - expected.crop).mean() < 6  # as by a pixel of the photo
        assert found.probabilities == pytest.approx(expected.probabilities, abs=0.05)

    def test_the_smallest_face_is_in_pixels_of_the_whole_jpeg(self, tiny, astronaut):
        canvas = blank(1500, 6000)
        canvas[:1280, :1280] = cv2.resize(astronaut, None, fx=2.5, fy=2.5)
        jpeg = cv2.imencode(".jpg", canvas[:, :, ::-1])[1].tobytes()
        assert len(analyze(jpeg, tiny, smallest_face=250)) == 1
        assert analyze(jpeg, tiny, smallest_face=320) == []

    def test_the_whole_of_a_large_jpeg_is_as_large_as_it_is(self, tiny):
        jpeg = cv2.imencode(".jpg", blank(1501, 6001))[1].tobytes()
        (face,) = analyze(jpeg, tiny, whole=True)
        assert face.box == Box(0, 0, 6001, 1501)

    def test_only_the_largest_faces_where_so_many_are_asked_for(self, tiny, astronaut):
        canvas = blank(512, 800)
        canvas[:, :512] = astronaut
        canvas[100:356, 530:786] = cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA)
        both, one, all_of_them = (
            [face.box for face in analyze_picture(canvas, AnalysisSettings(tiny, most_faces=most))]
            for most in (None, 1, 5)
        )
        assert len(both) == 2
        assert one == both[:1]
        assert all_of_them == both

    def test_a_result_says_all_there_is_to_say(self, tiny, astronaut):
        (face,) = analyze(astronaut, tiny)
        assert face.box.overlap(FACE) > 0.8
        assert face.detection_score > 0.8
        assert face.landmarks.shape == (5, 2)
        assert list(face.probabilities) == list(EMOTIONS)
        assert sum(face.probabilities.values()) == pytest.approx(1)
        assert face.emotion == face.ranking[0][0]
        assert face.confidence == face.ranking[0][1] == max(face.probabilities.values())
        assert face.model == "tiny"
        assert face.crop.shape == (8, 8, 3)
        assert "<img " in face._repr_html_()

    def test_of_a_turned_photo_the_box_is_in_the_upright_one(self, tiny, astronaut):
        exif, file = Image.Exif(), io.BytesIO()
        exif[0x0112] = 6
        Image.fromarray(np.rot90(astronaut)).save(file, "JPEG", exif=exif, quality=95)
        (face,) = analyze(file.getvalue(), tiny)
        assert face.box.overlap(FACE) > 0.8

    def test_several_faces_the_largest_first(self, tiny, astronaut):
        canvas = blank(512, 800)
        canvas[100:356, 20:276] = cv2.resize(astronaut, (256, 256), interpolation=cv2.INTER_AREA)
        canvas[:, 288:] = astronaut
        first, second = analyze(canvas, tiny)
        assert first.box.area > second.box.area

    def test_the_ancestors_detector(self, tiny, astronaut):
        (face,) = analyze(astronaut, tiny, detector="haar")
        assert face.landmarks is None
        assert face.detection_score == 1

    def test_a_loaded_detector(self, tiny, astronaut):
        assert len(analyze(astronaut, tiny, detector=load_detector("yunet"))) == 1

    def test_threshold_and_smallest_face(self, tiny, astronaut):
        assert analyze(astronaut, tiny, threshold=0.99) == []
        assert analyze(astronaut, tiny, smallest_face=150) == []

    @pytest.mark.parametrize("size", [(480, 640), (48, 48), (1, 1), (1, 600), (40, 700)])
    def test_nothing_in_a_blank_picture(self, tiny, size):
        assert analyze(blank(*size), tiny) == []

    def test_noise_of_one_pixel_or_a_strip_is_no_face(self, tiny):
        rng = np.random.default_rng(0)
        for size in ((1, 1), (8, 8), (1, 600), (8, 192)) * 5:
            assert analyze(rng.integers(0, 256, (*size, 3), dtype=np.uint8), tiny) == []

    def test_a_bad_picture(self, tiny):
        with pytest.raises(ImageError, match="empty"):
            analyze(b"", tiny)

    def test_a_bad_model(self, astronaut, tmp_path):
        with pytest.raises(ModelError, match="there is no model"):
            analyze(astronaut, tmp_path / "nowhere")

    def test_a_bad_detector(self, astronaut, tiny):
        with pytest.raises(ValueError, match="allowed are yunet, haar"):
            analyze(astronaut, tiny, detector="eyes")

    def test_a_threshold_in_percent(self, astronaut, tiny):
        for function, pictures in ((analyze, astronaut), (analyze_many, [("a", astronaut)])):
            with pytest.raises(ValueError, match="the threshold must be from 0 to 1, not 70"):
                function(pictures, tiny, threshold=70)

    def test_with_all_defaults(self, astronaut):
        (face,) = analyze(astronaut)
        assert face.model == "emotion-net"


def test_a_model_that_was_trained_anew_answers_at_once(astronaut, make_model):
    folder = make_model(abstain_threshold=0.0)
    card = folder / "card.json"
    assert analyze(astronaut, folder)[0].emotion != "uncertain"
    card.write_text(card.read_text().replace('"abstain_threshold": 0.0', '"abstain_threshold": 1.0'))
    assert analyze(astronaut, folder)[0].emotion == "uncertain"


class TestTheMixOfExpressions:
    """The tiny network, with a prior, says softmax of 0, 0.5, ... 3, of which each mix makes another."""

    PRIOR = MappingProxyType(dict(zip(EMOTIONS, [*[0.1] * 6, 0.4], strict=True)))

    @pytest.fixture
    def folder(self, make_model):
        return make_model(prior=dict(self.PRIOR), balanced={"temperature": 1.0, "abstain_threshold": 0.9})

    @staticmethod
    def answers(**priors) -> dict[str, float]:
        powers = np.exp(np.arange(7) / 2) * [priors.get(name, 1.0) for name in EMOTIONS]
        return dict(zip(EMOTIONS, powers / powers.sum(), strict=True))

    def test_every_expression_alike_unless_said(self, folder):
        (face,) = analyze(blank(20, 20, 0), folder, whole=True)
        assert face.probabilities == pytest.approx(self.answers(surprised=0.25), abs=1e-5)
        assert (face.prior, face.emotion) == ("balanced", "uncertain")  # by the threshold of that mix

    def test_as_trained_and_shares(self, folder):
        (face,) = analyze(blank(20, 20, 0), folder, whole=True, prior="trained")
        assert face.probabilities == pytest.approx(self.answers(), abs=1e-5)
        assert (face.prior, face.emotion) == ("trained", "surprised")
        (face,) = analyze(blank(20, 20, 0), folder, whole=True, prior={"angry": 0.4})
        assert face.probabilities == pytest.approx(self.answers(angry=4, surprised=0.25), abs=1e-5)
        assert face.prior.startswith("angry=0.4,disgusted=0.1,")

    def test_a_loaded_classifier_keeps_its_own_unless_another_is_asked_for(self, folder):
        clf = load_classifier(folder, prior="trained")
        assert analyze(blank(20, 20), clf, whole=True)[0].prior == "trained"
        assert analyze(blank(20, 20), clf, whole=True, prior="balanced")[0].prior == "balanced"
        assert clf.prior == "trained"

    def test_of_many_pictures(self, folder):
        pictures = [("a", blank(20, 20)), ("b", blank(20, 20))]
        found = list(analyze_many(pictures, folder, whole=True, prior="trained"))
        assert [photo.faces[0].prior for photo in found] == ["trained", "trained"]
        with pytest.raises(ValueError, match="the model's classes are"):
            list(analyze_many(pictures, folder, prior={"joy": 0.5}))


class TestUncertain:
    """The tiny network's most confident answer to black is surprised, with 0.39."""

    @pytest.mark.parametrize(("threshold", "answer"), [(0.0, "surprised"), (0.38, "surprised"), (0.41, "uncertain")])
    def test_below_the_cards_threshold(self, make_model, threshold, answer):
        clf = load_classifier(make_model(abstain_threshold=threshold))
        (face,) = analyze(blank(20, 20, 0), clf, whole=True)
        assert face.emotion == answer
        assert face.confidence == pytest.approx(np.exp(3) / np.exp(np.arange(7) / 2).sum(), abs=1e-4)
        assert face.ranking[0][0] == "surprised"


class TestWholePictures:
    @pytest.mark.parametrize("size", [(1, 1), (48, 48), (200, 300), (1, 600)])
    def test_if_asked_for_any_picture_is_one_face(self, tiny, size):
        (face,) = analyze(blank(*size), tiny, whole=True)
        assert face.box == Box(0, 0, size[1], size[0])
        assert face.landmarks is None

    @pytest.mark.parametrize("side", [48, 64, 100])
    def test_a_face_crop_is_taken_whole(self, tiny, crop, side):
        (face,) = analyze(cv2.resize(crop, (side, side)), tiny)
        assert face.box == Box(0, 0, side, side)

    def test_where_a_face_was_found_in_it_the_score_is_the_detectors(self, tiny, crop):
        (face,) = analyze(crop, tiny)
        assert 0.7 <= face.detection_score < 1
        assert face.note == ""

    @pytest.mark.parametrize("detector", ["yunet", "haar"])
    def test_a_small_picture_of_something_else_says_so_and_gets_no_answer(self, tiny, detector):
        coffee = load_image(COFFEE)[150:210, 250:310]
        (face,) = analyze(coffee, tiny, detector=detector)
        assert face.box == Box(0, 0, 60, 60)
        assert face.detection_score is None
        assert face.note == "no face was found; taken whole"
        assert face.emotion == "uncertain"
        assert face.to_row()["detection_score"] is None
        assert PhotoResult("a.png", [face]).to_rows()[0]["error"] == face.note
        assert face.note in face._repr_html_()

    def test_one_in_which_a_face_is_faintly_seen_is_answered(self, tiny, crop):
        (face,) = analyze(crop, tiny, threshold=1.0)
        assert face.note == "no face was found; taken whole"
        assert face.emotion == face.ranking[0][0]

    def test_a_grey_face_crop_too(self, tiny, crop):
        (face,) = analyze(cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), tiny)
        assert face.box == Box(0, 0, 48, 48)

    def test_it_reaches_the_network_as_it_is(self, tiny, crop):
        grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
        (face,) = analyze(grey, tiny)
        assert list(face.probabilities.values()) == pytest.approx(tiny.predict_proba(grey[np.newaxis])[0], abs=0.02)

    def test_a_small_photo_of_a_person_is_no_face_crop(self, astronaut):
        small = cv2.resize(astronaut, (96, 96), interpolation=cv2.INTER_AREA)
        assert find_faces(small, AnalysisSettings())[0].box.height < 40

    @pytest.mark.parametrize(
        ("size", "found", "taken_whole"),
        [
            ((48, 48), [], True),
            ((48, 48), [Face(Box(2, 2, 40, 44))], True),
            ((48, 48), [Face(Box(10, 10, 15, 20))], False),
            ((48, 48), [Face(Box(0, 0, 24, 40)), Face(Box(24, 0, 24, 40))], False),
            ((19, 48), [], False),
            ((48, 101), [], False),
            ((100, 100), [], True),
        ],
    )
    def test_what_counts_as_a_face_crop(self, size, found, taken_whole):
        image = np.random.default_rng(0).integers(0, 256, (*size, 3), dtype=np.uint8)
        assert is_face_crop(image, found) is taken_whole

    def test_a_flat_picture_is_none(self):
        assert is_face_crop(blank(48, 48), []) is False


def test_no_faces_have_no_expressions(tiny):
    assert classify_faces(blank(10, 10), [], tiny) == []


class TestReadAgainstAFaceAtRest:
    def test_so_much_is_taken_off_and_the_answer_says_it(self, tiny, astronaut):
        plain, read = analyze(astronaut, tiny)[0], analyze(astronaut, tiny, neutral=astronaut)[0]
        assert plain.crop is not None
        person = calibrate_person(tiny, plain.crop[np.newaxis])
        expected = person.applied(np.array([list(plain.probabilities.values())], np.float32), tiny.classes)[0]
        assert list(read.probabilities.values()) == pytest.approx(expected, abs=1e-5)
        assert read.model == f"{plain.model}, read against a face at rest"
        (of_many,) = analyze_many([("a", astronaut)], tiny, neutral=astronaut)
        assert of_many.faces[0].probabilities == pytest.approx(read.probabilities, abs=1e-5)
        assert analyze(astronaut, tiny)[0].model == plain.model

    def test_a_picture_without_a_face_is_refused(self, tiny, astronaut):
        with pytest.raises(ValueError, match="no face was found in the picture of a face at rest"):
            analyze(astronaut, tiny, neutral=blank(300, 300))


class TestManyPhotos:
    def test_keep_their_order_and_names_and_bad_ones_are_named(self, tiny, astronaut, tmp_path):
        (tmp_path / "text.jpg").write_text("hello")
        pictures = [
            ("a", astronaut),
            ("empty", b""),
            ("写真", blank(60, 300)),
            ("text", tmp_path / "text.jpg"),
            ("missing", tmp_path / "none.jpg"),
            ("null", "a\0b.jpg"),
            ("folder", tmp_path),
            ("a", astronaut),
        ]
        for threads in (1, 3):
            results = list(analyze_many(pictures, tiny, threads=threads))
            assert [result.name for result in results] == [name for name, _ in pictures]
            assert [len(result.faces) for result in results] == [1, 0, 0, 0, 0, 0, 0, 1]
            errors = [result.error for result in results]
            assert errors[0] == errors[2] == errors[7] == ""
            assert errors[1] == "the file is empty"
            assert errors[3].startswith("this is not a picture")
            assert errors[4] == "there is no such file"
            assert all(errors[5:7])

    def test_none(self, tiny):
        assert list(analyze_many([], tiny)) == []

    @pytest.mark.parametrize("threads", [1, 4])
    def test_are_taken_only_as_they_are_needed(self, tiny, threads):
        taken = []

        def endless():
            for number in count():
                taken.append(number)
                yield str(number), blank(20, 20)

        results = analyze_many(endless(), tiny, threads=threads)
        assert [result.name for result in islice(results, 5)] == ["0", "1", "2", "3", "4"]
        assert len(taken) <= 5 + 2 * threads + 1
        results.close()

    def test_a_bad_model_is_an_error_of_the_whole(self, tmp_path):
        with pytest.raises(ModelError):
            next(analyze_many([("a", blank(5, 5))], tmp_path))

    def test_the_same_answers_on_many_threads_as_one_by_one(self, tiny, astronaut):
        pictures = [(str(n), np.roll(astronaut, n, axis=1)) for n in range(12)]
        alone = [analyze(picture, tiny)[0].probabilities for _, picture in pictures]
        together = [result.faces[0].probabilities for result in analyze_many(pictures, tiny, threads=4)]
        for one, other in zip(alone, together, strict=True):
            assert one == pytest.approx(other, abs=1e-5)

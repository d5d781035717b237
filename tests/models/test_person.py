"""Person calibration: drawn people whose faces at rest look angry or sad, or like nothing."""

from __future__ import annotations

from dataclasses import fields, replace
from types import SimpleNamespace

import numpy as np
import pytest

from emotion_core.datasets.synthetic import EXPRESSIONS, Movement, draw_face, drawn_build, synthetic_faces
from emotion_core.emotions import EMOTIONS
from emotion_core.models.few_shot import fit_head
from emotion_core.models.person import MARGIN, PersonCalibration, calibrate_person, calibration_of
from emotion_core.models.prior import adjusted
from emotion_core.models.registry import load_classifier

PEOPLE = 8
AT_REST = 15


@pytest.fixture(scope="module")
def drawn_model():
    """A model that has learned drawn faces, and knows none of the people below."""
    base, faces = load_classifier(), synthetic_faces(350, seed=3)
    labels = np.array([EMOTIONS.index(name) for name in faces.table["label"]])
    head = fit_head(base.embed(faces.images), labels, len(EMOTIONS))
    predict = lambda crops: head.predict_proba(base.embed(crops))  # noqa: E731
    return SimpleNamespace(classes=EMOTIONS, card=base.card, predict_proba=predict)


def shots(seed: int, rest: str, labels: list[str]) -> np.ndarray:
    """One person showing expressions over a face that at rest already looks like something."""
    random = np.random.default_rng(seed)
    build, under = drawn_build(random), EXPRESSIONS[rest]
    found = []
    for label in labels:
        strength = random.uniform(0.8, 1.1)
        moved = {
            one.name: 0.45 * getattr(under, one.name)
            + strength * getattr(EXPRESSIONS[label], one.name)
            + random.normal(0, 0.06)
            for one in fields(Movement)
        }
        found.append(draw_face(Movement(**moved), replace(build, tilt=random.normal(0, 4)), random))
    return np.stack(found)


def accuracies(model, rest: str, labels: list[str]) -> tuple[float, float]:
    """Without calibration and with it, over all people."""
    right = np.zeros(2)
    for person in range(PEOPLE):
        calibration = calibrate_person(model, shots(100 + person, rest, ["neutral"] * AT_REST))
        answers = model.predict_proba(shots(200 + person, rest, labels))
        shift = np.array([calibration.shift[name] for name in EMOTIONS], np.float32)
        wanted = np.array([EMOTIONS.index(name) for name in labels])
        for place, found in enumerate((answers, adjusted(answers, shift, 1.0))):
            right[place] += (found.argmax(axis=1) == wanted).mean() / PEOPLE
    return float(right[0]), float(right[1])


@pytest.mark.parametrize("rest", ["angry", "sad"])
def test_who_looks_angry_or_sad_at_rest_is_read_better(drawn_model, rest):
    """Half of the time at rest, as people are, and half of it showing something."""
    without, calibrated = accuracies(drawn_model, rest, [*EMOTIONS, *["neutral"] * 5])
    assert calibrated >= without + 0.15


def test_who_looks_like_nothing_at_rest_is_read_as_well_as_before(drawn_model):
    without, calibrated = accuracies(drawn_model, "neutral", list(EMOTIONS) * 2)
    assert calibrated >= without - 0.02


def test_nothing_is_taken_off_where_rest_reads_as_rest():
    sure = np.full((4, 7), 0.001)
    sure[:, EMOTIONS.index("neutral")] = 0.994
    model = SimpleNamespace(classes=EMOTIONS, predict_proba=lambda crops: sure)
    found = calibrate_person(model, np.zeros((4, 8, 8), np.uint8))
    assert not found.changes and found.faces == 4 and found.rest == "neutral"


def test_what_is_too_probable_at_rest_is_taken_off():
    rest = np.full((1, 7), 0.01)
    rest[0, EMOTIONS.index("angry")], rest[0, EMOTIONS.index("neutral")] = 0.7, 0.25
    found = calibrate_person(SimpleNamespace(classes=EMOTIONS, predict_proba=lambda crops: rest), np.zeros((1, 8, 8)))
    assert found.changes and found.shift["neutral"] == 0 and found.shift["happy"] == 0
    assert found.shift["angry"] == pytest.approx(-(np.log(0.7 / 0.25) + MARGIN))


def test_a_classifier_reads_so_until_it_is_switched_off_and_says_it():
    classifier = load_classifier()
    crops = synthetic_faces(3).images
    shift = {name: -3.0 if name == "happy" else 0.0 for name in EMOTIONS}
    person = classifier.for_person(PersonCalibration(shift, "neutral", 15))
    happy = EMOTIONS.index("happy")
    before, after = classifier.predict_proba(crops), person.predict_proba(crops)
    assert (after[:, happy] < before[:, happy]).all()
    np.testing.assert_allclose(after.sum(axis=1), 1, rtol=1e-5)
    assert person.named == "emotion-net, read against a face at rest" and classifier.named == "emotion-net"
    np.testing.assert_array_equal(person.for_person(None).predict_proba(crops), before)
    assert person.under("trained").person is person.person


def test_what_was_read_so_can_be_read_as_before():
    random = np.random.default_rng(0)
    answers = random.dirichlet(np.ones(7), 20).astype(np.float32)
    person = calibration_of(random.dirichlet([5, 1, 1, 1, 1, 1, 1], 15), EMOTIONS)
    read = person.applied(answers, EMOTIONS)
    assert person.changes and (read[:, 0] < answers[:, 0]).all()
    np.testing.assert_allclose(person.undone(read, EMOTIONS), answers, atol=1e-6)


def test_without_a_face_or_a_class_of_rest_it_is_refused():
    model = SimpleNamespace(classes=("wink", "smile"), card=SimpleNamespace(name="taught"))
    with pytest.raises(ValueError, match="the model taught has no class 'neutral' of faces at rest"):
        calibrate_person(model, np.zeros((1, 8, 8), np.uint8))
    with pytest.raises(ValueError, match="a face at rest is needed"):
        calibrate_person(SimpleNamespace(classes=EMOTIONS), np.zeros((0, 8, 8), np.uint8))

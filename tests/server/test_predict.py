"""POST /predict, asked over HTTP of a process of its own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

import emotion_core as ec
from emotion_server.routers.predict import _answer
from tests.server.conftest import MAX_CROPS
from tests.services import BYTES, JPEG, is_problem

CROPS = np.random.default_rng(1).integers(0, 256, (9, 48, 48), np.uint8)


def probabilities(answer) -> np.ndarray:
    return np.array([[face["probabilities"][name] for name in ec.EMOTIONS] for face in answer.json["predictions"]])


@pytest.mark.parametrize("number", [1, 9])
def test_crops_get_the_answers_of_predict_proba(service, number):
    answer = service.ask("/predict", CROPS[:number].tobytes(), BYTES)
    expected = ec.load_classifier().predict_proba(CROPS[:number])
    assert answer.status == 200 and answer.json["model"] == "emotion-net"
    assert np.allclose(probabilities(answer), expected, atol=1e-4)
    sure = expected.max(axis=1) >= ec.load_classifier().abstain_threshold
    named = [ec.EMOTIONS[row.argmax()] if is_sure else "uncertain" for row, is_sure in zip(expected, sure, strict=True)]
    assert [face["emotion"] for face in answer.json["predictions"]] == named


def test_crops_of_another_size(service):
    crops = np.random.default_rng(2).integers(0, 256, (2, 64, 64), np.uint8)
    answer = service.ask("/predict?size=64&model=seed-cnn", crops.tobytes(), BYTES)
    assert np.allclose(probabilities(answer), ec.load_classifier("seed-cnn").predict_proba(crops), atol=1e-4)


def test_what_many_ask_at_once_is_not_mixed_up(service):
    expected = ec.load_classifier().predict_proba(CROPS)
    with ThreadPoolExecutor(8) as executor:
        places = [place % len(CROPS) for place in range(80)]
        found = list(executor.map(lambda place: service.ask("/predict", CROPS[place].tobytes(), BYTES), places))
    assert all(
        np.allclose(probabilities(answer), expected[place], atol=1e-4)
        for answer, place in zip(found, places, strict=True)
    )


@pytest.mark.parametrize("body", [b"", b"x", CROPS.tobytes()[:-1]])
def test_bytes_that_are_no_crops(service, body):
    assert is_problem(service.ask("/predict", body, BYTES), 422, "allowed are one or more times 2,304 bytes")


def test_too_many_crops_and_another_kind_of_body(service):
    answer = service.ask("/predict", bytes(48 * 48 * (MAX_CROPS + 1)), BYTES)
    assert is_problem(answer, 413, f"51 crops are too many; allowed are {MAX_CROPS}")
    assert is_problem(service.ask("/predict", bytes(48 * 48), JPEG), 415, "allowed is application/octet-stream")


def test_a_model_of_other_classes_answers_with_these():
    model = SimpleNamespace(classes=("bored", "wink", "<smile>"), abstain_threshold=0.5)
    answer = _answer(np.array([0.1, 0.6, 0.3], np.float32), model)
    assert answer["emotion"] == "wink" and list(answer["probabilities"]) == ["bored", "wink", "<smile>"]

"""Answers over time: as steady at 10 pictures a second as at 60, and labels that do not flicker."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.streams.smoothing import HYSTERESIS, SmoothedPrediction, smooth_prediction, smoothed, stable_label

HAPPY, SAD = EMOTIONS.index("happy"), EMOTIONS.index("sad")


def row(happy: float, sad: float | None = None) -> np.ndarray:
    """Probabilities of happy and sad; the others share the rest."""
    sad = 1 - happy if sad is None else sad
    prediction = np.full(7, (1 - happy - sad) / 5, np.float32)
    prediction[HAPPY], prediction[SAD] = happy, sad
    return prediction


def test_after_the_time_constant_a_third_of_the_old_prediction_is_left():
    assert smoothed(row(1), row(0), 0.5, 0.5)[HAPPY] == pytest.approx(np.exp(-1), abs=1e-6)
    assert smoothed(row(1), row(0), 0.5, 0.5).sum() == pytest.approx(1)


@pytest.mark.parametrize("rate", [5, 10, 30, 60])
def test_smoothing_does_not_depend_on_the_frame_rate(rate):
    prediction = row(1)
    for _ in range(rate):  # one second of another prediction
        prediction = smoothed(prediction, row(0), 1 / rate, 0.4)
    assert prediction[HAPPY] == pytest.approx(np.exp(-1 / 0.4), abs=1e-5)


def test_no_smoothing_shows_each_prediction_as_it_is():
    assert smoothed(row(1), row(0), 0.01, 0.0) is not None
    assert smoothed(row(1), row(0.25), 0.01, 0.0)[HAPPY] == 0.25


def test_times_that_stand_still_or_go_back_change_nothing():
    assert smoothed(row(1), row(0), 0.0, 0.5)[HAPPY] == 1
    assert smoothed(row(1), row(0), -3.0, 0.5)[HAPPY] == 1


def test_the_first_label_is_the_most_probable_or_uncertain():
    assert stable_label(None, row(0.7), 0.5) == "happy"
    assert stable_label(None, row(0.4, 0.3), 0.5) == "uncertain"


def test_a_label_gives_way_only_to_a_clearly_more_probable_one():
    assert stable_label("happy", row(0.46, 0.54), 0.3) == "happy"
    assert stable_label("happy", row(0.44, 0.56), 0.3) == "sad"


def test_uncertain_comes_and_goes_at_two_thresholds():
    half = HYSTERESIS / 2
    assert stable_label("happy", row(0.5 - half + 0.01, 0.1), 0.5) == "happy"
    assert stable_label("happy", row(0.5 - half - 0.01, 0.1), 0.5) == "uncertain"
    assert stable_label("uncertain", row(0.5 + half - 0.01, 0.1), 0.5) == "uncertain"
    assert stable_label("uncertain", row(0.5 + half + 0.01, 0.1), 0.5) == "happy"


def test_two_expressions_in_turn_do_not_make_the_label_flicker():
    """The network wavers about the middle; the label of the plain predictions changes with nearly every picture."""
    chance = np.random.default_rng(1)
    predictions = [row(share) for share in np.clip(0.5 + 0.1 * chance.standard_normal(300), 0, 1)]
    plain = [int(prediction.argmax()) for prediction in predictions]
    steady: SmoothedPrediction | None = None
    labels = []
    for number, prediction in enumerate(predictions):
        steady = smooth_prediction(steady, prediction, number / 30, 0.5, 0.3)
        labels.append(steady.label)
    assert np.count_nonzero(np.diff(plain)) > 100
    assert len(set(labels)) == 1


def test_a_lasting_change_is_shown_soon():
    steady: SmoothedPrediction | None = None
    for number in range(60):
        prediction = row(0.9) if number < 30 else row(0.1)
        steady = smooth_prediction(steady, prediction, number / 30, 0.5, 0.3)
        if steady.label == "sad":
            break
    assert number / 30 - 1 < 0.5

"""Which mix of expressions is expected: tables worked by hand."""

import numpy as np
import pytest

from emotion_core.models.prior import (
    adjusted,
    check_prior,
    log_shift,
    parse_prior,
    prior_as_text,
    prior_in_words,
    shares_of,
)

CLASSES = ("calm", "glad", "sad")


def test_taking_out_the_shares_of_training_and_putting_in_equal_ones():
    # (0.6, 0.3, 0.1) / (0.6, 0.2, 0.2) = (1, 1.5, 0.5), which sums to 3
    shift = log_shift(np.array([0.6, 0.2, 0.2]), np.full(3, 1 / 3))
    answers = adjusted(np.array([[0.6, 0.3, 0.1]], np.float32), shift, 1.0)
    assert answers == pytest.approx(np.array([[1, 1.5, 0.5]]) / 3, abs=1e-6)


def test_shares_of_ones_own():
    # (1, 1.5, 0.5) * (0.5, 0.2, 0.3) = (0.5, 0.3, 0.15), which sums to 0.95
    shift = log_shift(np.array([0.6, 0.2, 0.2]), np.array([0.5, 0.2, 0.3]))
    answers = adjusted(np.array([[0.6, 0.3, 0.1]], np.float32), shift, 1.0)
    assert answers == pytest.approx(np.array([[0.5, 0.3, 0.15]]) / 0.95, abs=1e-6)


def test_the_same_mix_changes_nothing():
    answers = np.array([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]], np.float32)
    assert adjusted(answers, np.zeros(3, np.float32), 1.0) == pytest.approx(answers, abs=1e-6)


def test_the_mix_is_exchanged_before_it_is_tempered():
    # (1, 1.5, 0.5) squared is (1, 2.25, 0.25), which sums to 3.5
    shift = log_shift(np.array([0.6, 0.2, 0.2]), np.full(3, 1 / 3))
    answers = adjusted(np.array([[0.6, 0.3, 0.1]], np.float32), shift, 0.5)
    assert answers == pytest.approx(np.array([[1, 2.25, 0.25]]) / 3.5, abs=1e-6)


def test_the_shares_of_labels_and_of_votes():
    assert shares_of(np.array([[1, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [1, 0, 0]])) == pytest.approx(
        [0.75, 0.125, 0.125]
    )


def test_a_class_that_was_never_seen_stays_as_it_is():
    assert log_shift(np.array([0.5, 0.5, 0]), np.array([0.25, 0.25, 0.5])) == pytest.approx([-np.log(2)] * 2 + [0])


def test_an_answer_of_zero_stays_finite():
    shift = log_shift(np.array([0.98, 0.01, 0.01]), np.full(3, 1 / 3))
    answers = adjusted(np.array([[1, 0, 0]], np.float32), shift, 0.2)
    assert np.isfinite(answers).all() and answers.sum() == pytest.approx(1)


@pytest.mark.parametrize("word", ["balanced", "trained"])
def test_the_two_words_are_priors(word):
    assert check_prior(word, CLASSES) == word
    assert parse_prior(word) == word


def test_classes_that_are_not_named_share_what_is_left():
    assert check_prior({"glad": 0.5}, CLASSES) == {"calm": 0.25, "glad": 0.5, "sad": 0.25}


def test_rounded_shares_are_made_to_sum_to_one():
    found = check_prior({"calm": 0.333, "glad": 0.333, "sad": 0.333}, CLASSES)
    assert sum(found.values()) == pytest.approx(1)
    assert found["sad"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("prior", "words"),
    [
        ("even", "allowed are balanced, trained"),
        ({"joy": 0.5}, "the model's classes are calm, glad, sad"),
        ({"glad": 0.0}, "above 0"),
        ({"glad": -0.1}, "above 0"),
        ({"glad": float("nan")}, "above 0"),
        ({"glad": float("inf")}, "above 0"),
        ({"calm": 0.5, "glad": 0.5, "sad": 0.5}, "sum to 1.5"),
        ({"calm": 0.2, "glad": 0.2, "sad": 0.2}, "sum to 0.6"),
        ({"calm": 0.5, "glad": 0.5}, "leave nothing for sad"),
        ({"calm": 0.9, "glad": 0.9}, "leave nothing for sad"),
    ],
)
def test_what_is_no_prior_is_refused_with_what_is_allowed(prior, words):
    with pytest.raises(ValueError, match=words):
        check_prior(prior, CLASSES)


def test_shares_in_a_shell():
    assert parse_prior("happy=0.3, neutral=.4") == {"happy": 0.3, "neutral": 0.4}


@pytest.mark.parametrize("prior", ["balanced", "trained", {"calm": 0.2, "glad": 0.3, "sad": 0.5}])
def test_a_prior_as_text_is_read_back(prior):
    assert parse_prior(prior_as_text(prior)) == prior


def test_a_prior_in_words():
    assert prior_in_words("balanced") == "every expression alike"
    assert prior_in_words({"calm": 0.255, "sad": 0.745}) == "calm 25.5 %, sad 74.5 %"


@pytest.mark.parametrize(
    "text", ["", "even", "happy", "happy=", "happy=a lot", "happy=0.3,neutral", "happy=.1,happy=.2"]
)
def test_a_shells_words_that_are_no_prior(text):
    with pytest.raises(ValueError, match=r"prior|share"):
        parse_prior(text)

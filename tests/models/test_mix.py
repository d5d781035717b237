"""What a card says of answering under a mix of expressions."""

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.models.card import ModelCard, ModelError
from emotion_core.models.mix import mix_of, without_prior_in_words

#: Half of what was trained on is happy, and a twelfth each of the others.
PRIOR = {name: 0.5 if name == "happy" else 0.5 / 6 for name in EMOTIONS}
#: What is added to happy so that every expression is alike, and to the others: log of (1/7) / share.
ALIKE = [np.log(2 / 7) if name == "happy" else np.log(12 / 7) for name in EMOTIONS]
NOTHING = np.zeros(7)


@pytest.fixture
def card(card_fields):
    def card(**fields) -> ModelCard:
        trained = {"temperature": 1.5, "abstain_threshold": 0.4, "prior": PRIOR}
        return ModelCard.model_validate({**card_fields, **trained, **fields})

    return card


def test_the_answers_of_a_network_trained_plainly(card):
    assert mix_of(card(), "trained").shift == pytest.approx(NOTHING)
    assert mix_of(card(), "balanced").shift == pytest.approx(ALIKE, abs=1e-6)


def test_the_answers_of_a_network_whose_training_made_up_for_the_shares(card):
    made_up = card(answers_under="balanced")
    assert mix_of(made_up, "balanced").shift == pytest.approx(NOTHING)
    assert mix_of(made_up, "trained").shift == pytest.approx(-np.array(ALIKE), abs=1e-6)


def test_ones_own_shares_are_completed_and_put_in(card):
    mix = mix_of(card(), {"happy": 0.4})
    assert mix.prior == pytest.approx({name: 0.4 if name == "happy" else 0.1 for name in EMOTIONS})
    expected = [np.log(0.4 / 0.5) if name == "happy" else np.log(0.1 * 12) for name in EMOTIONS]
    assert mix.shift == pytest.approx(expected, abs=1e-6)


def test_the_order_is_that_of_the_cards_classes(card):
    mix = mix_of(card(class_order=EMOTIONS[::-1]), "balanced")
    assert mix.shift == pytest.approx(ALIKE[::-1], abs=1e-6)


def test_each_mix_has_its_calibration(card):
    both = card(balanced={"temperature": 1.2, "abstain_threshold": 0.3})
    assert mix_of(both, "trained").calibration.temperature == 1.5
    assert mix_of(both, "balanced").calibration.temperature == 1.2
    assert mix_of(both, {"happy": 0.3}).calibration.abstain_threshold == 0.3
    assert mix_of(card(), "balanced").calibration.abstain_threshold == 0.4


def test_a_card_without_a_prior_answers_as_trained_and_that_can_be_said(card):
    older = card(prior=None)
    mix = mix_of(older, "balanced")
    assert (mix.prior, mix.calibration.temperature) == ("trained", 1.5)
    assert mix.shift == pytest.approx(NOTHING)
    assert "tiny was made by an earlier version" in without_prior_in_words(older)


def test_shares_are_refused_where_nothing_is_known_that_could_be_taken_out(card):
    with pytest.raises(ModelError, match="does not say which mix"):
        mix_of(card(prior=None), {"happy": 0.3})


def test_a_class_that_was_never_seen_is_no_part_of_every_expression_alike(card):
    seen = card(prior={name: 0.5 if name in ("happy", "sad") else 0 for name in EMOTIONS})
    assert mix_of(seen, "balanced").shift == pytest.approx(NOTHING)


def test_a_network_that_saw_one_class_answers_as_it_did(card):
    one = card(prior={name: float(name == "happy") for name in EMOTIONS})
    for prior in ("balanced", "trained"):
        assert mix_of(one, prior).shift == pytest.approx(NOTHING)
    assert np.isfinite(mix_of(one, {"happy": 0.3}).shift).all()


def test_a_prior_that_is_none_is_refused(card):
    with pytest.raises(ValueError, match="above 0"):
        mix_of(card(), {"happy": 0.0})

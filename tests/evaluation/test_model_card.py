"""The card in words: everything that its reader must know, taken from the card."""

from __future__ import annotations

import pytest

from emotion_core.evaluation.model_card import NOT_FOR, card_in_words, elsewhere_in_words, measurement, weaknesses
from emotion_core.models.card import ModelCard, read_card
from emotion_core.workspace import SHIPPED_MODELS


@pytest.fixture
def card(card_fields) -> ModelCard:
    return ModelCard.model_validate(card_fields)


@pytest.mark.parametrize(
    "words",
    [
        "# tiny\n\nA network for tests.",
        NOT_FOR,
        "one face of 8x8 pixels, grey, each value from",
        "455 parameters, 1 million multiply-adds",
        "28,709 faces, seed 1, 2026-11-22, 2 minutes of computing",
        "angry, disgusted, fearful, happy, neutral, sad, surprised; temperature 1.000",
        '"uncertain" below 0 %',
        "epochs 3",
        "keras 3.15.1",
        "## Terms\n\nFor study.\n",
        "Recall against FER-2013's own labels: happy 100 %, sad 0 %.",
        "| FER-2013 PublicTest, validation | the majority of FER+'s ten annotators | as in the training data | 4 "
        "| 75.0 % | 50.0 % | 0.021 |",
        "| 4, without those also in training |",
    ],
)
def test_says(card, words):
    assert words in card_in_words(card)


def test_what_it_is_not_for_names_the_law():
    for word in ("work", "school", "hiring", "policing", "medicine", "lie detection", "Article 5(1)(f)"):
        assert word in NOT_FOR


def test_says_if_a_figure_is_of_averaged_flips(card_fields):
    card_fields["measurements"][0]["test_time_augmentation"] = True
    assert "validation, flip averaged |" in card_in_words(ModelCard.model_validate(card_fields))


def test_a_card_without_measurements_can_be_written(card_fields):
    assert "# tiny" in card_in_words(ModelCard.model_validate({**card_fields, "measurements": []}))


@pytest.mark.parametrize("labels", ["fer2013", "ferplus-majority"])
@pytest.mark.parametrize("new", [False, True])
def test_a_measurement_is_found_by_its_protocol(card, labels, new):
    found = measurement(card, labels, new)
    assert (found.labels, found.without_training_duplicates) == (labels, new)


def test_a_measurement_that_is_not_there(card_fields):
    assert measurement(ModelCard.model_validate({**card_fields, "measurements": []}), "fer2013") is None


@pytest.fixture
def full(card_fields) -> ModelCard:
    """A card with all figures, of FER-2013's labels alone."""
    (one,) = [
        m for m in card_fields["measurements"] if m["labels"] == "fer2013" and not m["without_training_duplicates"]
    ]
    one |= {
        "accuracy_interval": (0.7, 0.801),
        "macro_recall_interval": (0.4, 0.6),
        "precision": {"happy": 0.8},
        "f1": {"happy": 0.889, "sad": 0.0},
        "confusion": [[number] * 7 for number in range(7)],
        "answered": 0.9,
        "accuracy_answered": 0.85,
    }
    groups = [
        {"by": "light", "group": "darkest fifth", "labels": "fer2013", "faces": 20, "accuracy": 0.6},
        {"by": "light", "group": "brightest fifth", "labels": "fer2013", "faces": 20, "accuracy": 0.74},
    ]
    return ModelCard.model_validate({**card_fields, "measurements": [one], "groups": groups})


@pytest.mark.parametrize(
    "words",
    [
        "| 4 | 75.0 % (70.0 to 80.1) | 50.0 % (40.0 to 60.0) | 0.021 |",
        'Coverage: 90 % of the faces get a prediction other than "uncertain"; on these the accuracy against ',
        "against FER-2013's own labels is 85 %.",
        "| happy | 80.0 % | 100.0 % | 88.9 % |",
        "| sad | none | 0.0 % | 0.0 % |",
        "| disgusted | 1 | 1 | 1 | 1 | 1 | 1 | 1 |",
    ],
)
def test_a_full_card_says(full, words):
    assert words in card_in_words(full)


PRIOR = {"angry": 0.1, "disgusted": 0.1, "fearful": 0.1, "happy": 0.4, "neutral": 0.1, "sad": 0.1, "surprised": 0.1}
ELSEWHERE = {
    "data": "3,000 faces of strangers",
    "test_time_augmentation": False,
    "faces": 3000,
    "accuracy": 0.724,
    "accuracy_interval": (0.71, 0.74),
    "macro_recall": 0.57,
    "macro_recall_interval": (0.55, 0.59),
    "recall": {"happy": 0.9, "fearful": 0.26, "disgusted": 0.21},
}


@pytest.fixture
def mixed(card_fields) -> ModelCard:
    """A card with the figures of both mixes of expressions, and of faces from elsewhere."""
    (one,) = [
        m for m in card_fields["measurements"] if m["labels"] != "fer2013" and not m["without_training_duplicates"]
    ]
    fields = {
        "prior": PRIOR,
        "balanced": {"temperature": 1.25, "abstain_threshold": 0.61},
        "measurements": [one, {**one, "prior": "balanced", "accuracy": 0.7}],
        "elsewhere": [
            {**ELSEWHERE, "found": found, "missed": 138 * found, "prior": prior}
            for found in (False, True)
            for prior in ("trained", "balanced")
        ],
    }
    return ModelCard.model_validate({**card_fields, **fields})


@pytest.mark.parametrize(
    "words",
    [
        "| every expression alike | 4 | 70.0 % |",
        '"Every expression alike" favours none',
        "| 3,000 faces of strangers, whole pictures | as in the training data | 3000 | 72.4 % (71.0 to 74.0) |",
        "| 3,000 faces of strangers, detected and cropped, 138 missed count as wrong | every expression alike |",
        "is right in 72 %, beside 70 % on FER-2013 PublicTest, and its mean recall is 57 %: expect this of your own "
        "photos. There it finds only 21 % of the disgusted, 26 % of the fearful faces.",
        'With every expression alike: temperature 1.250; "uncertain" below 61 %.',
        "Mix of expressions in the training data: angry 10 %, disgusted 10 %, fearful 10 %, happy 40 %,",
    ],
)
def test_a_card_with_both_mixes_says(mixed, words):
    assert words in card_in_words(mixed)


def test_a_training_that_made_up_for_its_shares_is_told(mixed):
    made_up = mixed.model_copy(update={"answers_under": "balanced"})
    assert "surprised 10 %, which its training made up for." in card_in_words(made_up)


def test_of_faces_from_elsewhere_nothing_is_said_where_none_were_measured(card):
    assert elsewhere_in_words(card) == ""
    assert "elsewhere" not in card_in_words(card)


def test_weak_emotions_and_groups_are_named_and_others_are_not(full):
    found = weaknesses(full)
    assert "Recall below 60 % against FER-2013's own labels: sad (0 %)." in found
    assert 'is 60 % on the 20 faces of the group "darkest fifth", and 75 % on all faces.' in found
    assert "brightest" not in found
    assert "does not record the age, sex, skin or origin" in found


def test_of_other_data_it_does_not_tell_what_is_in_fer2013(card_fields):
    fields = {**card_fields, "training": {**card_fields["training"], "data": "my own faces"}}
    assert "FER-2013" not in weaknesses(ModelCard.model_validate({**fields, "measurements": []}))


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in SHIPPED_MODELS.glob("*/card.json")), ids=lambda f: f.name
)
def test_the_shipped_readmes_are_written_from_their_cards(folder):
    assert (folder / "README.md").read_text("utf-8") == card_in_words(read_card(folder))

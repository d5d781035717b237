"""What of a data set is learned, counted and said."""

from emotion_core.datasets.learned import learned_from
from emotion_core.emotions import EMOTIONS

ALL = dict.fromkeys(EMOTIONS, 20)


def test_where_all_is_as_usual_there_is_nothing_to_say():
    found = learned_from({"train": ALL, "validation": ALL, "test": {"contempt": 3}})
    assert (found.training, found.validation, found.held_out) == (ALL, ALL, False)
    assert found.in_words() == []


def test_without_a_validation_split_a_tenth_is_counted_as_held_out():
    found = learned_from({"train": {"happy": 200, "sad": 14, "angry": 1}, "test": {"happy": 9}})
    assert found.held_out
    assert found.validation == {"happy": 20, "sad": 1}
    assert found.training == {"happy": 180, "sad": 13, "angry": 1}
    assert found.in_words()[0].startswith("No validation split: about a tenth of the training faces (21) is held out")
    assert "Not validated: angry, without validation faces." in found.in_words()


def test_labels_that_are_not_learned_are_named_with_their_faces():
    found = learned_from({"train": {**ALL, "contempt": 1200, "nf": 3}, "validation": {**ALL, "contempt": 34}})
    assert found.training == ALL
    assert found.in_words() == ["Not learned: contempt (1,234), not a face (3), as these labels are not trained on."]


def test_of_three_emotions_the_other_four_are_named():
    three = {"happy": 20, "neutral": 20, "sad": 20}
    assert learned_from({"train": three, "validation": three}).in_words() == [
        "Not learned: angry, disgusted, fearful and surprised, without training faces."
    ]


def test_an_emotion_that_one_split_lacks_is_named():
    found = learned_from({"train": {**ALL, "sad": 0}, "validation": {**ALL, "happy": 0}})
    assert "sad" not in found.validation
    assert found.in_words() == [
        "Not learned: sad, without training faces.",
        "Validation faces of what is not learned count as wrong: sad (20).",
        "Not validated: happy, without validation faces.",
    ]


def test_validation_faces_of_nothing_that_is_learned_are_none():
    found = learned_from({"train": {"happy": 30, "sad": 30}, "validation": {"angry": 5}})
    assert found.held_out and found.validation == {"happy": 3, "sad": 3}
    assert found.unknowable == {"angry": 5}


def test_a_set_without_training_faces_has_nothing_held_out():
    assert not learned_from({"test": ALL}).held_out

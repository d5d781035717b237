"""What is read from curves: made ones, whose answer is plain, and true ones, whose training is known."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydantic import TypeAdapter

from emotion_core.datasets.importing import add_dataset
from emotion_core.runs.chance import MostFrequent
from emotion_core.runs.diagnosis import Diagnosis, diagnose, diagnose_run, steadiness
from emotion_core.runs.events import Epoch
from emotion_core.runs.recipes import QUICK, SEED, STRONG
from emotion_core.runs.run import find_run
from emotion_core.workspace import SHIPPED_MODELS
from tests.new_runs import new_run
from tests.patch_faces import joined, patch_faces

HISTORIES = Path(__file__).parent / "histories"
EVEN = 1 / 7


def made(loss, accuracy, val_loss=None, val_accuracy=None, rate=1e-3) -> list[Epoch]:
    """A history from its curves; validation like training where it is not given."""
    curves = {
        "loss": loss,
        "accuracy": accuracy,
        "val_loss": loss if val_loss is None else val_loss,
        "val_accuracy": accuracy if val_accuracy is None else val_accuracy,
    }
    rows = [dict(zip(curves, map(float, row), strict=True)) for row in zip(*curves.values(), strict=True)]
    return [
        Epoch(epoch=number, **row, learning_rate=rate, seconds=1.0, best=False)
        for number, row in enumerate(rows, start=1)
    ]


def changed(history: list[Epoch], place: int, **figures) -> list[Epoch]:
    """A history of which one epoch is another."""
    return [*history[:place], replace(history[place], **figures), *history[place + 1 :]]


def true(name: str) -> list[Epoch]:
    return read(HISTORIES / f"{name}.jsonl")


def read(path: Path) -> list[Epoch]:
    unsaid = {"seconds": 1.0, "best": False}  # which nothing is read from
    events = TypeAdapter(Epoch)
    return [events.validate_json(json.dumps({**unsaid, **json.loads(line)})) for line in path.read_text().splitlines()]


def kinds(found: Diagnosis) -> list[str]:
    return [verdict.kind for verdict in found.verdicts]


FALLING, RISING = np.linspace(1.9, 0.9, 12), np.linspace(0.2, 0.65, 12)
FLAT = np.full(12, 1.94)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_of_fewer_than_three_epochs_nothing_is_said_but_that(count):
    found = diagnose(made(FALLING[:count], RISING[:count]))
    assert kinds(found) == ["too-few"]
    assert found.consistency is None
    assert "too few" in found.in_words()[0] and "at least 3" in found.next_step


@pytest.mark.parametrize(
    "history",
    [made(FALLING, RISING), true("still_learning"), true("validation_better"), true("seed_fer2013")[:10]],
    ids=["made", "drawn faces", "drawn faces, dropout", "FER-2013"],
)
def test_still_learning(history):
    found = diagnose(history, EVEN)
    assert found.verdicts[0].kind == "still-learning"
    assert found.verdicts[0].numbers["accuracy_change"] > 0.01
    assert f"in {len(history)} epochs, as many as this one had" in found.next_step
    assert "a new run that starts from this one" in found.next_step  # one that is done cannot be resumed


def test_a_trend_is_called_one_beside_the_values_that_the_chart_shows():
    found = diagnose(made([1.9, 1.2, 1.0, 0.8, 1.4], [0.2, 0.4, 0.5, 0.6, 0.55]), EVEN)
    assert found.verdicts[0].sentence == (
        "Still learning: over the last 5 epochs the validation loss went from 1.90 to 1.40 and the validation accuracy "
        "from 20 % to 55 %; the trend, which no single epoch sways, is -0.20 an epoch for the loss and +10.0 points "
        "for the accuracy."
    )


@pytest.mark.parametrize(("count", "words"), [(12, "8 of its 20 epochs are left"), (2, "18 of its 20 epochs are left")])
def test_a_run_that_was_stopped_is_to_be_resumed(count, words):
    found = diagnose(made(FALLING[:count], RISING[:count]), EVEN, epochs_left=20 - count)
    assert found.next_step == f"Resume it: {words}."


def test_a_run_that_was_stopped_before_its_last_epoch_is_to_be_resumed():
    assert diagnose(made(FALLING, RISING), EVEN, epochs_left=1).next_step == "Resume it: 1 of its 13 epochs is left."
    assert "Train on" in diagnose(made(FALLING, RISING), EVEN, epochs_left=0).next_step


def test_converged_in_a_made_history():
    decay = np.exp(-np.arange(24) / 3)
    found = diagnose(made(0.6 + decay, 0.8 - 0.5 * decay, 0.65 + decay, 0.79 - 0.5 * decay))
    assert kinds(found) == ["converged"]
    assert "from 79 % to 79 %" in found.verdicts[0].sentence
    assert "The training accuracy stands at 80 %." in found.verdicts[0].sentence
    assert "10 times smaller (0.0001 instead of 0.001)" in found.next_step


@pytest.mark.parametrize("name", ["drawn faces", "FER+"])
def test_converged_as_the_learning_rate_ended_in_a_true_history(name):
    history = read(SHIPPED_MODELS / "emotion-net" / "history.jsonl") if name == "FER+" else true("converged")
    found = diagnose(history, monitor="val_accuracy_majority" if name == "FER+" else "val_accuracy")
    assert found.verdicts[0].kind == "converged"
    assert "next to nothing" in found.verdicts[0].sentence
    assert "more epochs" not in found.next_step


def test_a_network_that_memorised_its_faces_needs_more_of_them():
    found = diagnose(true("learnt_by_heart"), EVEN)
    assert kinds(found) == ["converged"]
    assert found.verdicts[0].numbers["gap"] > 0.3
    assert "better than it knows expressions" in found.verdicts[0].sentence and "More faces" in found.next_step


def test_a_network_that_does_not_know_its_training_faces_either_needs_more_epochs():
    decay = np.exp(-np.arange(24) / 3)
    found = diagnose(made(1.7 + decay, 0.32 - 0.2 * decay, 1.95 + decay / 2, 0.19 - 0.05 * decay), EVEN)
    assert kinds(found) == ["converged"] and found.verdicts[0].numbers["gap"] > 0.1
    assert "better than it knows" not in found.verdicts[0].sentence
    assert "more epochs" in found.next_step and "its training accuracy is only 32 %" in found.next_step
    better = diagnose(made(1.7 + decay, 0.32 - 0.2 * decay, 1.5 + decay, 0.45 - 0.2 * decay), EVEN)
    assert "more epochs" not in better.next_step  # augmentation makes training harder


def test_over_fitting_in_a_made_history_begins_after_the_lowest_validation_loss():
    val_loss = [1.8, 1.5, 1.3, 1.2, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.45]
    accuracy = np.linspace(0.2, 0.5, 12)
    found = diagnose(made(FALLING, RISING, val_loss, np.minimum(accuracy, 0.4)))
    assert kinds(found) == ["over-fitting"]
    (verdict,) = found.verdicts
    assert verdict.numbers["since"] in (6, 7)  # the median of three blurs the lowest by one
    assert f"since epoch {verdict.numbers['since']}" in verdict.sentence
    assert f"epoch {found.best_epoch}" in found.next_step


def test_the_students_project_over_fits_fer2013_while_its_accuracy_still_rises():
    found = diagnose(true("seed_fer2013"))
    (verdict,) = found.verdicts
    assert verdict.kind == "over-fitting"
    assert 22 <= verdict.numbers["since"] <= 27
    assert "from 1.08 to 1.22" in verdict.sentence and "86 %" in verdict.sentence and "62 %" in verdict.sentence
    assert "still rose" in verdict.sentence
    assert found.best_epoch == 46


def test_over_fitting_in_a_true_history_on_drawn_faces_is_seen_through_a_jump():
    verdict = diagnose(true("over_fitting"), EVEN).verdicts[0]
    assert (verdict.kind, verdict.numbers["since"]) == ("over-fitting", 14)


def test_wrong_labels_are_learnt_by_heart_alone():
    found = diagnose(true("wrong_labels"), EVEN)
    assert found.verdicts[0].kind == "over-fitting"
    assert "no better than guessing" in found.verdicts[0].sentence
    assert "labels" in found.next_step


@pytest.mark.parametrize(
    ("history", "advice"),
    [
        (made(FLAT, np.full(12, 0.15)), "Look at some faces"),
        (made(FLAT - np.arange(12) / 500, np.full(12, 0.15)), "10 times larger (0.01 instead of 0.001)"),
        (true("not_learning_small_steps"), "10 times larger (0.001 instead of 0.0001)"),
        (true("not_learning_no_steps"), "above zero"),
        (true("not_learning_dead"), "10 times smaller (0.01 instead of 0.1)"),
    ],
    ids=["made, flat", "made, slow", "small steps", "no steps", "broken by large steps"],
)
def test_not_learning(history, advice):
    found = diagnose(history, EVEN)
    assert found.verdicts[0].kind == "not-learning"
    assert advice in found.next_step


MOSTLY_HAPPY = MostFrequent("happy", 0.64, 1 / 3)


def always_happy(val_loss=None) -> list[Epoch]:
    """A network that learns only that most faces are happy, 64 % in training and 66 % in validation."""
    loss = [1.2, 0.99, 0.93, 0.91, 0.90, 0.90, 0.89, 0.89, 0.88, 0.88, 0.87, 0.86]
    accuracy = [0.6, 0.63, *[0.64] * 10]
    return made(loss, accuracy, loss if val_loss is None else val_loss, [0.66] * 12)


@pytest.mark.parametrize(
    "history",
    [always_happy(), always_happy([1.1, 0.9, 0.85, 0.86, 0.88, 0.9, 0.92, 0.94, 0.95, 0.97, 0.99, 1.0])],
    ids=["whose loss falls", "whose validation loss rises"],
)
def test_a_network_that_only_answers_the_most_frequent_emotion_is_called_that(history):
    found = diagnose(history, 0.66, frequent=MOSTLY_HAPPY)
    assert kinds(found) == ["most-frequent"]
    assert found.verdicts[0].sentence == (
        "It only predicts the most frequent emotion (happy): the training accuracy is 64 %, and predicting it "
        "for every face reaches 64 %."
    )
    assert "class weights" in found.next_step and "memorised" not in " ".join(found.in_words())


def test_it_is_called_that_also_where_its_loss_stands_still_and_one_emotion_prevails():
    flat = made([0.4] * 6, [0.9] * 6)
    assert kinds(diagnose(flat, 0.9, frequent=MostFrequent("happy", 0.9, 1 / 7))) == ["most-frequent"]
    assert kinds(diagnose(flat, 0.9)) == ["most-frequent"]
    even = made([0.693] * 6, [0.5] * 6)
    assert kinds(diagnose(even, 0.5, frequent=MostFrequent("happy", 0.5, 1 / 2))) == ["not-learning"]


def test_it_is_not_called_that_where_it_knows_more_of_its_training_or_validation_faces():
    knows = made(FALLING, np.linspace(0.64, 0.95, 12), FALLING[::-1], [0.66] * 12)
    assert kinds(diagnose(knows, 0.66, frequent=MOSTLY_HAPPY)) == ["over-fitting"]
    better = made(FALLING, [0.64] * 12, FALLING, np.linspace(0.66, 0.8, 12))
    assert "most-frequent" not in kinds(diagnose(better, 0.66, frequent=MOSTLY_HAPPY))


def test_class_weights_are_not_advised_to_who_has_them():
    recipe = QUICK.model_copy(update={"class_weights": True})
    assert "class weights" not in diagnose(always_happy(), 0.66, recipe=recipe, frequent=MOSTLY_HAPPY).next_step


def test_what_was_not_learned_is_named(own_workspace):
    faces = joined(patch_faces(70), patch_faces(35, seed=1, split="validation"))
    faces.table["label"] = faces.table["label"].replace({"sad": "contempt"})
    add_dataset(faces, "drawn", "drawn for tests")
    folder = new_run("mine")
    (folder / "metrics.jsonl").write_text("".join(f"{epoch.line()}\n" for epoch in made(FALLING, RISING)))
    said = diagnose_run(find_run("mine")).in_words()
    assert "Not learned: contempt (15), as these labels are not trained on." in said
    assert "Not learned: sad, without training faces." in said


def test_a_network_that_goes_on_from_an_earlier_one_is_not_called_not_learning():
    found = diagnose(made(np.full(8, 0.5), np.full(8, 0.83)), EVEN)
    assert kinds(found) == ["converged"]


@pytest.mark.parametrize("lost", [math.nan, math.inf, None])
def test_diverged_where_numbers_are_none(lost):
    (verdict,) = diagnose(changed(made(FALLING, RISING), 6, loss=lost)).verdicts
    assert (verdict.kind, verdict.numbers) == ("diverged", {"since": 7})


def test_one_epoch_without_a_number_is_enough():
    assert kinds(diagnose(made([math.nan], [0.1]))) == ["diverged"]


def test_diverged_where_a_loss_is_absurd_or_all_is_forgotten():
    absurd = diagnose(made(np.full(5, 13.8), np.full(5, 0.14)))
    assert kinds(absurd) == ["diverged"] and "13.80" in absurd.verdicts[0].sentence
    forgotten = diagnose(made([1.9, 1.5, 1.1, 0.9, 1.95, 1.95, 1.95], [0.2, 0.4, 0.6, 0.7, 0.15, 0.14, 0.14]))
    assert forgotten.verdicts[0].kind == "diverged" and "lost" in forgotten.verdicts[0].sentence


@pytest.mark.parametrize(
    ("name", "words"), [("diverged_to_no_number", "not a number"), ("diverged_to_sure_mistakes", "knows nothing")]
)
def test_diverged_in_true_histories(name, words):
    found = diagnose(true(name))
    assert kinds(found) == ["diverged"]
    assert words in found.verdicts[0].sentence and "far smaller learning rate" in found.next_step


@pytest.mark.parametrize(
    "history",
    [made(FALLING, RISING, [1.5, 1.2, 1.9, 1.1, 1.7, 1.0, 1.6, 0.9, 1.5, 1.0, 1.4, 0.9]), true("unstable")],
    ids=["made", "drawn faces"],
)
def test_unstable(history):
    found = diagnose(history, EVEN)
    assert found.verdicts[0].kind == "unstable"
    assert found.verdicts[0].numbers["jumps"] >= 2
    assert "3 times smaller" in found.next_step and "cosine" in found.next_step


def test_a_jumping_loss_is_no_reason_to_try_again_where_nearly_all_is_known():
    jumping = [1.5, 1.2, 1.9, 1.1, 1.7, 1.0, 1.6, 0.9, 1.5, 1.0, 1.4, 0.9]
    found = diagnose(made(FALLING, np.linspace(0.9, 0.99, 12), jumping, np.linspace(0.9, 0.99, 12)), EVEN)
    assert found.verdicts[0].kind == "unstable" and "Little is left to gain" in found.next_step


def test_a_schedule_that_falls_is_not_advised_where_there_is_one():
    jumping = made(FALLING, RISING, [1.5, 1.2, 1.9, 1.1, 1.7, 1.0, 1.6, 0.9, 1.5, 1.0, 1.4, 0.9])
    found = diagnose(jumping, EVEN, recipe=QUICK)
    assert found.verdicts[0].kind == "unstable"
    assert "3 times smaller" in found.next_step and "cosine" not in found.next_step


def test_a_loss_that_jumps_only_at_first_is_not_unstable():
    settled = [1.5, 1.2, 1.9, 1.1, 1.7, 1.0, 0.95, 0.92, 0.9, 0.89, 0.88, 0.88]
    assert "unstable" not in kinds(diagnose(made(FALLING, RISING, settled), EVEN))


@pytest.mark.parametrize(
    "history",
    [made(FALLING, RISING, FALLING - 0.2, RISING + 0.08), true("validation_better")],
    ids=["made", "dropout of 0.6"],
)
def test_validation_better_than_training_and_why(history):
    verdict = diagnose(history, EVEN).verdicts[-1]
    assert verdict.kind == "validation-better"
    assert verdict.numbers["epochs"] == 12
    assert "in 12 of 12 epochs" in verdict.sentence and "dropout" in verdict.sentence


def test_consistency_counts_steps_and_ranks():
    loss, accuracy = [1.9, 1.5, 1.6, 1.2, 1.0], [0.2, 0.3, 0.3, 0.4, 0.5]
    found = diagnose(made(loss, accuracy)).consistency
    assert (found.steps, found.improved["loss"], found.improved["accuracy"]) == (4, 3, 3)
    assert found.correlations["loss"] == pytest.approx(-0.9)
    assert "Of 4 steps" in steadiness(found) and "the training loss fell in 3 (-0.90)" in steadiness(found)


def test_the_consistency_of_the_students_project():
    found = diagnose(true("seed_fer2013")).consistency
    assert (found.steps, found.improved["loss"]) == (49, 49)
    assert found.correlations["loss"] == pytest.approx(-1)
    assert found.improved["val_loss"] < 30


def test_without_validation_the_training_curves_are_read():
    nothing = {"val_loss": None, "val_accuracy": None}
    history = [replace(epoch, **nothing) for epoch in made(FALLING, RISING)]
    found = diagnose(history)
    assert found.verdicts[0].kind == "still-learning" and "training loss" in found.verdicts[0].sentence
    assert found.best_epoch is None


def test_the_order_of_epochs_and_one_that_was_done_again_do_not_matter():
    history = made(FALLING, RISING)
    again = replace(history[4], loss=99.0)
    assert diagnose([again, *history[::-1]]) == diagnose(history)


def test_a_network_that_still_improved_when_its_learning_rate_was_used_up_is_not_called_converged():
    history = [replace(epoch, learning_rate=0.01 * (1 - epoch.epoch / 12)) for epoch in made(FALLING, RISING)]
    found = diagnose(history, EVEN)
    assert kinds(found) == ["cut-short"]
    assert "more epochs" in found.next_step


@pytest.mark.parametrize("rate", [1e-3, None], ids=["constant rate", "used-up rate"])
def test_nobody_is_sent_for_more_epochs_where_nearly_all_is_known(rate):
    history = made(np.linspace(0.2, 0.05, 12), np.linspace(0.95, 0.99, 12))
    if rate is None:
        history = [replace(epoch, learning_rate=0.01 * (1 - epoch.epoch / 12)) for epoch in history]
    found = diagnose(history, EVEN)
    assert "epochs" not in found.next_step and "Little is left to gain" in found.next_step


def test_a_larger_network_is_not_advised_where_nearly_all_is_known():
    decay = np.exp(-np.arange(24) / 3)
    assert "Little is left" in diagnose(made(0.02 + decay, 0.99 - 0.5 * decay)).next_step


AHEAD = made(FALLING, RISING, FALLING - 0.2, RISING + 0.08)


@pytest.mark.parametrize(
    ("recipe", "named", "unnamed"),
    [
        (STRONG, ["augmentation", "mixup", "smoothed labels"], []),
        (SEED, [], ["augmentation", "mixup", "smoothed labels"]),
        (QUICK, ["augmentation"], ["mixup", "smoothed labels"]),
        (None, ["augmentation"], ["mixup"]),
    ],
    ids=["strong", "seed", "quick", "unknown"],
)
def test_what_makes_training_harder_is_named_only_where_the_recipe_has_it(recipe, named, unnamed):
    sentence = diagnose(AHEAD, EVEN, recipe=recipe).verdicts[-1].sentence
    assert all(word in sentence for word in named) and not any(word in sentence for word in unnamed)


def test_against_over_fitting_is_advised_what_the_recipe_lacks_or_more_of_what_it_has():
    seed = diagnose(true("seed_fer2013"), recipe=SEED).next_step
    assert "augmentation, mixup or weight decay" in seed and "stronger" not in seed
    assert (
        "stronger augmentation, mixup or stronger weight decay"
        in diagnose(true("seed_fer2013"), recipe=QUICK).next_step
    )


def test_a_run_is_read_with_what_was_asked_and_what_guessing_reaches(own_workspace):
    add_dataset(joined(patch_faces(70), patch_faces(35, seed=1, split="validation")), "drawn", "drawn for tests")
    folder = new_run("mine")
    (folder / "metrics.jsonl").write_text("".join(f"{epoch.line()}\n" for epoch in made(FLAT, np.full(12, 0.15))))
    (verdict,) = diagnose_run(find_run("mine")).verdicts
    assert verdict.numbers["chance"] == pytest.approx(EVEN)
    assert "guessing the most frequent emotion reaches 14 %" in verdict.sentence

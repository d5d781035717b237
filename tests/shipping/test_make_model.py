"""From data to a model's folder with one command."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.models.registry import load_classifier
from emotion_core.runs.history import read_history
from emotion_core.shipping import make_model
from emotion_core.workspace import SHIPPED_MODELS
from tests.tiny_network import tiny_network


@pytest.fixture(scope="module", autouse=True)
def tiny_plan():
    """The default's plan with a tiny network and few epochs."""
    short = {"epochs": 3, "batch_size": 16, "augmentation": None}
    plan = make_model.PLANS["emotion-net"]
    tiny = replace(
        plan,
        build=lambda: tiny_network(48),
        stages={stage: recipe.model_copy(update=short) for stage, recipe in plan.stages.items()},
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(make_model.PLANS, "emotion-net", tiny)
        yield


REFINED = ("--stage", "refined")


def made(data, run, models, *more):
    arguments = ["emotion-net", "--data", str(data), "--run", str(run), "--models", str(models)]
    assert make_model.main([*arguments, *map(str, more)]) == 0


@pytest.fixture(scope="module")
def first(fer2013_files, tmp_path_factory):
    """What the first stage gives: its run, and the models."""
    folder = tmp_path_factory.mktemp("first")
    made(fer2013_files, folder / "run", folder / "models")
    return folder


@pytest.fixture(scope="module")
def going_on(first):
    """How a stage goes on from the first one's network, which is its teacher too."""
    earlier = first / "models" / "emotion-net-fer2013"
    return (*REFINED, "--start", earlier, "--teacher", earlier)


@pytest.fixture(scope="module")
def second(fer2013_files, going_on, tmp_path_factory):
    """What that stage gives."""
    folder = tmp_path_factory.mktemp("second")
    made(fer2013_files, folder / "run", folder / "models", *going_on)
    return folder


def test_one_command_makes_both_models_of_a_network(first):
    models = first / "models"
    for name, labels in (("emotion-net", "votes"), ("emotion-net-fer2013", "own")):
        classifier = load_classifier(models / name)
        assert classifier.card.training.faces == 70
        assert (classifier.card.training.recipe["epochs"], classifier.card.training.recipe["labels"]) == (3, labels)
        by_votes, _, by_labels, _ = (one for one in classifier.card.measurements if one.prior == "trained")
        assert (by_votes.labels, by_labels.labels) == ("ferplus-majority", "fer2013")
        assert by_votes.faces == by_labels.faces == 35
        assert by_votes.accuracy > 0.5
        assert 0 < classifier.card.abstain_threshold < 1
        assert classifier.predict_proba(np.zeros((2, 48, 48), np.uint8)).shape == (2, len(EMOTIONS))
        assert f"# {name}" in (models / name / "README.md").read_text()


def test_a_network_goes_on_from_an_earlier_one_which_is_its_teacher(first, second):
    card = load_classifier(second / "models" / "emotion-net").card
    assert card.training.recipe["distillation"] == 0.5
    before, after = (read_history(folder / "run")[0].loss for folder in (first, second))
    assert after < before


def test_a_card_says_what_a_network_began_with_and_by_whom_it_was_taught(first, second):
    teacher = load_classifier(first / "models" / "emotion-net-fer2013").card
    training = load_classifier(second / "models" / "emotion-net-fer2013").card.training
    named = f"emotion-net-fer2013 of {training.date} ({teacher.files['model.keras'][:8]})"
    assert training.data.endswith(f"; begun with the weights of {named}; taught by {named}")
    assert "begun" not in teacher.training.data


def test_the_mean_of_what_a_stage_began_with_and_came_to_is_written_for_the_answer_that_both_give(
    fer2013_files, first, going_on, second, tmp_path
):
    made(fer2013_files, second / "run", tmp_path / "mean", *going_on, "--average")

    assert [folder.name for folder in (tmp_path / "mean").iterdir()] == ["emotion-net-fer2013"]
    start, last, mean = (
        keras.saving.load_model(folder / "emotion-net-fer2013" / "model.keras").trainable_variables
        for folder in (first / "models", second / "models", tmp_path / "mean")
    )
    for one, other, middle in zip(start, last, mean, strict=True):
        assert np.allclose(middle, (np.asarray(one) + np.asarray(other)) / 2, atol=1e-6)
    assert "mean of the weights" in load_classifier(tmp_path / "mean" / "emotion-net-fer2013").card.training.data


def test_a_run_goes_on_as_it_began_or_not_at_all(fer2013_files, first, tmp_path, capsys):
    with pytest.raises(SystemExit):
        made(fer2013_files, first / "run", tmp_path / "models", "--epochs", "2")
    assert "holds a run with another recipe" in capsys.readouterr().err


def test_a_teacher_that_sees_pixels_otherwise_is_refused(fer2013_files, tmp_path, capsys):
    with pytest.raises(SystemExit):
        made(fer2013_files, tmp_path / "run", tmp_path / "models", *REFINED, "--teacher", SHIPPED_MODELS / "seed-cnn")
    assert "cannot teach" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (REFINED, "'refined' of emotion-net needs a --teacher"),
        (("--teacher", SHIPPED_MODELS / "emotion-net"), "'first' of emotion-net takes no --teacher"),
        (("--average",), "--average needs a --start"),
        (("--stage", "last"), "no stage 'last'; there are first, refined, sharpened, again"),
        ((*REFINED, "--teacher", "nowhere"), "there is no model folder nowhere"),
    ],
)
def test_a_stage_that_cannot_be_is_refused(fer2013_files, tmp_path, capsys, arguments, reason):
    with pytest.raises(SystemExit) as exit_:
        made(fer2013_files, tmp_path / "run", tmp_path / "models", *arguments)
    assert exit_.value.code == 2
    assert reason in capsys.readouterr().err

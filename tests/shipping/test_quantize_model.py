"""A model that ships computes in 8 bits after one more command."""

import hashlib
import shutil
from dataclasses import replace

import keras
import numpy as np
import pytest

from emotion_core.models.card import read_card
from emotion_core.models.face_input import network_input
from emotion_core.models.registry import load_classifier
from emotion_core.networks.architectures import emotion_net
from emotion_core.networks.quantization import is_quantized
from emotion_core.shipping import make_model, quantize_model
from emotion_core.workspace import SHIPPED_MODELS
from tests.cards import change_card
from tests.patch_faces import patch_faces
from tests.tiny_network import tiny_network


@pytest.fixture(scope="module")
def plain(fer2013_files, tmp_path_factory):
    """A model of one large convolution after another, in 32 bits."""
    short = {"epochs": 1, "batch_size": 16, "augmentation": None}
    plan = make_model.PLANS["emotion-net"]
    stages = {stage: recipe.model_copy(update=short) for stage, recipe in plan.stages.items()}
    made, folder = replace(plan, build=build, stages=stages), tmp_path_factory.mktemp("plain")
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(make_model.PLANS, "emotion-net", made)
        folders = ("--data", fer2013_files, "--run", folder / "run", "--models", folder / "made")
        assert make_model.main(["emotion-net", *map(str, folders)]) == 0
    return folder / "made" / "emotion-net"


def build():
    return emotion_net(widths=(64,), blocks=(1,))


def command(model, data, models, *more):
    return quantize_model.main([str(model), "--data", str(data), "--models", str(models), *more])


@pytest.fixture(scope="module")
def rounded(plain, fer2013_files, tmp_path_factory):
    """The same in 8 bits."""
    folder = tmp_path_factory.mktemp("rounded")
    assert command(plain, fer2013_files, folder) == 0
    return folder / "emotion-net"


def network_of(model):
    return keras.saving.load_model(model / "model.keras", compile=False)


def test_a_model_keeps_its_name_and_story_and_is_measured_anew(plain, rounded):
    before, after = load_classifier(plain), load_classifier(rounded)
    assert after.card.summary == before.card.summary + " Its larger convolutions compute in 8 bits."
    source = f"emotion-net of {before.card.training.date} ({before.card.files['model.keras'][:8]})"
    assert after.card.training.data == before.card.training.data + f"; rounded to 8 bits from {source}"
    assert after.card.training.recipe == before.card.training.recipe
    assert (after.folder / "history.jsonl").read_bytes() == (before.folder / "history.jsonl").read_bytes()
    assert [one.faces for one in after.card.measurements] == [one.faces for one in before.card.measurements]
    network = network_of(rounded)
    assert is_quantized(network)
    crops = np.kron(patch_faces(20, seed=5).images, np.ones((3, 3), np.uint8))
    expected = network.predict(network_input(crops, after.card.input), verbose=0) ** (1 / after.card.temperature)
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(after.predict_proba(crops), expected, atol=2e-3)


def test_statistics_are_taken_anew_where_that_is_asked(plain, rounded, fer2013_files, tmp_path):
    command(plain, fer2013_files, tmp_path, "--statistics")
    means, kernels = [], []
    for layer, anew in zip(network_of(rounded).layers, network_of(tmp_path / "emotion-net").layers, strict=True):
        if isinstance(layer, keras.layers.BatchNormalization):
            means.append((layer.moving_mean.numpy(), anew.moving_mean.numpy()))
        if isinstance(layer, keras.layers.Conv2D):
            kernels.append((layer.kernel.numpy(), anew.kernel.numpy()))
    assert means and all((before != after).any() for before, after in means)
    assert kernels and all((before == after).all() for before, after in kernels)


def test_once_is_enough(rounded, fer2013_files, tmp_path, capsys):
    with pytest.raises(SystemExit):
        command(rounded, fer2013_files, tmp_path)
    assert "is quantized already" in capsys.readouterr().err


def test_a_network_without_convolutions_is_left_alone(plain, fer2013_files, tmp_path, capsys):
    model = tmp_path / "emotion-net"
    shutil.copytree(plain, model)
    tiny_network(48).save(model / "model.keras")
    network = hashlib.sha256((model / "model.keras").read_bytes()).hexdigest()
    change_card(model, files={**read_card(plain).files, "model.keras": network})
    with pytest.raises(SystemExit):
        command(model, fer2013_files, tmp_path / "rounded")
    assert "no convolution that is worth computing in 8 bits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (SHIPPED_MODELS / "nothing", "there is no model folder"),
        (SHIPPED_MODELS / "seed-cnn", "the card of seed-cnn names a recipe of another version"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused(fer2013_files, tmp_path, capsys, model, reason):
    with pytest.raises(SystemExit):
        command(model, fer2013_files, tmp_path)
    assert reason in capsys.readouterr().err


def test_a_model_is_not_written_over(fer2013_files, capsys):
    model = SHIPPED_MODELS / "emotion-net"
    with pytest.raises(SystemExit):
        quantize_model.main([str(model), "--data", str(fer2013_files)])
    assert "would be written over" in capsys.readouterr().err


def test_data_that_is_not_there_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        command(SHIPPED_MODELS / "emotion-net", tmp_path, tmp_path)
    assert "fer2013" in capsys.readouterr().err

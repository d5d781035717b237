"""A model that ships computes in 8 bits after one more command."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from emotion_core.models.face_input import network_input
from emotion_core.models.registry import load_classifier
from emotion_core.networks.architectures import emotion_net
from emotion_core.networks.quantization import is_quantized
from emotion_core.shipping import make_model, quantize_model
from emotion_core.workspace import SHIPPED_MODELS
from tests.patch_faces import patch_faces
from tests.tiny_network import tiny_network


def make_a_model(data, monkeypatch, build):
    short = {"epochs": 1, "batch_size": 16, "augmentation": None}
    plan = make_model.PLANS["emotion-net"]
    stages = {stage: recipe.model_copy(update=short) for stage, recipe in plan.stages.items()}
    monkeypatch.setitem(make_model.PLANS, "emotion-net", replace(plan, build=build, stages=stages))
    folders = ("--data", str(data), "--run", str(data / "run"), "--models", str(data / "made"))
    assert make_model.main(["emotion-net", *folders]) == 0
    return data / "made" / "emotion-net"


def command(model, data, *more):
    return quantize_model.main([str(model), "--data", str(data), "--models", str(data / "rounded"), *map(str, more)])


def test_a_model_keeps_its_name_and_story_and_is_measured_anew(data, monkeypatch):
    plain = make_a_model(data, monkeypatch, lambda: emotion_net(widths=(64,), blocks=(1,)))
    assert command(plain, data) == 0

    before, after = load_classifier(plain), load_classifier(data / "rounded" / "emotion-net")
    assert after.card.summary == before.card.summary + " Its larger convolutions compute in 8 bits."
    source = f"emotion-net of {before.card.training.date} ({before.card.files['model.keras'][:8]})"
    assert after.card.training.data == before.card.training.data + f"; rounded to 8 bits from {source}"
    assert after.card.training.recipe == before.card.training.recipe
    assert (after.folder / "history.jsonl").read_bytes() == (before.folder / "history.jsonl").read_bytes()
    assert [one.faces for one in after.card.measurements] == [one.faces for one in before.card.measurements]
    network = keras.saving.load_model(after.folder / "model.keras", compile=False)
    assert is_quantized(network)
    crops = np.kron(patch_faces(20, seed=5).images, np.ones((3, 3), np.uint8))
    expected = network.predict(network_input(crops, after.card.input), verbose=0) ** (1 / after.card.temperature)
    expected /= expected.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(after.predict_proba(crops), expected, atol=2e-3)


def test_statistics_are_taken_anew_where_that_is_asked(data, monkeypatch):
    model = make_a_model(data, monkeypatch, lambda: emotion_net(widths=(64,), blocks=(1,)))
    means, kernels = [], []
    for more in ((), ("--statistics",)):
        command(model, data, *more)
        network = keras.saving.load_model(data / "rounded" / "emotion-net" / "model.keras", compile=False)
        for layer in network.layers:
            if isinstance(layer, keras.layers.BatchNormalization):
                means.append(layer.moving_mean.numpy())
            if isinstance(layer, keras.layers.Conv2D):
                kernels.append(layer.kernel.numpy())
    half = len(means) // 2
    assert all((before != after).any() for before, after in zip(means[:half], means[half:], strict=True))
    half = len(kernels) // 2
    assert all((before == after).all() for before, after in zip(kernels[:half], kernels[half:], strict=True))


def test_once_is_enough(data, monkeypatch, capsys):
    model = make_a_model(data, monkeypatch, lambda: emotion_net(widths=(64,), blocks=(1,)))
    command(model, data)
    with pytest.raises(SystemExit):
        quantize_model.main([str(data / "rounded" / "emotion-net"), "--data", str(data), "--models", str(data)])
    assert "is quantized already" in capsys.readouterr().err


def test_a_network_without_convolutions_is_left_alone(data, monkeypatch, capsys):
    model = make_a_model(data, monkeypatch, lambda: tiny_network(48))
    with pytest.raises(SystemExit):
        command(model, data)
    assert "no convolution that is worth computing in 8 bits" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (SHIPPED_MODELS / "nothing", "there is no model folder"),
        (SHIPPED_MODELS / "seed-cnn", "the card of seed-cnn names a recipe of another version"),
    ],
)
def test_a_folder_that_cannot_be_used_is_refused(data, capsys, model, reason):
    with pytest.raises(SystemExit):
        command(model, data)
    assert reason in capsys.readouterr().err


def test_a_model_is_not_written_over(data, capsys):
    model = SHIPPED_MODELS / "emotion-net"
    with pytest.raises(SystemExit):
        quantize_model.main([str(model), "--data", str(data)])
    assert "would be written over" in capsys.readouterr().err


def test_data_that_is_not_there_is_named(tmp_path, capsys):
    with pytest.raises(SystemExit):
        command(SHIPPED_MODELS / "emotion-net", tmp_path)
    assert "fer2013" in capsys.readouterr().err

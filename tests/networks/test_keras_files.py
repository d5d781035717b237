"""A Keras file that asks for far too much is refused before Keras builds it."""

from __future__ import annotations

import json
import zipfile

import pytest

from emotion_core.models.card import ModelError
from emotion_core.networks import keras_files
from emotion_core.networks.keras_files import check_size
from emotion_core.workspace import SHIPPED_MODELS


def keras_file(path, config: object, **members: bytes):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", config if isinstance(config, bytes) else json.dumps(config))
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("model", ["emotion-net", "seed-cnn"])
def test_what_ships_is_not_refused(model):
    check_size(SHIPPED_MODELS / model / "model.keras")


def test_a_layer_of_billions_of_units_is_refused(tmp_path):
    layers = [{"class_name": "Dense", "config": {"units": 2_000_000_000, "seed": 2**40}}]
    with pytest.raises(ModelError, match="2,000,000,000"):
        check_size(keras_file(tmp_path / "a.keras", {"config": {"layers": layers}}))


def test_where_an_object_lay_in_memory_is_no_size(tmp_path):
    layers = [{"class_name": "Dense", "config": {"units": 8}, "shared_object_id": 140_655_863_392_016}]
    check_size(keras_file(tmp_path / "a.keras", {"config": {"layers": layers}}))


def test_a_description_that_unpacks_to_far_more_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(keras_files, "LARGEST_CONFIG", 1000)
    with pytest.raises(ModelError, match="unpacks to"):
        check_size(keras_file(tmp_path / "a.keras", b" " * 2000))
    monkeypatch.setattr(keras_files, "LARGEST_UNPACKED", 5000)
    with pytest.raises(ModelError, match="unpacks to"):
        check_size(keras_file(tmp_path / "b.keras", {}, weights=bytes(6000)))


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK"])
def test_what_is_no_keras_file_is_left_for_keras_to_refuse(tmp_path, content):
    (tmp_path / "a.keras").write_bytes(content)
    check_size(tmp_path / "a.keras")


def test_a_description_that_is_nested_too_deeply_is_left_for_keras_to_refuse(tmp_path):
    check_size(keras_file(tmp_path / "a.keras", b"[" * 200_000))

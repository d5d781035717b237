"""The models of the workspace, managed."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from emotion_core.jobs.own_models import add_model, delete_model, rename_model
from emotion_core.models.card import ModelError, read_card
from emotion_core.models.registry import (
    choose_default_model,
    default_model,
    load_classifier,
    model_folder,
    model_names,
    own_models_folder,
)
from emotion_core.workspace import SHIPPED_MODELS, WORKSPACE_VARIABLE
from tests.cards import change_card

SEED = SHIPPED_MODELS / "emotion-net"


@pytest.fixture(autouse=True)
def workspace(tmp_path, monkeypatch):
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(tmp_path / "workspace"))
    return tmp_path / "workspace"


@pytest.fixture
def colleagues(tmp_path) -> Path:
    """A model's folder as a colleague sends it."""
    folder = tmp_path / "from a colleague"
    shutil.copytree(SEED, folder)
    change_card(folder, name="theirs")
    return folder


def zipped(folder: Path, inside: str = "") -> Path:
    file = folder.with_suffix(".zip")
    with zipfile.ZipFile(file, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, f"{inside}{path.name}")
    return file


def nothing_is_left() -> bool:
    return not own_models_folder().exists() or not any(own_models_folder().iterdir())


class TestAModelIsBroughtIn:
    def test_from_a_folder_under_the_name_on_its_card(self, colleagues):
        assert add_model(colleagues) == own_models_folder() / "theirs"
        assert "theirs" in model_names() and load_classifier("theirs").card.name == "theirs"

    @pytest.mark.parametrize("inside", ["", "theirs/", "a/b/"])
    def test_from_a_zip_wherever_in_it_the_folder_is(self, colleagues, inside):
        assert add_model(zipped(colleagues, inside), "from a zip").name == "from a zip"
        assert read_card(model_folder("from a zip")).name == "from a zip"
        assert (model_folder("from a zip") / "README.md").read_text().startswith("# from a zip")

    def test_what_its_card_does_not_name_stays_outside(self, colleagues):
        (colleagues / "virus.exe").write_bytes(b"MZ")
        assert "virus.exe" not in {path.name for path in add_model(colleagues).iterdir()}

    def test_not_where_a_file_differs_from_its_card(self, colleagues):
        with (colleagues / "model.tflite").open("ab") as file:
            file.write(b"x")
        with pytest.raises(ModelError, match=r"^from a colleague is no model .*: model.tflite is refused"):
            add_model(colleagues)
        assert nothing_is_left()

    def test_not_where_a_file_is_missing(self, colleagues):
        (colleagues / "model.tflite").unlink()
        with pytest.raises(ModelError, match=r"from a colleague.zip is no whole model: it has no model.tflite"):
            add_model(zipped(colleagues))
        assert nothing_is_left()

    def test_not_where_the_card_names_a_file_elsewhere(self, colleagues):
        change_card(colleagues, files={"../../outside": "0" * 64})
        with pytest.raises(ModelError, match=r"'../../outside', which is no name of a file"):
            add_model(colleagues)
        assert nothing_is_left()

    @pytest.mark.parametrize("name", ["emotion-net", "default", "a/b", ""])
    def test_not_under_a_name_that_is_taken_or_not_allowed(self, colleagues, name):
        change_card(colleagues, name=name)
        with pytest.raises(ModelError, match=r"choose another one|cannot be called"):
            add_model(colleagues)
        assert nothing_is_left()

    def test_not_twice_under_one_name(self, colleagues):
        add_model(colleagues)
        with pytest.raises(ModelError, match="there is a model 'theirs' already"):
            add_model(colleagues)

    @pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)], ids=["empty", "text", "empty zip"])
    def test_not_from_another_file(self, tmp_path, content):
        (tmp_path / "m.zip").write_bytes(content)
        with pytest.raises(ModelError, match=r"neither a model's folder nor a zip|has no card.json"):
            add_model(tmp_path / "m.zip")
        assert nothing_is_left()

    def test_not_from_a_zip_that_grows_without_end(self, tmp_path, monkeypatch):
        monkeypatch.setattr("emotion_core.jobs.own_models.LARGEST_MODEL", 10_000)
        with zipfile.ZipFile(tmp_path / "m.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("card.json", " " * 20_000)
        with pytest.raises(ModelError, match="more than 10,000 bytes unpacked"):
            add_model(tmp_path / "m.zip")


class TestAModelOfTheWorkspace:
    def test_is_renamed_with_its_card(self, colleagues):
        add_model(colleagues)
        assert rename_model("theirs", "ours").name == "ours"
        assert "theirs" not in model_names() and load_classifier("ours").card.name == "ours"

    def test_is_not_renamed_to_one_that_is_there(self, colleagues):
        add_model(colleagues)
        with pytest.raises(ModelError, match="is the name of a model that ships"):
            rename_model("theirs", "emotion-net")
        assert "theirs" in model_names()

    def test_is_deleted(self, colleagues):
        add_model(colleagues)
        delete_model("theirs")
        assert "theirs" not in model_names() and nothing_is_left()

    @pytest.mark.parametrize("name", ["emotion-net", "nothing", "../models/theirs", "."])
    def test_another_one_is_neither_renamed_nor_deleted(self, name):
        with pytest.raises(ModelError, match="in your workspace; the models that ship stay as they are"):
            delete_model(name)
        with pytest.raises(ModelError, match="in your workspace"):
            rename_model(name, "ours")


class TestTheDefaultModel:
    def test_is_the_one_that_ships_until_another_one_is_chosen(self, colleagues):
        assert default_model() == "emotion-net"
        add_model(colleagues)
        choose_default_model("theirs")
        assert default_model() == model_names()[0] == load_classifier().card.name == "theirs"

    def test_is_again_the_one_that_ships_when_the_chosen_one_is_gone(self, colleagues):
        add_model(colleagues)
        choose_default_model("theirs")
        delete_model("theirs")
        assert default_model() == "emotion-net"

    def test_must_be_there(self):
        with pytest.raises(ModelError, match="there is no model 'nothing'"):
            choose_default_model("nothing")

"""The registry of models: shipped ones and the workspace's own, which come first."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core import workspace
from emotion_core.models.card import ModelError
from emotion_core.models.registry import DEFAULT_MODEL, find_model, model_folder, model_names, model_version


@pytest.fixture
def roots(tmp_path, monkeypatch) -> tuple[Path, Path]:
    """The folders of the user's models and of the shipped ones, both not made yet."""
    monkeypatch.setenv(workspace.WORKSPACE_VARIABLE, str(tmp_path / "mine"))
    monkeypatch.setattr(workspace, "SHIPPED_MODELS", tmp_path / "shipped")
    return tmp_path / "mine" / "models", tmp_path / "shipped"


def add(root: Path, *names: str) -> None:
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / "card.json").touch()


class TestNames:
    def test_none_where_there_is_no_folder(self, roots):
        assert model_names() == []

    def test_the_default_first_then_by_the_alphabet_each_once(self, roots):
        mine, shipped = roots
        add(shipped, "seed-cnn", "emotion-net")
        add(mine, "zebra", "ape", "seed-cnn")
        assert model_names() == ["emotion-net", "ape", "seed-cnn", "zebra"]

    def test_what_has_no_card_is_no_model(self, roots):
        mine, _ = roots
        add(mine, "good")
        (mine / "half").mkdir()
        (mine / "notes.txt").touch()
        assert model_names() == ["good"]


class TestFolders:
    def test_a_shipped_model_by_its_name(self, roots):
        add(roots[1], "seed-cnn")
        assert model_folder("seed-cnn") == roots[1] / "seed-cnn"

    def test_the_default_one(self, roots):
        add(roots[1], "emotion-net")
        assert model_folder("default") == roots[1] / "emotion-net"

    def test_the_users_own_comes_first(self, roots):
        add(roots[0], "emotion-net")
        add(roots[1], "emotion-net")
        assert model_folder("default") == roots[0] / "emotion-net"

    def test_the_users_half_made_one_does_not_hide_the_shipped_one(self, roots):
        (roots[0] / "emotion-net").mkdir(parents=True)
        add(roots[1], "emotion-net")
        assert model_folder("default") == roots[1] / "emotion-net"

    @pytest.mark.parametrize("given", ["/some/where", "some/where", "./here"])
    def test_a_text_with_a_slash_is_a_folder(self, roots, given):
        assert model_folder(given) == Path(given)

    def test_a_path_is_a_folder_even_if_it_looks_like_a_name(self, roots):
        add(roots[1], "seed-cnn")
        assert model_folder(Path("seed-cnn")) == Path("seed-cnn")

    def test_a_name_that_is_none_gives_a_folder_that_does_not_exist(self, roots):
        assert not model_folder("nobody").exists()

    def test_naming_models_makes_no_folder(self, roots):
        model_names(), model_folder("default")
        assert not any(root.exists() for root in roots)


class TestFinding:
    def test_gives_the_whole_path_however_the_model_was_asked_for(self, roots, monkeypatch):
        add(roots[0], "mine")
        monkeypatch.chdir(roots[0] / "mine")
        assert find_model("mine") == find_model("./") == find_model(Path()) == roots[0] / "mine"

    @pytest.mark.parametrize("model", ["nobody", "x" * 300, "/nowhere", "a\0b", Path("nobody")])
    def test_a_missing_one_is_refused_with_those_that_there_are(self, roots, model):
        add(roots[1], "seed-cnn", "emotion-net")
        with pytest.raises(ModelError) as caught:
            find_model(model)
        assert str(caught.value) == f"there is no model {str(model)!r}; there are emotion-net, seed-cnn"

    def test_a_missing_one_where_there_are_none(self, roots):
        with pytest.raises(ModelError, match="there is no model 'emotion-net'; there are none"):
            find_model("emotion-net")


def test_the_version_changes_with_the_card_and_is_empty_without_one(roots):
    add(roots[0], "mine")
    before = model_version("mine")
    (roots[0] / "mine" / "card.json").write_text("another")
    assert before and model_version("mine") not in (before, "")
    assert model_version("nobody") == model_version("x" * 300) == ""


def test_the_default_model_ships():
    assert (workspace.SHIPPED_MODELS / DEFAULT_MODEL / "card.json").exists()

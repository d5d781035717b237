"""What was asked of a run: nothing in its file is believed which is not so."""

import json

import pytest

from emotion_core.runs.config import RunConfig, make_config, read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import (
    CONFIG_FILE,
    run_folder,
)
from emotion_core.runs.recipes import QUICK
from tests.new_runs import new_run


class TestTheConfiguration:
    def test_is_read_as_it_was_written(self, folder):
        config = read_config(folder)
        assert (config.name, config.recipe, config.version) == ("first", QUICK, 1)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"version": 7}, "is of version 7, this program knows 1"),
            ({"version": None}, "version None"),
            ({"sped": 1}, "there is no field 'sped'"),
            ({"seed": "many"}, "the seed cannot be 'many'"),
            ({"recipe": {"learning_rate": 0}}, "the learning rate cannot be 0"),
            ({"name": "second"}, "a run's folder must have the run's name"),
        ],
    )
    def test_edited_by_hand_or_of_another_version_is_refused_in_words(self, folder, change, words):
        path = folder / CONFIG_FILE
        path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
        with pytest.raises(RunError, match=words):
            read_config(folder)

    @pytest.mark.parametrize("content", ["", "{", "[]", "null", "\x00"])
    def test_that_is_none_is_refused_in_words(self, folder, content):
        (folder / CONFIG_FILE).write_text(content)
        with pytest.raises(RunError, match=r"config\.json"):
            read_config(folder)

    def test_of_a_run_that_is_not_there_names_those_that_are(self, folder):
        with pytest.raises(RunError, match="no run 'second'; there are first"):
            read_config(run_folder("second"))

    @pytest.mark.parametrize("name", ["", "../other", "a/b", ".hidden", "x" * 65, "name ", "\n", "𠀀" * 64, "😀"])
    def test_cannot_have_a_name_that_leads_elsewhere(self, own_workspace, name):
        with pytest.raises(RunError, match="cannot be"):
            make_config(name=name, data="drawn", architecture="seed-cnn", recipe=QUICK)
        with pytest.raises(RunError, match="cannot be called"):
            run_folder(name)

    def test_cannot_be_changed(self, folder):
        with pytest.raises(ValueError, match="frozen"):
            read_config(folder).name = "other"


def test_a_configuration_is_complete_enough_to_repeat_the_run():
    assert set(RunConfig.model_fields) == {
        *("version", "name", "data", "data_sha256", "architecture", "arguments", "start_from", "frozen", "recipe"),
        *("seed", "created", "held_out", "classes", "workers", "on"),
    }


def test_a_configuration_with_a_mark_before_it_is_read_and_one_too_deep_is_refused(own_workspace):
    folder = new_run("first")
    content = (folder / "config.json").read_text()
    (folder / "config.json").write_text(content, "utf-8-sig")
    assert read_config(folder).name == "first"
    (folder / "config.json").write_text(100_000 * "[")
    with pytest.raises(RunError, match="cannot be read"):
        read_config(folder)

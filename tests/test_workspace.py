"""Where things lie: the user's own folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core import workspace


class TestTheUsersFolder:
    def test_is_where_the_variable_says(self, monkeypatch):
        monkeypatch.setenv(workspace.WORKSPACE_VARIABLE, "/some/where")
        assert workspace.workspace() == Path("/some/where")

    def test_may_be_given_relative_to_the_home(self, monkeypatch):
        monkeypatch.setenv("HOME", "/home/ada")
        monkeypatch.setenv(workspace.WORKSPACE_VARIABLE, "~/faces")
        assert workspace.workspace() == Path("/home/ada/faces")

    @pytest.mark.parametrize("value", [None, ""])
    def test_is_in_the_home_otherwise(self, monkeypatch, value):
        monkeypatch.setenv("HOME", "/home/ada")
        monkeypatch.delenv(workspace.WORKSPACE_VARIABLE, raising=False)
        if value is not None:
            monkeypatch.setenv(workspace.WORKSPACE_VARIABLE, value)
        assert workspace.workspace() == Path("/home/ada/emotion-workspace")

    def test_of_a_user_whom_there_is_not_is_a_folder_of_that_name(self, monkeypatch):
        monkeypatch.setenv(workspace.WORKSPACE_VARIABLE, "~nobodyatall/faces")
        assert workspace.workspace() == Path("~nobodyatall/faces")

    def test_is_not_made_by_asking_for_it(self, monkeypatch, tmp_path):
        monkeypatch.setenv(workspace.WORKSPACE_VARIABLE, str(tmp_path / "mine"))
        assert not workspace.workspace().exists()

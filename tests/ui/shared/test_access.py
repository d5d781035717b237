"""Guests of a dashboard see and do less than whoever runs it."""

from __future__ import annotations

import re
import shutil
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.datasets.derived import derive
from emotion_core.datasets.edits import Act
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.importing import add_synthetic
from emotion_core.datasets.names import dataset_names
from emotion_core.datasets.store import edits_of
from emotion_core.models.registry import choose_default_model, own_models_folder
from emotion_core.workspace import SHIPPED_MODELS
from tests.imports import read
from tests.new_runs import new_run
from tests.page import past_home, texts
from tests.shell import ROOT
from tests.waiting import PATIENCE
from ui.shared import access


def visit(monkeypatch, host: str = "localhost:8501", address: str | None = None, **headers: str) -> None:
    """The page is asked for by somebody who came so."""
    context = SimpleNamespace(headers={"Host": host, **headers}, ip_address=address)
    monkeypatch.setattr(access.st, "context", context)
    monkeypatch.setattr(access.st, "session_state", {})


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501"])
def test_whoever_sits_at_the_machine_runs_it(monkeypatch, host):
    visit(monkeypatch, host)
    assert access.is_owner()


@pytest.mark.parametrize(
    "way",
    [
        {"host": "faces.example.org"},
        {"address": "192.168.1.7"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"host": "localhost.example.org"},
    ],
)
def test_whoever_comes_from_elsewhere_or_through_a_proxy_is_a_guest(monkeypatch, way):
    visit(monkeypatch, **way)
    assert not access.is_owner()


def test_the_token_lets_a_guest_in_and_another_does_not(monkeypatch):
    monkeypatch.setattr(access, "DELAY", 0)
    monkeypatch.setenv(access.TOKEN, "correct horse")
    visit(monkeypatch, "faces.example.org")
    for given, lets_in in (("", False), ("wrong", False), ("correct horse", True)):
        access.st.session_state["token given"] = given
        access._compare()
        assert access.is_owner() == lets_in


def test_no_token_lets_nobody_in(monkeypatch):
    monkeypatch.setattr(access, "DELAY", 0)
    monkeypatch.delenv(access.TOKEN, raising=False)
    visit(monkeypatch, "faces.example.org")
    access.st.session_state["token given"] = ""
    access._compare()
    assert not access.is_owner()


def test_a_guest_imports_paths_below_named_folders_alone(monkeypatch, tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open" / "away").symlink_to(tmp_path)
    visit(monkeypatch, "faces.example.org")
    assert not access.may_give_paths()
    monkeypatch.setenv(access.ROOTS, str(tmp_path / "open"))
    assert access.may_give_paths()
    access.check_path(tmp_path / "open" / "fer2013.csv")
    refused = [tmp_path, tmp_path / "open-not", tmp_path / "open" / "..", tmp_path / "open" / "away" / "x", "/etc/none"]
    messages = set()
    for path in refused:
        with pytest.raises(DatasetError) as error:
            access.check_path(tmp_path / path)
        messages.add(str(error.value))
    assert len(messages) == 1, "what is said must not tell what there is"


@pytest.fixture
def guest(monkeypatch, own_workspace):
    """The visit is a guest's."""
    monkeypatch.setattr(access, "is_from_here", lambda: False)


def opened(script: str) -> AppTest:
    found = past_home(AppTest.from_file(str(ROOT / "Home.py"), default_timeout=PATIENCE), script).run()
    assert not found.exception
    return found


def all_words(page: AppTest) -> str:
    choices = [str(one.options) for one in page.selectbox] + [str(one.options) for one in page.multiselect]
    return texts(page) + "\n".join(choices + [one.label for one in page.button])


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "pages").glob("*.py")))
def test_a_guest_is_told_no_names_of_others_work(guest, own_workspace, script):
    add_synthetic("secret faces", count=70)
    new_run("secret run", data="secret faces")
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", own_models_folder() / "secret model")
    choose_default_model("secret model")
    assert "secret" not in all_words(opened(script))


def test_a_guest_sees_what_is_shared_and_cannot_delete_it(guest, monkeypatch):
    add_synthetic("class faces", count=70)
    monkeypatch.setenv(access.SHARED, "class faces, another")
    page = opened("1_Dataset.py")
    assert page.selectbox(key="set").options == ["class faces"]
    assert "Delete it" not in [one.label for one in page.button]


def test_a_guest_has_and_deletes_what_he_made(guest):
    page = opened("1_Dataset.py")
    assert "A path on this machine" not in str(page)
    next(one for one in page.button if "synthetic" in one.label).click().run()
    assert len(page.selectbox(key="set").options) == 1
    next(one for one in page.button if one.label == "Delete it").click().run()
    assert dataset_names() == []


def test_what_somebody_else_makes_under_a_name_that_a_guest_had_is_not_his(guest):
    page = opened("1_Dataset.py")
    next(one for one in page.button if "synthetic" in one.label).click().run()
    (name,) = page.selectbox(key="set").options
    next(one for one in page.button if one.label == "Delete it").click().run()
    add_synthetic(name, count=70)
    assert "Delete it" not in [one.label for one in page.run().button]


def test_two_guests_draw_faces_at_a_click_and_each_has_his_own(guest):
    for script, label in (("1_Dataset.py", "synthetic"), ("1_Dataset.py", "synthetic"), ("2_Train.py", "synthetic")):
        page = opened(script)
        next(one for one in page.button if label in one.label).click().run()
        assert not page.exception and not page.error
    assert len(dataset_names()) == 3


def test_a_guests_corrections_of_a_shared_set_go_into_a_set_of_his_own(guest, monkeypatch):
    from ui.datasets.corrections import correct

    add_synthetic("class faces", count=70)
    derive("class faces", "corrected by the teacher")
    monkeypatch.setenv(access.SHARED, "class faces, corrected by the teacher")
    correct(SimpleNamespace(name="corrected by the teacher", acts=[]), Act(act="exclude", rows=(3,)))
    assert edits_of("corrected by the teacher").acts() == []
    assert len(dataset_names()) == 3


def test_no_page_lists_names_but_through_what_a_visit_may_see():
    """A new page that asks the library would show every visitor all names."""
    listing = re.compile(r"(?<!access\.)\b(dataset_names|model_names|sequence_model_names|list_runs|run_names)\(")
    sources = read("Home.py", "pages/*.py", "ui/**/*.py")
    found = [
        f"{path}: {line.strip()}"
        for path, text in sources.items()
        if path not in ("ui/shared/access.py", "ui/train/actions.py")
        for line in text.splitlines()
        if listing.search(line)
    ]
    assert found == []

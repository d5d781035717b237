"""What a click did or failed to do is said when the page is shown next."""

from __future__ import annotations

import pytest

from emotion_core.datasets import DatasetError
from emotion_core.models import ModelError
from emotion_core.runs import RunError
from ui.shared import notifications
from ui.shared.notifications import attempt


@pytest.fixture
def session(monkeypatch) -> dict:
    kept: dict = {}
    monkeypatch.setattr(notifications.st, "session_state", kept)
    return kept


def failing(error: Exception):
    def act() -> None:
        raise error

    return act


def test_what_goes_well_says_nothing(session):
    done = []
    assert attempt(lambda: done.append(1)) and done == [1]
    assert session == {}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (DatasetError("there is no data set 'x'"), "There is no data set 'x'."),
        (RunError("the run 'x' is at work; stop it"), "The run 'x' is at work; stop it."),
        (ModelError("the weights are broken"), "The weights are broken."),
        (
            OSError(28, "No space left on device", "/srv/x"),
            "The disk reported an error: No space left on device.",
        ),
    ],
)
def test_what_goes_wrong_is_said_as_a_sentence(session, error, words):
    assert not attempt(failing(error))
    assert list(session.values()) == [[words]]


def test_what_nobody_thought_of_is_not_hidden(session):
    with pytest.raises(ZeroDivisionError):
        attempt(failing(ZeroDivisionError()))

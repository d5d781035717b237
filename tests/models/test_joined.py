"""One run of a network for what several threads ask at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from emotion_core.models.card import ModelError
from emotion_core.models.classifier import Classifier
from emotion_core.models.joined import MOST_JOINED, JoinedClassifier
from emotion_core.workspace import SHIPPED_MODELS
from tests.waiting import PATIENCE, wait_until

FOLDER = SHIPPED_MODELS / "seed-cnn"
CROPS = np.random.default_rng(0).integers(0, 256, (40, 48, 48), np.uint8)


@pytest.fixture
def joined():
    classifier = JoinedClassifier(FOLDER)
    yield classifier
    classifier.close()


@pytest.fixture
def held(joined, monkeypatch):
    """The runs of the network, by their numbers of faces; the first waits until the test lets it go on."""
    runs, go_on, answers = [], threading.Event(), Classifier._answers

    def counted(self, faces, output):
        runs.append(len(faces))
        assert go_on.wait(PATIENCE)
        return answers(self, faces, output)

    monkeypatch.setattr(joined._asked, "_run", lambda faces, output: counted(joined, faces, output))
    return runs, go_on


def test_the_answers_are_those_of_a_classifier_of_its_own(joined):
    alone = Classifier(FOLDER)
    assert np.array_equal(joined.predict_proba(CROPS[:3]), alone.predict_proba(CROPS[:3]))
    assert np.allclose(joined.predict_proba(CROPS), alone.predict_proba(CROPS), atol=1e-5)
    assert np.allclose(joined.embed(CROPS[:2]), alone.embed(CROPS[:2]), atol=1e-5)
    assert joined.predict_proba(CROPS[:0]).shape == (0, 7)
    trained = joined.under("trained").predict_proba(CROPS[:3])
    assert np.array_equal(trained, alone.under("trained").predict_proba(CROPS[:3]))


def test_what_is_asked_while_the_network_runs_is_answered_by_its_next_run(joined, held):
    runs, go_on = held
    expected = Classifier(FOLDER).predict_proba(CROPS)
    with ThreadPoolExecutor(8) as executor:
        first = executor.submit(joined.predict_proba, CROPS[:1])
        wait_until(lambda: runs == [1])
        others = [executor.submit(joined.predict_proba, CROPS[place : place + 2]) for place in range(1, 7)]
        wait_until(lambda: joined._asked._questions.qsize() == 6)
        go_on.set()
        assert np.allclose(first.result(), expected[:1], atol=1e-5)
        for place, answer in enumerate(others, start=1):
            assert np.allclose(answer.result(), expected[place : place + 2], atol=1e-5)
    assert runs == [1, 12]


def test_whoever_came_first_does_not_wait_for_any_number_of_others(joined, held):
    runs, go_on = held
    many = np.zeros((MOST_JOINED // 2, 48, 48), np.uint8)
    with ThreadPoolExecutor(5) as executor:
        asked = [executor.submit(joined.predict_proba, many)]
        wait_until(lambda: runs == [len(many)])
        asked += [executor.submit(joined.predict_proba, many) for _ in range(4)]
        wait_until(lambda: joined._asked._questions.qsize() == 4)
        go_on.set()
        assert [len(answer.result()) for answer in asked] == [len(many)] * 5
    assert max(runs) <= MOST_JOINED


def test_what_goes_wrong_is_raised_where_it_was_asked_and_ends_nothing(joined, monkeypatch):
    def fails(faces, output):
        raise MemoryError("no room")

    with monkeypatch.context() as patch:
        patch.setattr(joined._asked, "_run", fails)
        with pytest.raises(MemoryError, match="no room"):
            joined.predict_proba(CROPS[:1])
    assert joined.predict_proba(CROPS[:1]).shape == (1, 7)


def test_a_closed_one_goes_on_answering_and_its_thread_ends(joined):
    other = joined.under("trained")
    joined.close()
    joined.close()
    assert joined.predict_proba(CROPS[:2]).shape == (2, 7)
    assert other.predict_proba(CROPS[:2]).shape == (2, 7)


def test_a_folder_that_is_no_model_leaves_no_thread(tmp_path):
    before = threading.active_count()
    with pytest.raises(ModelError):
        JoinedClassifier(tmp_path)
    wait_until(lambda: threading.active_count() <= before)

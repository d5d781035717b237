"""What goes on beside the page Video."""

from __future__ import annotations

import threading

import pytest

from emotion_core.video.timelines import TimelineSettings
from tests.video_results import course, result_of
from tests.waiting import PATIENCE, wait_until
from ui.video import work
from ui.video.work import COPIES, CopyJob, Job


class _Analysis:
    """Moments that come when they are let go on."""

    def __init__(self, *seen: bool):
        self.go_on, self.asked, self.cancelled = threading.Semaphore(0), 0, False
        self._seen = iter(seen)

    def __iter__(self):
        for seen in self._seen:
            self.go_on.acquire()
            yield type("Moment", (), {"faces": ("face",) if seen else ()})

    @property
    def result(self):
        self.asked += 1
        return result_of(course(1, (1, "happy")))

    def cancel(self) -> None:
        self.cancelled = True
        self.go_on.release(9)


def test_the_page_looks_as_soon_as_a_face_was_seen_or_all_is_done():
    job = Job(analysis := _Analysis(False, True, False))
    analysis.go_on.release()
    job.wait_for_a_face(0.05)
    assert job.running
    analysis.go_on.release()
    job.wait_for_a_face(PATIENCE)
    assert job.running
    analysis.cancel()
    wait_until(lambda: not job.running)
    Job(_Analysis()).wait_for_a_face(PATIENCE)


def test_who_closes_the_page_ends_the_work():
    analysis = _Analysis(True, True, True)
    Job(analysis)
    wait_until(lambda: analysis.cancelled)


def test_what_takes_long_to_go_through_is_not_gone_through_at_every_look(monkeypatch):
    job = Job(analysis := _Analysis())
    monkeypatch.setattr(work, "BETWEEN_LOOKS", 1e9)
    first, other = TimelineSettings(), TimelineSettings(smoothing=1.0)
    result, lines = job.so_far(first)
    assert [line.face for line in lines] == [1]
    assert job.so_far(first)[0] is result and analysis.asked == 1
    assert job.so_far(other)[0] is not result
    monkeypatch.setattr(work, "BETWEEN_LOOKS", 0.0)
    job.so_far(first)
    job.so_far(first)
    assert analysis.asked == 4


def test_a_copy_says_how_far_it_is_and_is_stopped_by_who_wants_it_no_more():
    told, go_on = threading.Event(), threading.Event()

    def write(progress) -> None:
        progress(2.0)
        told.set()
        go_on.wait(PATIENCE)
        progress(3.0)

    job = CopyJob(write, 8.0)
    assert told.wait(PATIENCE)
    assert job.running and job.share == 0.25
    job.stop()
    go_on.set()
    wait_until(lambda: not job.running)
    assert job.problem == "stopped; there is no copy" and job.was_stopped


@pytest.mark.parametrize(("error", "problem"), [(OSError(28, "No space left on device"), "No space left"), (None, "")])
def test_a_copy_that_cannot_be_written_says_why(error, problem):
    def write(progress) -> None:
        if error:
            raise error

    job = CopyJob(write, None)
    wait_until(lambda: not job.running)
    assert problem in job.problem and job.share == 0


def test_a_copy_waits_for_those_of_others_and_waits_no_longer_when_it_is_stopped():
    for _ in range(COPIES.most):
        assert COPIES.take(PATIENCE)
    try:
        stopped, waiting = (CopyJob(lambda progress: progress(1.0), 2.0) for _ in range(2))
        stopped.stop()
        wait_until(lambda: not stopped.running)
        assert stopped.problem == "stopped; there is no copy"
        assert waiting.running and not waiting.has_begun
    finally:
        for _ in range(COPIES.most):
            COPIES.give_back()
    wait_until(lambda: not waiting.running)
    assert waiting.has_begun and not waiting.problem and waiting.share == 0.5 and COPIES.are_free

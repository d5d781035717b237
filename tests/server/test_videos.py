"""POST /videos, and the jobs that come of it."""

from __future__ import annotations

import csv
import errno
import io
import json
import sys
import threading
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

import emotion_core as ec
from emotion_core.inference import AnalysisSettings
from emotion_core.models.classifier import Classifier
from emotion_core.video import Selection, VideoElsewhere, VideoSettings
from emotion_core.workspace import SHIPPED_MODELS
from emotion_server import jobs
from tests.clips import write_clip
from tests.fakes import FakeDetector
from tests.services import is_problem, serving
from tests.waiting import PATIENCE, wait_until

MP4 = {"Content-Type": "video/mp4"}
#: What a job is told of the model.
MODEL = {"model": "m", "card_sha256": "", "version": ""}


@pytest.fixture(scope="module")
def clip(tmp_path_factory, astronaut) -> bytes:
    """Two seconds of the portrait, moving."""
    frames = [np.roll(astronaut, 3 * step, axis=1) for step in range(20)]
    return write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames, rate=10).read_bytes()


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """A service of two processes, each of which knows the jobs of both."""
    folder = tmp_path_factory.mktemp("service")
    with serving(folder, "--workers", "2", max_jobs=1, max_video_bytes=3_000_000) as running:
        yield running


def delete(service, path: str) -> int:
    with urllib.request.urlopen(urllib.request.Request(service.url + path, method="DELETE")) as answer:
        return answer.status


def ended(service, job: str) -> dict:
    """How a job ends, whichever process is asked."""

    def state():
        found = service.ask(f"/jobs/{job}").json
        return None if found["state"] in ("queued", "running") else found

    return wait_until(state)


def test_a_video_gets_the_rows_of_analyze_video(service, clip, tmp_path):
    begun = service.ask("/videos?every=0.5&name=mine", clip, MP4)
    assert begun.status == 202 and begun.headers["location"] == f"jobs/{begun.json['id']}"
    assert begun.json["state"] in ("queued", "running", "done") and begun.json["model"] == "emotion-net"
    found = ended(service, begun.json["id"])
    assert (found["state"], found["progress"], found["error"]) == ("done", 1.0, "")
    (tmp_path / "clip.mp4").write_bytes(clip)
    expected = list(ec.analyze_video(tmp_path / "clip.mp4", every=0.5).run().rows())
    result = service.ask(f"/jobs/{found['id']}/result").json
    assert result["model"] == "emotion-net" and result["card_sha256"] == found["card_sha256"]
    assert [row | {"video": ""} for row in result["rows"]] == [row | {"video": ""} for row in expected]
    assert len(expected) == 4 and {row["video"] for row in result["rows"]} == {"mine"}
    table = service.ask(f"/jobs/{found['id']}/result?format=csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))
    assert [row["emotion"] for row in rows] == [row["emotion"] for row in expected]
    assert delete(service, f"/jobs/{found['id']}") == 204
    assert is_problem(service.ask(f"/jobs/{found['id']}"), 404, "there is no job")


def test_no_more_videos_than_allowed_and_one_that_is_cancelled_makes_room(service, tmp_path, astronaut):
    frames = [np.roll(astronaut, step, axis=1) for step in range(250)]
    long = write_clip(tmp_path / "long.mp4", frames, rate=25, preset="ultrafast", crf="35").read_bytes()
    first = service.ask("/videos", long, MP4)
    assert first.status == 202, first.content
    assert is_problem(service.ask("/videos", long, MP4), 429, "1 videos are under way")
    result = service.ask(f"/jobs/{first.json['id']}/result")
    assert is_problem(result, 409, "what it finds is there once it is done")
    assert delete(service, f"/jobs/{first.json['id']}") == 204
    again = wait_until(lambda: (answer := service.ask("/videos", long, MP4)).status == 202 and answer)
    assert delete(service, f"/jobs/{again.json['id']}") == 204


def test_where_not_one_frame_can_be_analysed_the_job_has_failed(service, clip):
    found = ended(service, service.ask("/videos?start=9", clip, MP4).json["id"])
    assert found["state"] == "failed" and "before the start at 9 s" in found["error"]
    assert delete(service, f"/jobs/{found['id']}") == 204


@pytest.fixture
def own_jobs() -> Iterator[jobs.Jobs]:
    """The jobs of this process."""
    made = jobs.Jobs()
    yield made
    made.close()


def test_videos_that_are_still_uploading_count_among_those_under_way(own_jobs):
    with ThreadPoolExecutor(8) as clients:
        made = list(clients.map(lambda number: own_jobs.new(f"{number}.mp4", MODEL, 3), range(8)))
    assert len(list(filter(None, made))) == 3
    own_jobs.delete(next(filter(None, made)).name)
    assert own_jobs.new("another.mp4", MODEL, 3)


def test_a_job_that_cannot_be_noted_is_none(own_jobs, monkeypatch):
    monkeypatch.setattr(jobs, "replace_file", _full)
    with pytest.raises(OSError, match="No space left"):
        own_jobs.new("mine", MODEL, 1)
    assert own_jobs.under_way() == 0 and not list(own_jobs._folder.glob("*/"))


def _full(path: Path, content: bytes) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_what_was_found_and_the_video_of_a_killed_worker_are_removed_without_another_job(own_jobs, monkeypatch):
    folder = own_jobs.new("mine", MODEL, 1)
    (folder / jobs.VIDEO).write_bytes(b"a video")
    monkeypatch.setattr(jobs.psutil, "pid_exists", lambda pid: False)
    own_jobs._forget()
    assert not (folder / jobs.VIDEO).exists() and own_jobs.status(folder.name).state == jobs.FAILED
    monkeypatch.setattr(jobs, "KEPT", -1)
    own_jobs._forget()
    assert not folder.exists()


class Silent(VideoElsewhere):
    """A video whose next frame never comes, until it is closed."""

    asked = threading.Event()

    def __init__(self, path):
        super().__init__(path)
        self._closed = threading.Event()

    def frames(self, selection=None):
        self.asked.set()
        assert self._closed.wait(PATIENCE)
        yield from ()

    def close(self):
        self._closed.set()
        super().close()


def test_a_job_is_deleted_also_while_its_next_frame_is_long_in_coming(own_jobs, clip, monkeypatch):
    monkeypatch.setattr(jobs, "VideoElsewhere", Silent)
    folder = own_jobs.new("mine", MODEL, 2)
    (folder / jobs.VIDEO).write_bytes(clip)
    begun = own_jobs.begin(folder, VideoSettings())
    assert Silent.asked.wait(PATIENCE)
    own_jobs.delete(begun.id)
    done = own_jobs._executor.submit(lambda: True)  # the one thread for videos is free again
    assert done.result(timeout=PATIENCE / 3)  # before the frame gives up waiting


class Dying(VideoElsewhere):
    """A video whose process is killed at a frame."""

    at = 12

    def frames(self, selection=None):
        for number, frame in enumerate(super().frames(selection), start=1):
            if number == self.at:
                self._process.kill()
                self._process.wait()
            yield frame


@pytest.mark.parametrize("at", [1, 12])
def test_where_decoding_ends_early_what_was_analysed_is_the_result(own_jobs, clip, monkeypatch, at):
    monkeypatch.setattr(jobs, "VideoElsewhere", Dying)
    monkeypatch.setattr(Dying, "at", at)
    folder = own_jobs.new("mine", MODEL, 1)
    (folder / jobs.VIDEO).write_bytes(clip)
    begun = own_jobs.begin(folder, VideoSettings())
    wait_until(lambda: own_jobs.status(begun.id).state not in jobs.UNDER_WAY)
    found = own_jobs.status(begun.id)
    assert found.state == jobs.DONE and found.progress == 1.0
    assert found.error.startswith("the process that decoded it ended") and "is kept" in found.error
    rows = json.loads(own_jobs.result(begun.id, "json").read_text("utf-8"))["rows"]
    assert len(rows) == at
    assert len(own_jobs.result(begun.id, "csv").read_text("utf-8-sig").splitlines()) == at + 1


def test_the_table_has_the_probabilities_of_a_models_own_classes(own_jobs, clip):
    class OfOwnClasses(Classifier):
        def predict_proba(self, crops: np.ndarray) -> np.ndarray:
            return np.tile(np.array([0.8, 0.2], np.float32), (len(crops), 1))

    model = OfOwnClasses(SHIPPED_MODELS / "seed-cnn")
    model.classes = ("wide awake", "asleep")
    folder = own_jobs.new("mine", MODEL, 1)
    (folder / jobs.VIDEO).write_bytes(clip)
    settings = VideoSettings(AnalysisSettings(model, FakeDetector(0.9)), Selection(every=1.0))
    begun = own_jobs.begin(folder, settings)
    wait_until(lambda: own_jobs.status(begun.id).state not in jobs.UNDER_WAY)
    with own_jobs.result(begun.id, "csv").open(encoding="utf-8-sig", newline="") as file:
        row = next(csv.DictReader(file))
    assert (float(row["wide awake"]), float(row["asleep"])) == pytest.approx((0.8, 0.2), abs=1e-3)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process be limited from outside")
def test_a_disk_that_cannot_be_written_to_is_no_fault_of_the_program(service, clip):
    limits = {worker: worker.rlimit(psutil.RLIMIT_FSIZE) for worker in service.workers()}
    try:
        for worker, (_, hard) in limits.items():
            worker.rlimit(psutil.RLIMIT_FSIZE, (1000, hard))
        assert is_problem(service.ask("/videos", clip, MP4), 503, "the service's disk cannot be used (File too large)")
    finally:
        for worker, limit in limits.items():
            worker.rlimit(psutil.RLIMIT_FSIZE, limit)
    assert service.ask("/metrics").status == 200


def test_what_is_no_video_leaves_no_job(service):
    assert is_problem(service.ask("/videos", b"no video" * 100, MP4), 422, "")
    playlist = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
    assert is_problem(service.ask("/videos", playlist, MP4), 422, "")
    assert is_problem(service.ask("/videos", b"{}", {"Content-Type": "application/json"}), 415, "allowed are video/...")
    assert is_problem(service.ask("/videos", bytes(3_000_001), MP4), 413, "more than 3,000,000 bytes")
    assert is_problem(service.ask("/videos?start=3&end=2", b"x", MP4), 422, "must be after the start")
    assert is_problem(service.ask("/videos?every=0", b"x", MP4), 422, "every: ")
    for job in ("0" * 32, "..%2F..", "x" * 1000):
        assert service.ask(f"/jobs/{job}").status == 404
        assert service.ask(f"/jobs/{job}/result").status == 404

"""`emotion serve`: how it starts, and refuses to; several processes; how it ends."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import psutil
import pytest

from emotion_core.workspace import SHIPPED_MODELS
from tests.services import BYTES, is_problem, serving
from tests.shell import emotion
from tests.waiting import wait_until

CROP = np.zeros((1, 48, 48), np.uint8).tobytes()


@pytest.mark.parametrize(
    ("options", "variables", "words"),
    [
        (["--host", "0.0.0.0"], {}, "at 0.0.0.0 others reach the service, so it needs a token"),
        ([], {"MODELS": "emotion-net,nobody"}, "there is no model 'nobody'; there are emotion-net"),
        ([], {"MAX_FILES": "many"}, "EMOTION_SERVER_MAX_FILES cannot be used: input should be a valid integer"),
        (["--host", "nowhere.invalid"], {"TOKEN": "x" * 16}, "cannot listen on nowhere.invalid"),
    ],
)
def test_it_refuses_to_start_with_what_cannot_be_used(tmp_path, options, variables, words):
    variables = {f"EMOTION_SERVER_{name}": value for name, value in variables.items()}
    run = emotion("serve", "--port", "0", *options, workspace=tmp_path, **variables)
    assert (run.returncode, run.stdout) == (2, "")
    assert words in run.stderr and len(run.stderr.splitlines()) == 1


def test_at_its_start_only_what_services_left_among_temporary_files_is_swept(tmp_path):
    temporary, models = tmp_path / "temporary", tmp_path / "models"
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    left, used_elsewhere = (
        temporary / f"emotion-serve-{ended.pid}-x1y_z2ab",
        models / f".emotion-model-{ended.pid}-x1y_z2ab",  # by a dashboard in a container of its own
    )
    for folder in (left, used_elsewhere):
        folder.mkdir(parents=True)
    assert emotion("serve", "--host", "0.0.0.0", workspace=tmp_path, TMPDIR=str(temporary)).returncode == 2
    assert not left.exists() and used_elsewhere.exists()


def test_a_port_that_is_taken_is_said(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = emotion("serve", "--port", port, workspace=tmp_path)
    assert run.returncode == 2
    assert f"cannot listen on 127.0.0.1, port {port} (another program listens there)" in run.stderr


def test_a_model_that_is_deleted_or_changed_while_it_runs(tmp_path):
    own = tmp_path / "models" / "mine"
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", own)
    with serving(tmp_path) as service:
        assert service.ask("/predict?model=mine", CROP, BYTES).status == 200
        assert [model["name"] for model in service.ask("/models").json["models"]][-2:] == ["mine", "seed-cnn"]
        shutil.rmtree(own)
        gone = wait_until(lambda: (a := service.ask("/predict?model=mine", CROP, BYTES)).status != 200 and a)
        assert is_problem(gone, 404, "there is no model 'mine'")
        assert is_problem(service.ask("/models/mine"), 404, "there is no model 'mine'")
        own.mkdir()
        (own / "card.json").write_text("{}")
        assert is_problem(service.ask("/predict?model=mine", CROP, BYTES), 503, "the model cannot be used; the log")
        assert service.ask("/predict", CROP, BYTES).status == 200


def test_a_killed_worker_is_replaced_and_counts_are_those_of_all(tmp_path):
    with serving(tmp_path, "--workers", "2") as service:
        wait_until(lambda: len(service.workers()) == 2)
        for _ in range(30):
            assert service.ask("/predict", CROP, BYTES).status == 200
        wait_until(lambda: counted(service) == 30)  # the last is counted once it is answered
        killed = service.workers()[0]
        killed.kill()
        failed = 0
        for _ in range(20):
            try:
                failed += service.ask("/predict", CROP, BYTES).status != 200
            except OSError:
                failed += 1
        assert failed <= 1  # what came in at the very moment
        wait_until(lambda: len({worker.pid for worker in service.workers()} - {killed.pid}) == 2)
        wait_until(lambda: counted(service) >= 30 + 20 - failed)
        wait_until(lambda: metric(service, "emotion_requests_under_way") == 0)


def test_workers_whose_service_is_killed_end_by_themselves_and_free_its_address(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving(tmp_path, "--workers", "2") as service:
        wait_until(lambda: len(service.workers()) == 2)
        workers = service.workers()
        service.process.kill()
        try:
            wait_until(lambda: not any(worker.is_running() for worker in workers), 15)
        finally:
            for worker in workers:
                with suppress(psutil.NoSuchProcess):
                    worker.kill()
        socket.create_server(("127.0.0.1", service.port)).close()


def test_what_is_under_way_is_answered_before_it_ends(tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    (temporary / f"emotion-serve-{2**30}-x1y_z2ab").mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(temporary))
    with serving(tmp_path, threads=1) as service, ThreadPoolExecutor(8) as executor:
        crops = np.zeros((600, 48, 48), np.uint8).tobytes()
        asked = [executor.submit(service.ask, "/predict", crops, BYTES) for _ in range(8)]
        wait_until(lambda: metric(service, "emotion_requests_under_way") == len(asked))
        service.process.send_signal(signal.SIGTERM)
        answers = [answer.result().status for answer in asked]
        assert answers == [200] * 8
        assert service.process.wait(60) == 0
        assert list(temporary.glob("emotion-*")) == []
        with pytest.raises(OSError):
            service.ask("/health")


def counted(service) -> float:
    return metric(service, 'emotion_requests_total{method="POST",route="/predict",status="200"}')


def metric(service, name: str) -> float:
    """A count of /metrics; 0 where nothing was counted."""
    text = service.ask("/metrics").content.decode()
    found = re.search(rf"^{re.escape(name)}(?:{{[^}}]*}})? ([\d.e+]+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0

"""What killed processes left is swept; what living ones work at stays."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.names import dataset_names, datasets_folder
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.files import TEMPORARY_WORDS, locked, temporary_folder
from emotion_core.jobs.leftovers import scratch_prefix, sweep_leftovers, sweep_temporary
from emotion_core.models.registry import own_models_folder
from emotion_core.models.sequence import sequence_models_folder
from emotion_core.processes import process_mark
from emotion_core.runs.folder import runs_folder
from emotion_core.workspace import workspace
from tests.new_runs import new_run
from tests.waiting import wait_until


@pytest.fixture
def place(own_workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture(params=["gone", "nobody has asked how it ended"])
def dead(request) -> Iterator[int]:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        if request.param == "gone":
            process.wait()
        wait_until(lambda: not process_mark(process.pid))
        yield process.pid


def test_what_the_dead_left_is_swept(place, dead):
    add_dataset(synthetic_faces(7), "faces", "drawn faces")
    run = new_run("a run")
    left = [
        datasets_folder() / ".another.partial",
        datasets_folder() / ".third.deleted-1-2",
        runs_folder() / ".a run.deleted-1-2",
        *(root / f".emotion-model-{dead}-x1y_z2ab" for root in (own_models_folder(), sequence_models_folder())),
        *(place / f"emotion-{what}-{dead}-x1y_z2ab" for what in TEMPORARY_WORDS),
    ]
    for folder in left:
        folder.mkdir(parents=True)
        (folder / "file").touch()
    files = [
        run / f".best.{dead}-12.partial.keras",
        datasets_folder() / f".faces.used-{dead}-12",
        own_models_folder() / f".default.{dead}-12.partial",
        workspace() / f".throughput.{dead}-12.partial.json",
    ]
    for one in files:
        one.touch()
    assert set(sweep_leftovers()) == {*left, *files}
    assert not [path for path in [*left, *files] if path.exists()]
    assert dataset_names() == ["faces"]
    assert (run / "config.json").exists()
    assert sweep_leftovers() == []


def test_what_the_living_work_at_stays(place):
    datasets_folder().mkdir(parents=True)
    (datasets_folder() / ".faces.partial").mkdir()
    own_models_folder().mkdir(parents=True)
    scratch = Path(tempfile.mkdtemp(prefix=scratch_prefix(), dir=own_models_folder()))
    with locked(datasets_folder() / ".faces.lock"), temporary_folder("upload") as uploaded:
        assert sweep_leftovers() == []
        assert Path(uploaded).exists() and scratch.exists()


def test_a_model_stays_whatever_it_is_called(place, dead):
    model = own_models_folder() / f"emotion-model-{dead}-best"
    model.mkdir(parents=True)
    assert sweep_leftovers() == []
    assert model.exists()


@pytest.mark.parametrize(
    "name",
    [
        "emotion-dataset-{dead}-fer",
        "emotion-net-{dead}-backup",
        "emotion-dataset-{dead}-affect_7",
        "emotion-model-{dead}-best",
        "emotion-model-{dead}-Original",
        "my-emotion-model-{dead}-x1y_z2ab",
    ],
)
def test_what_others_have_among_temporary_files_stays(place, dead, name):
    folder = place / name.format(dead=dead)
    folder.mkdir()
    assert sweep_leftovers() == []
    assert folder.exists()


def test_a_file_among_temporary_files_is_of_others(place, dead):
    file = place / f"emotion-video-{dead}-x1y_z2ab"
    file.touch()
    assert sweep_leftovers() == []
    assert file.exists()


def test_only_the_words_that_are_swept_are_used_for_temporary_folders(place):
    with pytest.raises(ValueError, match="no temporary folder is for 'lunch'; allowed are clip, convert, export, "):
        temporary_folder("lunch")


def test_among_temporary_files_alone(place, dead):
    scratch = own_models_folder() / f".emotion-model-{dead}-x1y_z2ab"
    scratch.mkdir(parents=True)
    (datasets_folder() / ".another.partial").mkdir(parents=True)
    left = place / f"emotion-serve-{dead}-x1y_z2ab"
    left.mkdir()
    assert sweep_temporary() == [left]
    assert scratch.exists() and (datasets_folder() / ".another.partial").exists()


@pytest.mark.parametrize("reason", [errno.EPERM, errno.EROFS])
def test_what_cannot_be_removed_stays_and_is_not_among_what_was_removed(place, dead, monkeypatch, reason):
    run = new_run("a run")
    file = run / f".best.{dead}-12.partial.keras"
    file.touch()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(reason, os.strerror(reason))

    monkeypatch.setattr(Path, "unlink", refuse)
    assert sweep_leftovers() == []
    assert file.exists()

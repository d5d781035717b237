"""The folder beside a bundle in which its run is trained on a borrowed machine: whose it is, and who works in it."""

from __future__ import annotations

import json
import zipfile

import pytest

from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import LAST_FILE
from emotion_core.training import work_folder
from emotion_core.training.bundle import ABOUT, RUN


def bundle_at(path, last=b"the first epoch"):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(ABOUT, json.dumps({"config": {"name": "mine"}}))
        archive.writestr(RUN + LAST_FILE, last)
    return path


def begun(bundle):
    """What `last.keras` holds where a process begins with a bundle and is then killed."""
    with work_folder.work_at(bundle) as work, zipfile.ZipFile(bundle) as archive:
        work_folder.begin(work, archive)
        return (work.folder / LAST_FILE).read_bytes()


@pytest.fixture
def bundle(tmp_path):
    return bundle_at(tmp_path / "run.zip")


@pytest.mark.parametrize("empty_mark", [False, True])
def test_a_folder_with_other_files_is_refused_and_left_as_it_is(bundle, tmp_path, empty_mark):
    (tmp_path / "run-training").mkdir()
    (tmp_path / "run-training/thesis.txt").write_text("years of work")
    if empty_mark:
        (tmp_path / "run-training" / ABOUT).touch()
    with pytest.raises(RunError, match="other files in it, such as thesis"):
        begun(bundle)
    assert (tmp_path / "run-training/thesis.txt").read_text() == "years of work"


def test_an_empty_folder_is_used(bundle, tmp_path):
    (tmp_path / "run-training").mkdir()
    assert begun(bundle) == b"the first epoch"


def test_what_a_killed_process_has_trained_is_gone_on_from(bundle, tmp_path):
    begun(bundle)
    (tmp_path / "run-training" / LAST_FILE).write_bytes(b"the second epoch")
    assert begun(bundle) == b"the second epoch"


def test_a_process_that_was_killed_while_it_unpacked_leaves_no_torn_network(bundle, tmp_path, monkeypatch):
    def torn(packed, unpacked):
        unpacked.write(b"the fi")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("emotion_core.training.bundle.shutil.copyfileobj", torn)
        begun(bundle)
    assert (tmp_path / "run-training" / ABOUT).read_bytes()
    assert begun(bundle) == b"the first epoch"


def test_a_newer_bundle_of_the_same_run_does_not_go_on_from_what_an_older_one_has_left(bundle, tmp_path):
    begun(bundle)
    (tmp_path / "run-training" / LAST_FILE).write_bytes(b"the second epoch")
    bundle_at(bundle, b"the ninth epoch")
    with pytest.raises(RunError, match="belongs to another run, or to this one when it had come less far"):
        begun(bundle)
    assert (tmp_path / "run-training" / LAST_FILE).read_bytes() == b"the second epoch"


def test_what_is_in_the_bundle_already_is_no_reason_to_refuse_it(bundle, tmp_path):
    """The process was killed after it had put the run into the zip, before the folder was gone."""
    begun(bundle)
    (tmp_path / "run-training" / LAST_FILE).write_bytes(b"the second epoch")
    bundle_at(bundle, b"the second epoch")
    assert begun(bundle) == b"the second epoch"


def test_a_second_process_is_told_that_one_works_there(bundle):
    with work_folder.work_at(bundle), pytest.raises(RunError, match="another process trains in"):
        begun(bundle)
    assert begun(bundle) == b"the first epoch"


def test_a_bundle_without_a_network_is_refused(bundle):
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr(ABOUT, "{}")
    with pytest.raises(RunError, match="bundle the run again"):
        begun(bundle)

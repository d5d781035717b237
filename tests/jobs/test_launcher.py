"""Starting, stopping and listing runs: with a stub in place of the process where it does not matter what it learns."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile

import psutil
import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.emotions import EMOTIONS
from emotion_core.files import is_locked
from emotion_core.jobs import launcher
from emotion_core.models.card import CARD_FILE, KERAS_FILE
from emotion_core.runs.errors import RunError
from emotion_core.runs.folder import LOG_FILE, STOP_FILE, run_folder
from emotion_core.runs.run import find_run
from emotion_core.runs.status import Status, read_status, write_status
from tests.jobs.stub import STUB, replace_popen
from tests.new_runs import config_of, new_run
from tests.patch_faces import joined, patch_faces
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def data(own_workspace):
    add_dataset(joined(patch_faces(70), patch_faces(35, seed=1, split="validation")), "drawn", "drawn for tests")


@pytest.fixture
def stub(data, monkeypatch):
    """Runs are worked at by `STUB`; whatever of it still lives in the end is killed."""
    children = []

    def start(heedless=False, doing="training"):
        code = STUB.replace("HEEDLESS", str(heedless)).replace("DOING", doing)

        def spawn(args, **options):
            children.append(subprocess.Popen([sys.executable, "-c", code, *args[1:]], **options))
            return children[-1]

        replace_popen(monkeypatch, spawn)
        return children

    yield start
    for child in children:
        child.kill()
        child.wait()


def wait_for(name, *states):
    """The status of a run once it is in one of these states."""

    def status():
        launcher.advance()
        return read_status(run_folder(name))

    wait_until(lambda: status().state in states)
    return status()


def states():
    return {run.name: run.status.state for run in launcher.list_runs()}


def working(folder):
    wait_until(lambda: "working" in (folder / LOG_FILE).read_text())


class TestOneRun:
    def test_is_started_stopped_resumed_and_deleted(self, stub):
        children = stub()
        folder = launcher.start(config_of("first"))
        working(folder)
        assert states() == {"first": "running"}
        with pytest.raises(RunError, match="at work; stop it"):
            launcher.delete("first")
        launcher.stop("first")
        assert wait_for("first", "stopped").pid == children[0].pid
        launcher.resume("first")
        assert not (folder / STOP_FILE).exists()
        assert wait_for("first", "running").pid == children[1].pid
        launcher.stop("first", now=True)
        assert wait_for("first", "stopped").error
        launcher.delete("first")
        assert states() == {} and not folder.exists()

    def test_that_works_or_is_done_cannot_be_resumed(self, stub):
        stub()
        launcher.start(config_of("first"))
        with pytest.raises(RunError, match="is running; only one that was stopped"):
            launcher.resume("first")
        write_status(new_run("old"), Status(state="done"))
        with pytest.raises(RunError, match="is done"):
            launcher.resume("old")

    def test_that_is_killed_is_seen_as_failed_and_can_be_resumed(self, stub):
        children = stub()
        working(launcher.start(config_of("first")))
        os.kill(children[0].pid, signal.SIGKILL)
        assert "killed" in wait_for("first", "failed").error
        launcher.resume("first")
        assert wait_for("first", "running").error is None

    def test_is_adopted_by_a_server_that_did_not_start_it(self, stub):
        stub()
        working(launcher.start(config_of("first")))
        launcher._children.clear()  # as after a restart
        assert states() == {"first": "running"}
        other = "from emotion_core.jobs import launcher; launcher.stop('first'); print(launcher.list_runs()[0].name)"
        done = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, check=True)
        assert done.stdout == "first\n"
        assert wait_for("first", "stopped").error is None

    def test_that_was_stopped_by_a_folder_of_that_name_is_resumed(self, stub):
        stub()
        folder = launcher.start(config_of("first"))
        (folder / STOP_FILE / "within").mkdir(parents=True)
        assert wait_for("first", "stopped").error is None
        launcher.resume("first")
        assert wait_for("first", "running").error is None

    def test_that_does_not_heed_is_ended(self, stub, monkeypatch):
        stub(heedless=True)
        working(launcher.start(config_of("first")))
        monkeypatch.setattr(launcher, "PATIENCE", 0.1)
        monkeypatch.setattr(launcher, "_GRACE", 0.2)
        launcher.stop("first")
        assert read_status(run_folder("first")).state == "stopping"
        assert "had to be ended" in wait_for("first", "stopped").error

    @pytest.mark.parametrize("doing", ["starting", "validating", "evaluating"])
    def test_that_is_at_what_it_cannot_break_off_is_given_time(self, stub, doing):
        children = stub(heedless=True, doing=doing)
        folder = launcher.start(config_of("first"))
        working(folder)
        launcher.stop("first")
        os.utime(folder / STOP_FILE, (time.time() - 300,) * 2)
        launcher.advance()
        with pytest.raises(subprocess.TimeoutExpired):
            children[0].wait(0.5)

    def test_whose_folder_is_deleted_while_it_runs_is_gone_from_the_list(self, stub):
        children = stub()
        folder = launcher.start(config_of("first"))
        working(folder)
        folder.rename(folder.with_name(".away"))
        assert states() == {}
        children[0].wait(PATIENCE)
        assert "FileNotFoundError" in (folder.with_name(".away") / LOG_FILE).read_text()

    def test_whose_process_cannot_be_started_says_why(self, data, monkeypatch):
        def refuse(*arguments, **options):
            raise OSError(11, "Resource temporarily unavailable")

        replace_popen(monkeypatch, refuse)
        launcher.start(config_of("first"))
        status = read_status(run_folder("first"))
        assert status.state == "failed" and "Resource temporarily unavailable" in status.error

    def test_leaves_the_caller_its_terminal_and_its_session(self, stub):
        children = stub()
        working(launcher.start(config_of("first")))
        assert os.getsid(children[0].pid) == children[0].pid
        assert psutil.Process(children[0].pid).terminal() is None or os.getsid(0) != os.getsid(children[0].pid)


class TestManyRuns:
    def test_work_one_after_the_other_in_the_order_in_which_they_were_asked_for(self, stub):
        children = stub()
        for name in ("first", "second", "third"):
            launcher.start(config_of(name))
            time.sleep(0.01)
        assert launcher.queue() == ["second", "third"]
        assert states() == {"first": "running", "second": "queued", "third": "queued"}
        launcher.stop("second")
        working(run_folder("first"))
        launcher.stop("first")
        wait_for("third", "running")
        assert states() == {"first": "stopped", "second": "stopped", "third": "running"} and len(children) == 2

    def test_two_clicks_on_start_make_one_run(self, stub):
        children, refused = stub(), []

        def click():
            try:
                launcher.start(config_of("first"))
            except RunError as error:
                refused.append(str(error))

        clicks = [threading.Thread(target=click) for _ in range(4)]
        for thread in clicks:
            thread.start()
        for thread in clicks:
            thread.join()
        assert len(children) == 1 and states() == {"first": "running"}
        assert len(refused) == 3 and all("there is a run 'first' already" in words for words in refused)

    def test_two_servers_start_a_run_once(self, stub):
        children = stub()
        folder = new_run("first")
        write_status(folder, Status(state="queued"))
        servers = [threading.Thread(target=launcher.advance) for _ in range(8)]
        for thread in servers:
            thread.start()
        for thread in servers:
            thread.join()
        assert len(children) == 1

    def test_are_never_worked_at_by_two_processes(self, stub):
        stub()
        folder = launcher.start(config_of("first"))
        working(folder)
        with pytest.raises(RunError, match="another process works"), launcher.only_process_of(folder):
            pass
        assert is_locked(folder / launcher.LOCK_FILE)
        launcher.stop("first", now=True)
        assert not is_locked(folder / launcher.LOCK_FILE)

    def test_one_that_waits_is_worked_at_by_hand(self, own_workspace):
        launcher.claim(new_run("first", "queued"))
        status = read_status(run_folder("first"))
        assert (status.state, status.doing, status.pid) == ("running", "starting", os.getpid())
        launcher.claim(run_folder("first"))  # as one that was started for this very process

    def test_one_is_not_worked_at_by_hand_beside_another(self, stub):
        stub()
        working(launcher.start(config_of("first")))
        launcher.start(config_of("second"))
        with pytest.raises(RunError, match="'first' is at work, and one works at a time; 'second' begins after it"):
            launcher.claim(run_folder("second"))
        with pytest.raises(RunError, match="the run 'first' is running; only one that waits"):
            launcher.claim(run_folder("first"))
        assert states() == {"first": "running", "second": "queued"}

    def test_are_listed_though_one_of_them_is_damaged(self, stub):
        new_run("first")
        (new_run("broken") / "config.json").write_text("{")
        (broken,) = [run for run in launcher.list_runs() if run.name == "broken"]
        assert broken.config is None and "cannot be read" in broken.problem
        assert set(states()) == {"first", "broken"}


class TestARunThatCannotSucceed:
    """Each is refused in words before anything is started."""

    @pytest.fixture(autouse=True)
    def nothing_is_started(self, own_workspace, monkeypatch):
        replace_popen(monkeypatch, None)
        yield
        assert not list((own_workspace / "runs").glob("*")) or states() == {}

    def refused(self, words, **fields):
        with pytest.raises(RunError, match=words):
            launcher.start(config_of("first", **fields))

    def test_for_want_of_data(self):
        self.refused("there is no data set 'drawn'; there are none yet")

    def test_for_one_class(self):
        faces = joined(patch_faces(70), patch_faces(35, seed=1, split="validation"))
        faces.table["label"] = "happy"
        add_dataset(faces, "drawn", "tests")
        self.refused("all 70 training faces of 'drawn' are happy; there must be at least two")

    def test_for_want_of_training_faces(self, own_workspace):
        add_dataset(patch_faces(70, split="validation"), "drawn", "tests")
        self.refused(r"no faces of its classes in its split 'train'.*by split: validation \(70\)")

    def test_for_faces_of_which_none_can_be_held_out(self, own_workspace):
        add_dataset(patch_faces(7), "drawn", "tests")
        self.refused("no validation split, and its 7 training faces are too few for some to be held out")

    def test_for_fewer_faces_than_a_batch(self):
        add_dataset(joined(patch_faces(21), patch_faces(7, seed=1, split="validation")), "drawn", "tests")
        self.refused("21 training faces, fewer than a batch of 32; choose a batch size of at most 21")

    def test_for_want_of_teachers(self, data):
        recipe = config_of("x").recipe.model_copy(update={"distillation": 0.5})
        self.refused("the distillation cannot be 0.5 in a run, which has no teachers; allowed is 0", recipe=recipe)

    def test_for_want_of_votes(self, data):
        faces = joined(patch_faces(70), patch_faces(35, seed=1, split="validation"))
        table = faces.table.drop(columns=[name for name in faces.table if name.startswith("votes_")])
        add_dataset(type(faces)(faces.images, table), "plain", "tests")
        recipe = config_of("x").recipe.model_copy(update={"labels": "votes"})
        self.refused("no annotators' votes; choose a recipe", data="plain", recipe=recipe)

    @pytest.mark.parametrize("split", ["train", "validation"])
    def test_for_votes_that_decide_nothing(self, own_workspace, split):
        faces = joined(patch_faces(70), patch_faces(35, seed=1, split="validation"))
        votes = [name for name in faces.table if name.startswith("votes_")]
        faces.table.loc[faces.table["split"] == split, votes] = 0
        add_dataset(faces, "drawn", "tests")
        recipe = config_of("x").recipe.model_copy(update={"labels": "votes"})
        self.refused(f"votes of 'drawn' agree on no face of its split '{split}'", recipe=recipe)

    def test_for_an_unknown_network_or_start(self, data):
        self.refused("there is no network 'resnet'; there are emotion-net", architecture="resnet")
        self.refused("there is no model 'nobody'; there are ", start_from="nobody")
        self.refused("there is no model 'xxx.*; there are ", start_from="x" * 300)
        self.refused("there is no run 'nobody'; there are none yet", start_from="run:nobody")
        self.refused("layers can only be frozen where", frozen=True)

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({}, "the model 'mine' cannot be trained further: .*keras is refused: its sha256 is not the one on"),
            ({"files": {}}, "the model 'mine' cannot be trained further: its folder has no model.keras"),
            (
                {"class_order": EMOTIONS[::-1]},
                "the model 'mine' cannot be trained further: its classes are in another order",
            ),
            (
                {"version": 99},
                "the model 'mine' cannot be trained further: .*card.json is a model card of version 99; this",
            ),
        ],
        ids=["another file", "no file", "another order", "another version"],
    )
    def test_for_a_start_that_is_not_what_its_card_says(self, data, own_workspace, card_fields, fields, words):
        folder = own_workspace / "models" / "mine"
        folder.mkdir(parents=True)
        (folder / KERAS_FILE).write_bytes(b"changed")
        vouched = {KERAS_FILE: hashlib.sha256(b"as it was").hexdigest()}
        (folder / CARD_FILE).write_text(json.dumps({**card_fields, "files": vouched, **fields}))
        self.refused(words, start_from="mine")

    @pytest.mark.parametrize("config", ['{"class_name": "Lambda"}', '{"layers": [{"class_name":"Lambda"}]}'])
    def test_for_a_start_that_is_code(self, data, own_workspace, card_fields, config):
        folder = own_workspace / "models" / "mine"
        folder.mkdir(parents=True)
        with zipfile.ZipFile(folder / KERAS_FILE, "w") as file:
            file.writestr("config.json", config)
        vouched = {KERAS_FILE: hashlib.sha256((folder / KERAS_FILE).read_bytes()).hexdigest()}
        (folder / CARD_FILE).write_text(json.dumps({**card_fields, "files": vouched}))
        self.refused(
            "the model 'mine' cannot be trained further: its model.keras has a Lambda layer", start_from="mine"
        )

    def test_for_want_of_memory(self, data, monkeypatch):
        monkeypatch.setattr("emotion_core.jobs.checks.MEMORY_BYTES", 10**15)
        self.refused(r"about 1000000.0 GB of memory and [\d.]+ GB are free; close other programs")

    def test_for_want_of_disk(self, data, monkeypatch):
        monkeypatch.setattr("emotion_core.jobs.checks.DISK_BYTES", 10**18)
        self.refused(r"GB of disk and [\d.]+ GB are free at .*; delete runs")


def test_a_data_set_that_was_changed_is_not_gone_on_with(stub):
    from emotion_core.datasets.store import delete_dataset

    stub()
    launcher.start(config_of("first"))
    launcher.stop("first", now=True)
    delete_dataset("drawn")
    add_dataset(joined(patch_faces(77), patch_faces(35, seed=1, split="validation")), "drawn", "tests")
    with pytest.raises(RunError, match="'drawn' was changed since the run 'first' began; start a new run"):
        launcher.resume("first")


def test_a_run_from_a_model_takes_its_network_and_scaling(stub):
    stub()
    folder = launcher.start(config_of("first", start_from="emotion-net", frozen=True, arguments={}))
    config = find_run("first").config
    assert config.architecture == "emotion-net"
    assert (config.recipe.scale, config.recipe.offset) == pytest.approx((1 / 127.5, -1.0))
    assert config.data_sha256 and folder.is_dir()


def test_a_run_begins_when_the_disk_has_room_again(stub, monkeypatch):
    stub()
    monkeypatch.setattr(launcher, "has_room", lambda: False)
    folder = launcher.start(config_of("first"))
    assert read_status(folder).state == "queued" and not (folder / LOG_FILE).exists()
    monkeypatch.setattr(launcher, "has_room", lambda: True)
    launcher.advance()
    assert read_status(folder).active


def test_runs_are_listed_where_nothing_can_be_written(own_workspace, monkeypatch):
    def refuse():
        raise OSError(30, "Read-only file system")

    new_run("first", "done")
    monkeypatch.setattr(launcher, "_alone", refuse)
    assert [run.name for run in launcher.list_runs()] == ["first"]


def test_a_run_whose_lock_cannot_be_opened_does_not_keep_the_others_waiting(data, monkeypatch):
    begun = []
    monkeypatch.setattr(launcher, "_spawn", lambda folder: begun.append(folder.name))
    folder = new_run("first", "queued")
    (folder / ".lock").mkdir()
    launcher.advance()
    assert begun == ["first"]  # it fails, and says why

"""A run that is bundled, trained where there is no more than Keras on JAX, and brought home."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

import keras
import numpy as np
import pytest

import emotion_core as ec
from emotion_core.datasets.importing import add_dataset
from emotion_core.jobs import adoption, bundling, launcher
from emotion_core.jobs.adoption import adopt_run
from emotion_core.jobs.bundling import bundle_run
from emotion_core.jobs.first_network import first_network
from emotion_core.jobs.reading import try_networks
from emotion_core.runs.config import read_config
from emotion_core.runs.errors import RunError
from emotion_core.runs.evaluation import read_evaluation
from emotion_core.runs.events import Epoch
from emotion_core.runs.folder import BEST_FILE, LAST_FILE, METRICS_FILE, read_log, run_folder
from emotion_core.runs.history import read_batches, read_history
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.status import Status, write_status
from emotion_core.runs.writer import RunWriter
from emotion_core.training import checkpoint, elsewhere
from emotion_core.training.bundle import ABOUT, RUN, WHERE_FILE
from emotion_core.training.fit import Trainer
from emotion_core.training.preparation import faces_of
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.imports import file_of, names_when_run, read
from tests.keras_files import change_config, dense_of
from tests.new_runs import config_of
from tests.patch_faces import joined, patch_faces
from tests.shell import emotion
from tests.tiny_network import tiny_network

#: What a borrowed machine may not have; Keras brings what else is imported.
MISSING = ("tensorflow", "cv2", "pandas", "pydantic", "lazy_loader", "psutil", "filelock", "PIL")
ELSEWHERE = f"""
import runpy, sys
sys.modules.update(dict.fromkeys({MISSING!r}))
runpy.run_path(sys.argv[1], run_name="__main__")
"""
RECIPE = Recipe(epochs=2, batch_size=16, optimizer="adamw", learning_rate=5e-3, precision="float32")
NETWORK = {"size": 16, "widths": [8], "blocks": [1], "dropout": 0.0}


def trained_elsewhere(bundle):
    """Run a bundle as a machine does that has Python, Keras and JAX."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "JAX_PLATFORMS": "cpu"}
    environment.pop("PYTHONPATH", None)
    command = [sys.executable, "-P", "-c", ELSEWHERE, bundle.name]
    return subprocess.run(command, env=environment, cwd=bundle.parent, capture_output=True, text=True)


@pytest.fixture(scope="module")
def travelled(tmp_path_factory):
    """A workspace with a run that is not begun, its bundle, and the same after it was trained elsewhere."""
    place = tmp_path_factory.mktemp("travelled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(WORKSPACE_VARIABLE, str(place / "workspace"))
        faces = [patch_faces(70), patch_faces(35, seed=1, split="validation")]
        add_dataset(joined(*faces), "drawn", "drawn for tests")
        launcher.create(config_of("mine", recipe=RECIPE, arguments=NETWORK))
        bundle_run("mine", place / "new.zip")
        shutil.copy(place / "new.zip", place / "mine.zip")
        done = trained_elsewhere(place / "mine.zip")
    assert done.returncode == 0, done.stderr
    return place, done.stdout


@pytest.fixture
def home(travelled, tmp_path, monkeypatch):
    """A folder with the workspace and both bundles, to be changed."""
    return copied(travelled[0], tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def arrived(travelled, tmp_path_factory):
    """The same where the run has come home."""
    with pytest.MonkeyPatch.context() as patch:
        place = copied(travelled[0], tmp_path_factory.mktemp("arrived"), patch)
        adopt_run(place / "mine.zip")
    return place


@pytest.fixture
def came_home(arrived, tmp_path, monkeypatch):
    """A folder with all that, to be changed."""
    return copied(arrived, tmp_path, monkeypatch)


def copied(place, to, patch):
    shutil.copytree(place, to, dirs_exist_ok=True)
    patch.setenv(WORKSPACE_VARIABLE, str(to / "workspace"))
    # It loads Keras once more each time; what it refuses is refused here, too, but for what is too large.
    patch.setattr(adoption, "try_networks", lambda paths: None)
    return to


def changed(bundle, **members):
    """A bundle in which members of its run, or about it, are other bytes, or missing where these are None."""
    names = {"about": ABOUT, "last": RUN + LAST_FILE, "best": RUN + BEST_FILE, "metrics": RUN + METRICS_FILE}
    new = {names[key]: content for key, content in members.items()}
    target = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as before, zipfile.ZipFile(target, "w") as after:
        for name in before.namelist():
            content = new.get(name, before.read(name))
            if content is not None:
                after.writestr(name, content)
    return target


def about(bundle, **fields):
    """What a bundle says of its configuration, with some of it said otherwise."""
    with zipfile.ZipFile(bundle) as archive:
        found = json.loads(archive.read(ABOUT))
    return json.dumps({**found, "config": {**found["config"], **fields}})


def test_what_travels_asks_for_nothing_but_python_numpy_and_keras():
    allowed = {*sys.stdlib_module_names, "numpy", "keras", "cv2"}
    code = [f"emotion_core/{file}" for file in elsewhere.CODE]
    for path, text in read(*code).items():
        for name in names_when_run(path, text, also_later=False):
            known = file_of(name, code) if name.startswith("emotion_core.") else name.split(".")[0] in allowed
            assert known, f"{path} imports {name}"


def test_a_run_is_trained_elsewhere_and_tells_its_epochs(travelled):
    place, told = travelled
    assert "run mine: emotion-net on drawn, with Keras" in told and "JAX" in told
    assert "epoch 1 of 2: loss" in told and "epoch 2 of 2: loss" in told
    assert "emotion adopt mine.zip" in told
    assert sorted(path.name for path in place.iterdir()) == ["mine.zip", "new.zip", "workspace"]


def test_it_comes_home_as_if_it_had_been_trained_here(home, monkeypatch):
    monkeypatch.setattr(adoption, "try_networks", try_networks)
    run = adopt_run(home / "mine.zip")
    assert run.status.state == "done" and run.problem is None and [epoch.epoch for epoch in run.history] == [1, 2]
    assert read_evaluation(run.folder).epoch == run.best.epoch
    assert read_batches(run.folder) and "trained elsewhere with Keras" in read_log(run.folder)[-1]
    assert "mine" in [one.name for one in ec.list_runs()]
    assert ec.publish("mine", "published").is_dir()

    config, other = read_config(run.folder), home / "other"
    other.mkdir()
    faces = faces_of(ec.open_dataset("drawn"), config.recipe)
    here = Trainer(first_network(config), faces, config.recipe, RunWriter(other), config.seed).fit()
    for one, same in zip(run.history, here.history, strict=True):
        assert (one.loss, one.val_loss) == pytest.approx((same.loss, same.val_loss), rel=1e-3)
        assert one.best == same.best


def test_it_can_go_on_here_from_what_came_home(home, monkeypatch):
    monkeypatch.setattr(elsewhere.Record, "event", stopping_after(elsewhere.Record.event))
    assert main(home / "new.zip", monkeypatch) == 1
    run = adopt_run(home / "new.zip")
    assert run.status.state == "stopped" and run.epochs_left == 1
    progress, _ = checkpoint.load_progress(run.folder / LAST_FILE)
    assert len(progress.history) == 1
    faces = faces_of(ec.open_dataset("drawn"), RECIPE)
    recipe = read_config(run.folder).recipe
    assert len(Trainer(None, faces, recipe, RunWriter(run.folder), 1).fit().history) == 2


def stopping_after(event):
    def stop(self, what):
        event(self, what)
        self.stopped = isinstance(what, Epoch)

    return stop


def main(bundle, monkeypatch):
    """Train a bundle in this process; the exit status."""
    monkeypatch.setattr(sys, "argv", [str(bundle)])
    monkeypatch.setattr(elsewhere.signal, "signal", lambda number, handler: None)
    monkeypatch.setenv("KERAS_BACKEND", keras.backend.backend())
    return elsewhere.main()


def test_a_process_that_was_killed_is_gone_on_from(home, monkeypatch, capsys):
    """What it had finished lies beside the zip, which is as it was."""

    def killed(bundle, folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("emotion_core.training.bundle.replace_run", killed)
        assert main(home / "new.zip", monkeypatch) == 1
    assert "the last finished epoch is kept" in capsys.readouterr().err
    assert len(read_history(home / "new-training")) == 2
    assert main(home / "new.zip", monkeypatch) == 0
    told = capsys.readouterr().out
    assert "going on from" in told and "epoch 1 of" not in told
    assert not (home / "new-training").exists() and len(adopt_run(home / "new.zip").history) == 2


def test_another_bundles_folder_is_left_alone(home, monkeypatch, capsys):
    (home / "new-training").mkdir()
    (home / "new-training" / ABOUT).write_text("{}")
    assert main(home / "new.zip", monkeypatch) == 1
    assert "belongs to another run" in capsys.readouterr().err


def test_a_folder_of_other_files_is_left_alone(home, monkeypatch, capsys):
    (home / "new-training").mkdir()
    (home / "new-training/thesis.txt").write_text("years of work")
    assert main(home / "new.zip", monkeypatch) == 1
    assert "other files in it, such as thesis.txt" in capsys.readouterr().err
    assert (home / "new-training/thesis.txt").exists()


@pytest.mark.parametrize("backend", ["", "torch"])
def test_a_machine_without_what_keras_needs_is_told(home, monkeypatch, capsys, backend):
    monkeypatch.setattr(sys, "argv", [str(home / "new.zip")])
    monkeypatch.setenv("KERAS_BACKEND", backend)
    monkeypatch.setattr(elsewhere, "find_spec", lambda name: name == "keras" or None)
    assert elsewhere.main() == 1
    assert "pip install jax" in capsys.readouterr().err


def test_other_versions_than_at_home_are_named():
    here = elsewhere.versions()
    assert list(elsewhere._other_versions(here)) == []
    (note,) = elsewhere._other_versions({**here, "keras": "2.1.0"})
    assert note == f"Note: keras is {here['keras']} here and 2.1.0 where the run was bundled"


def test_what_is_here_already_is_not_brought_in_twice(came_home):
    with pytest.raises(RunError, match="is here already"):
        adopt_run(came_home / "mine.zip")
    with pytest.raises(RunError, match="has come further here"):
        adopt_run(came_home / "new.zip")


def test_a_run_that_went_on_here_is_not_overwritten(came_home):
    folder = run_folder("mine")
    history = read_history(folder)
    network = checkpoint.load_network(folder / LAST_FILE)
    asked = checkpoint.load_progress(folder / LAST_FILE)[0].asked
    other = [type(history[0])(**{**vars(history[0]), "loss": 9.0})]
    checkpoint.save(folder / LAST_FILE, network, checkpoint.Progress(asked=asked, history=other))
    with pytest.raises(RunError, match="went on here after it was bundled"):
        adopt_run(came_home / "mine.zip")


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_run_that_works_or_waits_here_is_neither_bundled_nor_overwritten(home, state):
    folder, pid = run_folder("mine"), os.getpid()
    mark = launcher.process_mark(pid)
    write_status(folder, Status(state=state, run="mine", pid=pid, process_mark=mark))
    with pytest.raises(RunError, match=f"is {state} here"):
        adopt_run(home / "mine.zip")
    with pytest.raises(RunError, match=f"is {state} here"):
        bundle_run("mine", home / "again.zip")


def test_a_run_that_is_not_here_any_more_is_made_anew(home):
    launcher.delete("mine")
    assert adopt_run(home / "mine.zip").status.state == "done"


def test_data_that_is_another_by_now_is_refused(home):
    ec.delete_dataset("drawn")
    with pytest.raises(RunError, match=r"cannot come home.*drawn"):
        adopt_run(home / "mine.zip")
    add_dataset(joined(patch_faces(70), patch_faces(35, seed=9, split="validation")), "drawn", "drawn for tests")
    with pytest.raises(RunError, match="was changed since the run"):
        adopt_run(home / "mine.zip")


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (lambda bundle: {"about": about(bundle, name="../../x")}, "name"),
        (lambda bundle: {"about": about(bundle, seed=2)}, "otherwise than its configuration says"),
        (lambda bundle: {"about": b'{"format": 7}'}, "another format"),
        (lambda bundle: {"about": b"[" * 100_000}, "damaged"),
        (lambda bundle: {"about": None}, "it has no bundle.json"),
        (lambda bundle: {"last": None}, "it has no run/last.keras"),
        (lambda bundle: {"last": b"no zip"}, "damaged"),
        (lambda bundle: {"best": b"no zip"}, "best.keras"),
        (lambda bundle: {"best": None}, "best.keras"),
        (lambda bundle: {"metrics": None}, "metrics.jsonl"),
    ],
    ids=["name", "seed", "format", "deep", "no about", "no last", "last", "best", "no best", "no metrics"],
)
def test_a_damaged_or_made_up_bundle_is_refused_and_nothing_is_changed(home, members, words):
    before = sorted(path.read_bytes() for path in (home / "workspace").rglob("*") if path.is_file())
    with pytest.raises(RunError, match=words):
        adopt_run(changed(home / "mine.zip", **members(home / "mine.zip")))
    assert sorted(path.read_bytes() for path in (home / "workspace").rglob("*") if path.is_file()) == before


def test_a_network_of_another_kind_or_with_code_of_its_own_is_refused(home):
    with zipfile.ZipFile(home / "mine.zip") as archive:
        archive.extract(RUN + LAST_FILE, home)
    progress, _ = checkpoint.load_progress(home / RUN / LAST_FILE)
    network = keras.Sequential([keras.Input((16, 16, 1)), keras.layers.Lambda(lambda x: x)])
    for other in (tiny_network(), network):
        checkpoint.save(home / "other.keras", other, progress)
        with pytest.raises(RunError, match=r"last.keras holds no network of emotion-net"):
            adopt_run(changed(home / "mine.zip", last=(home / "other.keras").read_bytes()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps to limits of memory")
def test_a_network_that_no_memory_holds_ends_another_process(home, monkeypatch):
    monkeypatch.setattr(adoption, "try_networks", try_networks)
    with zipfile.ZipFile(home / "mine.zip") as archive:
        archive.extract(RUN + LAST_FILE, home)
    huge = change_config(home / RUN / LAST_FILE, dense_of(10**5, 10**5))
    with pytest.raises(RunError, match=r"last.keras.* holds no network of emotion-net"):
        adopt_run(changed(home / "mine.zip", last=huge.read_bytes()))


def test_lines_of_other_files_are_made_anew_from_what_was_checked(home):
    bundle = changed(home / "mine.zip", metrics=b'{"event": "epoch", "epoch": 1}\nnonsense\n')
    assert [epoch.epoch for epoch in adopt_run(bundle).history] == [1, 2]


@pytest.mark.parametrize(
    ("to", "words"), [("run.tar", "must end in .zip"), ("new.zip", "already"), ("no/run.zip", "no folder")]
)
def test_a_name_that_a_bundle_cannot_have_is_refused(home, to, words):
    with pytest.raises(RunError, match=words):
        bundle_run("mine", home / to)


def test_a_run_that_is_done_is_not_bundled(came_home):
    with pytest.raises(RunError, match="is done"):
        bundle_run("mine", came_home / "again.zip")
    assert not (came_home / "again.zip").exists()


def test_the_zip_says_what_is_wrong_to_an_old_python():
    assert "sys.version_info < (3, 11)" in bundling._START
    compile(bundling._START, "__main__.py", "exec")


def test_the_shell_says_what_is_wrong_in_a_line(home):
    told = emotion("adopt", home / "none.zip")
    assert told.returncode == 2 and "there is no file" in told.stderr and len(told.stderr.splitlines()) == 1


def test_where_it_was_trained_is_a_line_of_text(home):
    with zipfile.ZipFile(home / "mine.zip") as archive:
        assert json.loads(archive.read(RUN + WHERE_FILE)).startswith("Keras")


def test_votes_second_heads_and_shifts_travel(tmp_path):
    faces = faces_of(
        joined(patch_faces(70), patch_faces(35, seed=1, split="validation")),
        RECIPE.model_copy(update={"labels": "votes", "second_head_weight": 0.3, "class_balance": "logits"}),
    )
    from emotion_core.training.bundle import read_faces, write_faces

    with zipfile.ZipFile(tmp_path / "faces.zip", "w") as archive:
        write_faces(archive, faces)
    with zipfile.ZipFile(tmp_path / "faces.zip") as archive:
        found = read_faces(archive)
    assert found.training.second is not None and np.array_equal(found.shift, faces.shift)
    assert np.array_equal(found.training.second.shares, faces.training.second.shares)
    assert np.array_equal(found.validation.majority, faces.validation.majority)

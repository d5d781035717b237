"""The command that trains, as a shell sees it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import pytest

from emotion_core.cli import train
from emotion_core.datasets.importing import add_dataset
from emotion_core.jobs import launcher
from emotion_core.runs.config import read_config
from emotion_core.runs.folder import run_folder
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.run import find_run
from emotion_core.runs.status import read_status
from tests.jobs.stub import STUB, replace_popen
from tests.new_runs import config_of, new_run
from tests.patch_faces import joined, patch_faces
from tests.shell import ROOT, emotion
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def workspace(own_workspace):
    """A workspace with the data set "drawn"."""
    add_dataset(joined(patch_faces(70), patch_faces(35, seed=1, split="validation")), "drawn", "drawn for tests")
    return own_workspace


def run(*arguments):
    return emotion("train", *arguments)


@pytest.mark.timeout(300)
def test_a_run_is_followed_to_its_end_and_becomes_a_model(workspace):
    done = run(
        "--data", "drawn", "--preset", "mini-xception", "--epochs", 2, "--run", "r", "--model", "mine", "--seed", 5
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"run r: mini-xception on drawn, in {workspace / 'runs' / 'r'}"
    assert [line.split(":")[0] for line in lines[1:3]] == ["epoch 1 of 2", "epoch 2 of 2"]
    assert lines[3].startswith("validation: ") and "accuracy against" in lines[3]
    assert lines[-1].endswith("written; use it with --model 'mine'")
    config = read_config(run_folder("r"))
    assert (config.architecture, config.recipe.epochs, config.seed) == ("mini-xception", 2, 5)
    assert (workspace / "models" / "mine" / "model.tflite").is_file()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "say what to train on with --data NAME"),
        (["--data", "nothing"], "there is no data set 'nothing'; there are drawn"),
        (["--data", "drawn", "--recipe", "slow"], "there is no recipe 'slow'; there are quick"),
        (["--data", "drawn", "--preset", "vgg"], "there is no network 'vgg'; there are emotion-net"),
        (["--data", "drawn", "--epochs", "0"], "the epochs cannot be 0; allowed is a whole number from 1 to 1000"),
        (["--data", "drawn", "--set", "learning_rate=1e9"], "the learning rate cannot be '1e9'; allowed is a number"),
        (["--data", "drawn", "--set", "speed"], "--set 'speed' sets nothing; write NAME=VALUE"),
        (
            ["--data", "drawn", "--set", "augmentation=1"],
            "the augmentation cannot be '1'; allowed are augmentation.flip, augmentation.rotation, ",
        ),
        (
            ["--data", "drawn", "--set", "epochs.x=1", "--epochs", "3"],
            "--set 'epochs.x=1' goes into 'epochs', which has a value; leave one of them out",
        ),
        (["--data", "drawn", "--set", "epochs=5", "--epochs", "3"], "--set 'epochs=5' sets 'epochs' once more"),
        (["--data", "drawn", "--set", "mixup=0", "--set", "mixup=1"], "--set 'mixup=1' sets 'mixup' once more"),
        (
            ["--data", "drawn", "--start-from", "seed-cnn", "--set", "scale=0.5"],
            "--start-from brings its own scale; leave out that --set",
        ),
        (["--data", "drawn", "--model", "emotion-net"], "'emotion-net' is the name of a model that ships"),
        (["--data", "drawn", "--model", "../x"], "a model cannot be called '../x'; allowed are"),
        (
            ["--data", "drawn", "--set", "recipe.x=1"],
            "there is no hyperparameter 'recipe'; there are labels, epochs, ",
        ),
        (
            ["--data", "drawn", "--set", "foo=1"],
            "there is no hyperparameter 'foo'; there are labels, epochs, batch_size, ",
        ),
        (
            ["--data", "drawn", "--set", "augmentation.spin=1"],
            "there is no hyperparameter 'augmentation.spin'; there are flip, ",
        ),
        (["--data", "drawn", "--seed", "-1"], "the seed cannot be -1; allowed is a whole number from 0 to 4294967295"),
        (["--data", "drawn", "--start-from", "run:nope"], "there is no run 'nope'; there are none yet"),
        (["--data", "drawn", "--frozen"], "layers can only be frozen where"),
        (["--resume", "nobody"], "there is no run 'nobody'; there are none yet"),
        (["--run", "nobody"], "there is no run 'nobody'"),
        (["--run", "../x"], "a run cannot be called '../x'"),
        (["--run", "old", "--epochs", "5"], "--run without --data takes a run as it was asked for; only a new"),
        (["--run", "old", "--seed", "0", "--frozen"], "only a new run can be given --frozen, --seed"),
        (["--resume", "old", "--recipe", "quick"], "--resume takes a run as it was asked for; only a new run"),
        (["--resume", "old", "--data", "drawn", "--set", "mixup=0"], "only a new run can be given --data, --set"),
        (
            ["--data", "drawn", "--start-from", "seed-cnn", "--preset", "seed-cnn"],
            "--start-from brings its own network",
        ),
        (
            ["--data", "drawn", "--workers", "3"],
            "batches of 32 faces cannot be shared evenly by 3 workers; choose a batch",
        ),
        (["--data", "drawn", "--workers", "0"], "the workers cannot be 0; allowed is"),
        (["--data", "drawn", "--preset", "few-shot", "--bundle", "x.zip"], "few-shot is soon done here"),
        (["--resume", "old", "--bundle", "x.zip"], "--bundle is for a new run; bundle an earlier one with"),
        (["--data", "drawn", "--model", "m", "--bundle", "x.zip"], "--bundle does not train, so there is nothing"),
        (["--data", "drawn", "--on", "auto", "--bundle", "x.zip"], "--bundle and --on are two ways to train elsewhere"),
        (["--data", "drawn", "--preset", "few-shot", "--on", "auto"], "a head on embeddings has no --on"),
        (["--data", "drawn", "--bundle", "x.tar"], "x.tar cannot be the bundle's name; it must end in .zip"),
        (["--run", "old"], "the run 'old' is done; only one that waits can be executed"),
    ],
)
def test_a_wrong_call_is_refused_in_one_line(workspace, arguments, words, capsys):
    from emotion_core.cli import main

    if "old" in arguments:
        new_run("old", "done")
    with pytest.MonkeyPatch.context() as patched, pytest.raises(SystemExit) as left:
        patched.setattr(sys, "argv", ["emotion_core", "train", *arguments])
        replace_popen(patched, None)  # nothing may be started
        main.main()
    said = capsys.readouterr()
    assert left.value.code == 2 and said.out == ""
    assert said.err.count("\n") == 1 and words in said.err


def test_hyperparameters_are_set_by_name_and_those_of_the_augmentation_within_it():
    found = train._hyperparameters(["mixup=0.2", "augmentation.rotation=10", "augmentation.flip=false"], {"epochs": 3})
    assert found == {"epochs": 3, "mixup": "0.2", "augmentation": {"rotation": "10", "flip": "false"}}


def test_hyperparameters_are_set_by_the_option_of_the_version_before_too(workspace, monkeypatch):
    from emotion_core.cli import main

    def refuse(*arguments, **options):
        raise OSError(11, "Resource temporarily unavailable")

    replace_popen(monkeypatch, refuse)
    asked = ["--data", "drawn", "--run", "first", "--knob", "mixup=0.5", "--set", "learning_rate=0.5"]
    monkeypatch.setattr(sys, "argv", ["emotion_core", "train", *asked])
    with pytest.raises(SystemExit):
        main.main()
    recipe = find_run("first").config.recipe
    assert (recipe.mixup, recipe.learning_rate) == (0.5, 0.5)


def test_ctrl_c_stops_the_run_and_says_how_to_go_on(workspace):
    """The command itself, with a stub where the process would learn."""
    code = (
        "import sys, subprocess; from types import SimpleNamespace; from emotion_core.cli import main; "
        "from emotion_core.jobs import launcher; stub = sys.argv.pop(); "
        "spawn = lambda args, **options: subprocess.Popen([sys.executable, '-c', stub, *args[1:]], **options); "
        "launcher.subprocess = SimpleNamespace(Popen=spawn, DEVNULL=subprocess.DEVNULL, STDOUT=subprocess.STDOUT); "
        "sys.exit(main.main())"
    )
    command = [
        sys.executable,
        "-c",
        code,
        "train",
        "--data",
        "drawn",
        "--run",
        "first",
        "--model",
        "mine",
        STUB.replace("HEEDLESS", "False").replace("DOING", "training"),
    ]
    shell = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    log = run_folder("first") / "train.log"
    wait_until(lambda: log.exists() and log.read_text())
    os.kill(shell.pid, signal.SIGINT)
    out, err = shell.communicate(timeout=PATIENCE)
    assert shell.returncode == 1 and err == ""
    assert "what it has learned is kept" in out
    again = "python -m emotion_core train --resume 'first' --model 'mine'"
    assert out.splitlines()[-1] == f"stopped; resume it with: {again}"
    assert not (workspace / "models").exists()
    assert read_status(run_folder("first")).state == "stopped"


def test_a_run_from_a_model_is_told_and_named_by_that_model(workspace, monkeypatch, capsys):
    def refuse(*arguments, **options):
        raise OSError(11, "Resource temporarily unavailable")

    replace_popen(monkeypatch, refuse)
    assert train.train(data="drawn", start_from="seed-cnn") == 1
    assert capsys.readouterr().out.startswith("run seed-cnn fine-tuned 1: seed-cnn on drawn, in ")


def test_a_run_that_is_deleted_while_it_is_followed_is_no_wrong_call(workspace, monkeypatch, capsys):
    new_run("first", "running")
    monkeypatch.setattr(launcher, "advance", lambda: shutil.rmtree(run_folder("first"), ignore_errors=True))
    assert train._follow(lambda: run_folder("first"), None) == 1
    assert capsys.readouterr().err == "Error: the run 'first' was deleted while it ran\n"


def test_a_run_that_fails_says_why(workspace, monkeypatch, capsys):
    def refuse(*arguments, **options):
        raise OSError(11, "Resource temporarily unavailable")

    replace_popen(monkeypatch, refuse)
    assert train.train(data="drawn", run="first") == 1
    assert "Resource temporarily unavailable" in capsys.readouterr().err
    assert find_run("first").status.state == "failed"


def test_what_is_held_out_and_not_learned_is_said_and_nothing_where_all_is_as_usual(workspace, capsys):
    train._say_what_is_learned(config_of("first", recipe=Recipe(class_balance="none")))
    assert capsys.readouterr().out == ""
    faces = patch_faces(70)
    faces.table["label"] = faces.table["label"].replace({"sad": "contempt"})
    add_dataset(faces, "odd", "drawn for tests")
    train._say_what_is_learned(config_of("first", data="odd", recipe=Recipe(class_balance="logits")))
    said = capsys.readouterr().out
    assert "Balanced by logit adjustment" in said
    assert "No validation split: about a tenth of the training faces (6) is held out" in said
    assert "Not learned: contempt (10)" in said and "Not learned: sad, without training faces" in said


@pytest.mark.parametrize(("folder", "option"), [("models", "--model"), ("sequence models", "--sequence")])
def test_a_model_is_named_with_the_option_that_takes_it(own_workspace, monkeypatch, capsys, folder, option):
    monkeypatch.setattr("emotion_core.jobs.publish", lambda run, name: own_workspace / folder / name)
    assert train._published("r", "mine") == 0
    assert capsys.readouterr().out.strip().endswith(f"written; use it with {option} 'mine'")

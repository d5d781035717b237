"""What the workspace keeps, small: sets, a run and a model; and all that is in them, as those who open them see it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.waiting import wait_until

#: What is stored by its kind: the folders of it in a workspace.
STORED = {
    "stored set": ("datasets/faces", "datasets/corrected"),
    "stored run": ("runs/run",),
    "stored model": ("models/model",),
}
#: What nobody takes figures or faces from: words for people, and locks.
NO_CONTENT = {"README.md", "train.log", ".lock"}
#: Beside a workspace, by kind: the content that its files had when they were written.
EXPECTED_FILE = "expected.json"


class ToldError(Exception):
    """What is opened says itself that it is not whole."""


def make_workspace(folder: Path, kinds: Iterable[str]) -> None:
    """Fill a workspace as its users do: an import, a corrected set, a run and a model made of its network.

    Beside it, `EXPECTED_FILE` says what is in it.
    """
    from emotion_core.datasets import Act, add_synthetic, derive, edits_of

    os.environ[WORKSPACE_VARIABLE] = str(folder)
    add_synthetic("faces", 70)
    derive("faces", "corrected")
    for act in (Act(act="relabel", rows=(1, 2), to="happy"), Act(act="exclude", rows=(5,))):
        edits_of("corrected").add(act)
    if {"stored run", "stored model"} & set(kinds):
        _train()
    contents = {kind: {part: read() for part, read in content_of(kind).items()} for kind in kinds}
    (folder.parent / EXPECTED_FILE).write_text(json.dumps(contents))


def _train() -> None:
    from emotion_core.jobs import launcher, publish
    from emotion_core.runs.status import read_status
    from tests.new_runs import config_of

    run = launcher.start(config_of("run", data="faces"))
    wait_until(lambda: read_status(run).state not in ("queued", "running"), 900)
    if (status := read_status(run)).state != "done":
        raise RuntimeError(f"the run to be damaged was not made: {status.error}")
    publish("run", "model")


def copy_linked(workspace: Path, copy: Path) -> None:
    """A copy of a workspace whose files are the same ones; whoever changes one writes it anew."""
    shutil.copytree(workspace, copy, copy_function=os.link)


def files_of(workspace: Path, kind: str) -> list[Path]:
    """The files that have a kind's content, relative to the workspace."""
    found = [path for place in STORED[kind] for path in sorted((workspace / place).rglob("*")) if path.is_file()]
    return [path.relative_to(workspace) for path in found if path.name not in NO_CONTENT and path.stat().st_size]


def content_of(kind: str) -> dict[str, Callable[[], object]]:
    """By part, what gives the content of what the workspace keeps."""
    return {"stored set": _sets, "stored run": _run, "stored model": _model}[kind]()


def _sets() -> dict[str, Callable[[], object]]:
    from emotion_core.datasets import describe, open_verified

    def faces(name: str) -> object:
        dataset = open_verified(name)
        return [dataset.table.to_json(), dataset.classes, _sum([np.asarray(dataset.images)])]

    parts: dict[str, Callable[[], object]] = {}
    for name in ("faces", "corrected"):
        parts[f"description of {name}"] = lambda name=name: describe(name).model_dump(mode="json")
        parts[name] = lambda name=name: faces(name)
    return parts


def _run() -> dict[str, Callable[[], object]]:
    from emotion_core.networks.architectures import fine_tune
    from emotion_core.runs.evaluation import read_evaluation
    from emotion_core.runs.folder import BEST_FILE, LAST_FILE, run_folder
    from emotion_core.runs.history import has_damage, read_batches
    from emotion_core.runs.run import find_run
    from emotion_core.training.checkpoint import load_network, load_progress

    folder = run_folder("run")

    def figures() -> object:
        run = find_run("run")
        if run is None or run.problem or run.status.error or has_damage(folder):  # which the page says, too
            raise ToldError
        events = [[event.line() for event in events] for events in (run.history, read_batches(folder))]
        return [repr(run.status), repr(run.config), events]

    def evaluation() -> object:
        if (found := read_evaluation(folder)) is None:  # the page says that it is missing or damaged
            raise ToldError
        return found.model_dump(mode="json")

    def checkpoint(file: str) -> object:
        progress, mean = load_progress(folder / file)
        return [repr(progress), _sum(mean or []), _sum(load_network(folder / file).get_weights())]

    return {
        "figures": figures,
        "evaluation": evaluation,
        "last network": lambda: checkpoint(LAST_FILE),
        "best network": lambda: checkpoint(BEST_FILE),
        "start from it": lambda: _sum(fine_tune(folder / BEST_FILE, frozen=False).get_weights()),
        "model of it": lambda: _answers(folder / "model"),
    }


def _model() -> dict[str, Callable[[], object]]:
    from emotion_core.jobs.starting_point import check, find_starting_point
    from emotion_core.models.card import read_card
    from emotion_core.models.registry import find_model
    from emotion_core.networks.architectures import fine_tune

    folder = find_model("model")

    def weights() -> object:
        check(find_starting_point("model"))
        return _sum(fine_tune(folder, frozen=False).get_weights())

    return {
        "card": lambda: read_card(folder).model_dump(mode="json"),
        "answers": lambda: _answers(folder),
        "weights": weights,
    }


def _answers(folder: Path) -> object:
    """What a model says of the same few crops, and the abstain threshold."""
    from emotion_core.models.registry import load_classifier

    classifier = load_classifier(folder)
    crops = np.random.default_rng(3).integers(0, 255, (4, 48, 48), np.uint8)
    return [_sum([classifier.predict_proba(crops)]), classifier.abstain_threshold, classifier.classes]


def _sum(arrays: list[np.ndarray]) -> str:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(f"{array.shape} {array.dtype}".encode() + np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


if __name__ == "__main__":
    make_workspace(Path(sys.argv[1]), sys.argv[2:])

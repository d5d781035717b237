"""What `python run.zip` does on a machine that is borrowed: the run in it is trained on there.

That machine has Python, numpy, Keras, and JAX or PyTorch under it; see `bundle` for what the zip brings. What it needs
is in `CODE`, which asks for nothing else; OpenCV is taken where it is there, as it is faster.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import sys
import zipfile
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from emotion_core.runs.errors import RunError
from emotion_core.runs.events import Batch, Epoch, is_finished, rewound
from emotion_core.runs.folder import METRICS_FILE
from emotion_core.seals import unsealed

if TYPE_CHECKING:
    from emotion_core.training.batches import Faces

#: The program's files that travel.
CODE = (
    "datasets/errors.py",
    "datasets/names.py",
    "files.py",
    "models/face_input.py",
    "models/prior.py",
    "networks/affine_sampling.py",
    "networks/averaging.py",
    "networks/damaged.py",
    "networks/precision.py",
    "networks/prediction.py",
    "runs/errors.py",
    "runs/events.py",
    "runs/folder.py",
    "runs/progress.py",
    "seals.py",
    "training/augmentation.py",
    "training/batches.py",
    "training/bundle.py",
    "training/chance.py",
    "training/checkpoint.py",
    "training/class_balance.py",
    "training/elsewhere.py",
    "training/fit.py",
    "training/heads.py",
    "training/optimizers.py",
    "training/sharing.py",
    "training/work_folder.py",
    "without_opencv.py",
    "workspace.py",
)
#: In the order in which they are taken where `KERAS_BACKEND` does not say which, with what they are called.
BACKENDS = {"jax": "JAX", "torch": "PyTorch", "tensorflow": "TensorFlow"}


def main() -> int:
    """Train the run of the zip that Python runs; the process' exit status."""
    bundle = Path(sys.argv[0]).resolve()
    try:
        _choose_backend()
        done = _train(bundle)
    except (RunError, OSError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # the second one
        print(f"ended at once; the last finished epoch is kept: go on with python {bundle.name}", file=sys.stderr)
        return 1
    print(f"{bundle.name} holds what it has come to; take it home and bring it in with: emotion adopt {bundle.name}")
    if not done:
        print(f"it was stopped; train it on with: python {bundle.name}")
    return 0 if done else 1


def _choose_backend() -> None:
    """Settle what Keras computes with, before it is loaded.

    Raises:
        RunError: something is not installed.
    """
    if find_spec("keras") is None:
        raise RunError("Keras is not installed; install it with: pip install keras jax")
    chosen = os.environ.get("KERAS_BACKEND") or next((name for name in BACKENDS if find_spec(name)), None)
    if chosen is None or find_spec(chosen) is None:
        missing = f"{chosen!r}, which KERAS_BACKEND names," if chosen else "neither JAX nor PyTorch"
        raise RunError(f"{missing} is installed, and Keras needs one of {', '.join(BACKENDS)}: pip install jax")
    os.environ["KERAS_BACKEND"] = chosen


def _train(bundle: Path) -> bool:
    """Train on from the last checkpoint, and put what came of it into the zip; whether the run is done.

    Raises:
        RunError: the folder to work in is not this bundle's, another process trains in it, or the run cannot go on.
        OSError: the disk is full.
    """
    from emotion_core.training.bundle import WHERE_FILE, read_about, read_faces, replace_run
    from emotion_core.training.work_folder import begin, work_at

    with work_at(bundle) as work:
        with zipfile.ZipFile(bundle) as archive:
            about, faces = read_about(archive), read_faces(archive)
            begin(work, archive)
        config, where = about["config"], where_in_words()
        recipe = recipe_of(config["recipe"])
        print(f"run {config['name']}: {config['architecture']} on {config['data']}, with {where}", flush=True)
        for note in _other_versions(about["versions"]):
            print(note, flush=True)
        history = _fit(faces, recipe, config["seed"], work.folder)
        (work.folder / WHERE_FILE).write_text(json.dumps(where))
        replace_run(bundle, work.folder)
    shutil.rmtree(work.folder)
    return is_finished(recipe, history)


def _fit(faces: Faces, recipe: Any, seed: int, work: Path) -> list[Epoch]:
    """Train until the run's end or a signal; the finished epochs."""
    from emotion_core.training.fit import Trainer

    record = Record(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, record.stop)
    return Trainer(None, faces, recipe, record, seed).fit().history


def recipe_of(fields: dict[str, Any]) -> Any:
    """A recipe as the loop reads it, from its fields; they were checked where the run was bundled."""
    augmentation = fields.get("augmentation")
    changes = SimpleNamespace(**augmentation) if augmentation else None
    return SimpleNamespace(**{**fields, "augmentation": changes}, model_dump=lambda mode="json": fields)


def where_in_words() -> str:
    """What this machine trains with: versions and devices."""
    name = os.environ["KERAS_BACKEND"]
    backend = import_module(name)
    if name == "jax":
        devices = sorted({device.device_kind for device in backend.devices()})
    elif name == "torch":
        devices = [backend.cuda.get_device_name()] if backend.cuda.is_available() else ["cpu"]
    else:
        devices = [device.device_type for device in backend.config.list_physical_devices()]
    return f"Keras {version('keras')} and {BACKENDS[name]} {backend.__version__} on {', '.join(devices)}"


def versions() -> dict[str, str]:
    """Those that decide whether a network's file can be read elsewhere."""
    found = {"python": ".".join(platform.python_version_tuple()[:2])}
    for package in ("keras", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _other_versions(home: dict[str, str]) -> Iterator[str]:
    """What differs here from where the run was bundled, a sentence each."""
    for package, here in versions().items():
        there = home.get(package, here)
        if here.split(".")[:2] != there.split(".")[:2]:
            yield f"Note: {package} is {here} here and {there} where the run was bundled"


class Record:
    """What `runs.writer` is at home, as far as it is needed: the events of the run, and whether it is to stop."""

    def __init__(self, folder: Path):
        self.folder, self.stopped = folder, False

    def status(self, **changes: object) -> None:
        """Nobody looks."""

    def event(self, event: Epoch | Batch) -> None:
        """Append an event."""
        with (self.folder / METRICS_FILE).open("a", encoding="utf-8") as file:
            file.write(event.line() + "\n")

    def rewind(self, history: list[Epoch], batch: int) -> None:
        """Make `metrics.jsonl` what it was when so many epochs, and batches of the next, were finished."""
        path = self.folder / METRICS_FILE
        batches = list(_batches_in(path.read_bytes() if path.exists() else b""))
        path.write_bytes(rewound(batches, history, batch))

    def asked_to_stop(self) -> bool:
        """Whether a signal came."""
        return self.stopped

    def stop(self, number: int, frame: object) -> None:
        """Stop after this batch; a second Ctrl-C ends the process at once."""
        self.stopped = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _batches_in(content: bytes) -> Iterator[Batch]:
    for line in content.splitlines():
        try:
            written = json.loads(unsealed(line))
            if written.pop("event") == "batch":
                yield Batch(**written)
        except (ValueError, TypeError, KeyError):  # torn
            continue

"""Training throughput of this machine: faces a second, measured by a few true steps in a process of their own, kept.

Importing this loads no Keras.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from emotion_core.command import own_command
from emotion_core.files import locked, replace_file
from emotion_core.jobs import launcher
from emotion_core.limits import processors
from emotion_core.runs.recipes import Recipe
from emotion_core.workspace import workspace

THROUGHPUT_FILE = "throughput.json"
#: What the last measurement printed, to be looked into where it failed.
LOG_FILE = "throughput.log"
#: Of the steps measured, the median counts; the first ones build the network's program.
WARM_UP, STEPS = 2, 5
#: A process needs about so long before its first step: it loads TensorFlow and builds the network's program.
START_SECONDS = 8.0
#: Judging a face costs about this share of learning from it.
JUDGING = 1 / 3
#: The measurements that were started here, each network's last one.
_measurements: dict[str, subprocess.Popen[bytes]] = {}
_starting = threading.Lock()


@dataclass(frozen=True)
class Workload:
    """What is measured.

    Attributes:
        architecture: name of a preset.
        arguments: those of the preset that are not its defaults.
        frozen: whether only the last layer is trained.
        recipe: of which batch size and precision count.
    """

    architecture: str
    arguments: dict[str, Any]
    frozen: bool
    recipe: Recipe


def known_throughput(work: Workload) -> float | None:
    """Faces trained on a second, if it was measured on this machine."""
    for process in list(_measurements.values()):
        process.poll()  # the system keeps what has ended as a zombie until it is asked
    return _kept().get(_key(work))


def measure_in_background(work: Workload) -> None:
    """Have it measured, which takes about ten seconds, unless a process is measuring already."""
    with _starting:  # several visitors may ask at the same moment
        if any(process.poll() is None for process in _measurements.values()):
            return
        workspace().mkdir(parents=True, exist_ok=True)
        asked = json.dumps({**asdict(work), "recipe": work.recipe.model_dump()})
        with (workspace() / LOG_FILE).open("wb") as log:
            _measurements[_key(work)] = subprocess.Popen(
                **own_command("emotion_core.jobs.throughput", asked),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


@atexit.register
def give_up() -> None:
    """End what is being measured, if it was started here: a run begins, beside which it says nothing, or all ends."""
    with _starting:
        for key, process in list(_measurements.items()):
            if process.poll() is None:
                process.kill()
                process.wait()
                del _measurements[key]  # it has not failed, and may be measured later


def has_failed(work: Workload) -> bool:
    """Whether a measurement that was started here has failed; `LOG_FILE` says more."""
    process = _measurements.get(_key(work))
    return process is not None and bool(process.poll()) and known_throughput(work) is None


def seconds_of_run(pace: float, epochs: int, training: int, validation: int) -> float:
    """About how long a run takes, from the throughput and the faces it has."""
    return START_SECONDS + epochs * (training + JUDGING * validation) / pace


def main(asked: str) -> None:
    """Measure and keep what is asked for: a `Workload` as JSON."""
    fields = json.loads(asked)
    work = Workload(**{**fields, "recipe": Recipe.model_validate(fields["recipe"])})
    with locked(workspace() / f".{THROUGHPUT_FILE}.lock"):
        content = {_key(work): round(measured_throughput(work), 1)}
        if launcher.at_work():
            print("a run began meanwhile, beside which this says nothing")
            return
        replace_file(workspace() / THROUGHPUT_FILE, json.dumps({**_kept(), **content}, indent=1).encode())


def measured_throughput(work: Workload) -> float:
    """Faces trained on a second, measured now: true steps of the network on noise. Loads Keras."""
    import numpy as np

    from emotion_core.networks.architectures import build, free_layers
    from emotion_core.networks.precision import fastest_precision, with_precision
    from emotion_core.training.optimizers import optimizer_of

    recipe = work.recipe
    precision = fastest_precision() if recipe.precision == "auto" else recipe.precision
    network = with_precision(build(work.architecture, **work.arguments), precision)
    free_layers(network, only_last=work.frozen)
    network.compile(optimizer_of(recipe, STEPS), loss="categorical_crossentropy")
    random = np.random.default_rng(0)
    faces = random.random((recipe.batch_size, *network.input_shape[1:]), np.float32)
    classes = network.output_shape[-1]
    labels = np.eye(classes, dtype=np.float32)[random.integers(0, classes, recipe.batch_size)]
    seconds = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        network.train_on_batch(faces, labels)
        seconds.append(time.perf_counter() - start)
    return recipe.batch_size / float(np.median(seconds[WARM_UP:]))


def _kept() -> dict[str, float]:
    try:
        content = json.loads((workspace() / THROUGHPUT_FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return {key: pace for key, pace in content.items() if pace > 0} if isinstance(content, dict) else {}


def _key(work: Workload) -> str:
    arguments = f" {json.dumps(work.arguments, sort_keys=True)}" if work.arguments else ""
    made = f"{work.architecture}{arguments}{', only its last layer' if work.frozen else ''}"
    return f"{made}, batches of {work.recipe.batch_size}, {work.recipe.precision}, oneDNN, {processors()} cores"


if __name__ == "__main__":
    main(sys.argv[1])

"""How fast this machine learns: faces a second, measured by a few true steps in a process of their own, and kept.

Importing this loads no Keras.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path

from emotion_core.training.recipes import Recipe
from emotion_core.training.run import replace_file
from emotion_core.workspace import WORKSPACE_VARIABLE, workspace

PACE_FILE = "pace.json"
#: Of the steps measured, the median counts; the first ones build the network's program.
WARM_UP, STEPS = 2, 5
#: A process needs about so long before its first step: it loads TensorFlow and builds the network's program.
START_SECONDS = 8.0
#: Judging a face costs about this share of learning from it.
JUDGING = 1 / 3
_ROOT = Path(__file__).resolve().parents[2]
_children: list[subprocess.Popen[bytes]] = []


def known_pace(architecture: str, recipe: Recipe, shape: tuple[int, ...]) -> float | None:
    """Faces learnt from a second, if it was measured on this machine.

    Args:
        architecture: name of a preset.
        recipe: of which batch size and precision count.
        shape: of the faces: (height, width) or (height, width, 3).
    """
    return _kept().get(_key(architecture, recipe, shape))


def measure_in_background(architecture: str, recipe: Recipe, shape: tuple[int, ...]) -> None:
    """Have it measured, which takes some ten seconds, unless a process is measuring already."""
    _children[:] = [child for child in _children if child.poll() is None]
    if _children:
        return
    workspace().mkdir(parents=True, exist_ok=True)
    asked = json.dumps({"architecture": architecture, "recipe": recipe.model_dump(), "shape": list(shape)})
    child = subprocess.Popen(
        [sys.executable, "-m", "emotion_core.training.pace", asked],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        cwd=_ROOT,
        env={**os.environ, WORKSPACE_VARIABLE: str(workspace().resolve())},
    )
    _children.append(child)


def seconds_of_run(pace: float, epochs: int, training: int, validation: int) -> float:
    """About how long a run takes, from the faces it learns from a second and the faces it has."""
    return START_SECONDS + epochs * (training + JUDGING * validation) / pace


def main() -> None:
    """Measure what the first argument asks for and keep it."""
    asked = json.loads(sys.argv[1])
    recipe, shape = Recipe.model_validate(asked["recipe"]), tuple(asked["shape"])
    with (workspace() / f".{PACE_FILE}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pace = measured_pace(asked["architecture"], recipe, shape)
        content = {**_kept(), _key(asked["architecture"], recipe, shape): round(pace, 1)}
        replace_file(workspace() / PACE_FILE, json.dumps(content, indent=1).encode())


def measured_pace(architecture: str, recipe: Recipe, shape: tuple[int, ...]) -> float:
    """Faces learnt from a second, measured now: true steps of the network on noise. Loads Keras."""
    import numpy as np

    from emotion_core.emotions import EMOTIONS
    from emotion_core.training.architectures import build
    from emotion_core.training.optimizers import optimizer_of
    from emotion_core.training.precision import fastest_precision, with_precision

    size, channels = shape[0], 3 if len(shape) == 3 else 1
    precision = fastest_precision() if recipe.precision == "auto" else recipe.precision
    network = with_precision(build(architecture, size=size, channels=channels), precision)
    network.compile(optimizer_of(recipe, STEPS), loss="categorical_crossentropy")
    random = np.random.default_rng(0)
    faces = random.random((recipe.batch_size, size, size, channels), np.float32)
    labels = np.eye(len(EMOTIONS), dtype=np.float32)[random.integers(0, len(EMOTIONS), recipe.batch_size)]
    seconds = []
    for _ in range(WARM_UP + STEPS):
        start = time.perf_counter()
        network.train_on_batch(faces, labels)
        seconds.append(time.perf_counter() - start)
    return recipe.batch_size / float(np.median(seconds[WARM_UP:]))


def _kept() -> dict[str, float]:
    try:
        content = json.loads((workspace() / PACE_FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return {key: pace for key, pace in content.items() if pace > 0} if isinstance(content, dict) else {}


def _key(architecture: str, recipe: Recipe, shape: tuple[int, ...]) -> str:
    seen = "x".join(map(str, shape))
    return f"{architecture}, {seen}, batches of {recipe.batch_size}, {recipe.precision}, {os.cpu_count()} cores"


if __name__ == "__main__":
    main()

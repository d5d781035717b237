"""How long a face and a photo take.

    python -m benchmarks --only inference

Promised, on one thread: `emotion-net` answers for one face in 1.5 ms; a photo of 640x480 takes, from file to result,
14 ms with one face and 21 ms with six. Among 64 at once, for which it takes all cores, a face takes 0.7 ms.
"""

from __future__ import annotations

import numpy as np

import emotion_core as ec
from benchmarks.photos import group, save
from benchmarks.setting import Setting, on_cores
from benchmarks.table import Row, Times, at_most, in_ms, processor_time, run_in_turn
from emotion_core.models import BATCH
from emotion_core.workspace import SHIPPED_MODELS

MANY = 64
FACE_LIMITS = {"emotion-net, one face": 1.5, f"emotion-net, a face among {MANY}, all cores": 0.7}
PHOTO_LIMITS = {1: 14.0, 6: 21.0}


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    many = _among_many(10 * setting.rounds)  # first, as threads stay on the cores on which they were started
    with on_cores(1):
        return "one thread unless said", [*_networks(10 * setting.rounds), many, *_photos(setting)]


def _among_many(rounds: int) -> Row:
    """The default network, many faces at a time, on all cores."""
    network = ec.load_classifier("emotion-net")
    size = network.card.input.size
    crops = np.random.default_rng(2).integers(0, 256, (MANY, size, size), np.uint8)
    network.predict_proba(crops)
    name = f"emotion-net, a face among {MANY}, all cores"
    times = run_in_turn({name: lambda: network.predict_proba(crops)}, rounds)[name]
    return _face_row(name, times, MANY)


def _networks(rounds: int) -> list[Row]:
    """The networks that ship, one face and many at a time."""
    chance = np.random.default_rng(1)
    variants, faces = {}, {}
    for folder in sorted(SHIPPED_MODELS.iterdir()):
        network = ec.load_classifier(folder)
        for count in (1, BATCH):
            crops = chance.integers(0, 256, (count, network.card.input.size, network.card.input.size), np.uint8)
            network.predict_proba(crops)
            name = f"{folder.name}, " + ("one face" if count == 1 else f"a face among {count}")
            faces[name] = count
            variants[name] = lambda network=network, crops=crops: network.predict_proba(crops)
    times = run_in_turn(variants, rounds)
    return [_face_row(name, times[name], faces[name]) for name in variants]


def _face_row(name: str, times: Times, faces: int) -> Row:
    each = Times([t / faces for t in times.wall], [t / faces for t in times.cpu])
    return at_most(name, in_ms(each.wall), FACE_LIMITS.get(name), beside=processor_time(each))


def _photos(setting: Setting) -> list[Row]:
    """Whole photos from file to result; `analyze` has its detector and its network loaded by the first."""
    paths = {faces: save(group(faces), setting.scratch / f"{faces}.jpg") for faces in PHOTO_LIMITS}
    for faces, path in paths.items():
        found = len(ec.analyze(path))
        if found != faces:
            raise RuntimeError(
                f"in the photo with {faces} faces {found} were found: it does not measure what it should"
            )
    variants = {_name(faces): lambda path=path: ec.analyze(path) for faces, path in paths.items()}
    times = run_in_turn(variants, 10 * setting.rounds)
    return [
        at_most(name, in_ms(times[name].wall), limit, beside=processor_time(times[name]))
        for name, limit in zip(variants, PHOTO_LIMITS.values(), strict=True)
    ]


def _name(faces: int) -> str:
    return "photo of 640x480, " + ("one face" if faces == 1 else f"{faces} faces")

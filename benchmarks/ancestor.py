"""Ours against the way of the student project that this one grew from, on the same photos in the same run.

    python -m benchmarks --only ancestor

Promised: a whole photo, from file to result, at least 5 times as fast; more of the faces found, with fewer false ones.
A face is found if a box overlaps its mark by 0.4 (intersection over union); regions marked to be ignored count neither
way. The ancestor's way is written out in `Ancestor`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

import emotion_core as ec
from benchmarks.photos import Marked, marked_photos
from benchmarks.setting import Setting
from benchmarks.table import Row, at_least, at_most, in_ms, median, run_in_turn
from emotion_core.faces import Box
from emotion_core.workspace import SHIPPED_MODELS

TIMES_AS_FAST = 5
FOUND = 0.4


class Ancestor:
    """Haar cascade on the grey photo, then `model.predict` face by face. It fed the network raw pixels."""

    NAMES = ("Angry", "Disgusted", "Fearful", "Happy", "Neutral", "Sad", "Surprised")

    def __init__(self) -> None:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        import keras

        self.cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
        self.model = keras.models.load_model(keras_file(), compile=False)

    def analyze(self, path: Path) -> list[tuple[Box, str]]:
        """The faces of a photo and how they look."""
        return self.read(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2GRAY))

    def read(self, gray: np.ndarray) -> list[tuple[Box, str]]:
        """The faces of a grey picture, (height, width), and how they look."""
        faces = []
        for x, y, width, height in self.cascade.detectMultiScale(gray, 1.3, 5):
            crop = cv2.resize(gray[y : y + height, x : x + width], (48, 48))
            prediction = self.model.predict(crop[np.newaxis, :, :, np.newaxis], verbose=0)
            faces.append((Box(x, y, width, height), self.NAMES[int(np.argmax(prediction))]))
        return faces


def keras_file() -> Path:
    """The ancestor's network trained here, or the default one where that does not ship."""
    own = SHIPPED_MODELS / "seed-cnn" / "model.keras"
    return own if own.exists() else SHIPPED_MODELS / "emotion-net" / "model.keras"


@dataclass(frozen=True)
class Score:
    """What a way found in all photos, and how long it took for each, in seconds."""

    seconds: list[float]
    found: int
    false: int


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    photos, which = marked_photos(setting.photos, setting.scratch)
    ancestor = Ancestor()
    ways: dict[str, Callable[[Path], list[Box]]] = {
        "ancestor": lambda path: [box for box, _ in ancestor.analyze(path)],
        "ours": lambda path: [face.box for face in ec.analyze(path)],
        "ours with the Haar cascade": lambda path: [face.box for face in ec.analyze(path, detector="haar")],
    }
    scores = _scores(ways, photos, setting.rounds)
    title = f"{which}; its network is {keras_file().parent.name}, on all cores"
    return title, _rows(scores, sum(len(photo.faces) for photo in photos), judged=setting.photos is not None)


def _scores(ways: dict[str, Callable[[Path], list[Box]]], photos: list[Marked], rounds: int) -> dict[str, Score]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    found, false = dict.fromkeys(ways, 0), dict.fromkeys(ways, 0)
    for number, photo in enumerate(photos):
        for name, way in ways.items():  # which warms it up, too
            hits, misses = compare(way(photo.path), photo)
            found[name] += hits
            false[name] += misses
        turns = {name: lambda way=way, photo=photo: way(photo.path) for name, way in ways.items()}
        for name, times in run_in_turn(turns, rounds).items():
            seconds[name].append(median(times.wall))
        _progress(number + 1, len(photos))
    return {name: Score(seconds[name], found[name], false[name]) for name in ways}


def compare(boxes: list[Box], photo: Marked) -> tuple[int, int]:
    """How many of a photo's faces the boxes find, and how many boxes are none; each face is found once."""
    pairs = [(box.overlap(face), b, f) for b, box in enumerate(boxes) for f, face in enumerate(photo.faces)]
    used, seen = set(), set()
    for overlap, b, f in sorted(pairs, reverse=True):
        if overlap >= FOUND and b not in used and f not in seen:
            used.add(b)
            seen.add(f)
    false = [b for b, box in enumerate(boxes) if b not in used and not _ignored(box, photo.ignore)]
    return len(seen), len(false)


def _ignored(box: Box, regions: list[Box]) -> bool:
    x, y = box.center
    return any(r.x <= x <= r.x + r.width and r.y <= y <= r.y + r.height for r in regions)


def _rows(scores: dict[str, Score], faces: int, judged: bool) -> list[Row]:
    """The table; one photo is too few to judge by who finds more."""
    theirs = scores["ancestor"]
    rows = []
    for name, score in scores.items():
        recall, theirs_said = f"{score.found} of {faces}", f"ancestor {theirs.found} and {theirs.false}"
        ours = name == "ours"
        better = score.found > theirs.found and score.false < theirs.false
        rows += [
            at_most(f"{name}: a photo, over all photos", in_ms(score.seconds), None),
            Row(
                f"{name}: faces found, false ones",
                f"{recall} ({score.found / faces:.0%}), {score.false} false",
                "more found, fewer false" if ours else "",
                "" if score is theirs else theirs_said,
                better if ours and judged else None,
            ),
        ]
        if ours:
            ratios = [a / b for a, b in zip(theirs.seconds, score.seconds, strict=True)]
            ratio = f"of the medians {median(theirs.seconds) / median(score.seconds):.1f}, least {min(ratios):.1f}"
            rows.append(at_least("ours: times as fast, photo by photo", ratios, TIMES_AS_FAST, "x", ratio))
    return rows


def _progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\rancestor: photo {done} of {total}", end="\n" if done == total else "", file=sys.stderr)


if __name__ == "__main__":
    # The ancestor's answer for one photo from a fresh process: python -m benchmarks.ancestor PHOTO
    for face_box, emotion in Ancestor().analyze(Path(sys.argv[1])):
        print(face_box, emotion)

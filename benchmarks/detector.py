"""What the detector's way of running and reading large photos reduced bring, against how both were done before.

    python -m benchmarks --only detector

Before, OpenCV ran YuNet's file and every photo was read whole. Promised: two thirds of the time for a photo of 640x480
with one face, as 14 ms are of 21, and 1.4 times as many photos of a folder a second. Both ways run in turn.
"""

from __future__ import annotations

from itertools import cycle, islice
from pathlib import Path

import cv2
import numpy as np

import emotion_core as ec
from benchmarks.photos import fill_folder, group, marked_photos, portrait, save
from benchmarks.setting import Setting, on_cores
from benchmarks.table import Row, Times, at_least, at_most, figure, in_ms, median, run_in_turn
from emotion_core.faces import YuNetDetector, verified_yunet
from emotion_core.pool import Pool

SHARE_OF_TIME = 0.67
AS_MANY = 1.4
CORES = 2
#: Photos of the folder a round, and the sides of a large photo.
SLICE = 50
LARGE = (4000, 3000)


class OpenCVDetector(YuNetDetector):
    """YuNet as OpenCV runs it."""

    def __init__(self, scratch: Path):
        path = scratch / "yunet.onnx"
        path.write_bytes(verified_yunet())
        self._network = _OpenCVNetwork(str(path), self.LOWEST_THRESHOLD)  # type: ignore[assignment]


class _OpenCVNetwork:
    def __init__(self, path: str, lowest_score: float):
        self._networks = Pool(lambda: cv2.FaceDetectorYN.create(path, "", (320, 320), lowest_score, 0.3))

    def detect(self, image: np.ndarray) -> np.ndarray:
        with self._networks.lend() as network:
            network.setInputSize((image.shape[1], image.shape[0]))
            _, rows = network.detect(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        return np.empty((0, 15), np.float32) if rows is None else rows


def run(setting: Setting) -> tuple[str, list[Row]]:
    """The title and the rows."""
    before, now = OpenCVDetector(setting.scratch), YuNetDetector()
    with on_cores(1):
        rows = [_photo(setting, faces, before, now) for faces in (1, 6)] + [_large(setting, before, now)]
    with on_cores(CORES):
        rows.append(_folder(setting, before, now))
    return "now against before, in turn", rows


def _photo(setting: Setting, faces: int, before: YuNetDetector, now: YuNetDetector) -> Row:
    path = save(group(faces), setting.scratch / f"{faces}.jpg")
    times = _in_turn(
        {"before": lambda: ec.analyze(path, detector=before), "now": lambda: ec.analyze(path, detector=now)}, setting
    )
    what = "one face" if faces == 1 else f"{faces} faces"
    return _share(
        f"photo of 640x480 with {what}, share of the time before", times, SHARE_OF_TIME if faces == 1 else None
    )


def _large(setting: Setting, before: YuNetDetector, now: YuNetDetector) -> Row:
    canvas = cv2.resize(portrait(), LARGE, interpolation=cv2.INTER_CUBIC)
    path = save(canvas, setting.scratch / "large.jpg")
    variants = {
        "before": lambda: ec.analyze(ec.load_image(path), detector=before),
        "now": lambda: ec.analyze(path, detector=now),
    }
    return _share(f"photo of {LARGE[0]}x{LARGE[1]}, share of the time before", _in_turn(variants, setting), None)


def _folder(setting: Setting, before: YuNetDetector, now: YuNetDetector) -> Row:
    """A part of the folder each time, so that both ways are measured in turn."""
    marked, _ = marked_photos(setting.photos, setting.scratch)
    folder = setting.scratch / "photos"
    fill_folder(folder, [photo.path for photo in marked], setting.files)
    parts = {name: cycle(sorted(folder.iterdir())) for name in ("before", "now")}

    def analyse(name: str, detector: YuNetDetector) -> None:
        pictures = ((path.name, path) for path in islice(parts[name], SLICE))
        for _ in ec.analyze_many(pictures, detector=detector, threads=CORES):
            pass

    variants = {"before": lambda: analyse("before", before), "now": lambda: analyse("now", now)}
    times = run_in_turn(variants, max(1, setting.files // SLICE))
    ratios = [old / new for old, new in zip(times["before"].wall, times["now"].wall, strict=True)]
    beside = (
        f"{figure(SLICE / median(times['now'].wall))} a second, before {figure(SLICE / median(times['before'].wall))}"
    )
    return at_least(f"photos a second of a folder of {setting.files}, times as many", ratios, AS_MANY, beside=beside)


def _in_turn(variants: dict, setting: Setting) -> dict[str, Times]:
    for analyse in variants.values():
        analyse()
    return run_in_turn(variants, 10 * setting.rounds)


def _share(promise: str, times: dict[str, Times], limit: float | None) -> Row:
    ratios = [new / old for old, new in zip(times["before"].wall, times["now"].wall, strict=True)]
    beside = " against ".join(f"{figure(median(in_ms(times[name].wall)))} ms" for name in ("now", "before"))
    return at_most(promise, ratios, limit, "", beside)

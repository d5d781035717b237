"""Hostile lessons for the page Teach: classes called as none should be, and files that are no photos of faces."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.attack.making import Chance, mutated, small_png
from tests.attack.own_classes import ODD_CLASSES
from tests.attack.video_files import damaged_video

#: In a lesson's folder: what is typed and clicked. All other files in it are dropped.
LESSON_FILE = "lesson.json"
KEPT = ("", "set", "model")


def odd_lesson(path: Path, chance: Chance) -> Path:
    """A folder with a lesson: its classes, one that is added, and how it is kept; and the files that are dropped."""
    path.mkdir()
    names = [chance.choice([*ODD_CLASSES, *(f"class {number}" for number in range(30))]) for _ in range(5)]
    plain = ["wink", "smile", chance.choice(["Grüße", "表情", "क्षमा", "شكر"])]
    lesson = {
        "classes": chance.choice(["\n", ",", "\r\n"]).join(chance.choice([names, names * 20, plain, plain])),
        "more": chance.choice(names),
        "name": chance.choice([*ODD_CLASSES, "../x", "taught", "emotion-net"]),
        "keep": chance.choice(KEPT),
    }
    (path / LESSON_FILE).write_text(json.dumps(lesson))
    for number in range(chance.randrange(1, 5)):
        ending = chance.choice(["png", "jpg", "zip", "mp4", "webp"])
        (path / f"{number}.{ending}").write_bytes(chance.choice(DROPPED)(path, chance))
    return path


def _photo(path: Path, chance: Chance) -> bytes:
    """A picture of noise, of any shape, also of one row."""
    shape = (chance.choice([1, 48, 300]), chance.choice([1, 48, 900]), 3)
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(chance.randrange(2**32)).integers(0, 255, shape, np.uint8)).save(file, "PNG")
    return file.getvalue()


def _damaged_photo(path: Path, chance: Chance) -> bytes:
    return mutated(_photo(path, chance), chance)


def _zip(path: Path, chance: Chance) -> bytes:
    """Photos, and one by a way out of the folder."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in ("wink/0.png", "../../1.png", "lesson.json"):
            archive.writestr(name, small_png(chance))
    return file.getvalue()


def _part_of_a_video(path: Path, chance: Chance) -> bytes:
    clip = damaged_video(path / "clip", chance)
    data = clip.read_bytes()
    clip.unlink()
    return data[: chance.randrange(1, len(data) + 2)]


def _nothing(path: Path, chance: Chance) -> bytes:
    return chance.choice([b"", b"\0" * 100, b"\x89PNG\r\n\x1a\n", b"<svg onload='alert(1)'/>"])


#: What the bytes of a dropped file are made by, whatever it is called.
DROPPED: list[Callable[[Path, Chance], bytes]] = [_photo, _damaged_photo, _zip, _part_of_a_video, _nothing]

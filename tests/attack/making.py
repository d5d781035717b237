"""What hostile files are made with: chance with a seed, odd texts, and bytes that are changed."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image


class Chance(random.Random):
    """Chance with a seed, and a scale for what is meant to be very large."""

    def __new__(cls, seed: str, scale: float) -> Chance:
        return super().__new__(cls)

    def __init__(self, seed: str, scale: float):
        super().__init__(seed)
        self.scale = scale

    def large(self, most: int) -> int:
        """A number up to `most`, often near it."""
        return max(1, int(most * self.random() ** 0.5 * self.scale))


#: Writes a file or a folder at a path that is free, and returns it with the ending that it has.
Generator = Callable[[Path, Chance], Path]

ODD_TEXTS = (
    "",
    "\0",
    "=cmd|'/C calc'!A0",
    "\x1b]0;x\x07",
    "../../etc/passwd",
    "a" * 5000,
    "表情",
    "nan",
    "-1",
    '"',
    "1e999",
)


def mutated(data: bytes, chance: Chance) -> bytes:
    """Bytes with some changed, cut off, repeated or put in."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(changed) + 1)
        match chance.randrange(4):
            case 0 if place < len(changed):
                changed[place] ^= 1 << chance.randrange(8)
            case 1:
                del changed[place : place + chance.randrange(200)]
            case 2:
                changed[place:place] = changed[place : place + chance.randrange(200)]
            case _:
                changed[place:place] = chance.randbytes(chance.randrange(20))
    return bytes(changed)


def written(path: Path, ending: str, content: bytes) -> Path:
    path = path.with_name(f"{path.name}.{ending}")
    path.write_bytes(content)
    return path


def small_png(chance: Chance) -> bytes:
    file = io.BytesIO()
    Image.new("L", (48, 48), chance.randrange(256)).save(file, "PNG")
    return file.getvalue()

"""Pictures as files."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image


def png(image: np.ndarray, kind: str = "PNG", **options: object) -> bytes:
    """An array of uint8, grey (H, W) or RGB (H, W, 3), as a file of a kind that Pillow knows."""
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind, **options)
    return file.getvalue()


def blank_png(width: int = 300, height: int = 200, colour: str = "grey") -> bytes:
    """A picture without anything in it."""
    return png(np.asarray(Image.new("RGB", (width, height), colour)))


def png_of_zeros(width: int, height: int, bits: int = 8, colour: int = 0) -> bytes:
    """A PNG whose pixels are all 0, made without holding them in memory."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    left, packer, packed = (1 + width * channels * bits // 8) * height, zlib.compressobj(1), bytearray()
    while left:
        some = min(left, 2**20)
        packed += packer.compress(bytes(some))
        left -= some
    packed += packer.flush()

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", bytes(packed)) + chunk(b"IEND", b"")

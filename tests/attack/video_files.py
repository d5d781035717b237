"""Hostile videos: damaged, cut off, with headers that lie, very large, fast or long, or no videos at all."""

from __future__ import annotations

import io
import struct
from pathlib import Path

from PIL import Image

from tests.attack.making import Chance, mutated, small_png, written
from tests.clips import grey_frames, write_clip, write_tone

#: Endings and what is encoded in them.
FORMS = (("mp4", "libx264"), ("mp4", "mpeg4"), ("mkv", "mjpeg"), ("avi", "ffv1"), ("gif", "gif"), ("mov", "png"))
#: Boxes of an MP4 file that say how long, how large and how fast it is.
BOXES = (b"mvhd", b"tkhd", b"mdhd", b"stts", b"stsz", b"stco", b"stsd", b"elst", b"avc1", b"mdat", b"moov")

#: Seconds that a long video lasts, or claims to.
HOURS = 7200.0


def damaged_video(path: Path, chance: Chance) -> Path:
    """A short clip with bytes changed, cut off or put in, or with numbers in its header that are not true."""
    ending, codec = chance.choice(FORMS)
    clip = write_clip(path.with_name(f"{path.name}.{ending}"), grey_frames(*range(0, 250, 25)), codec=codec)
    data = clip.read_bytes()
    match chance.randrange(3):
        case 0:
            data = mutated(data, chance)
        case 1:
            data = data[: chance.randrange(len(data))]
        case _:
            data = _lying(data, chance)
    clip.write_bytes(data)
    return clip


def extreme_video(path: Path, chance: Chance) -> Path:
    """A clip of one pixel, of 8K, of 240 frames a second, of times that go back or leap by days."""
    kind, clip = chance.randrange(4), path.with_name(f"{path.name}.mkv")
    if kind == 0:
        return write_clip(clip.with_suffix(".mov"), grey_frames(1, 2, 3, size=(1, 1)), codec="png")
    if kind == 1:
        side = max(16, int(7680 * chance.scale) // 2 * 2)
        return write_clip(clip, grey_frames(1, 200, size=(side, side * 9 // 16 // 2 * 2)), codec="mjpeg")
    if kind == 2:
        return write_clip(clip, grey_frames(*range(240)), rate=240)
    times = sorted({chance.choice([0.0, 1e6 * chance.random(), chance.random()]) for _ in range(8)})
    return write_clip(clip, grey_frames(*range(len(times))), times=times)


def long_video(path: Path, chance: Chance) -> Path:
    """A clip of 10,000 tiny frames, 100 a second; or of a few whose header claims two hours, or hours apart."""
    clip = path.with_name(f"{path.name}.mkv")
    match chance.randrange(3):
        case 0:
            frames = grey_frames(*(number % 256 for number in range(max(2, int(10_000 * chance.scale)))), size=(32, 32))
            return write_clip(clip, frames, rate=100, codec="mpeg4")
        case 1:
            return claiming(write_clip(clip, grey_frames(*range(10))), HOURS)
        case _:
            times = [0.0, 0.04, *sorted(HOURS * chance.random() for _ in range(8)), HOURS]
            return write_clip(clip, grey_frames(*range(len(times))), times=times)


def claiming(clip: Path, seconds: float) -> Path:
    """The same Matroska file, whose header says that it lasts so long."""
    data = bytearray(clip.read_bytes())
    place = data.index(b"\x44\x89\x88") + 3  # the element Duration, of 8 bytes, in milliseconds
    struct.pack_into(">d", data, place, 1000 * seconds)
    clip.write_bytes(data)
    return clip


def no_video(path: Path, chance: Chance) -> Path:
    """What is called a video and is none: sound alone, a picture, a list of other files, or nothing."""
    match chance.randrange(5):
        case 0:
            return write_tone(path.with_name(f"{path.name}.mp4"))
        case 1:
            return written(path, "mp4", small_png(chance))
        case 2:
            lists = [b"ffconcat version 1.0\nfile /etc/passwd\n", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"]
            return written(path, chance.choice(["mp4", "m3u8", "txt"]), chance.choice(lists))
        case 3:
            file = io.BytesIO()
            frames = [Image.fromarray(frame) for frame in grey_frames(1, 2)]
            frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:])
            return written(path, "webm", file.getvalue())
        case _:
            return written(path, "mp4", chance.choice([b"\0" * 50, chance.randbytes(chance.large(100_000))]))


def _lying(data: bytes, chance: Chance) -> bytes:
    """The same file with a number in one of its boxes changed to a very large, or to no number."""
    places = [place for box in BOXES if (place := data.find(box)) >= 0]
    if not places:
        return mutated(data, chance)
    place = chance.choice(places) + 4 * chance.randrange(-1, 8)
    number = chance.choice([0, 1, 2**31 - 1, 2**32 - 1, chance.randrange(2**32)])
    return data[:place] + struct.pack(">I", number) + data[place + 4 :]

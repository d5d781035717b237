"""`python -m benchmarks`: see `benchmarks`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import tempfile
import time
from pathlib import Path

import benchmarks
from benchmarks.setting import Setting, machine
from benchmarks.table import as_markdown

SCRIPTS = (
    "startup",
    "inference",
    "detector",
    "ancestor",
    "folder",
    "batch",
    "service",
    "alignment",
    "datasets",
    "live",
    "teach",
    "video",
    "dataset-forms",
    "dataset-page",
    "load",
    "review",
    "video-page",
    "everyday",
    "training",
)


def main() -> int:
    chosen = _arguments()
    print(machine(), flush=True)
    kept = True
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as scratch:
        for name in chosen.only or SCRIPTS:
            place = Path(scratch) / name
            place.mkdir()
            kept &= _run(name, _setting(chosen, place))
    return 0 if kept else 1


def _run(name: str, setting: Setting) -> bool:
    """Run a script and print its table; whether all its promises were kept."""
    start = time.perf_counter()
    # Loaded only now: what one of them loads, and tells TensorFlow, is not there when another is measured alone.
    title, rows = importlib.import_module("benchmarks." + name.replace("-", "_")).run(setting)
    print(f"\n## {name}: {title} ({time.perf_counter() - start:.0f} s)", flush=True)
    if rows:
        print(f"\n{as_markdown(rows)}", flush=True)
    return all(row.reached is not False for row in rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=benchmarks.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", choices=SCRIPTS, help="run this script; may be given several times")
    parser.add_argument("--photos", type=Path, default=os.environ.get("EMOTION_CORE_PHOTOS") or None)
    parser.add_argument("--fer2013", type=Path, default=os.environ.get("EMOTION_CORE_FER2013") or None)
    parser.add_argument("--rounds", type=int, help="how often whole programs are run (7)")
    parser.add_argument("--files", type=int, help="photos in the folder of many (2000)")
    parser.add_argument("--pictures", type=int, help="pictures of the largest batch (20000)")
    parser.add_argument("--faces", type=int, help="faces to turn for alignment (600)")
    parser.add_argument("--minutes", type=float, help="length of the stream that is watched for its memory (10)")
    parser.add_argument("--starts", type=int, help="how often a stream is started and stopped (50)")
    quick = "3 rounds, 300 photos, 1000 pictures, 200 faces, 3 minutes, 10 starts: rough figures"
    parser.add_argument("--learn", type=int, help="faces of FER-2013 to measure training with (28709: all)")
    parser.add_argument("--quick", action="store_true", help=quick)
    chosen = parser.parse_args()
    for name in ("rounds", "files", "pictures", "faces", "minutes", "starts", "learn"):
        if (value := getattr(chosen, name)) is not None and value <= 0:
            parser.error(f"--{name} {value} is not possible: it must be more than 0")
    return chosen


def _setting(chosen: argparse.Namespace, scratch: Path) -> Setting:
    rounds, files, faces, learn = (3, 300, 200, 4000) if chosen.quick else (7, 2000, 600, 28709)
    pictures = 1000 if chosen.quick else 20_000
    minutes, starts = (3, 10) if chosen.quick else (10, 50)
    return Setting(
        scratch=scratch,
        photos=chosen.photos,
        fer2013=chosen.fer2013,
        rounds=chosen.rounds or rounds,
        files=chosen.files or files,
        pictures=chosen.pictures or pictures,
        faces=chosen.faces or faces,
        learn=chosen.learn or learn,
        minutes=chosen.minutes or minutes,
        starts=chosen.starts or starts,
    )


if __name__ == "__main__":
    sys.exit(main())

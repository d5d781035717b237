"""`python -m benchmarks`: see `benchmarks`."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

import benchmarks
from benchmarks import alignment, ancestor, datasets, folder, inference, startup
from benchmarks.setting import Setting, machine
from benchmarks.table import as_markdown

SCRIPTS = {
    "startup": startup,
    "inference": inference,
    "ancestor": ancestor,
    "folder": folder,
    "alignment": alignment,
    "datasets": datasets,
}


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
    title, rows = SCRIPTS[name].run(setting)
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
    parser.add_argument("--faces", type=int, help="faces to turn for alignment (600)")
    parser.add_argument("--quick", action="store_true", help="3 rounds, 300 photos, 200 faces: rough figures")
    return parser.parse_args()


def _setting(chosen: argparse.Namespace, scratch: Path) -> Setting:
    rounds, files, faces = (3, 300, 200) if chosen.quick else (7, 2000, 600)
    return Setting(
        scratch=scratch,
        photos=chosen.photos,
        fer2013=chosen.fer2013,
        rounds=chosen.rounds or rounds,
        files=chosen.files or files,
        faces=chosen.faces or faces,
    )


if __name__ == "__main__":
    sys.exit(main())

"""The job's command line."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

import emotion_core.shipping.gpu_job as job
from emotion_core.shipping.gpu_job.stages import Folders

NEEDS_TORCH = (
    "PyTorch, which trains on a GPU, is not installed; get it as https://pytorch.org/get-started/locally says "
    "(prepare and keras need none)"
)


def main(arguments: list[str] | None = None) -> int:
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if chosen.command == "run" and find_spec("torch") is None:
        parser.error(NEEDS_TORCH)
    try:
        COMMANDS[chosen.command](chosen)
    except (ValueError, RuntimeError, OSError) as error:
        parser.error((str(error).splitlines() or [type(error).__name__])[0])
    return 0


def _prepare(chosen: argparse.Namespace) -> None:
    from emotion_core.shipping.gpu_job.pack import prepare

    print(prepare(chosen.fer2013, chosen.faces, chosen.pack))


def _run(chosen: argparse.Namespace) -> None:
    from emotion_core.shipping.gpu_job.run import run

    folders = Folders(chosen.pack, chosen.out, chosen.work or chosen.out / "work", chosen.start)
    run(folders, chosen.minutes, chosen.faces, chosen.seed)


def _keras(chosen: argparse.Namespace) -> None:
    from emotion_core.shipping.gpu_job.keras_file import write_keras

    prior = write_keras(chosen.weights, chosen.network)
    shares = ", ".join(f"{name} {share:.3f}" for name, share in prior.items())
    print(f"{chosen.network} written; its answers are balanced, and were learned under the prior {shares}")


COMMANDS = {"prepare": _prepare, "run": _run, "keras": _keras}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m emotion_core.shipping.gpu_job",
        description=job.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True)
    pack = commands.add_parser("prepare", help="pack the faces and their labels")
    pack.add_argument("--fer2013", type=Path, required=True, help="folder with fer2013.csv and fer2013new.csv")
    pack.add_argument("--faces", type=Path, required=True, help="folder with faces-*.jpg and faces.csv")
    pack.add_argument("--pack", type=Path, required=True, help="folder that is written")
    run = commands.add_parser("run", help="train")
    run.add_argument("--pack", type=Path, required=True, help="folder that prepare wrote")
    run.add_argument("--out", type=Path, required=True, help="folder for weights, figures and the log")
    run.add_argument("--work", type=Path, help="folder for checkpoints; OUT/work if not given")
    run.add_argument("--start", type=Path, help="folder with weights that networks which ship begin with: NAME.npz")
    run.add_argument("--minutes", type=float, default=8.0)
    run.add_argument("--faces", type=int, help="so many faces of each kind only, to try it")
    run.add_argument("--seed", type=int, default=1)
    portable = commands.add_parser("keras", help="write a Keras network with weights that run wrote")
    portable.add_argument("--weights", type=Path, required=True)
    portable.add_argument("--network", type=Path, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())

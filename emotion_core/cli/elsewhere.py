"""The commands that let a run be trained elsewhere: python -m emotion_core bundle RUN --to run.zip."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from emotion_core.cli.accuracies import print_accuracies
from emotion_core.cli.console import say
from emotion_core.workspace import COMMAND


def bundle(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Name of a run that was stopped, has failed or not begun.")],
    to: Annotated[Path, typer.Option(help="The file that is written; it ends in .zip.")],
) -> int:
    """Write a run as one file that `python FILE` trains on, on a machine with Python, Keras, and JAX or PyTorch."""
    from emotion_core.jobs import bundle_run
    from emotion_core.runs import RunError

    try:
        written = bundle_run(run, to)
    except RunError as error:
        raise typer.BadParameter(str(error)) from None
    say_bundled(written)
    return 0


def say_bundled(written: Path) -> None:
    """Say what a bundle is for."""
    say(f"{written} written, {written.stat().st_size / 1e6:,.1f} MB; it holds the faces, so keep it as safe as these")
    say(f"train it on, wherever there is Python with Keras, with: python {written.name}")
    say(f"then bring it home with: emotion adopt {written.name}")


def adopt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `bundle` wrote and `python FILE` has trained.")],
) -> int:
    """Bring home a run that was trained elsewhere: its history, its networks, and how good the best one is."""
    from emotion_core.jobs import adopt_run
    from emotion_core.runs import RunError

    try:
        run = adopt_run(file)
    except RunError as error:
        raise typer.BadParameter(str(error)) from None
    say(f"run {run.name}: {len(run.history)} epochs are here, in {run.folder}")
    print_accuracies(run.name)
    if run.epochs_left:
        say(f"train its other {run.epochs_left} epochs with: {COMMAND} train --resume {run.name!r}")
    else:
        say(f"make its network a model with: {COMMAND} train --run {run.name!r} --model NAME")
    return 0

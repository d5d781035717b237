"""The command line: python -m emotion_core analyze PHOTO...

Exit status: 0 done, 2 a wrong call or unusable input, 1 a failure. Why is said on standard error in one line.
"""

from __future__ import annotations

import errno
import os
import sys
import warnings
from typing import Annotated

import typer

from emotion_core import __version__
from emotion_core.batch import BatchError
from emotion_core.cli import analyze, batch, dashboard, dataset, elsewhere, evaluate, models, serve, train
from emotion_core.cli.console import complain
from emotion_core.datasets import DatasetError
from emotion_core.extras import install_hint
from emotion_core.faces import DetectorError
from emotion_core.models import ModelError
from emotion_core.workspace import WORKSPACE_VARIABLE, workspace

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
app.add_typer(dataset.app, name="dataset")
app.add_typer(models.app, name="models")
app.command()(analyze.analyze)
app.command()(batch.batch)
app.command()(evaluate.evaluate)
app.command()(train.train)
app.command()(elsewhere.bundle)
app.command()(elsewhere.adopt)
app.command()(serve.serve)
app.command(context_settings={"ignore_unknown_options": True})(dashboard.dashboard)


def main() -> None:
    """Run the command line and leave the process with its exit status."""
    for stream in (sys.stdout, sys.stderr):  # names may be in any script, whatever the terminal's
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # without TensorFlow's remarks about the machine
    # What is wrong with a picture is said in our words, or is no reason to refuse it.
    warnings.filterwarnings("ignore", module="PIL")
    try:
        status = app(standalone_mode=False)
    except typer.TyperException as error:
        _leave(2, error.format_message())
    except (BatchError, ModelError, DetectorError, DatasetError) as error:
        _leave(2, str(error))
    except ModuleNotFoundError as error:
        if (hint := install_hint(error.name)) is None:
            raise
        _leave(2, hint)
    except (typer.Abort, KeyboardInterrupt):
        _leave(1, "stopped")
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _leave(*_of_system(error))
    sys.exit(status or 0)


def _say_version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def emotion_core(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is, and leave."),
    ] = False,
) -> None:
    """Find the faces in photos and videos and say how their expressions look; not what a person feels."""


def _of_system(error: OSError) -> tuple[int, str]:
    """The exit status and the words for what the system refused."""
    where = os.fsdecode(error.filename) if isinstance(error.filename, (str, bytes)) else ""
    if error.errno == errno.ENOSPC:
        return 1, f"the disk is full{f' where {where} lies' if where else ''}; make room and try again"
    if where.startswith(str(workspace())):
        reason = f"the workspace {workspace()} cannot be used ({error.strerror}: {where})"
        return 2, f"{reason}; {WORKSPACE_VARIABLE} must name a folder that can be written to"
    return 1, f"{where}: {error.strerror}" if where else str(error)


def _leave(status: int, reason: str) -> None:
    complain(f"Error: {reason.splitlines()[0] if reason else 'unknown'}")
    sys.exit(status)

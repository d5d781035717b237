"""`emotion dashboard`: open the pages in the browser."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from emotion_core.command import own_command
from emotion_core.extras import need
from emotion_core.workspace import HOME_PAGE


def dashboard(
    options: Annotated[
        list[str] | None, typer.Argument(help="Options of Streamlit, such as --server.port 8600.")
    ] = None,
) -> None:
    """Open the pages in the browser. It listens on this machine alone."""
    need("streamlit")
    command = own_command("streamlit", "run", str(HOME_PAGE), *(options or []))
    sys.stdout.flush()
    os.execve(sys.executable, command["args"], command["env"])  # in the place of this process: signals reach it

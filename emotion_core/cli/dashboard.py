"""`emotion dashboard`: open the pages in the browser."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from emotion_core.command import own_command
from emotion_core.extras import need
from emotion_core.workspace import HOME_PAGE

#: What tells the dashboard to mount the service.
API_VARIABLE = "EMOTION_DASHBOARD_API"


def dashboard(
    options: Annotated[
        list[str] | None, typer.Argument(help="Options of Streamlit, such as --server.port 8600.")
    ] = None,
    api: Annotated[bool, typer.Option("--api", help="Answer other programs, too, at /api; see docs/serve.md.")] = False,
) -> None:
    """Open the pages in the browser. It listens on this machine alone."""
    need("streamlit")
    if api:
        need("fastapi")
        os.environ[API_VARIABLE] = "1"
    command = own_command("streamlit", "run", str(HOME_PAGE), *(options or []))
    sys.stdout.flush()
    os.execve(sys.executable, command["args"], command["env"])  # in the place of this process: signals reach it

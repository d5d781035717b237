"""`emotion serve`: the service that other programs ask."""

from __future__ import annotations

import errno
import os
import signal
import socket
from types import FrameType
from typing import Annotated

import typer

from emotion_core.extras import need
from emotion_core.files import temporary_folder
from emotion_core.limits import processors
from emotion_core.models import model_names

DEFAULT_PORT = 8700
#: Frames of a camera are smaller; a websocket with larger messages is closed.
LARGEST_FRAME = 16 * 2**20
#: Folders that all workers see, and the variables that name them: counts, and videos under way.
SHARED = {"PROMETHEUS_MULTIPROC_DIR": "counts", "EMOTION_JOBS_FOLDER": "jobs"}
#: Seconds that requests under way have to end once the service is told to stop.
TO_STOP = 30


def serve(
    host: Annotated[
        str, typer.Option(help="The address to listen on; any other than 127.0.0.1 needs a token.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to listen on; 0 is any free one.")
    ] = DEFAULT_PORT,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Worker processes.")] = 1,
) -> None:
    """Answer other programs over HTTP. Limits, models and the token come from the environment, EMOTION_SERVER_…"""
    for module in ("fastapi", "uvicorn", "prometheus_client", "python_multipart"):
        need(module)
    from emotion_core.jobs import sweep_temporary

    sweep_temporary()  # a dashboard elsewhere may be at work in the same workspace
    with temporary_folder("serve") as shared:
        # What workers share. Whatever counts is told where as it is loaded, in this process and in them.
        for variable, folder in SHARED.items():
            os.environ[variable] = os.path.join(shared, folder)
            os.mkdir(os.environ[variable])
        _check_settings(host)
        listening = _listen(host, port)
        # Two at the least: connections do not fall evenly on workers, and the fuller one can then use more than a core.
        os.environ.setdefault("EMOTION_SERVER_THREADS", str(max(2, processors() // workers)))
        name = f"[{host}]" if ":" in host else host
        print(f"Serving at http://{name}:{listening.getsockname()[1]}", flush=True)
        _run(listening, workers)


def _check_settings(host: str) -> None:
    """Refuse to start with settings that cannot be used, or that are not safe."""
    from emotion_server import ServerSettings, why_unsafe

    try:
        settings = ServerSettings.from_environment()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if reason := why_unsafe(host, settings.token):
        raise typer.BadParameter(reason)
    _check_models(settings.models)


def _check_models(names: tuple[str, ...]) -> None:
    """Refuse to start for a model that there is not."""
    for name in names:
        if name != "default" and name not in model_names():
            raise typer.BadParameter(f"there is no model {name!r}; there are {', '.join(model_names()) or 'none'}")


def _listen(host: str, port: int) -> socket.socket:
    """A socket at the address, which all workers take requests from."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        reason = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
        raise typer.BadParameter(f"cannot listen on {host}, port {port} ({reason}); name another with --port") from None
    listening.set_inheritable(True)
    return listening


def _run(listening: socket.socket, workers: int) -> None:
    """Answer until this process is told to stop; what is under way is ended first, and a worker that dies replaced."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from emotion_server.connections import Connection

    config = uvicorn.Config(
        "emotion_server:create_app",
        factory=True,
        http=Connection,
        workers=workers,
        access_log=False,
        log_level="warning",
        ws_max_size=LARGEST_FRAME,
        timeout_graceful_shutdown=TO_STOP,
        server_header=False,
    )
    for told in (signal.SIGINT, signal.SIGTERM):  # uvicorn passes on what ended it, once all is answered
        signal.signal(told, _end)
    if workers > 1:
        Multiprocess(config, sockets=[listening]).run()
    else:
        uvicorn.Server(config).run(sockets=[listening])


def _end(told: int, frame: FrameType | None) -> None:
    """Leave as one who is done, and no trace in the folder for temporary files."""
    raise SystemExit(0)

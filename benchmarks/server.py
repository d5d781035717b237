"""A Streamlit server of a benchmark's own, and a browser to look at it with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.setting import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: Seconds that a server may take to answer.
PATIENCE = 60


@contextmanager
def served(
    script: Path = ROOT / "Home.py", environment: Mapping[str, str] | None = None, port: int = 0
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A script's pages while they are served: their address, which answers, and the server. Port 0 is a free one.

    Raises:
        RuntimeError: the server does not answer.
    """
    port = port or free_port()
    command = ["-m", "streamlit", "run", script.name, "--server.headless", "true", "--server.port", str(port)]
    server = subprocess.Popen(
        [sys.executable, *command],
        cwd=script.parent,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, server)
        yield f"http://localhost:{port}", server
    finally:
        server.terminate()
        server.wait()


@contextmanager
def visited(environment: Mapping[str, str], patience: float = PATIENCE) -> Iterator[tuple[Page, str]]:
    """The dashboard while it is served: an empty tab of a browser, in which to look at it, and its address.

    Args:
        environment: the server's.
        patience: seconds that the browser waits for what is to appear.
    """
    from playwright.sync_api import sync_playwright

    with (
        served(environment=environment) as (address, _),
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=chromium()) as browser,
    ):
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        page.set_default_timeout(1000 * patience)
        yield page, address


def chromium() -> str | None:
    """The browser that CHROMIUM names, or the machine's own; none for Playwright's."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as client:
            if client.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.02)
    raise RuntimeError("the server does not answer")

"""The dashboard as its users start it, and a browser to open it with."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, TimeoutError

from tests.shell import ROOT
from tests.waiting import PATIENCE


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard: its address, and the folder that it may have written to."""

    address: str
    scratch: Path


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory) -> Iterator[Dashboard]:
    """A dashboard for each file of tests: its own port, an empty workspace, an empty folder for temporary files."""
    with served(tmp_path_factory.mktemp("scratch"), tmp_path_factory.mktemp("log") / "server.log") as (dashboard, _):
        yield dashboard


@contextmanager
def served(
    scratch: Path, log_file: Path, *options: str, **variables: str
) -> Iterator[tuple[Dashboard, subprocess.Popen]]:
    """A dashboard with its workspace and temporary files in a folder, and the process that serves it.

    Args:
        scratch: the folder.
        log_file: for what it prints.
        options: Streamlit's, such as "--server.address=0.0.0.0".
        variables: what its environment has besides this one's.
    """
    own = {"EMOTION_CORE_WORKSPACE": str(scratch / "workspace"), "TMPDIR": str(scratch)}
    environment = {**os.environ, **own, **variables}
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "Home.py", "--server.headless=true", f"--server.port={port}"]
    command += options
    address = f"http://localhost:{port}"
    with log_file.open("w+") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"{address}/_stcore/health", server, log_file)
            yield Dashboard(address, scratch), server
        finally:
            server.terminate()
            server.wait(PATIENCE)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def wait_for(address: str, server: subprocess.Popen, log: Path) -> None:
    """Return when the server answers; fail with what it printed if it ends or takes too long."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the dashboard did not start:\n{log.read_text()}")


@pytest.fixture(scope="session")
def browser(launch_browser) -> Iterator[Browser]:
    """A browser, or skips the tests where there is none."""
    try:
        browser = launch_browser()
    except Error as error:
        if "Executable doesn't exist" in str(error):
            pytest.skip("no browser: set CHROMIUM, install chromium, or run `playwright install chromium`")
        raise
    yield browser
    browser.close()


@pytest.fixture
def photo_page(page: Page, dashboard: Dashboard) -> Page:
    """The photo page, ready."""
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{dashboard.address}/Predict")
    page.get_by_role("button", name="Portrait").wait_for()
    page.locator("input[type=file]").wait_for(state="attached")
    return page


def settled(page: Page) -> None:
    """Wait until the page has run: a click on what is just being replaced is lost."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def choose(page: Page, label: str, option: str) -> None:
    """Choose from a list, which closes by itself if the page moves below it, as it does while pictures come in."""
    for _ in range(10):
        page.get_by_role("combobox", name=label, exact=True).click()
        try:
            page.get_by_role("option", name=option, exact=True).click(timeout=5_000)
        except TimeoutError:
            continue
        return
    pytest.fail(f"the list {label} does not stay open")


def downloaded(page: Page, label: str) -> tuple[str, bytes]:
    """The name and content of the file that a button gives."""
    settled(page)
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()

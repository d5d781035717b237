"""What a browser, or another program, may ask of the running server."""

from __future__ import annotations

import base64
import http.client
import os
import shutil
import socket
import time
import tomllib
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

import numpy as np
import pytest

from emotion_core.datasets.importing import add_dataset
from emotion_core.datasets.synthetic import synthetic_faces
from emotion_core.models.card import CARD_FILE, read_card
from emotion_core.workspace import SHIPPED_MODELS
from tests.e2e.conftest import Dashboard, served, settled
from tests.pictures import png
from tests.shell import ROOT
from tests.waiting import PATIENCE

#: A name that another site may have led to this machine's own address.
STRANGER = "rebound.example.org"
PATHS = ["/", "/Predict", "/_stcore/health", "/_stcore/host-config", "/media/x.png", "/static/favicon.png"]


def answer(dashboard: Dashboard, path: str, host: str) -> tuple[http.client.HTTPResponse, bytes]:
    """What the server says to somebody who came by a name: the head and the body."""
    with closing(http.client.HTTPConnection("localhost", urlsplit(dashboard.address).port, timeout=30)) as connection:
        connection.request("GET", path, headers={"Host": host})
        found = connection.getresponse()
        return found, found.read()


def handshake(dashboard: Dashboard, host: str, origin: str = "") -> str:
    """The first line of the answer to a websocket asked for by a name, from a page of that name or another origin."""
    port = urlsplit(dashboard.address).port
    key = base64.b64encode(os.urandom(16)).decode()
    lines = ["GET /_stcore/stream HTTP/1.1", f"Host: {host}", f"Origin: {origin or 'http://' + host}"]
    lines += [
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {key}",
        "Sec-WebSocket-Version: 13",
        "",
        "",
    ]
    with socket.create_connection(("localhost", port), timeout=30) as asked:
        asked.sendall("\r\n".join(lines).encode())
        return asked.recv(1024).decode().splitlines()[0]


@pytest.mark.parametrize("path", PATHS)
def test_a_name_that_another_site_led_here_is_refused_on_every_path(dashboard, path):
    refused, words = answer(dashboard, path, STRANGER)
    assert refused.status == 403
    assert b"server.allowedHosts" in words


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_the_names_of_this_machine_are_answered(dashboard, host):
    port = urlsplit(dashboard.address).port
    assert answer(dashboard, "/_stcore/health", f"{host}:{port}")[0].status == 200
    assert " 101 " in handshake(dashboard, f"{host}:{port}")


@pytest.mark.parametrize("host", [STRANGER, "localhost.example.org", "localhost@example.org", "127.0.0.1.example.org"])
def test_a_websocket_is_refused_to_another_name(dashboard, host):
    assert " 403 " in handshake(dashboard, host)


@pytest.mark.parametrize("origin", ["http://example.org", "null", "http://localhost@example.org", "http://[::1"])
def test_a_websocket_is_refused_to_a_page_of_another_site(dashboard, origin):
    host = f"localhost:{urlsplit(dashboard.address).port}"
    assert " 403 " in handshake(dashboard, host, origin)


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_a_websocket_is_refused_to_a_page_that_another_program_of_this_machine_serves(dashboard, name):
    host = f"{name}:{urlsplit(dashboard.address).port}"
    assert " 101 " in handshake(dashboard, host, f"http://{host}")
    for origin in (f"http://{name}:9999", f"http://{name}", f"https://{name}"):
        assert " 403 " in handshake(dashboard, host, origin), origin


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/component/streamlit_webrtc/index.html"])
def test_no_other_site_may_frame_a_page(dashboard, path):
    found, _ = answer(dashboard, path, "localhost")
    assert "frame-ancestors 'self'" in found.headers["Content-Security-Policy"]
    assert found.headers["X-Content-Type-Options"] == "nosniff"


def test_visitors_are_shown_no_tracebacks():
    assert tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["client"]["showErrorDetails"] == "none"


def uploaded_bytes(dashboard: Dashboard) -> int:
    """What the server holds of all visitors' uploads."""
    metrics = answer(dashboard, "/_stcore/metrics", "localhost")[1].decode()
    lines = [line for line in metrics.splitlines() if "UploadedFileManager" in line]
    return int(float(lines[0].split()[-1])) if lines else 0


def wait_until(holds: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)


@pytest.mark.e2e
def test_what_a_closed_tab_uploaded_is_freed(browser, tmp_path):
    with served(tmp_path, tmp_path / "server.log", "--server.disconnectedSessionTTL=1") as (dashboard, _):
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{dashboard.address}/Predict")
        page.locator("input[type=file]").set_input_files(
            {"name": "a.png", "mimeType": "image/png", "buffer": png(np.zeros((300, 300, 3), np.uint8))}
        )
        wait_until(lambda: uploaded_bytes(dashboard) > 0, PATIENCE)
        page.close()
        wait_until(lambda: uploaded_bytes(dashboard) == 0, 30)


@pytest.mark.e2e
def test_a_file_of_more_than_200_megabytes_can_be_uploaded(page, dashboard, tmp_path):
    page.set_default_timeout(PATIENCE * 1000)
    with (tmp_path / "fer2013.csv").open("wb") as file:
        file.truncate(210_000_000)
    page.goto(f"{dashboard.address}/Dataset")
    page.locator("input[type=file]").set_input_files(tmp_path / "fer2013.csv")
    wait_until(lambda: uploaded_bytes(dashboard) == 210_000_000, PATIENCE)


@pytest.mark.e2e
def test_no_page_loads_anything_from_another_host_whatever_models_and_sets_say(page, dashboard, monkeypatch):
    hostile = "![x](http://evil.example/x.png) <img src=http://evil.example/y.png> [z](http://evil.example)"
    monkeypatch.setenv("EMOTION_CORE_WORKSPACE", str(dashboard.scratch / "workspace"))
    add_dataset(synthetic_faces(21), "hostile", hostile)
    folder = dashboard.scratch / "workspace" / "models" / "hostile"
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", folder)
    card = read_card(folder)
    training = card.training.model_copy(update={"data": hostile, "date": hostile})
    told = card.model_copy(update={"name": "hostile", "summary": hostile, "terms": hostile, "training": training})
    (folder / CARD_FILE).write_text(told.model_dump_json())

    asked: set[str] = set()
    page.on("request", lambda request: asked.add(urlsplit(request.url).hostname or ""))
    page.set_default_timeout(PATIENCE * 1000)
    others = ("Dataset?set=hostile", "Train", "Predict", "Webcam", "Models", "Teach", "Video")
    for path in ("", *others):
        page.goto(f"{dashboard.address}/{path}")
        page.get_by_role("heading", level=1).wait_for()
        settled(page)
    page.goto(f"{dashboard.address}/Models?model_card=hostile&model_card=seed-cnn")
    page.get_by_test_id("stTable").get_by_text("![x](http://evil.example/x.png)").first.wait_for()
    page.goto(f"{dashboard.address}/Evaluate?evaluate_models=hostile")
    page.get_by_text("The card of hostile").click()
    page.get_by_text("What it is not for").wait_for()
    assert page.get_by_text("evil.example").count() > 0
    assert page.locator("a[href*='evil.example']").count() == 0
    assert asked <= {"localhost", ""}

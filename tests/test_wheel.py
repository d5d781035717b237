"""The package as others get it: built, installed into new environments outside the checkout, and used from elsewhere.

One environment has nothing but what recognising needs. The other one sees what is installed where the tests run, so
that TensorFlow is not fetched again, but the project itself from the wheel alone.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import sysconfig
import urllib.request
import zipfile
from pathlib import Path

import psutil
import pytest

import emotion_core as ec
from emotion_core.workspace import SHIPPED_MODELS, WORKSPACE_VARIABLE
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.timeout(900)  # the packages are fetched and installed

ROOT = Path(__file__).parent.parent
MOST_WHEEL_BYTES, MOST_BARE_BYTES = 60_000_000, 600_000_000
#: Opens every page of the dashboard, the file of which is its argument, without a browser.
OPEN_PAGES = """
import sys
from pathlib import Path
from streamlit.testing.v1 import AppTest

home = Path(sys.argv[1])
dashboard = AppTest.from_file(str(home), default_timeout=120).run()
for page in (None, *sorted(home.parent.glob("pages/*.py"))):
    if page:
        dashboard.switch_page(f"pages/{page.name}").run()
    assert not dashboard.exception, dashboard.exception
    print(dashboard.title[0].value)
"""


class Environment:
    """A virtual environment, and what runs in it: from an empty folder, with a workspace of its own."""

    def __init__(self, folder: Path, *options: str):
        subprocess.run([sys.executable, "-m", "venv", *options, folder / "venv"], check=True)
        self.python, self.emotion = folder / "venv/bin/python", folder / "venv/bin/emotion"
        self.packages = Path(sysconfig.get_path("purelib", vars={"base": folder / "venv", "platbase": folder / "venv"}))
        self.elsewhere, self.workspace = folder / "elsewhere", folder / "workspace"
        self.elsewhere.mkdir()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        self.variables = {**kept, "HOME": str(folder), WORKSPACE_VARIABLE: str(self.workspace)}

    def run(self, *command: object, status: int = 0, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        done = subprocess.run(
            list(map(str, command)),
            cwd=self.elsewhere,
            env={**self.variables, **variables},
            capture_output=True,
            text=True,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done

    def files(self) -> dict[Path, int]:
        """The project's files where they are installed, and when each was changed; what Python compiles is its own."""
        found = [
            file
            for part in ("emotion_core", "emotion_server", "emotion_dashboard")
            for file in (self.packages / part).rglob("*")
        ]
        return {file: file.stat().st_mtime_ns for file in found if "__pycache__" not in file.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", folder, ROOT], check=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def bare(tmp_path_factory, wheel) -> Environment:
    """An environment with the wheel and what it asks for."""
    environment = Environment(tmp_path_factory.mktemp("bare"), "--without-pip")
    _install(environment, wheel, "--constraint", ROOT / "constraints.txt")
    return environment


@pytest.fixture(scope="module")
def full(tmp_path_factory, wheel) -> Environment:
    """An environment with the wheel in which what all extras ask for is borrowed from the one that runs the tests."""
    environment = Environment(tmp_path_factory.mktemp("full"), "--without-pip")
    (environment.packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    _install(environment, wheel, "--no-deps")
    return environment


def _install(environment: Environment, wheel: Path, *options: object) -> None:
    pip = [sys.executable, "-m", "pip", "--python", environment.python, "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", *options, wheel], check=True)


class TestTheWheel:
    def test_is_small_and_brings_three_names(self, wheel):
        assert wheel.stat().st_size <= MOST_WHEEL_BYTES
        with zipfile.ZipFile(wheel) as archive:
            names = archive.namelist()
        metadata = f"emotion_dashboard-{ec.__version__}.dist-info"
        assert {name.split("/")[0] for name in names} == {
            "emotion_core",
            "emotion_server",
            "emotion_dashboard",
            metadata,
        }
        assert not [name for name in names if "__pycache__" in name or "secrets" in name]

    def test_holds_the_models_as_they_are(self, wheel):
        with zipfile.ZipFile(wheel) as archive:
            for file in SHIPPED_MODELS.rglob("*.*"):
                packed = archive.read(f"emotion_core/shipped_models/{file.relative_to(SHIPPED_MODELS).as_posix()}")
                assert hashlib.sha256(packed).digest() == hashlib.sha256(file.read_bytes()).digest(), file
        assert len(list(SHIPPED_MODELS.glob("*/model.tflite"))) == 3

    def test_holds_what_the_pages_show_and_are_set_up_with(self, wheel):
        files = ["Home.py", *(file.relative_to(ROOT).as_posix() for file in ROOT.glob("pages/*.py"))]
        files += [".streamlit/config.toml", ".streamlit/favicon.png", "docs/webcam.md", "ui/__init__.py"]
        with zipfile.ZipFile(wheel) as archive:
            assert {f"emotion_dashboard/{file}" for file in files} < set(archive.namelist())
            assert "emotion_core/py.typed" in archive.namelist()

    def test_says_what_it_is(self, bare):
        code = "import importlib.metadata as m, json; print(json.dumps(m.metadata('emotion-dashboard').json))"
        said = json.loads(bare.run(bare.python, "-c", code).stdout)
        assert (said["version"], said["license_expression"]) == (ec.__version__, "MIT")
        assert said["description"].startswith("# Emotion dashboard")


class TestTheBareInstall:
    def test_recognises_the_sample_from_any_folder(self, bare, astronaut_file):
        said = json.loads(bare.run(bare.emotion, "analyze", astronaut_file, "--json", "-").stdout)
        assert [face["emotion"] for face in said[0]["faces"]] == ["happy"]

    def test_recognises_it_from_python_as_a_table_too(self, bare, astronaut_file):
        code = "import sys, emotion_core as ec; print(ec.to_frame(ec.analyze(sys.argv[1]))['emotion'].item())"
        assert bare.run(bare.python, "-c", code, astronaut_file).stdout == "happy\n"

    def test_lists_the_models_that_ship(self, bare):
        listed = bare.run(bare.python, "-m", "emotion_core", "models", "list").stdout.splitlines()
        assert [line.split(":")[0].split()[0] for line in listed] == ["emotion-net", "emotion-net-fer2013", "seed-cnn"]

    def test_is_small_and_has_neither_tensorflow_nor_streamlit(self, bare):
        files = [file for file in bare.packages.rglob("*") if file.is_file()]
        assert sum(file.stat().st_size for file in files) < MOST_BARE_BYTES
        there = {path.name for path in bare.packages.iterdir()}
        assert not there & {"tensorflow", "keras", "streamlit", "scipy", "pyarrow", "ui", "pages", "tests"}

    @pytest.mark.parametrize(
        ("command", "extra"),
        [
            (["train", "--data", "faces"], "train"),
            (["dashboard"], "dashboard"),
            (["dataset", "draw", "--name", "faces"], "data"),
            (["serve"], "server"),
            (["batch", ".", "--to", "results"], "data"),
        ],
    )
    def test_says_which_extra_a_command_needs(self, bare, command, extra):
        done = bare.run(bare.emotion, *command, status=2)
        assert done.stderr.count("\n") == 1 and f"pip install 'emotion-dashboard[{extra}]'" in done.stderr


class TestAllExtras:
    def test_one_epoch_is_trained_and_its_model_recognises_without_writing_where_the_package_lies(
        self, full, astronaut_file
    ):
        before = full.files()
        full.run(full.emotion, "dataset", "draw", "--name", "drawn", "--count", "140")
        train = ["train", "--data", "drawn", "--preset", "mini-xception", "--epochs", "1", "--run", "first"]
        trained = full.run(full.emotion, *train)
        assert "emotion train --run 'first' --model NAME" in trained.stdout  # as it is called where it is installed
        full.run(full.emotion, "train", "--run", "first", "--model", "mine")
        assert (full.workspace / "models/mine/card.json").is_file()
        assert "face 1" in full.run(full.emotion, "analyze", "--model", "mine", astronaut_file).stdout
        assert full.files() == before
        assert not list(full.elsewhere.iterdir())

    def test_every_page_opens(self, full):
        dashboard = full.packages / "emotion_dashboard"
        titles = full.run(full.python, "-c", OPEN_PAGES, dashboard / "Home.py", PYTHONPATH=str(dashboard)).stdout
        files = [
            "Data sets",
            "Train",
            "Photos",
            "Webcam",
            "Evaluate",
            "Models",
            "Teach",
            "Video",
        ]  # in alphabetical order
        assert titles.splitlines() == ["Emotion dashboard", *files]

    def test_the_dashboard_is_served_to_this_machine_alone_wherever_it_is_started(self, full, tmp_path, free_tcp_port):
        (tmp_path / ".streamlit").mkdir()
        (tmp_path / ".streamlit/config.toml").write_text('[server]\naddress = "0.0.0.0"\n')
        command = [full.emotion, "dashboard", "--server.headless", "true", "--server.port", str(free_tcp_port)]
        with subprocess.Popen(command, cwd=tmp_path, env=full.variables) as server:
            try:
                assert wait_until(lambda: server.poll() is None and _health(free_tcp_port)) == "ok"
                listening = [at for at in psutil.Process(server.pid).net_connections() if at.status == "LISTEN"]
                assert {at.laddr.port for at in listening} == {free_tcp_port}
                assert {at.laddr.ip for at in listening} <= {"127.0.0.1", "::1"}
                server.send_signal(signal.SIGINT)
                server.wait(PATIENCE)
            finally:
                server.kill()


def _health(port: int) -> str:
    """What the dashboard says of its health; nothing while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""

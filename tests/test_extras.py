"""What is said where an extra is not installed, and that the lists of what there is to install agree."""

import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import emotion_core as ec
from emotion_core.extras import EXTRA_OF, install_hint, missing, need
from emotion_core.workspace import WORKSPACE_VARIABLE
from tests.imports import imported_names

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
#: Runs the command line where the modules named first cannot be imported, as if they were not installed.
WITHOUT = "import sys; hidden, *sys.argv = sys.argv[1:]; sys.modules |= dict.fromkeys(hidden.split(',')); "


def requirements(extra=None):
    """The package's requirements, or those of an extra, with what it takes from others."""
    found = set()
    for line in PROJECT["dependencies"] if extra is None else EXTRAS[extra]:
        others = re.fullmatch(r"emotion-dashboard\[(.+)\]", line)
        found |= set().union(*map(requirements, others[1].split(","))) if others else {line.replace("'", '"')}
    return found


def name_of(requirement):
    """The name of what a line requires, as names of packages are compared."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def run(hidden, folder, *arguments):
    code = WITHOUT + "from emotion_core.cli.main import main; main()"
    command = [sys.executable, "-c", code, hidden, "emotion", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), WORKSPACE_VARIABLE: str(folder / "workspace")}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_all_extras_together_are_the_file_of_requirements():
    lines = (line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines())
    assert {line for line in lines if line} == requirements() | requirements("all")


def test_every_module_is_brought_by_the_extra_that_the_hint_names():
    brought_by = packages_distributions()
    for module, extra in EXTRA_OF.items():
        if module != "kagglehub":  # installed only by those who want it
            assert set(map(name_of, brought_by[module])) & set(map(name_of, EXTRAS[extra])), module


def test_whatever_is_imported_comes_with_the_package_or_with_an_extra():
    rooms = ("emotion_core/**/*.py", "emotion_server/**/*.py", "ui/**/*.py", "pages/*.py", "Home.py")
    files = [file for room in rooms for file in ROOT.glob(room)]
    imported = {name.split(".")[0] for file in files for name in imported_names(file.name, file.read_text("utf-8"))}
    others = imported - sys.stdlib_module_names - {"emotion_core", "emotion_server", "ui"}
    ours = set(map(name_of, requirements()))
    base = {module for module, names in packages_distributions().items() if set(map(name_of, names)) & ours}
    with_others = {"markupsafe", "aiortc", "starlette"}  # of Jinja, and what streamlit-webrtc and Streamlit stand on
    with_others |= {"torch"}  # of the job that trains what ships on a GPU, which nothing else imports
    with_others |= {"jax"}  # whoever asks for several workers is told of it in words of its own
    assert others - base - with_others <= set(EXTRA_OF)


def test_whoever_lacks_a_module_is_told_how_to_install_it():
    assert install_hint("keras.models").endswith("install what this needs with: pip install 'emotion-dashboard[train]'")
    assert install_hint("emotion_core.nothing") is None and install_hint(None) is None


def test_what_is_missing_is_found_without_importing_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "av", None)
    assert missing("streamlit", "plotly") is None
    assert missing("streamlit", "av").startswith("av is not installed")
    need("plotly")
    with pytest.raises(ModuleNotFoundError, match=r"emotion-dashboard\[video\]"):
        need("av")


def test_a_name_of_the_library_whose_extra_is_missing_says_so(monkeypatch):
    monkeypatch.delitem(vars(ec), "LiveSession", raising=False)
    monkeypatch.setattr(ec, "streams", ec.streams)  # loaded anew below, and not to be found by the tests that follow
    for name in [name for name in sys.modules if name.startswith(("scipy", "emotion_core.streams"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(ModuleNotFoundError, match=r"scipy is not installed; .*emotion-dashboard\[data\]"):
        _ = ec.LiveSession


@pytest.mark.parametrize(
    ("hidden", "arguments", "extra"),
    [
        ("keras", ["train", "--data", "faces"], "train"),
        ("keras", ["train", "--resume", "first"], "train"),
        ("keras", ["models", "export", "emotion-net", "--format", "onnx", "--to", "."], "train"),
        ("pyarrow", ["dataset", "import", ".", "--name", "faces"], "data"),
        ("pyarrow", ["dataset", "draw", "--name", "faces"], "data"),
        ("scipy", ["evaluate", "--model", "emotion-net", "--data", "faces"], "data"),
        ("streamlit", ["dashboard"], "dashboard"),
        ("av,scipy", ["analyze", "clip.mp4"], "video"),
        ("pyarrow", ["batch", ".", "--to", "results"], "data"),
        ("ray", ["batch", ".", "--to", "results", "--ray", "auto"], "ray"),
    ],
)
def test_a_command_whose_extra_is_missing_says_in_one_line_what_installs_it(hidden, arguments, extra, tmp_path):
    done = run(hidden, tmp_path, *arguments)
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1
    assert f"pip install 'emotion-dashboard[{extra}]'" in done.stderr


def test_a_photo_is_read_and_models_are_listed_without_any_extra(tmp_path, astronaut_file):
    hidden = ",".join(EXTRA_OF)
    assert run(hidden, tmp_path, "analyze", astronaut_file).stdout.startswith(f"{astronaut_file}: face 1")
    assert "emotion-net" in run(hidden, tmp_path, "models", "list").stdout
    assert run(hidden, tmp_path, "models", "export", "emotion-net", "--format", "litert", "--to", ".").returncode == 0

"""What builds containers follows hadolint's rules, and copies all that the package is built from."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.shell import ROOT

FILES = sorted(ROOT.glob("Dockerfile*"))
HADOLINT = shutil.which("hadolint", path=sysconfig.get_path("scripts")) or shutil.which("hadolint")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_hadolint_finds_nothing(file: Path):
    assert HADOLINT, "hadolint is not installed; requirements-dev.txt brings it"
    run = subprocess.run([HADOLINT, file], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_runs_as_root_and_it_says_whether_it_is_healthy(file: Path):
    lines = file.read_text("utf-8").splitlines()
    assert "USER 10001" in lines and any(line.startswith("HEALTHCHECK") for line in lines)


def test_all_that_the_package_is_built_from_is_copied():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = {line[1:] for line in ignored if line.startswith("!")}
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*build["packages"], *build["force-include"], "pyproject.toml", "README.md", "LICENSE"} <= copied


def test_compose_starts_service_and_dashboard_from_files_that_are_there_for_this_machine_alone():
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    assert set(services) == {"service", "dashboard"}
    for one in services.values():
        build = {"context": one["build"]} if isinstance(one["build"], str) else one["build"]
        assert (ROOT / build["context"] / build.get("dockerfile", "Dockerfile")).is_file()
        assert one["ports"] and all(port.startswith("127.0.0.1:") for port in one["ports"])
        assert one["cap_drop"] == ["ALL"] and not one.get("privileged")

"""What builds and starts containers follows the rules of hadolint and of Compose, and copies all that is packaged."""

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
COMPOSE_LINTER = ("check-jsonschema", "--builtin-schema", "vendor.compose-spec")


def output_of(name: str, *arguments: object) -> str:
    """What a linter of requirements-dev.txt finds; empty if that is nothing."""
    linter = shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name)
    assert linter, f"{name} is not installed; requirements-dev.txt brings it"
    run = subprocess.run([linter, *map(str, arguments)], capture_output=True, text=True)
    return run.stdout + run.stderr if run.returncode else ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_hadolint_finds_nothing(file: Path):
    assert output_of("hadolint", file) == ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_runs_as_root_and_it_says_whether_it_is_healthy(file: Path):
    lines = file.read_text("utf-8").splitlines()
    assert "USER 10001" in lines and any(line.startswith("HEALTHCHECK") for line in lines)


def test_all_that_the_package_is_built_from_is_copied():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    copied = {line[1:] for line in ignored if line.startswith("!")}
    build = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert {*build["packages"], *build["force-include"], "pyproject.toml", "README.md", "LICENSE"} <= copied


class TestCompose:
    def test_the_file_is_one_of_the_compose_specification(self):
        assert output_of(*COMPOSE_LINTER, ROOT / "compose.yaml") == ""

    def test_a_word_that_the_specification_does_not_know_is_found(self, tmp_path):
        text = (ROOT / "compose.yaml").read_text("utf-8")
        (tmp_path / "compose.yaml").write_text(text.replace("cap_drop", "cap_dropped"), "utf-8")
        assert "cap_dropped" in output_of(*COMPOSE_LINTER, tmp_path / "compose.yaml")

    def test_service_and_dashboard_start_from_files_that_are_there_for_this_machine_alone(self):
        services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
        assert set(services) == {"service", "dashboard"}
        for one in services.values():
            build = {"context": one["build"]} if isinstance(one["build"], str) else one["build"]
            assert (ROOT / build["context"] / build.get("dockerfile", "Dockerfile")).is_file()
            assert one["ports"] and all(port.startswith("127.0.0.1:") for port in one["ports"])
            assert one["cap_drop"] == ["ALL"] and not one.get("privileged")

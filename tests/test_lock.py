"""What `scripts/start` installs is what was tested, and can be said."""

from __future__ import annotations

import importlib.util
import json
import re

import pytest

from tests.shell import ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")


def pins(text: str) -> dict[str, set[str]]:
    """The versions of each package in a file of pins; of some there is one for each Python."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([^\s;\\]+)", text, re.MULTILINE):
        found.setdefault(name.lower(), set()).add(version)
    return found


def test_every_package_is_pinned_to_the_version_that_the_tests_use():
    tested = pins((ROOT / "constraints.txt").read_text("utf-8"))
    locked = pins(LOCK)
    assert {name: versions for name, versions in locked.items() if not versions <= tested.get(name, set())} == {}


def test_every_requirement_is_among_them():
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    asked = {re.split(r"[\[<>=~!; ]", line)[0].lower() for line in lines if re.match(r"\w", line)}
    assert asked <= set(pins(LOCK))


def test_every_file_is_checked_by_its_sum():
    parts = re.split(r"\n(?=[\w.-]+==)", LOCK)[1:]
    assert len(parts) >= len(pins(LOCK))
    assert all("--hash=sha256:" in part for part in parts)


@pytest.fixture(scope="module")
def sbom():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("sbom", ROOT / "scripts" / "sbom.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_bill_of_materials_names_what_is_installed(sbom):
    bill = json.loads(json.dumps(sbom.bill(sbom.needed())))
    named = {part["name"].lower() for part in bill["components"]}
    assert {"streamlit", "numpy", "pillow"} <= named
    assert all(part["purl"].startswith("pkg:pypi/") for part in bill["components"])
    assert not [one.metadata["Name"] for one in sbom.needed() if sbom.is_strict(sbom.licence(one))]


@pytest.mark.parametrize(
    ("licence", "is_strict"),
    [
        ("GNU Affero General Public License v3 (AGPLv3)", True),
        ("GNU General Public License v3 or later (GPLv3+)", True),
        ("AGPL-3.0", True),
        ("GPL-3.0-or-later", True),
        ("MIT AND GPL-2.0-only", True),
        ("(GPL-2.0-only OR AGPL-3.0-only) AND MIT", True),
        ("SSPL-1.0", True),
        ("LGPL-3.0", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("MIT OR GPL-2.0-only", False),
        ("MIT AND BSD-3-Clause", False),
        ("BSD-3-Clause AND GPL-3.0-or-later WITH GCC-exception-3.1", False),
        ("Mozilla Public License 2.0 (MPL 2.0)", False),
    ],
)
def test_a_licence_that_asks_for_more_than_a_notice_is_known(sbom, licence, is_strict):
    assert sbom.is_strict(licence) == is_strict

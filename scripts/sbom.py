"""What is installed, as a software bill of materials (CycloneDX 1.5, JSON) or as a list of licences.

.venv/bin/python scripts/sbom.py > sbom.json
.venv/bin/python scripts/sbom.py --licences
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

#: Words of licences that ask whoever ships the program for more than a notice.
STRICT = ("GPL", "GNU General Public", "GNU Affero", "SSPL")
#: What allows more than the GPL that it is an exception from, as that for what GCC puts into what it compiles.
_EXCEPTION = " WITH "
LOCK = Path(__file__).parent.parent / "requirements.lock"


def main(arguments: list[str]) -> int:
    """Print what was asked for; 1 where a licence of what the dashboard installs is a strict one."""
    found = sorted(needed(), key=lambda one: one.metadata["Name"].lower())
    if arguments != ["--licences"]:
        print(json.dumps(bill(found), indent=1))
        return 0
    for one in found:
        print(f"{one.metadata['Name']} {one.version}: {licence(one)}")
    strict = [one.metadata["Name"] for one in found if is_strict(licence(one))]
    if strict:
        print(f"Strict licences: {', '.join(strict)}", file=sys.stderr)
    return int(bool(strict))


def needed() -> list[Distribution]:
    """What is installed of what `requirements.lock` names, each once."""
    names = {line.split("==")[0].lower() for line in LOCK.read_text("utf-8").splitlines() if "==" in line}
    found = {one.metadata["Name"].lower().replace("_", "-"): one for one in distributions() if one.metadata["Name"]}
    return [one for name, one in found.items() if name in names]


def bill(found: list[Distribution]) -> dict[str, object]:
    """The bill of materials."""
    components = [
        {
            "type": "library",
            "name": one.metadata["Name"],
            "version": one.version,
            "purl": f"pkg:pypi/{one.metadata['Name'].lower()}@{one.version}",
            "licenses": [{"license": {"name": licence(one)}}],
        }
        for one in found
    ]
    return {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components}


def licence(one: Distribution) -> str:
    """A package's licence as it says itself, on one line."""
    classifiers = [text for text in one.metadata.get_all("Classifier", []) if text.startswith("License :: ")]
    said = one.metadata["License-Expression"] or "; ".join(text.split(" :: ")[-1] for text in classifiers)
    return said or (one.metadata["License"] or "not said").strip().splitlines()[0][:60]


def is_strict(text: str) -> bool:
    """Whether a licence asks for more than a notice; the lesser GPL does not of whoever only uses a library.

    Of several that hold together one is enough; of several to choose from all have to.
    """
    return any(all(map(_asks_for_more, part.split(" OR "))) for part in text.split(" AND "))


def _asks_for_more(one: str) -> bool:
    words = one.replace("LGPL", "")
    return any(word in words for word in STRICT) and _EXCEPTION not in words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

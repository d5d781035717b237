"""Say in one place how several runs of pytest went; the status is 1 where a test failed or there was none.

python scripts/summary.py RESULTS.xml...
"""

from __future__ import annotations

import sys
from xml.etree import ElementTree


def main(paths: list[str]) -> int:
    suites = [suite for path in paths for suite in ElementTree.parse(path).getroot().iter("testsuite")]
    total = {
        name: sum(float(suite.get(name, 0)) for suite in suites)
        for name in ("tests", "failures", "errors", "skipped", "time")
    }
    for case in (case for suite in suites for case in suite.iter("testcase")):
        if case.find("failure") is not None or case.find("error") is not None:
            print(f"FAILED {case.get('classname')}::{case.get('name')}")
    bad = int(total["failures"] + total["errors"])
    passed = int(total["tests"]) - bad - int(total["skipped"])
    minutes, seconds = divmod(round(total["time"]), 60)
    print(f"== {passed} passed, {bad} failed, {int(total['skipped'])} skipped in {minutes} min {seconds} s")
    return int(bad > 0 or not total["tests"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""`python -m tests.attack --minutes 10 [--from 0]`: a table of tries and failures; its status is 1 where one failed."""

from __future__ import annotations

import argparse
import itertools
import sys
import time

from tests.attack.attack import FAILURES, attack, table

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.attack")
    parser.add_argument("--minutes", type=float, default=10, help="how long files are tried")
    parser.add_argument("--from", type=int, default=0, dest="start", help="the number of the first file of each kind")
    asked = parser.parse_args()
    tries = list(attack(itertools.count(asked.start), time.monotonic() + 60 * asked.minutes))
    print(table(tries))
    sys.exit(any(one.outcome in FAILURES for one in tries))

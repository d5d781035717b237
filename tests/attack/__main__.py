"""`python -m tests.attack`: a table of tries and failures; its status is 1 where one failed.

python -m tests.attack --minutes 10 [--from 0]      hostile files, of every kind one after the other
python -m tests.attack --minutes 10 --code FOLDER   the same on another checkout, of an earlier version
python -m tests.attack --pages 200 [--from 0]       hostile files uploaded on the pages, in a browser
python -m tests.attack --flips 1000 [--from 0]      single bits flipped in stored sets, runs and models
python -m tests.attack --kills training=100,imports=50,edits=50     processes killed while they work
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from pathlib import Path

from tests.attack.attack import FAILURES, attack, table
from tests.attack.corpus import GENERATORS
from tests.attack.flips import flips
from tests.attack.kills import KILLERS, kills, kills_table

#: What earlier versions can be given.
EARLIER_KINDS = ("picture", "data set", "model")


def main() -> int:
    """Try what is asked for, and print the table; 1 where something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack")
    parser.add_argument("--minutes", type=float, default=10, help="how long files are tried")
    parser.add_argument("--code", type=Path, help="checkout of an earlier version on which files are tried instead")
    parser.add_argument("--pages", type=int, help="so many files uploaded on the pages instead")
    parser.add_argument("--flips", type=int, help="so many flipped bits instead of files")
    parser.add_argument("--kills", type=_wanted, help="so many kills instead, as training=100,imports=50,edits=50")
    parser.add_argument("--from", type=int, default=0, dest="start", help="the number of the first try of each kind")
    asked = parser.parse_args()
    if asked.kills:
        killed = list(kills(asked.kills, asked.start))
        print(kills_table(killed))
        return any(one.lost or one.left for one in killed)
    if asked.pages:
        from tests.attack.pages import pages  # which needs a browser

        tries = list(pages(iter(range(asked.start, asked.start + asked.pages))))
    elif asked.flips:
        tries = list(flips(iter(range(asked.start, asked.start + asked.flips))))
    else:
        kinds = EARLIER_KINDS if asked.code else tuple(GENERATORS)
        until = time.monotonic() + 60 * asked.minutes
        tries = list(attack(itertools.count(asked.start), until, kinds=kinds, code=asked.code))
    print(table(tries))
    return any(one.outcome in FAILURES for one in tries)


def _wanted(text: str) -> dict[str, int]:
    """How many kills of which kind."""
    pairs = (part.partition("=") for part in text.split(","))
    wanted = {what: int(many) for what, _, many in pairs}
    if unknown := set(wanted) - set(KILLERS):
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)} cannot be killed; there are {', '.join(KILLERS)}")
    return wanted


if __name__ == "__main__":
    sys.exit(main())

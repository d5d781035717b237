"""A process that corrects a set without an end, and derives and deletes others: `python -m tests.attack.editor 0`."""

from __future__ import annotations

import itertools
import os
import sys

from emotion_core.datasets import Act, delete_dataset, derive, edits_of
from emotion_core.emotions import EMOTIONS

#: The set that is corrected.
CORRECTED = "corrected"


def act_of(number: int) -> Act:
    """The correction of a number."""
    return Act(act="relabel", rows=(number % 70,), to=EMOTIONS[number % len(EMOTIONS)])


def main(first: int) -> None:
    """Do the corrections from a number on; each is printed when it is done."""
    for number in itertools.count(first):
        edits_of(CORRECTED).add(act_of(number))
        print(number, flush=True)
        derive(CORRECTED, f"{os.getpid()} {number}")
        if number > first:
            delete_dataset(f"{os.getpid()} {number - 1}")


if __name__ == "__main__":
    main(int(sys.argv[1]))

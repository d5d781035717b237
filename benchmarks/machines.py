"""Machines and hours for many pictures, worked out from a measured rate, as docs/scale.md has them.

    python -m benchmarks.machines --rate 35 --picture 80000 --row 60 --held 400

The rate is that of one core. `python -m benchmarks --only batch` measures all four, and has these rows at its end.
"""

from __future__ import annotations

import argparse

from benchmarks.table import Row, as_markdown, figure

MILLION = 1_000_000
PICTURES = (10 * MILLION, 1000 * MILLION)
#: Machines, and the cores of each.
CLUSTERS = ((1, 2), (1, 16), (4, 16), (10, 64), (100, 64))
#: The share of plain processes' rate that is counted on where Ray shares out the work: what the benchmark promises.
SHARE_OF_PROCESSES = 0.85


def hours(pictures: int, rate: float, cores: int, share: float = 1.0) -> float:
    """How long so many pictures take.

    Args:
        pictures: how many.
        rate: pictures a second of one core.
        cores: how many, in all machines together.
        share: of that rate which is reached when the cores work together.
    """
    return pictures / (rate * cores * share) / 3600


def hours_of_many(rate: float, picture: float, row: float, held: float) -> list[Row]:
    """How long ten and a thousand million pictures take on some machines.

    Args:
        rate: pictures a second of one core.
        picture: bytes of a picture.
        row: bytes of its row in the results.
        held: bytes of memory that the process that directs takes for it.
    """
    rows = []
    for pictures in PICTURES:
        kept = f"{figure(pictures * row / 1e9)} GB of results, {figure(pictures * held / 1e9)} GB in who directs"
        for machines, cores in CLUSTERS:
            share = 1.0 if machines == 1 else SHARE_OF_PROCESSES
            read = f"{figure(rate * share * cores * picture / 1e6)} MB a second to be read by each"
            what = f"{pictures / MILLION:,.0f} million pictures, {machines} x {cores} cores"
            took = figure(hours(pictures, rate, machines * cores, share))
            rows.append(Row(what, f"{took} hours", beside=f"{read}; {kept}"))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.machines", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rate", type=float, required=True, help="pictures a second of one core")
    parser.add_argument("--picture", type=float, required=True, help="bytes of a picture")
    parser.add_argument("--row", type=float, required=True, help="bytes of a picture's row in the results")
    parser.add_argument("--held", type=float, required=True, help="bytes that the process that directs takes for it")
    chosen = parser.parse_args()
    if min(vars(chosen).values()) <= 0:
        parser.error("all must be more than 0")
    print(as_markdown(hours_of_many(**vars(chosen))))


if __name__ == "__main__":
    main()

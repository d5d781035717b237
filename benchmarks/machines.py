"""Machines and hours for many pictures, worked out from a measured rate: a Markdown table for docs/scale.md.

    python -m benchmarks.machines --rate 35 --picture 80000 --row 60 --held 400

The rate is that of one core, as `python -m benchmarks --only batch` measures it: its last row is this command with what
was measured.
"""

from __future__ import annotations

import argparse

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


def table(rate: float, picture: float, row: float, held: float) -> str:
    """A Markdown table.

    Args:
        rate: pictures a second of one core.
        picture: bytes of a picture.
        row: bytes of its row in the results.
        held: bytes of memory that the process that directs takes for it.
    """
    head = "| pictures | machines x cores | hours | to be read a second, a machine | results | memory of who directs |"
    lines = [head, "|---|---|---|---|---|---|"]
    for pictures in PICTURES:
        for machines, cores in CLUSTERS:
            share = 1.0 if machines == 1 else SHARE_OF_PROCESSES
            read = rate * share * cores * picture / 1e6
            took = hours(pictures, rate, machines * cores, share)
            lines.append(
                f"| {pictures / MILLION:,.0f} million | {machines} x {cores} | {took:,.2f} | {read:,.1f} MB "
                f"| {pictures * row / 1e9:,.1f} GB | {pictures * held / 1e9:,.1f} GB |"
            )
    return "\n".join(lines)


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
    print(table(**vars(chosen)))


if __name__ == "__main__":
    main()

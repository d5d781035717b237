"""What can be wrong with a data set. Importing this loads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

#: So many bad rows, or labels, are named in a message.
NAMED = 10
#: Characters of a label that are shown.
LONGEST_SHOWN = 80


class DatasetError(ValueError):
    """A data set that cannot be read, stored or opened; the message says in one line why and what is allowed."""


@contextmanager
def failures_named(source: object) -> Iterator[None]:
    """Make sentences of what the files of others make decoders raise that is no fault of the program.

    Raises:
        DatasetError: the memory ran out, the file is nested too deeply, or its text is not UTF-8.
    """
    try:
        yield
    except MemoryError:
        raise DatasetError(
            f"{source}: the memory ran out while it was read; close other programs or split it"
        ) from None
    except RecursionError:
        raise DatasetError(f"{source}: it is nested too deeply to be read") from None
    except UnicodeDecodeError:
        raise DatasetError(f"{source}: its text is not UTF-8; save it in UTF-8") from None


class ContradictionError(DatasetError):
    """A table that says two things under one name."""


class BadRowsError(DatasetError):
    """Rows that cannot be used.

    Attributes:
        rows: the first ten, each with its place and the reason.
    """

    def __init__(self, source: str, rows: Sequence[str]):
        self.rows = list(rows[:NAMED])
        count = f"{len(rows)} bad row{'s' * (len(rows) != 1)}" if len(rows) < NAMED else f"{NAMED} bad rows or more"
        super().__init__(f"{source}: {count}: {_in_words(self.rows)}. Correct them, or skip bad rows")


def _in_words(rows: Sequence[str]) -> str:
    """Bad rows with their reasons; where all have the same one, that is said once."""
    places, reasons = zip(*((place, reason) for place, _, reason in (row.partition(" (") for row in rows)), strict=True)
    return f"{', '.join(places)} ({reasons[0]}" if len(set(reasons)) == 1 < len(rows) else "; ".join(rows)


class UnknownLabelsError(DatasetError):
    """Labels that are no known name of an emotion.

    Args:
        reason: why a legend beside the pictures is no help, if it is not.

    Attributes:
        labels: how many faces have each of them, the most frequent first.
    """

    def __init__(self, source: str, labels: Mapping[str, int], reason: str = ""):
        self.labels = dict(sorted(labels.items(), key=lambda item: -item[1]))
        named = {label: count for label, count in self.labels.items() if label}
        parts = []
        if named:
            words = ", ".join(f"{_short(label)!r} ({count})" for label, count in list(named.items())[:NAMED])
            more = f" and {len(named) - NAMED} others" if len(named) > NAMED else ""
            parts.append(f"no emotion is called {words}{more}")
        if count := self.labels.get(""):
            parts.append("1 face has no label" if count == 1 else f"{count:,} faces have no label")
        super().__init__(
            f"{source}: {', and '.join(parts)}{f' ({reason})' if reason else ''}. Say what each means, or leave it out"
        )


def _short(label: str) -> str:
    """A label as a message can show it."""
    return label if len(label) <= LONGEST_SHOWN else f"{label[:LONGEST_SHOWN]}…"


class LabelSourcesError(DatasetError):
    """Folders and a table, or another file of labels, that say different things of the same pictures.

    Attributes:
        different: of how many pictures they do.
    """

    def __init__(self, source: str, different: int, both: int, example: str):
        self.different = different
        super().__init__(
            f"{source}: the labels of {different:,} of {both:,} pictures differ from the folders that they lie in: "
            f"{example}. Say which to go by, folders or table"
        )

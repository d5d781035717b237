"""A pattern of the user's for codes in the names of pictures: *_{label}_* finds the label in 1001_DFA_ANG_XX.jpg."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import nested_archives
from emotion_core.datasets.readers.picture_files import Pictures, load_picture
from emotion_core.datasets.readers.places import Places
from emotion_core.datasets.readers.source import Entry, Progress, Source

FIELDS = ("label", "split", "group")
#: So many names are given as examples of what does not match.
NAMED = 3


def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern as a regular expression: * stands for anything, ? for one character, {label} for the label.

    Raises:
        DatasetError: it has no {label}, one twice, or something else in braces.
    """
    fields = re.findall(r"\{([^{}]*)\}", pattern)
    if fields.count("label") != 1 or len(set(fields)) != len(fields) or not set(fields) <= set(FIELDS):
        raise DatasetError(
            f"the pattern {pattern!r} must have {{label}} once, and may have {{split}} and {{group}} once, * for "
            "anything and ? for one character, as in *_{label}_*"
        )
    parts = re.split(r"(\{[a-z]+\}|\*|\?)", pattern)
    wild = {"*": ".*?", "?": "."}
    return re.compile(
        "".join(f"(?P<{p[1:-1]}>.+?)" if p[:1] == "{" else wild.get(p, re.escape(p)) for p in parts), re.IGNORECASE
    )


def by_pattern(pictures: Pictures, pattern: str) -> Source:
    """Pictures whose names hold codes: without their ending, or with their folders where the pattern has a slash.

    Raises:
        DatasetError: the pattern is none, or no picture's name is as it says.
    """
    expression, places = compiled(pattern), Places(pictures.names)
    found = {name: expression.fullmatch(_text(name, pattern)) for name in pictures.names}
    if not any(found.values()):
        names = ", ".join(_text(name, pattern) for name in pictures.names[:NAMED])
        raise DatasetError(
            f"{pictures.tree.source}: no picture's name is as {pattern!r} says; they are called {names}, ..."
        )
    progress = Progress(len(found))

    def entries() -> Iterator[Entry]:
        for name in progress.over(pictures.names):
            match = found[name]
            said = match.groupdict() if match else {}
            problem = "" if match else f"its name is not as {pattern!r} says"
            split = said.get("split", places.split(name))
            picture = partial(load_picture, pictures.tree, name)
            yield Entry(name, name, said.get("label", ""), split, picture, problem=problem, group=said.get("group", ""))

    read = {*pictures.names, *nested_archives(pictures.tree)}
    return Source(
        f"pictures with labels in their names, as {pattern}",
        pictures.tree.source,
        entries,
        progress.share,
        unused=[name for name in pictures.tree.names() if name not in read],
        not_understood=places.not_understood,
    )


def _text(name: str, pattern: str) -> str:
    path = PurePosixPath(name)
    return path.with_suffix("").as_posix() if "/" in pattern else path.stem

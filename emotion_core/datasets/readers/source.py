"""What a reader makes of a file or a folder: a source, which gives an entry for each face."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

#: The column of a table that says which group a face belongs to; empty where the source says nothing.
GROUP = "group"


@dataclass(frozen=True)
class Entry:
    """One face as a reader finds it.

    Attributes:
        place: where it stands, for messages: "line 17", or a file's name.
        source: what it is called.
        label: as the source gives it.
        split: as the source gives it; empty where it gives none.
        picture: loads it as (h, w) grey or (h, w, 3) RGB, uint8. Raises ValueError.
        votes: FER+'s ten counts.
        raters: what each of several raters says, as the source gives it; without a label their majority is that.
        rater: who says so, where this is what one of several says.
        problem: why it cannot be used, if that is known already.
        group: what the source groups faces by, such as an age; empty where it says nothing.
        person: who it is of, if the source says so.
        clip: the recording that it is a frame of; empty where it is a face by itself.
        seconds: when in that it is.
        box: where in its picture the face is, in words; empty where the picture is not cut.
    """

    place: str
    source: str
    label: str
    split: str
    picture: Callable[[], np.ndarray]
    votes: tuple[int, ...] | None = None
    problem: str = ""
    group: str = ""
    box: str = ""
    person: str = ""
    clip: str = ""
    seconds: float = 0.0
    raters: tuple[str, ...] = ()
    rater: str = ""

    def storable(self) -> Entry:
        """The same with texts that can be stored, see `storable`."""
        texts = {
            "place": self.place,
            "source": self.source,
            "label": self.label,
            "group": self.group,
            "person": self.person,
            "clip": self.clip,
        }
        changed: dict[str, object] = {name: storable(text) for name, text in texts.items() if storable(text) != text}
        if (raters := tuple(map(storable, self.raters))) != self.raters:
            changed["raters"] = raters
        return replace(self, **changed) if changed else self  # type: ignore[arg-type]


@dataclass(frozen=True)
class Source:
    """Faces in the form in which somebody holds them.

    Attributes:
        form: which form it is, in words.
        name: the path, for messages.
        entries: gives all entries anew.
        share: how much of the source has been read, from 0 to 1, while the entries are gone through.
        unused: files that are left aside, archives not counted.
        unlabelled: gives the pictures of which nothing says what they show.
        archives: archives inside that are not opened.
        said: gives pictures and the labels that files of annotations give them.
        numbering: what numbers among the labels mean.
        numbering_is_assumed: the source does not say so itself; it holds only where every number is in it.
        legend: where that is said, if it is in files beside the pictures: their names, or why they are no help.
        not_understood: folders that may have been meant as splits and are no names of any.
    """

    form: str
    name: str
    entries: Callable[[], Iterable[Entry]]
    share: Callable[[], float]
    unused: Sequence[str] = ()
    unlabelled: Callable[[], Sequence[str]] = tuple
    said: Callable[[], Iterable[tuple[str, str]]] = tuple
    archives: int = 0
    numbering: Mapping[str, str] = field(default_factory=dict)
    numbering_is_assumed: bool = False
    legend: Sequence[str] = ()
    not_understood: Sequence[str] = ()


def storable(text: str) -> str:
    """A text with question marks for what cannot be encoded: names of files that are not in UTF-8."""
    return text.encode("utf-8", "replace").decode("utf-8")


class Progress:
    """How much of a list of files has been read."""

    def __init__(self, total: int):
        self._total, self._done, self._within = max(1, total), 0, 0.0

    def over(self, names: list[str]) -> Iterator[str]:
        for self._done, name in enumerate(names):
            self._within = 0.0
            yield name

    def within(self, share: float) -> None:
        """How much of the present file."""
        self._within = share

    def share(self) -> float:
        return (self._done + self._within) / self._total

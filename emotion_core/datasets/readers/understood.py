"""What was made of a source: its form, splits and labels, what was left out and what was not used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from pydantic import BaseModel, ConfigDict, Field

from emotion_core.datasets.readers.labels import number_of
from emotion_core.datasets.readers.numberings import numbering_named
from emotion_core.datasets.splits import SHARES
from emotion_core.emotions import EMOTIONS

#: So many folders that were not understood are named, so many files, and so many labels.
FOLDERS_NAMED, FILES_NAMED, LABELS_NAMED = 5, 3, 40


class Reading(BaseModel):
    """What was read, mapped and left out, and why.

    Attributes:
        form: the form that was recognised.
        faces: how many were read.
        labels: what each of the source's labels was taken to mean.
        left_out: faces left out because of their label, by label.
        skipped: bad rows that were skipped.
        first_skipped: the first ten of them with the reason.
        ignored_files: files beside pictures that are none.
        unused_files: the first ten of them.
        unlabelled: pictures of which nothing says what they show.
        first_unlabelled: the first ten of them.
        ignored_archives: archives inside that are not opened.
        splits_given: False where faces were assigned to splits by their content.
        by_person: whether they were assigned so that no person is in two.
        splits: what each of the source's names of splits was taken to mean.
        not_understood: the first ten folders, or "the column ..." of a table, that may have been meant as splits, where
            no split was found.
        faces_cut_out: whether faces were found and cut out of photos.
        without_face: frames of clips in which no face was found, which are left out.
        classes, colours, votes_as: as a `Dataset` has them; not stored with what was read.
    """

    model_config = ConfigDict(extra="forbid")

    form: str
    faces: int
    labels: dict[str, str]
    left_out: dict[str, int]
    skipped: int = 0
    first_skipped: list[str] = []
    ignored_files: int = 0
    ignored_archives: int = 0
    unused_files: list[str] = []
    unlabelled: int = 0
    first_unlabelled: list[str] = []
    splits_given: bool = True
    by_person: bool = False
    splits: dict[str, str] = {}
    not_understood: list[str] = []
    faces_cut_out: bool = False
    without_face: int = 0
    classes: tuple[str, ...] = Field(default=EMOTIONS, exclude=True)
    colours: dict[str, str] = Field(default={}, exclude=True)
    votes_as: dict[str, str | None] = Field(default={}, exclude=True)

    def in_rows(self) -> list[tuple[str, str]]:
        """What was made of the source, as a table: what it is about, and how that was understood.

        Form, splits and labels are always there; the others only where there is something to say.
        """
        rows = [("Form", self.form), ("Splits", self._splits()), ("Labels", _meanings(self.labels))]
        numbers = {label: name for label, name in self.labels.items() if number_of(label) is not None}
        if numbers:
            rows.append(("Numbering", numbering_named(numbers) or "none of the known ones"))
        if self.left_out:
            rows.append(("Left out by label", _first(f"{name!r} {n:,}" for name, n in self.left_out.items())))
        if self.faces_cut_out:
            rows.append(("Photos", "the largest face of each was cut out"))
        if self.without_face:
            frames = "1 frame" if self.without_face == 1 else f"{self.without_face:,} frames"
            rows.append(("Without a face", f"{frames} of clips, left out"))
        if self.skipped:
            rows.append(("Bad rows", f"{self.skipped:,} skipped, the first: {'; '.join(self.first_skipped[:3])}"))
        return [*rows, *self._left_aside()]

    def _splits(self) -> str:
        if self.splits_given:
            return _meanings(self.splits) or "as given"
        shares = ", ".join(f"{share:.0%} {split}" for split, share in SHARES.items())
        why = "no splits were given"
        if self.not_understood:
            named = ", ".join(self.not_understood[:FOLDERS_NAMED])
            more = ", ..." if len(self.not_understood) > FOLDERS_NAMED else ""
            folders = "" if named.startswith("the column ") else "the names of the folders "
            why = f"no split was recognised in {folders}{named}{more}"
        how = "people were assigned as a whole" if self.by_person else "faces were assigned by their content"
        return f"{why}: {how} ({shares})"

    def _left_aside(self) -> Iterator[tuple[str, str]]:
        """What was not read, and why."""
        if self.ignored_archives:
            yield "Archives inside", f"{self.ignored_archives:,}, not opened; unpack what belongs to the set"
        if self.ignored_files:
            yield "Unused files", f"{self.ignored_files:,}{_named(self.unused_files, self.ignored_files)}"
        if self.unlabelled:
            yield "Without a label", f"{self.unlabelled:,}{_named(self.first_unlabelled, self.unlabelled)}"


def _meanings(words: Mapping[str, str]) -> str:
    """What each word was taken to mean; those that are what they mean stand alone."""
    return _first(name if word == name else f"{word or 'no label'} → {name}" for word, name in words.items())


def _first(words: Iterable[str]) -> str:
    words = iter(words)
    named = list(islice(words, LABELS_NAMED))
    more = sum(1 for _ in words)
    return ", ".join([*named, *([f"and {more:,} more"] if more else [])])


def _named(names: Sequence[str], count: int) -> str:
    """The first few of some files, to be put after how many there are."""
    more = ", ..." if count > FILES_NAMED else ""
    return f": {', '.join(names[:FILES_NAMED])}{more}" if names else ""

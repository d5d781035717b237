"""What a stored set is: a file beside its faces, which says in which version of the form they are stored."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, field_validator

from emotion_core.classes import checked_colour, stored_classes
from emotion_core.datasets.clips import clip_count
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.names import DESCRIPTION_FILE
from emotion_core.datasets.readers.understood import Reading
from emotion_core.datasets.splits import SPLITS
from emotion_core.emotions import EMOTIONS
from emotion_core.seals import BrokenSealError, sealed, unsealed

#: The form in which sets are stored. Whoever changes it so that programs of before would read it wrongly adds one.
#: 2 has sums of the files, and of this one; 3 has other classes than the seven emotions; 4 has clips, whose frames
#: belong together.
VERSION = 4


class Description(BaseModel):
    """What a stored set is.

    Attributes:
        version: of the form in which the set is stored, at most `VERSION`.
        name: its name.
        base: for a derived set, the name of the set that it comes from; else None.
        source: where it was imported from.
        date: when, as YYYY-MM-DD.
        faces: how many.
        counts: how many by split and label.
        shape: of one image, (side, side) for grey or (side, side, 3) for RGB.
        sha256: of what is trained on: every face's content hash, label and split in order.
        reading: what was read, mapped and left out; None for a derived set.
        table_sha256, images_sha256: of the files with its table and its images; empty for a derived set, and where
            version 1 stored it.
        classes, colours, votes_as: as a `Dataset` has them.
        groups: for a derived set with other classes than the import's: by the label in the import, its class, or None
            for those that are left out.
        clips: how many recordings the faces are frames of; 0 where they are faces by themselves.
    """

    model_config = ConfigDict(extra="forbid")

    version: int = 1
    name: str
    base: str | None = None
    source: str
    date: str
    faces: int
    counts: dict[str, dict[str, int]]
    shape: tuple[int, ...]
    sha256: str
    reading: Reading | None = None
    table_sha256: str = ""
    images_sha256: str = ""
    classes: tuple[str, ...] = EMOTIONS
    colours: dict[str, Annotated[str, AfterValidator(checked_colour)]] = {}
    votes_as: dict[str, str | None] = {}
    groups: dict[str, str | None] = {}
    clips: int = 0

    @field_validator("classes")
    @classmethod
    def _allowed(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        return stored_classes(classes)

    @property
    def counted_in_words(self) -> str:
        """How many faces it holds, and how many clips if it holds any."""
        faces = f"{self.faces:,} faces"
        return f"{self.clips:,} clips, {faces}" if self.clips else faces

    def in_words(self) -> list[str]:
        """How many faces there are of each class and split, and what was made of what was read, as lines of tables."""
        origin = self.reading.form if self.reading else self.base
        lines = [f"{self.name}: {self.counted_in_words} from {origin}", *self._counts()]
        if self.classes != EMOTIONS:
            lines.append(f"  {'Classes':18}{', '.join(self.classes)}")
        rows = self.reading.in_rows() if self.reading else []
        return [*lines, *(f"  {what:18}{' '.join(said.splitlines())}" for what, said in rows)]

    def _counts(self) -> list[str]:
        splits = [split for split in SPLITS if split in self.counts]
        others = sorted({name for labels in self.counts.values() for name in labels})
        rows = {name: [self.counts[split].get(name, 0) for split in splits] for name in [*self.classes, *others]}
        rows["all"] = [sum(column) for column in zip(*rows.values(), strict=True)]
        return [
            f"  {'':18}" + "".join(f"{split:>12}" for split in splits),
            *(f"  {name:18}" + "".join(f"{n:>12,}" for n in row) for name, row in rows.items() if any(row)),
        ]


def read_description(folder: Path, name: str) -> Description:
    """The description in a set's folder.

    Raises:
        DatasetError: a newer version of this program wrote it, or it is damaged.
    """
    path = folder / DESCRIPTION_FILE
    try:
        text = unsealed(path.read_bytes()).decode()
        _check_version(name, _AnyVersion.model_validate_json(text).version)
        return Description.model_validate_json(text)
    except FileNotFoundError:  # deleted just now
        raise DatasetError(f"there is no data set {name!r}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise DatasetError(
            f"{path} is damaged, or of another version ({where}: {first['msg']}); import the set again"
        ) from None
    except (UnicodeDecodeError, BrokenSealError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise DatasetError(f"{path} is damaged ({reason}); delete its folder and import again") from None


def with_version(description: Description) -> Description:
    """The description with the version of the form that it is written in."""
    version = 2 if description.classes == EMOTIONS and not description.groups else 3
    version = VERSION if description.clips else version
    return description.model_copy(update={"version": version})


def write_description(folder: Path, description: Description) -> None:
    """Write the description into a set's folder."""
    # Without what goes without saying: the program before refuses words that it does not know.
    text = with_version(description).model_dump_json(indent=2, exclude_defaults=True)
    (folder / DESCRIPTION_FILE).write_text(sealed(text) + "\n", "utf-8")


def counted(description: Description, table: pd.DataFrame) -> Description:
    """The description with what is counted in a table: faces, labels and splits, and their sum."""
    counts = {
        split: {label: int(count) for label, count in rows["label"].value_counts().sort_index().items()}
        for split, rows in table.groupby("split")
    }
    lines = "".join(f"{h},{label},{split}\n" for h, label, split in table[["hash", "label", "split"]].to_numpy())
    changed = {
        "faces": len(table),
        "clips": clip_count(table),
        "counts": counts,
        "sha256": hashlib.sha256(lines.encode()).hexdigest(),
    }
    return description.model_copy(update=changed)


class _AnyVersion(BaseModel):
    """What a description says of its version, whatever else a newer program has written into it."""

    version: int = 1


def _check_version(name: str, version: int) -> None:
    if version > VERSION:
        raise DatasetError(
            f"the data set {name!r} is stored in version {version} of the form, and this program reads up to version "
            f"{VERSION}; update the program"
        )

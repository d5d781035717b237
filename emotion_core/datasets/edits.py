"""Corrections to a data set, kept beside it as a list of acts: the import itself is never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from emotion_core.csv_tables import write_table
from emotion_core.datasets.clips import CLIP
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.splits import SPLITS
from emotion_core.emotions import EMOTIONS, OTHERS
from emotion_core.files import exporting, locked, replace_file
from emotion_core.seals import BrokenSealError, sealed, unsealed


class Act(BaseModel):
    """One correction.

    Attributes:
        act: give a new label, move to another split, exclude, or include again.
        rows: the faces, as rows of the import's table from 0.
        to: the new label or split; empty for the others.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: Literal["relabel", "move", "exclude", "include"]
    rows: tuple[int, ...]
    to: str = ""


class Edits:
    """The acts in a file, one a line in the order in which they were done. A missing file holds none.

    Raises:
        DatasetError: the file was damaged.
    """

    def __init__(self, path: Path, classes: Sequence[str] = EMOTIONS):
        self._path = path
        self._labels = tuple(dict.fromkeys((*classes, *OTHERS)))
        self._lock = path.with_name(f".{path.name}.lock")

    def acts(self) -> list[Act]:
        try:
            lines = self._path.read_bytes().splitlines()
            return [Act.model_validate_json(unsealed(line)) for line in lines if line.strip()]
        except FileNotFoundError:
            return []
        except (UnicodeDecodeError, ValidationError, BrokenSealError):
            raise DatasetError(f"{self._path} is damaged; allowed are acts, one a line in JSON") from None

    def relabel(self, rows: Iterable[int], label: str) -> None:
        """Give faces another label: one of the set's classes, or of `OTHERS`."""
        self.add(_act("relabel", rows, label))

    def move(self, rows: Iterable[int], split: str) -> None:
        """Move faces to another split, one of `SPLITS`."""
        self.add(_act("move", rows, split))

    def exclude(self, rows: Iterable[int]) -> None:
        """Leave faces out."""
        self.add(_act("exclude", rows))

    def include(self, rows: Iterable[int]) -> None:
        """Take faces in again that were left out."""
        self.add(_act("include", rows))

    def add(self, act: Act) -> list[Act]:
        """Do an act, and return those before it, some of which others may have done meanwhile.

        Raises:
            DatasetError: it gives a label or a split that does not exist.
        """
        _check(act, self._labels)
        with locked(self._lock):  # else one of two acts, done in two windows, would be lost
            before = self.acts()
            if act.rows:
                self._write([*before, act])
            return before

    def undo(self, own: Act | None = None) -> Act | None:
        """Take the last act back; which that was, or None where there is none.

        Args:
            own: take this one back, where it was done last, and leave what somebody else has done since.
        """
        with locked(self._lock):
            acts = self.acts()
            places = [place for place, act in enumerate(acts) if own in (None, act)]
            if not places:
                return None
            undone = acts.pop(places[-1])
            self._write(acts)
            return undone

    def _write(self, acts: Sequence[Act]) -> None:
        write_acts(self._path, acts)


def write_acts(path: Path, acts: Iterable[Act]) -> None:
    """Write corrections as `Edits` keeps them, one a line; without any the file is empty."""
    replace_file(path, "".join(sealed(json.dumps(act.model_dump())) + "\n" for act in acts).encode())


def _act(kind: str, rows: Iterable[int], to: str = "") -> Act:
    return Act.model_validate({"act": kind, "rows": tuple(int(row) for row in rows), "to": to})


def _check(act: Act, labels: Sequence[str]) -> None:
    allowed = {"relabel": labels, "move": SPLITS}.get(act.act)
    if allowed and act.to not in allowed:
        what = "label" if act.act == "relabel" else "split"
        raise DatasetError(f"unknown {what} {act.to!r}; allowed are {', '.join(allowed)}")


def edited(table: pd.DataFrame, acts: Iterable[Act]) -> pd.DataFrame:
    """The table after the acts, every row still there, with columns more.

    They are `row` (the place in the import), `excluded`, `given_label` and `given_split` (before any act). Where faces
    are frames of clips, a label or a split is that of the whole clip; frames are excluded one by one.

    Raises:
        DatasetError: an act names a row that the table does not have.
    """
    labels, splits = (table[name].to_numpy(dtype=object).copy() for name in ("label", "split"))
    excluded = np.zeros(len(table), dtype=bool)
    for act in acts:
        rows = np.array(act.rows)
        if len(wrong := rows[(rows < 0) | (rows >= len(table))]):
            raise DatasetError(f"a correction names row {wrong[0]}; the data set has {len(table):,} rows")
        if act.act == "relabel":
            labels[_with_their_clips(table, rows)] = act.to
        elif act.act == "move":
            splits[_with_their_clips(table, rows)] = act.to
        else:
            excluded[rows] = act.act == "exclude"
    changed = {"label": labels, "split": splits, "row": np.arange(len(table)), "excluded": excluded}
    return table.assign(**changed, given_label=table["label"], given_split=table["split"])


def _with_their_clips(table: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
    """Rows and all others of the clips that they are frames of, if they are."""
    if CLIP not in table or not rows.size:
        return rows
    names = table[CLIP].to_numpy(dtype=object)
    return np.union1d(rows, np.flatnonzero(np.isin(names, list(set(names[rows]) - {""}))))


def write_list(table: pd.DataFrame, path: Path, raw: bool = False) -> int:
    """Write an edited table as csv: source, label and split as corrected and as given, who is excluded, any group.

    Returns how many cells got an apostrophe, see `CsvTable`.
    """
    columns = ["source", "label", "split", "excluded", "given_label", "given_split", "hash"]
    columns += ["group"] * ("group" in table)
    with exporting(path) as partial, partial.open("w", encoding="utf-8", newline="") as file:
        return write_table(file, columns, table[columns].to_dict("records"), raw)

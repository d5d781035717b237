"""Corrections to a data set, kept beside it as a list of acts: the import itself is never changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.splits import SPLITS
from emotion_core.emotions import LABELS
from emotion_core.files import locked, replace_file, replacing


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

    def __init__(self, path: Path):
        self._path = path
        self._lock = path.with_name(f".{path.name}.lock")

    def acts(self) -> list[Act]:
        try:
            lines = self._path.read_text("utf-8").splitlines()
            return [Act.model_validate_json(line) for line in lines if line.strip()]
        except FileNotFoundError:
            return []
        except (UnicodeDecodeError, ValidationError):
            raise DatasetError(f"{self._path} is damaged; allowed are acts, one a line in JSON") from None

    def relabel(self, rows: Iterable[int], label: str) -> None:
        """Give faces another label, one of `LABELS`."""
        if label not in LABELS:
            raise DatasetError(f"unknown label {label!r}; allowed are {', '.join(LABELS)}")
        self._add("relabel", rows, label)

    def move(self, rows: Iterable[int], split: str) -> None:
        """Move faces to another split, one of `SPLITS`."""
        if split not in SPLITS:
            raise DatasetError(f"unknown split {split!r}; allowed are {', '.join(SPLITS)}")
        self._add("move", rows, split)

    def exclude(self, rows: Iterable[int]) -> None:
        """Leave faces out."""
        self._add("exclude", rows)

    def include(self, rows: Iterable[int]) -> None:
        """Take faces in again that were left out."""
        self._add("include", rows)

    def undo(self) -> Act | None:
        """Take the last act back; which that was, or None where there is none."""
        with locked(self._lock):
            acts = self.acts()
            if not acts:
                return None
            self._write(acts[:-1])
            return acts[-1]

    def _add(self, kind: str, rows: Iterable[int], to: str = "") -> None:
        act = Act.model_validate({"act": kind, "rows": tuple(int(row) for row in rows), "to": to})
        if act.rows:
            with locked(self._lock):  # else one of two acts, done in two windows, would be lost
                self._write([*self.acts(), act])

    def _write(self, acts: Sequence[Act]) -> None:
        text = "".join(json.dumps(act.model_dump()) + "\n" for act in acts)
        replace_file(self._path, text.encode())


def edited(table: pd.DataFrame, acts: Iterable[Act]) -> pd.DataFrame:
    """The table after the acts, every row still there, with columns more.

    They are `row` (the place in the import), `excluded`, `given_label` and `given_split` (before any act).

    Raises:
        DatasetError: an act names a row that the table does not have.
    """
    labels, splits = (table[name].to_numpy(dtype=object).copy() for name in ("label", "split"))
    excluded = np.zeros(len(table), dtype=bool)
    for act in acts:
        rows = np.array(act.rows)
        if rows.size and (rows.min() < 0 or rows.max() >= len(table)):
            raise DatasetError(f"a correction names row {rows.max()}; the data set has {len(table):,} rows")
        if act.act == "relabel":
            labels[rows] = act.to
        elif act.act == "move":
            splits[rows] = act.to
        else:
            excluded[rows] = act.act == "exclude"
    changed = {"label": labels, "split": splits, "row": np.arange(len(table)), "excluded": excluded}
    return table.assign(**changed, given_label=table["label"], given_split=table["split"])


def write_list(table: pd.DataFrame, path: Path) -> None:
    """Write an edited table as csv: source, label and split as corrected and as given, who is excluded, any group."""
    columns = ["source", "label", "split", "excluded", "given_label", "given_split", "hash"]
    columns += ["group"] * ("group" in table)
    with replacing(path) as partial:
        table[columns].to_csv(partial, index=False, encoding="utf-8")

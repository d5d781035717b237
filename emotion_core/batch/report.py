"""What a batch found, counted: of all parts that its folder holds."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from emotion_core.batch.results import REPORT_FILE, SUMMARY_FILE, Results, read_part
from emotion_core.files import replace_file
from emotion_core.inference.results import NO_FACE


@dataclass(frozen=True)
class BatchReport:
    """What a batch found.

    Attributes:
        folder: that holds the parts.
        model: the model's name.
        pictures: how many were looked at in all, in this call and before.
        faces: found in them.
        without_face: pictures in which no face was found.
        unreadable: pictures that could not be read.
        errors: how many of these, by the kind of error, the most frequent first.
        emotions: how many faces look so, the most frequent first; "uncertain" among them.
        analyzed: pictures that this call looked at.
        seconds: that it took.
        by: what it was done with, in words.
    """

    folder: Path
    model: str
    pictures: int
    faces: int
    without_face: int
    unreadable: int
    errors: dict[str, int]
    emotions: dict[str, int]
    analyzed: int
    seconds: float
    by: str

    @property
    def pictures_a_second(self) -> float | None:
        """Those of this call; None if there were none to look at."""
        return self.analyzed / self.seconds if self.analyzed else None

    def as_json(self) -> dict[str, object]:
        """All of it, as the file `_summary.json` holds it."""
        rate = self.pictures_a_second
        last = {"pictures": self.analyzed, "seconds": round(self.seconds, 3), "by": self.by}
        return {
            "model": self.model,
            "pictures": self.pictures,
            "faces": self.faces,
            "without_face": self.without_face,
            "unreadable": self.unreadable,
            "errors": self.errors,
            "emotions": self.emotions,
            "last_run": {**last, "pictures_a_second": None if rate is None else round(rate, 2)},
        }

    def as_text(self) -> str:
        """All of it in lines, as the file `_report.txt` holds it."""
        lines = [
            f"{_number(self.pictures, 'picture')} in {self.folder}, by {self.model}",
            f"  {_number(self.faces, 'face')}; no face in {_number(self.without_face, 'picture')}; "
            f"{_number(self.unreadable, 'picture')} could not be read",
        ]
        lines += _counts("How the faces look", self.emotions, self.faces)
        lines += _counts("Why pictures could not be read", self.errors, self.unreadable)
        rate = self.pictures_a_second
        if rate is not None:
            done = f"{_number(self.analyzed, 'picture')} in {self.seconds:,.1f} s, {rate:,.3g} a second"
            lines.append(f"Last run: {done}, by {self.by}")
        return "\n".join(lines) + "\n"


def write_report(results: Results, model: str, analyzed: int, seconds: float, by: str) -> BatchReport:
    """Count what the parts hold, and write it beside them.

    Where this call had nothing to look at, the files stay as they are, with the rate of the one before.

    Raises:
        BatchError: a part cannot be read.
        OSError: the files cannot be written.
    """
    report = _counted(results, model, analyzed, seconds, by)
    if analyzed or not (results.folder / SUMMARY_FILE).exists():
        summary = json.dumps(report.as_json(), indent=1, ensure_ascii=False) + "\n"
        replace_file(results.folder / SUMMARY_FILE, summary.encode())
        replace_file(results.folder / REPORT_FILE, report.as_text().encode())
    return report


def _counted(results: Results, model: str, analyzed: int, seconds: float, by: str) -> BatchReport:
    pictures = faces = without_face = 0
    errors: Counter[str] = Counter()
    emotions: Counter[str] = Counter()
    for part in results.parts():
        table = read_part(part, "face", "error", "emotion")
        is_face = pc.greater(table["face"], 0)
        faces += pc.sum(is_face).as_py() or 0
        pictures += pc.sum(pc.less_equal(table["face"], 1)).as_py() or 0
        emotions.update(_value_counts(table["emotion"].filter(is_face)))
        for error, count in _value_counts(table["error"].filter(pc.invert(is_face))).items():
            if error == NO_FACE:
                without_face += count
            else:
                errors[kind_of(error)] += count
    return BatchReport(
        folder=results.folder,
        model=model,
        pictures=pictures,
        faces=faces,
        without_face=without_face,
        unreadable=errors.total(),
        errors=dict(errors.most_common()),
        emotions=dict(emotions.most_common()),
        analyzed=analyzed,
        seconds=seconds,
        by=by,
    )


def kind_of(error: str) -> str:
    """An error without what is particular to one picture: its size, and a decoder's own words."""
    return re.sub(r"^\d+x\d+: | \(.*\)$", "", error)


def _value_counts(column: object) -> dict[str, int]:
    return {one["values"]: one["counts"] for one in pc.value_counts(column).to_pylist()}


def _counts(title: str, counts: dict[str, int], total: int) -> list[str]:
    if not counts:
        return []
    widest = max(map(len, counts))
    return [f"{title}:", *(f"  {name:<{widest}}  {count:>9,}  {count / total:6.1%}" for name, count in counts.items())]


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"

"""Tables with a column of paths and one of labels, beside their pictures; or several, one a split or a folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.annotations import Annotations, annotated
from emotion_core.datasets.readers.boxes import within
from emotion_core.datasets.readers.columns import Columns, columns_in, has_images
from emotion_core.datasets.readers.csv_files import Csv
from emotion_core.datasets.readers.picture_files import Pictures, load_picture
from emotion_core.datasets.readers.source import Entry, Progress, Source
from emotion_core.datasets.splits import split_in_names, split_of

FORM = "a csv with paths and labels"
#: A table none of whose first pictures is there is given up: each is looked for at many places, and a few kilobytes,
#: packed, can name millions.
MOST_MISSING = 50_000


def is_path_table(csv: Csv) -> bool:
    """Whether a table has a column of paths and one of labels."""
    return columns_in(csv) is not None


def are_one_set(tables: Sequence[Csv]) -> bool:
    """Whether several tables belong together: called by splits, as train_labels.csv, or one in each of some folders."""
    folders = [PurePosixPath(table.name).parent for table in tables]
    return all(split_in_names(table.name) for table in tables) or len(set(folders)) == len(folders)


def path_tables(tables: Sequence[Csv], pictures: Pictures, split: str = "") -> Source:
    """Tables with a column of paths and one of labels, maybe of splits, groups, boxes or FER+'s votes.

    Where there is no column of splits, folders in the paths may say them; else the names of several tables, or of their
    folders; else those of the pictures.

    Args:
        split: of all, if nothing else says it.

    Raises:
        DatasetError: a table has no column of paths, or none of labels.
    """
    columns = {table.name: _columns_of(table) for table in tables}
    by_name = {table.name: table for table in tables}
    progress = Progress(len(tables))

    def said() -> Iterator[Entry]:
        for name in progress.over(list(by_name)):
            table, default = by_name[name], split_in_names(name) if len(tables) > 1 else split
            for entry in _entries_of(table, columns[name], pictures, default, name if len(tables) > 1 else ""):
                progress.within(table.done)
                yield entry

    form = FORM if len(tables) == 1 else f"{len(tables)} tables with paths and labels"
    form += "".join(dict.fromkeys(table.way for table in tables))
    if chosen := [table.label_is_called for table in columns.values() if table.label_is_called]:
        form += f", labels from the column {chosen[0]}"
    form += next(filter(None, (_raters_in_words(table, columns[table.name]) for table in tables)), "")
    if any(table.votes for table in columns.values()):
        form = "pictures with a table of FER+'s votes, whose majority is the label"
    name = tables[0].name if len(tables) == 1 else tables[0].tree.source
    by_raters = any(table.rater is not None for table in columns.values())
    source = annotated(form, name, Annotations(said, pictures, by_raters), progress, list(by_name))
    numbering = tables[0].numbering if all(table.numbering == tables[0].numbering for table in tables) else {}
    no_splits = [table.no_splits for table in columns.values() if table.no_splits]
    return replace(source, numbering=numbering, not_understood=no_splits)


def _columns_of(csv: Csv) -> Columns:
    columns = columns_in(csv)
    if columns is not None:
        _check_told_apart(csv, columns)
        return columns
    raise DatasetError(why_no_labels(csv))


def _check_told_apart(csv: Csv, columns: Columns) -> None:
    """Raise a DatasetError where two columns are called as that of labels is, and say other things."""
    called = "" if columns.label is None else csv.header[columns.label].casefold()
    same = [place for place, name in enumerate(csv.header) if name.casefold() == called]
    if len(same) < 2:
        return
    for line, fields in csv.rows():
        if len(fields) == len(csv.header) and len({fields[place].strip() for place in same}) > 1:
            named = " and ".join(repr(fields[place].strip()[:40]) for place in same[:2])
            raise DatasetError(
                f"{csv.name}: {len(same)} columns are called {called!r}, and line {line} says {named} in them; rename "
                "those that are no label"
            )


def why_no_labels(csv: Csv) -> str:
    """What is missing in a table for it to say what pictures show."""
    missing = "labels" if has_images(csv) else "paths"
    columns = f"among {', '.join(csv.header)[:200]}"
    named = "was found, as it has no line with the names of its columns" if csv.headerless else columns
    return (
        f"{csv.name}: no column of {missing} {named}; needed are columns such as path and label, a column of 0 "
        "and 1 for each emotion, or FER-2013's emotion, pixels and Usage"
    )


def _raters_in_words(csv: Csv, columns: Columns) -> str:
    """Which columns hold what several raters say, and what becomes of that; an empty text where none do."""
    places = [*columns.raters, *columns.counts, *([] if columns.lists is None else [columns.lists])]
    if columns.rater is not None and not places:
        return f", rows for one picture as votes by {csv.header[columns.rater]}"
    if not places:
        return ""
    named = ", ".join(csv.header[place] for place in places)
    return f", votes from {named}" + ("" if columns.label is not None else ", whose majority is the label")


def _entries_of(csv: Csv, columns: Columns, pictures: Pictures, default: str, prefix: str) -> Iterator[Entry]:
    looked_for, none_is_there = 0, True
    for line, fields in csv.rows():
        place = f"{prefix} line {line}".strip()
        if len(fields) != len(csv.header):
            problem = f"{len(fields)} fields instead of {len(csv.header)}"
            yield Entry(place, "", "", "", partial(load_picture, csv.tree, ""), problem=problem)
            continue
        path = fields[columns.image].strip().replace("\\", "/")
        name = _found(pictures, csv, columns, fields, path)
        problem = "" if name else pictures.why_missing(fields[columns.image].strip())
        looked_for, none_is_there = looked_for + 1, none_is_there and not name
        if none_is_there and looked_for > MOST_MISSING:
            raise DatasetError(f"{csv.name}: none of the first {MOST_MISSING:,} pictures that it names is there")
        yield _entry(place, name or path, fields, columns, csv, problem, default)


def _found(pictures: Pictures, csv: Csv, columns: Columns, fields: Sequence[str], path: str) -> str | None:
    """The picture that a row means: of several that are called so the one in the folder of its split, or label."""
    split = columns.split_in(fields).strip() if columns.split is not None else ""
    label = fields[columns.label].strip() if columns.label is not None else ""
    below = (path, f"{split}/{path}", f"{split}/{label}/{path}", f"{label}/{path}")
    found = (pictures.find(csv.name, one) for one in dict.fromkeys(below) if not one.startswith("/") or one == path)
    return next((name for name in found if name), None)


def _entry(
    place: str, name: str, fields: Sequence[str], columns: Columns, csv: Csv, problem: str, default: str
) -> Entry:
    picture: Callable = partial(load_picture, csv.tree, name)
    label, box, votes = "", None, None
    raters: tuple[str, ...] = ()
    try:
        label, box, votes = columns.label_in(fields), columns.box_in(fields), columns.votes_in(fields)
        raters = columns.raters_in(fields)
    except DatasetError as error:
        problem = problem or str(error)
    by_path, split = _split_in_path(name, csv.name), columns.split_in(fields)
    if split_of(by_path) not in (None, "train", split_of(split)) and split_of(split):
        problem = problem or f"its folder says {by_path}, its row {split.strip()}"
    has_split = columns.split is not None or columns.split_marks
    split = split if has_split else by_path or default
    return Entry(
        place,
        name,
        label,
        split,
        picture if box is None else within(picture, box),
        votes,
        problem,
        columns.group_in(fields),
        str(box or ""),
        columns.person_in(fields),
        raters=raters,
        rater=columns.rater_in(fields),
    )


def _split_in_path(name: str, table: str) -> str:
    """The nearest folder of a picture, below the table's own, that is called as a split; an empty text for none."""
    path, above = PurePosixPath(name), PurePosixPath(table).parent
    below = path.relative_to(above) if path.is_relative_to(above) else path
    return next((part for part in reversed(below.parts[:-1]) if split_of(part)), "")

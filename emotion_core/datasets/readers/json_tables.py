"""Tables written as json: records, one a line or in a list, or labels by the names of pictures."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from emotion_core.datasets.errors import ContradictionError, DatasetError
from emotion_core.datasets.readers.archives import Tree, without_compression
from emotion_core.datasets.readers.compressed import opened
from emotion_core.datasets.readers.csv_files import Csv, is_called_as_picture
from emotion_core.datasets.readers.labels import IMAGE_COLUMNS, column_of
from emotion_core.datasets.splits import split_of

#: A larger file is no table of labels.
MOST_BYTES = 256 * 2**20
#: Objects in objects in a record are looked into so deep.
DEEPEST = 3
ENDINGS = (".json", ".jsonl", ".ndjson", ".manifest")


@dataclass
class JsonTable(Csv):
    """A json file read as a table; see `csv_files.Csv`. Raises a DatasetError where it holds no records."""

    def __post_init__(self) -> None:
        content = _content(self.tree, self.name)
        records = _by_place(content, self.name, self.tree) or _records(content)
        records = [dict(_flat(record)) for record in records]
        self.header = list(dict.fromkeys(str(key) for record in records for key in record))
        self._rows = [[_text(record.get(column)) for column in self.header] for record in records]
        if not self._rows:
            raise DatasetError(f"{self.name} holds no records; needed are such as {{'path': ..., 'label': ...}}")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """The number of each record, from 1, and its fields."""
        for number, row in enumerate(self._rows, start=1):
            self.done = number / len(self._rows)
            yield number, row


def _content(tree: Tree, name: str) -> Any:
    """What a file holds; of one with a record a line the list of them."""
    is_lines = without_compression(name).lower().endswith(ENDINGS[1:])
    with opened(tree, name) as (_, file):
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise DatasetError(f"{name} is larger than {MOST_BYTES >> 20} MB")
    try:
        text = content.decode(json.detect_encoding(content))
        lines = [line for line in text.splitlines() if line.strip()]
        many = len(lines) > 1 and all(line.strip().startswith("{") and line.strip().endswith("}") for line in lines)
        texts = lines if many or is_lines else [text]
        found = [json.loads(one, object_pairs_hook=partial(_object, name)) for one in texts]
        return found if many or is_lines else found[0]
    except ContradictionError:
        raise
    except (ValueError, RecursionError):
        raise DatasetError(f"{name} is no json that can be read") from None


def _object(file: str, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; raises a ContradictionError where it says two things under one name, of which json keeps the last."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found and found[name] != value:
            raise ContradictionError(f"{file} says two things of {name[:100]!r}; one can stand")
        found[name] = value
    return found


def _records(content: Any) -> list[dict[str, Any]]:
    """The records in what a file holds: a list of them, one under a name, or labels by the names of pictures.

    What is said by the names of pictures may be more than a label; and pictures may be listed by their labels.
    """
    if isinstance(content, dict) and (by_name := _by_name(content)):
        return by_name
    if isinstance(content, dict) and (turned := _by_column(content) or _by_split(content)):
        return turned
    if isinstance(content, dict):
        lists = [value for value in content.values() if isinstance(value, list) and value]
        content = lists[0] if len(lists) == 1 else []
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        return []
    return content


def _by_column(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of what pandas writes column by column: lists, or objects by the number of the row; none for others."""
    columns, data = content.get("columns"), content.get("data")
    if isinstance(columns, list) and isinstance(data, list) and all(isinstance(row, list) for row in data):
        return [dict(zip(map(str, columns), row, strict=False)) for row in data]
    values = list(content.values())
    if len(values) < 2 or not values[0]:
        return []
    if all(isinstance(value, dict) and value.keys() == values[0].keys() for value in values):
        return (
            [{name: value[row] for name, value in content.items()} for row in values[0]] if _are_rows(values[0]) else []
        )
    scalars = all(
        isinstance(value, list) and not any(isinstance(one, dict | list) for one in value) for value in values
    )
    if not scalars or len({len(value) for value in values}) > 1 or column_of(list(content), IMAGE_COLUMNS) is None:
        return []
    return [dict(zip(content, row, strict=True)) for row in zip(*values, strict=True)]


def _are_rows(names: Iterable[str]) -> bool:
    """Whether names are numbers of rows."""
    return all(name.isdecimal() for name in names)


def _by_split(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of lists of them under the names of splits, as {"train": [...], "test": [...]}; none for others."""
    lists = {split: records for split, records in content.items() if split_of(split) and isinstance(records, list)}
    if len(lists) != len(content) or not all(isinstance(one, dict) for records in lists.values() for one in records):
        return []
    return [{"split": split, **record} for split, records in lists.items() for record in records]


def _flat(record: Mapping[str, Any], above: str = "", deep: int = 0) -> Iterator[tuple[str, Any]]:
    """What a record holds, and what objects in it hold, called as image.path.

    One with a list of objects is what an annotation tool wrote, and no row of a table.
    """
    if any(isinstance(one, dict) for value in record.values() if isinstance(value, list) for one in value):
        deep = DEEPEST
    for name, value in record.items():
        if isinstance(value, dict) and value and deep < DEEPEST:
            yield from _flat(value, f"{above}{name}.", deep + 1)
        else:
            yield f"{above}{name}", value


def _by_name(content: dict[str, Any]) -> list[dict[str, Any]]:
    """Records of what is said under the name of each picture, or of the pictures under each label; none for others."""
    values = list(content.values())
    if all(isinstance(value, str | int) for value in values):
        return [{"path": path, "label": label} for path, label in content.items()]
    if all(isinstance(value, dict) for value in values) and all(map(is_called_as_picture, content)):
        return [{"path": path, **value} for path, value in content.items()]
    lists = [value for value in values if isinstance(value, list)]
    named = [isinstance(name, str) and is_called_as_picture(name) for value in lists for name in value]
    if len(lists) == len(values) and named and all(named):
        return [{"path": path, "label": label} for label, paths in content.items() for path in paths]
    return []


def _by_place(content: Any, name: str, tree: Tree) -> list[dict[str, Any]]:
    """Records of labels as FiftyOne exports them, by the names of pictures; none for others.

    It lists pictures, which lie in the folder data, without their endings; labels are words, or places in a list of
    classes, or null where a picture has none.
    """
    classes, labels = (content.get(key) for key in ("classes", "labels")) if isinstance(content, dict) else ((), ())
    if not isinstance(labels, dict) or not isinstance(classes, list | None):
        return []
    said = {path: label for path, label in labels.items() if label is not None}
    if classes is not None:
        if not all(type(place) is int and 0 <= place < len(classes) for place in said.values()):
            return []
        said = {path: classes[place] for path, place in said.items()}
    pictures = {PurePosixPath(one).with_suffix("").as_posix(): one for one in tree.names() if is_called_as_picture(one)}
    folder = PurePosixPath(name).parent
    places = {path: [(folder / below / path).as_posix() for below in ("data", "")] for path in said}
    found = {path: next((pictures[one] for one in places[path] if one in pictures), path) for path in said}
    return [{"path": found[path], "label": label} for path, label in said.items() if isinstance(label, str)]


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value)

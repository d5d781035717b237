"""Legends: what the numbers among labels mean, where a file beside the pictures says so.

Such are classes.txt with a name a line, label_map.json, data.yaml, classes.csv, and a README with "0: angry, 1: sad".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree, read_whole
from emotion_core.datasets.readers.csv_files import Csv, is_called_as_picture
from emotion_core.datasets.readers.json_files import json_in
from emotion_core.datasets.readers.labels import number_of
from emotion_core.emotions import emotion_of

#: A larger file is no legend, nor is one with more names.
MOST_BYTES, MOST_NAMES = 2**16, 100
_LIST = re.compile(r"_?(class|label|categor|emotion|expression)[\w -]*\.(txt|lst|list|json)|.*\.(names|labels)")
_TABLE = re.compile(r"_?(class|categor|legend|map|emotion|expression)[\w -]*|.*(map|mapping|legend|names|codes)")
_PROSE = re.compile(r"(read.?me.*|.*\.md|dataset_?info.*\.txt|description\.txt)")
#: In prose: 0: angry, 0 = Angry, | 0 | angry |; or the other way round.
_NUMBER_WORD = re.compile(r"(?<![\w.])(\d{1,2})[\"'*`]*\s*(?:[:=|→–-]+>?)\s*[\"'*`]*([^\W\d_]+)")
_WORD_NUMBER = re.compile(r"([^\W\d_]+)[\"'*`]*\s*(?:[:=|→–-]+>?|\()\s*[\"'*`]*(\d{1,2})(?![\w.])")
#: In a list: 0 angry, 0: angry, 0,angry; or the other way round; or the name alone.
_NUMBERED_LINE = re.compile(r"[\"']?(\d{1,3})[\"']?\s*[:=,;\t ]\s*(.+)")
_LINE_WITH_NUMBER = re.compile(r"(.+?)\s*[:=,;\t ]\s*(\d{1,3})")
_Names = Mapping[int, str]


@dataclass(frozen=True)
class Legend:
    """What numbers mean.

    Attributes:
        files: which say so, alike.
        names: by the number.
        contradiction: what another file says instead; no number is understood then.
    """

    files: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    contradiction: str = ""


def legend_of(tree: Tree, pictures: Sequence[str]) -> Legend:
    """What files in a tree say of numbers; a legend of no files where there are none.

    Args:
        pictures: the names of its pictures.
    """
    found = _in_files(tree, pictures)
    files = list(found)
    for file in files[1:]:
        if differ := _difference(found[files[0]], found[file]):
            number, here, there = differ
            return Legend(contradiction=f"{files[0]} calls {number} {here}, {file} calls it {there}")
    merged = {number: name for names in reversed(found.values()) for number, name in names.items()}
    return Legend(tuple(files), {str(number): name for number, name in sorted(merged.items())})


def names_in_table(table: Csv, pictures: Sequence[str]) -> _Names:
    """What a table of numbers and names says; empty where it is none.

    It is one if it is called so, or all its numbers are names of folders; and if it has fewer rows than there are
    pictures, and every number and every name stands once.
    """
    try:
        if table.tree.size(table.name) > MOST_BYTES:
            return {}
        rows = [fields for _, fields in table.rows() if len(fields) == len(table.header)]
        rows = [table.header, *rows] if any(name.isdecimal() for name in table.header) else rows
    except DatasetError:
        return {}
    if not 1 < len(rows) < min(len(pictures), MOST_NAMES) or any(
        is_called_as_picture(value) for fields in rows for value in fields
    ):
        return {}
    columns = list(zip(*rows, strict=True))
    numbers = next((column for column in columns if all(value.strip().isdecimal() for value in column)), ())
    folders = {part for name in pictures for part in PurePosixPath(name).parts[:-1]}
    if not (_TABLE.fullmatch(PurePosixPath(table.name).stem.casefold()) or set(numbers) <= folders):
        return {}
    words = next((column for column in columns if all(map(emotion_of, column))), ())
    return _checked(2, list(zip(numbers, words, strict=False)))


def _in_files(tree: Tree, pictures: Sequence[str]) -> dict[str, _Names]:
    """By the file what tables, json, yaml, lists and prose say. A file called as a picture is of that picture alone."""
    stems = {name.rpartition("/")[2].rpartition(".")[0] for name in pictures}
    found = {}
    for file in tree.names():
        name = file.rpartition("/")[2]
        read = _kind(name.casefold())
        is_table = name.lower().endswith((".csv", ".tsv"))
        if not (read or is_table) or PurePosixPath(name).stem in stems or not _is_small(tree, file):
            continue
        if names := read(tree, file) if read else _in_table(tree, file, pictures):
            found[file] = names
    return found


def _is_small(tree: Tree, file: str) -> bool:
    try:
        return tree.size(file) <= MOST_BYTES
    except DatasetError:  # a pipe, or a file that is gone
        return False


def _in_table(tree: Tree, file: str, pictures: Sequence[str]) -> _Names:
    try:
        return names_in_table(Csv(tree, file), pictures)
    except DatasetError:
        return {}


def _kind(name: str):  # type: ignore[no-untyped-def] # one of the functions below
    if name.endswith(".json"):
        return _in_json
    if name.endswith((".yaml", ".yml")):
        return _in_yaml
    return _in_list if _LIST.fullmatch(name) else _in_prose if _PROSE.fullmatch(name) else None


def _in_json(tree: Tree, file: str) -> _Names:
    return _in_object(json_in(tree, file), is_list=_LIST.fullmatch(PurePosixPath(file).name.casefold()) is not None)


def _in_object(content: Any, is_list: bool) -> _Names:
    """Names by numbers or numbers by names, or such under a name; a list of names where the file is called so."""
    if isinstance(content, list):
        return _checked(2, enumerate(content)) if is_list and all(isinstance(word, str) for word in content) else {}
    if not isinstance(content, dict) or len(content) > MOST_NAMES:
        return {}
    turned = [(number, name) for name, number in content.items()]
    if names := _checked(2, content.items()) or _checked(2, turned):
        return names
    inner = (_in_object(value, is_list=key in ("names", "classes", "labels")) for key, value in content.items())
    return next((names for names in inner if names), {})


def _in_yaml(tree: Tree, file: str) -> _Names:
    """What stands under names: as [angry, happy], with - before each, or with each one's number."""
    text = "\n".join(_lines(tree, file))
    number = r"['\"]?\d+['\"]?\s*:"
    found = re.search(rf"^names:\s*(\[[^\]]*\]|\{{[^}}]*\}}|(?:\n(?:-|{number})[^\n]*)+)", text, re.MULTILINE)
    if found is None:
        return {}
    numbered = re.findall(r"['\"]?(\d+)['\"]?\s*:\s*([^,\n}]+)", found[1])
    words = [_unquoted(word) for word in re.split(r"[,\n]", found[1].strip("[]\n")) if word.strip(" -")]
    return _checked(1, [(number, _unquoted(word)) for number, word in numbered] or enumerate(words))


def _in_list(tree: Tree, file: str) -> _Names:
    """A name a line, or each with its number."""
    lines = _lines(tree, file)
    if any(map(is_called_as_picture, lines)) or len(lines) > MOST_NAMES:
        return {}
    before, after = ([pattern.fullmatch(line) for line in lines] for pattern in (_NUMBERED_LINE, _LINE_WITH_NUMBER))
    if all(before):
        return _checked(1, [(found[1], found[2].strip(" \"',")) for found in before if found])
    if all(after):
        return _checked(1, [(found[2], found[1].strip(" \"',")) for found in after if found])
    return _checked(1, enumerate(map(_unquoted, lines)))


def _in_prose(tree: Tree, file: str) -> _Names:
    """What a text says of numbers and emotions, if it says the same of each number all along."""
    text = "\n".join(_lines(tree, file))
    pairs = _NUMBER_WORD.findall(text), [(number, word) for word, number in _WORD_NUMBER.findall(text)]
    for found in pairs:
        named = dict.fromkeys((number, word.casefold()) for number, word in found if emotion_of(word))
        if names := _checked(2, named):
            return names
    return {}


def _checked(fewest: int, pairs: Any) -> _Names:
    """Names by their numbers, if these are so many or more, all from 0 or 1 on, and no name stands twice; else none."""
    found: dict[int, str] = {}
    for number, name in pairs:
        number = number_of(str(number)) if not isinstance(number, bool) else None
        if number is None or not isinstance(name, str) or not name.strip() or number_of(name) is not None:
            return {}
        if number in found:
            return {}
        found[number] = name.strip()
    numbers, folded = sorted(found), {name.casefold() for name in found.values()}
    whole = bool(numbers) and numbers[0] in (0, 1) and numbers[-1] - numbers[0] + 1 == len(numbers)
    return found if whole and fewest <= len(numbers) == len(folded) else {}


def _difference(first: _Names, second: _Names) -> tuple[int, str, str] | None:
    for number in sorted(first.keys() & second.keys()):
        one, other = first[number], second[number]
        if (emotion_of(one) or one.casefold()) != (emotion_of(other) or other.casefold()):
            return number, one, other
    return None


def _lines(tree: Tree, file: str) -> list[str]:
    return list(_stripped(read_whole(tree, file, MOST_BYTES).decode("utf-8-sig", "replace")))


def _stripped(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _unquoted(word: str) -> str:
    return re.sub(r"\s+#.*", "", word).strip().removeprefix("-").strip().strip("'\"")

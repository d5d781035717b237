"""Supervisely's json: one a picture in the folder ann beside img, with tags for the picture and boxes of faces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.attributes import label_among
from emotion_core.datasets.readers.boxes import Box, around
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source
from emotion_core.datasets.splits import split_of
from emotion_core.emotions import emotion_of

_Json = Mapping[str, Any]
#: The folders of a set that hold its pictures and what is said of them.
_PICTURES, _ANNOTATIONS = "img", "ann"


def supervisely(pictures: Pictures) -> Source | None:
    """What Supervisely's json files in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = [name for name in json_names(tree) if _contents(tree, name)]

    def said_in(file: str) -> Iterator[Entry]:
        for content in _contents(tree, file):
            yield from _entries_of(content, file, pictures)

    meta = [name for name in json_names(tree) if PurePosixPath(name).name == "meta.json"]
    return from_files("Supervisely's json files", pictures, files, said_in, [*files, *meta])


def _contents(tree: Tree, name: str) -> Sequence[_Json]:
    """What a file says of each picture: of the one that it is called as, or of those that it names."""
    content = json_in(tree, name)
    found = content if isinstance(content, list) else [content]
    return found if found and all(map(_is_one, found)) else []


def _is_one(content: Any) -> bool:
    said = content.get("annotation", content) if isinstance(content, dict) else None
    return isinstance(said, dict) and all(isinstance(said.get(key), list) for key in ("tags", "objects"))


def _entries_of(content: _Json, file: str, pictures: Pictures) -> Iterator[Entry]:
    said = content.get("annotation", content)
    path = _picture(content, file, pictures)
    tags = _tags(said)
    split = next((name for name in tags if split_of(name) and not emotion_of(name)), "")
    objects = [one for one in said["objects"] if isinstance(one, dict)]
    for number, face in enumerate(objects, start=1):
        title = str(face.get("classTitle") or "")
        label = title if emotion_of(title) else _label(_tags(face)) or title
        place, box, problem = f"{file} object {number}", _box(face.get("points")), _contradiction(face)
        yield face_entry(pictures, file, path, place=place, label=label, split=split, box=box, problem=problem)
    if not objects and any(emotion_of(name) or not split_of(name) for name in tags):
        problem = _contradiction(said)
        yield face_entry(pictures, file, path, place=file, label=_label(tags), split=split, problem=problem)


def _picture(content: _Json, file: str, pictures: Pictures) -> str:
    """The path of the picture: in the folder of pictures beside that of annotations, or as it is named."""
    called = PurePosixPath(str(content.get("name") or PurePosixPath(file).stem))
    folder = PurePosixPath(file).parent
    beside = folder.parent / _PICTURES / called if folder.name == _ANNOTATIONS else folder / called
    return beside.as_posix() if pictures.tree.has(beside.as_posix()) else called.as_posix()


def _tags(holder: _Json) -> dict[str, Any]:
    """The tags of a picture or of a face: what each one says, True where it is only there."""
    return {str(tag.get("name") or ""): True if tag.get("value") is None else tag["value"] for tag in _tags_of(holder)}


def _tags_of(holder: _Json) -> list[_Json]:
    listed = holder.get("tags")
    return [tag for tag in (listed if isinstance(listed, list) else []) if isinstance(tag, dict)]


def _contradiction(holder: _Json) -> str:
    """Which tag with an emotion is there twice, with two values, as of two labelers; an empty text where none is."""
    said: defaultdict[str, list[str]] = defaultdict(list)
    for tag in _tags_of(holder):
        if tag.get("value") is not None:
            said[str(tag.get("name") or "")].append(str(tag["value"]))
    twice = (name for name, values in said.items() if len(set(values)) > 1 and any(map(emotion_of, values)))
    name = next(twice, "")
    values = " and ".join(dict.fromkeys(said[name]))[:80]
    return f"its tag {name[:80]} says {values}; one label can stand" if name else ""


def _label(tags: Mapping[str, Any]) -> str:
    """The emotion among tags, be it a name of one or its value; without one the only tag that names no split."""
    others = {name: value for name, value in tags.items() if emotion_of(name) or not split_of(name)}
    alone = next(iter(others)) if len(others) == 1 and next(iter(others.values())) is True else ""
    return alone or label_among(others)


def _box(points: Any) -> Box:
    try:
        return around([(float(x), float(y)) for x, y in points["exterior"]]), ""
    except (KeyError, ValueError, TypeError, OverflowError):
        return None, f"its points {str(points)[:80]} are no outline; needed are two or more in pixels"

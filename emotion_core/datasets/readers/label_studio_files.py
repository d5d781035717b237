"""Label Studio's json: a list of tasks, each with a picture and what annotators chose or drew on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from emotion_core.datasets.readers.annotations import face_entry, from_files
from emotion_core.datasets.readers.archives import Tree
from emotion_core.datasets.readers.boxes import AnnotatedBox, Box
from emotion_core.datasets.readers.json_files import json_in, json_names
from emotion_core.datasets.readers.labels import IMAGE_COLUMNS, column_of
from emotion_core.datasets.readers.picture_files import Pictures
from emotion_core.datasets.readers.source import Entry, Source

#: What of a result's value may be a label.
KINDS = ("choices", "rectanglelabels", "labels")
_Task = Mapping[str, Any]


def label_studio(pictures: Pictures) -> Source | None:
    """What Label Studio's json files in a tree say of its pictures; None where there are none."""
    tree = pictures.tree
    files = {name: found for name in json_names(tree) if (found := _read(tree, name))}

    def said_in(name: str) -> Iterator[Entry]:
        for number, task in enumerate(files[name], start=1):
            yield from _entries_of(task, number, name, pictures)

    return from_files("Label Studio's json", pictures, list(files), said_in)


def _read(tree: Tree, name: str) -> Sequence[_Task]:
    content = json_in(tree, name)
    tasks = content if isinstance(content, list) else []
    is_task = all(isinstance(one, dict) and isinstance(one.get("data"), dict) for one in tasks)
    return tasks if is_task and all(isinstance(one.get("annotations"), list) for one in tasks) else []


def _entries_of(task: _Task, number: int, file: str, pictures: Pictures) -> Iterator[Entry]:
    """What was chosen by several annotators as their votes, else what was chosen or drawn by the last of them.

    Those who skipped the picture are passed over.
    """
    names = list(map(str, task["data"]))
    place = column_of(names, IMAGE_COLUMNS)
    path = str(list(task["data"].values())[place or 0]) if names else ""
    path = path.partition("?d=")[2] or path  # of a folder that it was given, as /data/local-files/?d=faces/1.jpg
    done = [one for one in task["annotations"] if isinstance(one, dict) and not one.get("was_cancelled")]
    each = [list(_results(one)) for one in done]
    chosen = [one for one in each if one]
    if len(chosen) > 1 and all(len(one) == 1 and "width" not in one[0]["value"] for one in chosen):
        where, votes = f"{file} task {number}", tuple(_label(one[0]["value"]) for one in chosen)
        problem = next(filter(None, (_several(one[0]["value"]) for one in chosen)), "")
        yield replace(face_entry(pictures, file, path, place=where, label="", problem=problem), raters=votes)
        return
    for part, result in enumerate(each[-1] if each else [], start=1):
        value = result["value"]
        where, box, problem = f"{file} task {number} result {part}", _box(value), _several(value)
        yield face_entry(pictures, file, path, place=where, label=_label(value), box=box, problem=problem)


def _label(value: Mapping[str, Any]) -> str:
    return next((str(chosen[0]) for kind in KINDS if (chosen := value.get(kind)) and isinstance(chosen, list)), "")


def _several(value: Mapping[str, Any]) -> str:
    """What is wrong where one annotator chose two labels for a face; an empty text where that is not so."""
    lists = (value.get(kind) for kind in KINDS)
    chosen = next((list(dict.fromkeys(map(str, one))) for one in lists if one and isinstance(one, list)), [])
    return f"{' and '.join(chosen)[:80]} are chosen together; one label can stand" if len(chosen) > 1 else ""


def _results(annotation: _Task) -> Iterator[_Task]:
    """What one annotator chose or drew."""
    results = annotation.get("result")
    for result in results if isinstance(results, list) else []:
        value = result.get("value") if isinstance(result, dict) else None
        if isinstance(value, dict) and any(value.get(kind) for kind in KINDS):
            yield result


def _box(value: Mapping[str, Any]) -> Box:
    """The box of a rectangle, in hundredths of the picture; or what is wrong with it."""
    if "width" not in value:
        return None, ""
    try:
        x, y, width, height = (float(value[name]) / 100 for name in ("x", "y", "width", "height"))
    except (KeyError, ValueError, TypeError, OverflowError):
        x = y = width = height = 0.0
    if not (0 < width < 9 and 0 < height < 9):
        return None, "its rectangle is none; needed are x, y, width and height in percent"
    return AnnotatedBox(x, y, width, height, relative=True), ""

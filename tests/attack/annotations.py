"""Hostile files of annotation tools, and arrays, beside pictures in a zip."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.attack.making import ODD_TEXTS, Chance, mutated, small_png, written

PICTURE = "faces/0.png"
BOX = {"x": 1, "y": 1, "width": 40, "height": 40}
#: What the tools write that write JSON, by the name of the file.
JSON_FILES: dict[str, Any] = {
    "coco.json": {
        "images": [{"id": 1, "file_name": PICTURE, "width": 48, "height": 48}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 1, 40, 40]}],
        "categories": [{"id": 1, "name": "happy"}],
    },
    "darwin.json": {
        "version": "2.0",
        "item": {"name": PICTURE, "path": "/"},
        "annotations": [{"name": "happy", "bounding_box": {"x": 1, "y": 1, "w": 40, "h": 40}}],
    },
    "fiftyone.json": {"classes": ["happy", "sad"], "labels": {"0": 0}},
    "createml.json": [{"image": PICTURE, "annotations": [{"label": "happy", "coordinates": BOX}]}],
    "faces/0.json": {
        "imagePath": "0.png",
        "imageData": None,
        "shapes": [{"label": "happy", "points": [[1, 1], [40, 40]], "shape_type": "rectangle"}],
    },
    "via.json": {
        "_via_img_metadata": {
            "0.png1": {
                "filename": PICTURE,
                "regions": [{"shape_attributes": {"name": "rect", **BOX}, "region_attributes": {"emotion": "happy"}}],
            }
        }
    },
    "label-studio.json": [
        {
            "data": {"image": PICTURE},
            "annotations": [
                {"result": [{"type": "rectanglelabels", "value": {**BOX, "rectanglelabels": ["happy"]}}]},
            ],
        }
    ],
    "labels.json": {PICTURE: "happy"},
    "faces/ann/0.png.json": {
        "tags": [{"name": "emotion", "value": "happy"}, {"name": "train", "value": None}],
        "objects": [
            {"classTitle": "face", "tags": [{"name": "sad", "value": None}], "points": {"exterior": [[1, 1], [40, 40]]}}
        ],
    },
    "votes.json": [{"path": PICTURE, "rater1": "happy", "rater2": "sad", "said": ["sad", "sad"]}],
    "columns.json": {"path": {"0": PICTURE}, "label": {"0": "happy"}},
}
VOC = """{prolog}<annotation><filename>0.png</filename><size><width>48</width><height>48</height></size><object>
<name>{label}</name><bndbox><xmin>{number}</xmin><ymin>1</ymin><xmax>40</xmax><ymax>40</ymax></bndbox></object>
</annotation>"""
CVAT = """{prolog}<annotations><image id="0" name="faces/0.png" width="48" height="48"><box label="{label}"
xtl="{number}" ytl="1" xbr="40" ybr="40"><attribute name="emotion">{label}</attribute></box><polygon label="{label}"
points="{number},1;40,40"/></image></annotations>"""
NUMBERS = ("1", "nan", "-inf", "1e999", "", "x", "9" * 400, "-1")


def odd_annotations(path: Path, chance: Chance) -> Path:
    """A picture, and beside it what a tool wrote of it, of which something is not what it should be."""
    name, content = chance.choice([_json, _xml, _yolo, _array, _markdown])(chance)
    if chance.random() < 0.2:
        content = mutated(content, chance)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(PICTURE, small_png(chance))
        archive.writestr(name, content)
        if name.endswith(".txt"):
            archive.writestr(*chance.choice([("classes.txt", "happy\nsad"), ("data.yaml", "names: [happy, &a [*a]]")]))
    return written(path, "zip", file.getvalue())


def odd_arrays(path: Path, chance: Chance) -> Path:
    """An npz whose arrays are of other kinds, shapes or lengths than they say."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("images.npy", "labels.npy"):
            archive.writestr(name, _array(chance)[1])
    return written(path, "npz", file.getvalue())


def _json(chance: Chance) -> tuple[str, bytes]:
    name = chance.choice(list(JSON_FILES))
    if chance.random() < 0.1:
        return name, b'{"images":' + b"[" * chance.large(10**6)
    content = json.loads(json.dumps(JSON_FILES[name]))
    for _ in range(chance.randrange(1, 3)):
        content = _with_odd(content, chance)
    return name, json.dumps(content).encode("utf-8", "replace")


def _with_odd(content: Any, chance: Chance) -> Any:
    """The same with something in it, or itself, replaced."""
    if not content or not isinstance(content, dict | list) or chance.random() < 0.15:
        odd = [None, [], {}, -1, 10**30, float("nan"), float("inf"), True, [[]], *ODD_TEXTS]
        return chance.choice(odd)
    key = chance.choice(list(content)) if isinstance(content, dict) else chance.randrange(len(content))
    content[key] = _with_odd(content[key], chance)
    return content


def _xml(chance: Chance) -> tuple[str, bytes]:
    name, template = chance.choice([("faces/0.xml", VOC), ("cvat.xml", CVAT)])
    entities = [f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)]
    bomb = f'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">{"".join(entities)}]>'
    outside = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    prolog = chance.choice(["", "", bomb, outside, '<?xml version="1.0" encoding="x"?>', "<a>" * chance.large(10**5)])
    label = chance.choice(["happy", "&a;", "&j;", *(text.replace("\0", "").replace("<", "") for text in ODD_TEXTS)])
    text = template.format(prolog=prolog, label=label, number=chance.choice(NUMBERS))
    return name, text.encode(chance.choice(["utf-8", "utf-8", "utf-16"]), "replace")


def _yolo(chance: Chance) -> tuple[str, bytes]:
    lines = [" ".join(chance.choice(NUMBERS) for _ in range(chance.choice([1, 4, 5, 6, 9]))) for _ in range(5)]
    return "faces/0.txt", "\n".join(["0 0.5 0.5 0.9 0.9", *lines]).encode()


def _markdown(chance: Chance) -> tuple[str, bytes]:
    cells = ["|", "---", "[", "](", "![x](faces/0.png)", "`", "\\|", "faces/0.png", "happy", *NUMBERS, *ODD_TEXTS]
    rows = [
        " | ".join(chance.choice(cells) for _ in range(chance.choice([1, 2, 3, chance.large(10**4)]))) for _ in range(9)
    ]
    return "README.md", "\n".join(["| path | label |", "|---|---|", *rows]).encode("utf-8", "replace")


def _array(chance: Chance) -> tuple[str, bytes]:
    """An array as numpy writes it, or one whose header says otherwise."""
    arrays = [np.zeros((3, 48, 48), np.uint8), np.array(["happy"] * 3), np.full((3, 2304), np.nan), np.arange(3)]
    arrays += [np.zeros((0, 48, 48)), np.array([{}], object), np.zeros((3, 1, 1), "M8[s]"), np.array(3)]
    file = io.BytesIO()
    np.save(file, chance.choice(arrays), allow_pickle=True)
    data = file.getvalue()
    if chance.random() < 0.4:
        huge = chance.choice([b"(3000000, 48, 48)", b"(-1, 4)", b"(99999999999,)", b"()", b"(1,) * 9", b"[3]"])
        data = data.replace(b"(3,)", huge).replace(b"(3, 48, 48)", huge)
    return "faces/labels.npy", data

"""Drawn faces beside files of annotations, as tools write them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np

from tests.pictures import png

#: Two faces next to each other, each with an edge of ten pixels, and their boxes: left, top, width, height.
BOXES = ((10, 10, 48, 48), (78, 10, 48, 48))
WIDTH, HEIGHT = 136, 68


def photo(faces: Sequence[np.ndarray]) -> bytes:
    """Two faces as one picture."""
    return png(np.hstack([np.pad(face, 10) for face in faces[:2]]))


def coco_json(picture: str, labels: Sequence[str]) -> bytes:
    """COCO's json for a photo of two faces, with a category more, as Roboflow writes it."""
    names = ["faces", *dict.fromkeys(labels)]
    content = {
        "images": [{"id": 7, "file_name": picture, "width": WIDTH, "height": HEIGHT}],
        "categories": [{"id": number, "name": name, "supercategory": "faces"} for number, name in enumerate(names)],
        "annotations": [
            {"id": number, "image_id": 7, "category_id": names.index(label), "bbox": box, "area": 2304}
            for number, (label, box) in enumerate(zip(labels, BOXES, strict=False))
        ],
    }
    return json.dumps(content).encode()


def yolo_text(numbers: Sequence[int]) -> bytes:
    """YOLO's text for a photo of two faces."""
    lines = [
        f"{number} {(x + w / 2) / WIDTH} {(y + h / 2) / HEIGHT} {w / WIDTH} {h / HEIGHT}"
        for number, (x, y, w, h) in zip(numbers, BOXES, strict=False)
    ]
    return "\n".join(lines).encode()


def voc_xml(picture: str, labels: Sequence[str]) -> bytes:
    """Pascal VOC's xml for a photo of two faces."""
    faces = [
        f"<object><name>{label}</name><pose>Unspecified</pose><bndbox><xmin>{x}</xmin><ymin>{y}</ymin>"
        f"<xmax>{x + w}</xmax><ymax>{y + h}</ymax></bndbox></object>"
        for label, (x, y, w, h) in zip(labels, BOXES, strict=False)
    ]
    return f"<annotation><filename>{picture}</filename>{''.join(faces)}</annotation>".encode()


def cvat_xml(picture: str, labels: Sequence[str], subset: str = "") -> bytes:
    """CVAT's xml for a photo of two faces, whose emotion is an attribute, as its tasks mostly have it."""
    faces = [
        f'<box label="face" occluded="0" xtl="{x}" ytl="{y}" xbr="{x + w}" ybr="{y + h}" z_order="0">'
        f'<attribute name="glasses">false</attribute><attribute name="emotion">{label}</attribute></box>'
        for label, (x, y, w, h) in zip(labels, BOXES, strict=False)
    ]
    image = f'<image id="0" name="{picture}" subset="{subset}" width="{WIDTH}" height="{HEIGHT}">{"".join(faces)}'
    return f"<annotations><version>1.1</version><meta/>{image}</image></annotations>".encode()


def labelme_json(picture: str, labels: Sequence[str]) -> bytes:
    """LabelMe's json for a photo of two faces, from the machine of somebody else."""
    shapes = [
        {"label": label, "points": [[x + w, y + h], [x, y]], "shape_type": "rectangle", "flags": {}}
        for label, (x, y, w, h) in zip(labels, BOXES, strict=False)
    ]
    content = {"version": "5.4.1", "flags": {}, "shapes": shapes, "imagePath": picture, "imageData": None}
    return json.dumps(content).encode()


def createml_json(picture: str, labels: Sequence[str]) -> bytes:
    """CreateML's json for a photo of two faces: boxes about their middles."""
    faces = [
        {"label": label, "coordinates": {"x": x + w / 2, "y": y + h / 2, "width": w, "height": h}}
        for label, (x, y, w, h) in zip(labels, BOXES, strict=False)
    ]
    return json.dumps([{"image": picture, "annotations": faces}]).encode()


def via_regions(labels: Sequence[str]) -> list[dict]:
    """The regions of a photo of two faces as the VGG Image Annotator writes them."""
    return [
        {
            "shape_attributes": {"name": "rect", "x": x, "y": y, "width": w, "height": h},
            "region_attributes": {"emotion": label, "quality": {"good": True}},
        }
        for label, (x, y, w, h) in zip(labels, BOXES, strict=False)
    ]


def npy(value: object) -> bytes:
    """A number or a word as numpy's file."""
    import io

    out = io.BytesIO()
    np.save(out, np.array(value), allow_pickle=False)
    return out.getvalue()


def npz(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays as numpy's archive."""
    import io

    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()

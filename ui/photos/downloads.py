"""Results as files: CSV, JSON and annotated pictures."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from ui.photos.analysis import quarter_turns
from ui.photos.given import Photo
from ui.shared.downloads import csv_file, download, json_file

if TYPE_CHECKING:
    import numpy as np

#: A photo, what was found in it, and by how many quarters it was turned for that.
Found = tuple[Photo, ec.PhotoResult, int]


def downloads(photos: list[Photo], results: list[ec.PhotoResult], others: list[ec.PhotoResult]) -> None:
    """Buttons for CSV, JSON and the annotated pictures. A file is made at the click.

    Args:
        photos, results: what was found in each.
        others: the same photos as another model sees them, for the tables; none if there is none.
    """
    from emotion_core.inference import annotated_name, classes_of, write_csv, write_json

    turns = [quarter_turns(photo) for photo in photos]
    found = [one for one in zip(photos, results, turns, strict=True) if one[1].faces]
    rows = results + others
    with st.container(horizontal=True):
        download(
            "CSV",
            lambda: csv_file(lambda file: write_csv(rows, file, classes_of(rows))),
            "expressions.csv",
            "text/csv",
        )
        download("JSON", lambda: json_file(lambda file: write_json(rows, file)), "expressions.json", "application/json")
        if len(results) == 1 and found:
            name = annotated_name(photos[0].name)
            download("Annotated picture", lambda: jpeg_of(*found[0]), name, "image/jpeg")
        elif found:
            download("Annotated pictures", lambda: zip_of(found), "annotated.zip", "application/zip")


# The following run at the click, outside of the page: they must not use Streamlit.


def jpeg_of(photo: Photo, result: ec.PhotoResult, quarter_turns: int) -> bytes:
    """A photo with its faces marked, in its full size, as JPEG."""
    from emotion_core.inference import to_jpeg

    return to_jpeg(_annotated(photo, result, quarter_turns))


def zip_of(found: list[Found]) -> bytes:
    """All photos with their faces marked, one at a time."""
    from emotion_core.inference import write_zip

    file = io.BytesIO()
    write_zip(((one[0].name, _annotated(*one)) for one in found), file)
    return file.getvalue()


def _annotated(photo: Photo, result: ec.PhotoResult, quarter_turns: int) -> np.ndarray:
    from emotion_core.inference import turned
    from emotion_core.visuals import annotate

    return annotate(turned(ec.load_image(photo.data), quarter_turns), result.faces)

"""Results as files: CSV, JSON, and a zip of pictures. All are written as they come: any number takes no more memory."""

from __future__ import annotations

import contextlib
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import IO, TextIO

import cv2
import numpy as np

from emotion_core.csv_tables import CsvTable, encodable
from emotion_core.emotions import EMOTIONS
from emotion_core.inference.results import FaceResult, PhotoResult, columns_of

JPEG_QUALITY = 92


class CsvReport(CsvTable):
    """A table that grows a picture at a time: a line a face, and one for each picture without a face or with an error.

    The file is open for text, best with `newline=""` and `encoding=CSV_ENCODING`; `raw` as for a `CsvTable`.
    """

    def __init__(self, file: TextIO, raw: bool = False, classes: Iterable[str] = EMOTIONS):
        super().__init__(file, columns_of(classes), raw)

    def add(self, result: PhotoResult) -> None:
        """Write what is in a picture."""
        for row in result.to_rows():
            self.add_row(row)


def write_csv(results: Iterable[PhotoResult], file: TextIO, classes: Iterable[str] = EMOTIONS) -> None:
    """Write a `CsvReport` of results, which are taken one by one, of a model of these classes."""
    report = CsvReport(file, classes=classes)
    for result in results:
        report.add(result)


class JsonArray:
    """An array that grows by one object after the other; complete JSON once it is closed."""

    def __init__(self, file: TextIO):
        self._file = file
        self._between = "[\n"

    def add_object(self, content: Mapping[str, object]) -> None:
        """Write one more object."""
        self._file.write(self._between)
        json.dump(content, self._file, ensure_ascii=False)
        self._between = ",\n"

    def close(self) -> None:
        """End the array."""
        self._file.write("\n]\n" if self._between.startswith(",") else "[]\n")


class JsonReport(JsonArray):
    """An array with an object a picture, see `photo_as_json`."""

    def add(self, result: PhotoResult) -> None:
        """Write what is in a picture."""
        self.add_object(photo_as_json(result))


def write_json(results: Iterable[PhotoResult], file: TextIO) -> None:
    """Write a `JsonReport` of results, which are taken one by one."""
    with contextlib.closing(JsonReport(file)) as report:
        for result in results:
            report.add(result)


def photo_as_json(result: PhotoResult) -> dict[str, object]:
    """A picture's result as JSON knows it: {photo, error, faces: [...]}, the largest face first."""
    faces = [face_as_json(face) for face in result.faces]
    return {"photo": encodable(result.name), "error": encodable(result.error), "faces": faces}


def face_as_json(face: FaceResult) -> dict[str, object]:
    """A face as JSON knows it: {emotion, confidence, probabilities, box, detection_score, model, prior}.

    Where no face was found and a small picture was taken whole, the score is null and a note says so.
    """
    row = face.to_row()
    return {
        "emotion": row["emotion"],
        "confidence": row["confidence"],
        "probabilities": {name: row[name] for name in face.probabilities},
        "box": {name: row[name] for name in ("x", "y", "width", "height")},
        "detection_score": row["detection_score"],
        "model": row["model"],
        "prior": row["prior"],
        **({"note": face.note} if face.note else {}),
    }


def write_zip(pictures: Iterable[tuple[str, np.ndarray]], file: IO[bytes]) -> None:
    """Write pictures as JPEG into a zip.

    Args:
        pictures: names, the same one any number of times, and RGB arrays of shape (height, width, 3), uint8.
        file: open for bytes.
    """
    names: set[str] = set()
    # JPEG cannot be made smaller, so nothing is gained by compressing it again.
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, image in pictures:
            archive.writestr(unique_name(annotated_name(name), names), to_jpeg(image))


def to_jpeg(image: np.ndarray, quality: int = JPEG_QUALITY) -> bytes:
    """An RGB array of shape (height, width, 3), uint8, as the bytes of a JPEG file."""
    done, data = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"a picture of shape {image.shape} cannot be written as JPEG")
    return data.tobytes()


def annotated_name(photo: str) -> str:
    """The file name of a photo's annotated picture: "holiday/us.png" gives "us-annotated.jpg"."""
    return f"{PurePath(photo.replace(chr(92), '/')).stem or 'photo'}-annotated.jpg"


def unique_name(name: str, used: set[str]) -> str:
    """A file name that no file in `used` has yet, numbered if need be, and noted there as used."""
    path, number = PurePath(encodable(name)), 1
    chosen = path.name
    while chosen.casefold() in used:
        number += 1
        chosen = f"{path.stem}-{number}{path.suffix}"
    used.add(chosen.casefold())
    return chosen

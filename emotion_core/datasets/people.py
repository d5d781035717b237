"""Who a face is of, where that is known: from the table, or from what a picture and its folders are called."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

#: The column of a table that says who a face is of.
PERSON = "person"
#: KDEF names a file by session, person, emotion and angle (AF01ANS), JAFFE by person, emotion and number (KA.AN1.39),
#: CK+ by person, recording and frame (S005_001_00000011).
_FILES = (
    re.compile(r"[AB](?P<person>[FM]\d{2})(?:AF|AN|DI|HA|NE|SA|SU)(?:S|FL|FR|HL|HR)", re.IGNORECASE),
    re.compile(r"(?P<person>[A-Z]{2})\.(?:AN|DI|FE|HA|NE|SA|SU)\d\.\d+", re.IGNORECASE),
    re.compile(r"(?P<person>S\d{3})_\d{3}_\d{8}", re.IGNORECASE),
)
#: Folders such as subject_12 or Person 3, and P001 as of Oulu-CASIA.
_FOLDER = re.compile(r"(?P<person>(?:sub|subject|person|participant|actor)[ _-]?\d+|P\d{3})", re.IGNORECASE)


def people_of(table: pd.DataFrame) -> np.ndarray:
    """Who each face is of, (N,) of text, empty where nobody knows: the column `PERSON`, or else by its source."""
    if PERSON in table:
        return table[PERSON].fillna("").astype(str).str.strip().to_numpy(dtype=object)
    return np.array([person_in(source) for source in table["source"].astype(str)], dtype=object)


def person_in(source: str) -> str:
    """The person that a picture's place names, such as F01 of KDEF's AF01ANS.JPG; empty where it names none."""
    path = PurePosixPath(source.replace("\\", "/"))
    found = next((found for pattern in _FILES if (found := pattern.fullmatch(path.stem))), None)
    found = found or next((found for part in path.parts[:-1] if (found := _FOLDER.fullmatch(part))), None)
    return found["person"].upper() if found else ""

"""Who a face is of, where that is known: from the table, or from what a picture and its folders are called."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import PurePosixPath

import numpy as np
import pandas as pd

from emotion_core.datasets.splits import SHARES

#: The column of a table that says who a face is of.
PERSON = "person"
#: KDEF names a file by session, person, emotion and angle (AF01ANS), JAFFE by person, emotion and number (KA.AN1.39),
#: CK+ by person, recording and frame (S005_001_00000011), CREMA-D by actor, sentence, emotion and intensity
#: (1001_DFA_ANG_XX), maybe with a frame.
_FILES = (
    re.compile(r"[AB](?P<person>[FM]\d{2})(?:AF|AN|DI|HA|NE|SA|SU)(?:S|FL|FR|HL|HR)", re.IGNORECASE),
    re.compile(r"(?P<person>[A-Z]{2})[._-](?:AN|DI|FE|HA|NE|SA|SU)\d[._-]\d+", re.IGNORECASE),
    re.compile(r"(?P<person>S\d{3})_\d{3}_\d{8}", re.IGNORECASE),
    re.compile(r"(?P<person>\d{4})_[A-Z]{3}_(?:ANG|DIS|FEA|HAP|NEU|SAD)_(?:XX|X|LO|MD|HI)(?:[_-]\d+)?", re.IGNORECASE),
)
#: Folders such as subject_12 or Person 3, and P001 as of Oulu-CASIA.
_FOLDER = re.compile(r"(?P<person>(?:sub|subject|person|participant|actor)[ _-]?\d+|P\d{3})", re.IGNORECASE)


#: Whole people are put into one split where there are so many or more; of fewer, one could be most of a split.
ENOUGH_PEOPLE = 10


def splits_by_person(people: np.ndarray) -> np.ndarray | None:
    """The split of each face where none is given, so that no person is in two; None where that cannot be.

    The order of people is that of the hashes of their names; the first fill the test, the next the validation split.

    Args:
        people: who each face is of, (N,) of text, empty where nobody knows.
    """
    faces = Counter(people.tolist())
    if "" in faces or len(faces) < ENOUGH_PEOPLE:
        return None
    waiting = sorted(faces, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    split_of_person = dict.fromkeys(waiting, "train")
    for split in ("test", "validation"):
        filled = 0
        while filled < SHARES[split] * len(people) and len(waiting) > 1:
            split_of_person[waiting[0]] = split
            filled += faces[waiting.pop(0)]
    return np.array([split_of_person[name] for name in people], dtype=object)


def people_of(table: pd.DataFrame) -> np.ndarray:
    """Who each face is of, (N,) of text, empty where nobody knows: the column `PERSON`, or else by its source."""
    if PERSON in table:
        return table[PERSON].fillna("").astype(str).str.strip().to_numpy(dtype=object)
    return np.array([person_in(source) for source in table["source"].astype(str)], dtype=object)


def number_of_people(table: pd.DataFrame) -> int | None:
    """How many people the faces of a table are of; None where that is not known of each."""
    people = set(people_of(table).tolist())
    return len(people) if people and "" not in people else None


def person_in(source: str) -> str:
    """The person that a picture's place names, such as F01 of KDEF's AF01ANS.JPG; empty where it names none."""
    path = PurePosixPath(source.replace("\\", "/"))
    found = next((found for pattern in _FILES if (found := pattern.fullmatch(path.stem))), None)
    found = found or next((found for part in path.parts[:-1] if (found := _FOLDER.fullmatch(part))), None)
    return found["person"].upper() if found else ""

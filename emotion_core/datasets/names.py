"""Which data sets there are and where they lie. Importing this loads nothing, so that a menu can say it at once."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from emotion_core.datasets.errors import DatasetError
from emotion_core.workspace import workspace

DESCRIPTION_FILE = "dataset.json"
EDITS_FILE = "edits.jsonl"

LONGEST_NAME = 64
#: A folder's name may have 255 bytes; while a set is deleted, its folder is called a little longer.
_MOST_BYTES = 216


def is_name(text: str) -> bool:
    """Whether a data set may be called so."""
    return (
        0 < len(text) <= LONGEST_NAME
        and text[0].isalnum()
        and not text.endswith(" ")
        and all(map(_may_be_in_names, text))
        and len(text.encode()) <= _MOST_BYTES
    )


def as_name(text: str) -> str:
    """A text made into a name that is allowed, of 50 characters at most; empty if no letter and no digit is in it."""
    words = "".join(sign if _may_be_in_names(sign) else " " for sign in text)
    start = next((place for place, sign in enumerate(words) if sign.isalnum()), len(words))
    return words[start : start + 50].strip(" ._+-")


def datasets_folder() -> Path:
    """The folder with a folder for each stored set. It need not exist yet."""
    return workspace() / "datasets"


def dataset_folder(name: str) -> Path:
    """The folder of a stored set, whether there is one or not."""
    return datasets_folder() / name


def dataset_names() -> list[str]:
    """The names of all stored sets, in order."""
    root = datasets_folder()
    found = root.iterdir() if root.is_dir() else []
    return sorted(folder.name for folder in found if (folder / DESCRIPTION_FILE).is_file() and is_name(folder.name))


def check_new(name: str) -> None:
    """Raise a DatasetError if a new set cannot be called so."""
    if not is_name(name):
        raise DatasetError(
            f"a data set cannot be called {name!r}; allowed are 1 to {LONGEST_NAME} letters, digits, blanks "
            "and . _ + -, a letter or a digit first"
        )
    if dataset_folder(name).exists():
        raise DatasetError(f"there is a data set {name!r} already; choose another name or delete that one")


def unique_name(wanted: str) -> str:
    """The name itself where no set has it, else with the first number behind it that makes it unique."""
    taken = {folder.name for folder in datasets_folder().iterdir()} if datasets_folder().is_dir() else set()
    numbered = (f"{wanted[:60].strip()} {number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(name for name in numbered if name not in taken)


def version_token(name: str, *files: Path) -> str:
    """A text that changes whenever a set, its corrections or one of the other files does; made without reading them.

    For whoever keeps what they have worked out of a set. There need be no such set and no such files.
    """
    folder = dataset_folder(name)
    return "|".join(map(_file_version, (folder / DESCRIPTION_FILE, folder / EDITS_FILE, *files)))


def _file_version(path: Path) -> str:
    try:
        found = path.stat()
    except OSError:
        return f"{path} -"
    return f"{path} {found.st_mtime_ns} {found.st_size} {found.st_ino}"


def _may_be_in_names(sign: str) -> bool:
    """Letters and digits of any script; marks too, which are a part of letters in Hindi, in Thai and on macOS."""
    return sign.isalnum() or sign in " ._+-" or unicodedata.category(sign).startswith("M")

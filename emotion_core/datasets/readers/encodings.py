"""In what tables and names in zips are written that are not in UTF-8: told by what they name, or by the user.

Almost any bytes can be read in any of these encodings, so that none is taken on a guess: it has to make words for
emotions, or names of files that are there, of what stands in the table.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import PurePosixPath

from emotion_core.datasets.errors import DatasetError
from emotion_core.emotions import emotion_of

UTF8 = "utf-8-sig"
#: By Python's name of an encoding what it is called: those that are tried, the most frequent first.
ENCODINGS = {
    "cp1252": "Windows-1252",
    "cp932": "Shift-JIS",
    "gb18030": "GB 18030",
    "cp949": "Windows-949",
    "cp1251": "Windows-1251",
    "cp1254": "Windows-1254",
    "mac-roman": "Mac OS Roman",
    "cp850": "code page 850",
}
#: What names in a zip are in, if nothing else is said; also of those that are tried.
ZIP = "cp437"
#: So many bytes of a table are looked at, and so many of its lines that are not in ASCII.
LOOK_AT, LINES = 16 * 2**20, 5_000
#: What stands between the fields of a table, and between the parts of a path.
_BETWEEN = re.compile(r"[,;\t|\"/\\]")


def encoding_of(sample: bytes, name: str, files: Callable[[], Iterable[str]] = tuple, said: str = "") -> str:
    """What a table is written in, as Python calls it.

    Args:
        sample: its first bytes.
        name: what it is called, for messages.
        files: gives the names of those that it may name.
        said: what the user says that it is in, if it is not in UTF-8.

    Raises:
        DatasetError: it is not in UTF-8, and nothing tells what else it is in.
    """
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if not said and (wide := _without_mark(sample[:1000])):
        return wide
    if _is_in("utf-8", sample) and not (said and b"\0" in sample):
        return UTF8
    if said:
        return said
    there = {part for file in files() for path in (PurePosixPath(file),) for part in (*path.parts, path.stem)}
    known = {_folded(part) for part in there if not part.isascii()}
    best = _best(sample, ENCODINGS, known)
    if not best:
        raise DatasetError(not_in_utf8(name))
    return best


def encoding_of_names(names: Sequence[bytes], said: str = "") -> str:
    """What the names in a zip are in that does not say so: UTF-8, as on a Mac, or what makes emotions of folders.

    Args:
        names: at least those that are not in ASCII.
        said: what the user says that they are in, if it is not UTF-8.
    """
    sample = b"\n".join(names)
    if _is_in("utf-8", sample):
        return "utf-8"
    fits = bool(said) and "a".encode(said) == b"a" and _is_in(said, sample)  # no zip has names in UTF-16
    return said if fits else _best(sample, (ZIP, *ENCODINGS), set()) or ZIP


def checked_encoding(text: str) -> str:
    """The name of an encoding, as it was given; raises a DatasetError where there is none that is called so."""
    try:
        "a".encode(text).decode(text)
    except (LookupError, ValueError):
        allowed = ", ".join(ENCODINGS)
        raise DatasetError(f"there is no encoding {text!r} of texts; allowed are such as {allowed}") from None
    return text


def encoding_in_words(encoding: str) -> str:
    """What an encoding is called where it is none of Unicode's, as ", in Windows-1252"; else nothing."""
    plain = encoding.casefold().replace("_", "-")
    return "" if plain.startswith("utf") else f", in {ENCODINGS.get(plain, encoding)}"


def not_in_utf8(name: str) -> str:
    """Why a table cannot be read, and how it can."""
    return (
        f"{name} is not in UTF-8, and nothing in it tells its encoding; save it in UTF-8, or give its encoding (in the "
        "options on the page, with --encoding in a shell, with encoding= in Python), such as cp1252 for Western "
        "European, cp1251 for Cyrillic, cp932 for Japanese or gb18030 for Chinese"
    )


def _is_in(encoding: str, sample: bytes) -> bool:
    """Whether bytes, the last of which may be cut off, are in an encoding."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample, final=len(sample) < LOOK_AT)
    except UnicodeError:
        return False
    return True


def _without_mark(start: bytes) -> str:
    """UTF-16 where most of every second byte is nothing, as in Latin letters; else an empty text."""
    places = {"utf-16-be": start[::2], "utf-16-le": start[1::2]}
    return next((name for name, half in places.items() if half.count(0) > len(half) / 2 > 1), "")


def _best(sample: bytes, encodings: Iterable[str], known: set[str]) -> str:
    """The encoding in which most of what is not in ASCII is known; an empty text where nothing is in any."""
    lines = [line for line in sample.splitlines() if not line.isascii()][:LINES]
    scores = {encoding: _known_words(lines, encoding, known) for encoding in encodings if _is_in(encoding, sample)}
    best = max(scores, key=lambda encoding: scores[encoding], default="")
    return best if best and scores[best] else ""


def _known_words(lines: list[bytes], encoding: str, known: set[str]) -> int:
    """How many different words, that are not in ASCII, are of emotions, or of files that are there."""
    texts = (line.decode(encoding, "replace") for line in lines)
    words = {word.strip() for text in texts for word in _BETWEEN.split(text) if not word.isascii()}
    return sum(_folded(word) in known or emotion_of(word) is not None for word in islice(words, LINES))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()

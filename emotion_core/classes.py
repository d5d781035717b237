"""The classes of a model or a data set: what they may be called, their order and their colours.

The seven of `emotions.EMOTIONS` are the default; anybody may have others, 2 to 30 of them, in a data set of their own
and in the models trained on it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

import numpy as np

from emotion_core.emotions import COLOURS, EMOTIONS, OTHERS

FEWEST_CLASSES, MOST_CLASSES = 2, 30
LONGEST_CLASS = 50

#: What tables, files and pages give a meaning of its own.
FORBIDDEN_SIGNS = frozenset('<>&"`[]{}*$|~\\/=,;#')
#: Joiners that words of some scripts and emoji need; else what cannot be seen is not allowed.
_JOINERS = {"\u200c", "\u200d"}
#: Signs that may be printed and show nothing: joiners, fillers, what chooses a letter's or an emoji's form.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200c\u200d\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_COLOUR = re.compile("#[0-9A-Fa-f]{6}").fullmatch
#: What a class cannot be called: what faces are labelled and answered that are in no class, and columns of exports.
RESERVED = frozenset(
    {
        "uncertain", "unknown", "nf", "photo", "face", "error", "emotion", "confidence", "x", "y", "width", "height",
        "detection_score", "seconds", "time", "frame", "model", "source", "label", "split",
        "row", "number", "start", "end", "name",
    }
)  # fmt: skip

#: Colours for classes that are none of the emotions, in the order in which they are given out. Each is as far as can
#: be from those before it and from the emotions' own as people see them with and without each kind of colour blindness
#: (distances in Oklab after the simulation of Machado et al. 2009, the smallest of the four views). Beyond a dozen
#: nobody tells colours apart at a glance: never without the word beside it.
MORE_COLOURS = (
    "#990000", "#BBDDAA", "#4400DD", "#772277", "#DD7700", "#AA44FF", "#EECC44", "#661144", "#BB3344", "#6622AA",
    "#8888FF", "#CC33CC", "#AA99DD", "#665577", "#77BB66", "#AA33AA", "#3322FF", "#882244", "#FF1155", "#770000",
    "#885500", "#55AA88", "#CCCC77",
)  # fmt: skip


def class_name(text: str) -> str:
    """A class's name as it is kept: normalised, blanks around it gone, any run of blanks one.

    Raises:
        ValueError: no class may be called so; the message says why and what is allowed.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise ValueError("a class needs a name")
    if not any(unicodedata.category(sign)[0] in "LNPS" for sign in _UNSEEN.sub("", name)):
        raise ValueError("a class needs a name that can be seen")
    shown = name if len(name) <= LONGEST_CLASS else f"{name[:20]}..."
    if len(name) > LONGEST_CLASS:
        raise ValueError(f"the class {shown!r} has a name of {len(name)} characters; allowed are {LONGEST_CLASS}")
    if wrong := sorted({sign for sign in name if not _may_be_in_names(sign)}):
        signs = " ".join(sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in wrong)
        raise ValueError(
            f"the class {shown!r} has {signs} in its name; allowed are letters, digits, blanks and . - _ '"
        )
    if alike(name) in RESERVED:
        raise ValueError(
            f"no class can be called {shown!r}, which tables and answers use otherwise; choose another name"
        )
    return name


def alike(name: str) -> str:
    """What two names have in common that are one word: case, width, blanks and signs that are not seen do not count."""
    seen = unicodedata.normalize("NFKC", _UNSEEN.sub("", name)).casefold()
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def _may_be_in_names(sign: str) -> bool:
    return sign in _JOINERS or (sign.isprintable() and sign not in FORBIDDEN_SIGNS)


def checked_classes(names: Iterable[str], key: Callable[[str], str] = alike) -> tuple[str, ...]:
    """The names of classes in their order, each as `class_name` keeps it.

    Args:
        key: what two names have in common that are one.

    Raises:
        ValueError: they are too few or too many, two are one, or one is not allowed.
    """
    classes = tuple(class_name(name) for name in names)
    if not FEWEST_CLASSES <= len(classes) <= MOST_CLASSES:
        found = "one class" if len(classes) == 1 else f"{len(classes)} classes"
        raise ValueError(f"there must be {FEWEST_CLASSES} to {MOST_CLASSES} classes, not {found}")
    folded = [key(name) for name in classes]
    if twice := [name for name, key in zip(classes, folded, strict=True) if folded.count(key) > 1]:
        raise ValueError(f"two classes have the same name: {' and '.join(map(repr, twice[:2]))}")
    return classes


def stored_classes(names: Iterable[str]) -> tuple[str, ...]:
    """The same of what is stored, by whatever version: names that are `alike` and differ in more than case are two."""
    return checked_classes(names, str.casefold)


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Names as data sets have them where nothing else is said: emotions in their order, then others by the alphabet.

    Numbers in them are in the order of numbers: 2 is before 10.
    """
    found = set(names)
    others = sorted(found - set(EMOTIONS), key=lambda name: (_by_alphabet(name), name))
    return (*(name for name in EMOTIONS if name in found), *others)


def _by_alphabet(name: str) -> list[tuple[str, int]]:
    """A name as what sorts it: text with the number that comes after it, -1 where none does."""
    parts = re.findall(r"(\D*)(\d*)", name.casefold())
    return [(text, int(number) if number else -1) for text, number in parts]


def colours_of(classes: Sequence[str], chosen: Mapping[str, str] | None = None) -> dict[str, str]:
    """A colour for each class, as "#RRGGBB", and those of "uncertain" and of labels that are no class.

    Args:
        chosen: colours that classes have been given. The others keep the emotions' own where they are emotions, and
            get what is left of the emotions' and of `MORE_COLOURS`.
    """
    given = {name: colour for name, colour in (chosen or {}).items() if name in classes}
    own = {name: COLOURS[name] for name in classes if name in EMOTIONS and name not in given}
    taken = {*given.values(), *own.values()}
    spare = (colour for colour in chain((COLOURS[name] for name in EMOTIONS), MORE_COLOURS) if colour not in taken)
    found = {name: given.get(name) or own.get(name) or next(spare) for name in classes}
    grey = COLOURS["uncertain"]
    return {**dict.fromkeys(OTHERS, grey), **found, "uncertain": grey}


def checked_colour(colour: str) -> str:
    """A colour as classes are given it.

    Raises:
        ValueError: it is none. It is written into pages, where anything else could do harm.
    """
    if not _COLOUR(colour):
        raise ValueError(f"{colour[:20]!r} is no colour; allowed are such as #D55E00")
    return colour


def in_classes_of(probabilities: np.ndarray, known: Sequence[str], wanted: Sequence[str]) -> np.ndarray:
    """Probabilities of a model's classes as those of others: of both, in the others' order, summing to 1 again.

    Args:
        probabilities: (N, len(known)).
        known: the model's classes.
        wanted: the classes that are asked about.

    Returns:
        (N, len(wanted)) of the same type: 0 for what the model does not know. Where nothing is left, all that both
        know are equally probable.

    Raises:
        ValueError: they have no class in common.
    """
    if tuple(known) == tuple(wanted):
        return probabilities
    common = [name for name in wanted if name in known]
    if not common:
        raise ValueError(f"none of the classes {', '.join(wanted)} is among {', '.join(known)}")
    part = np.maximum(probabilities[:, [known.index(name) for name in common]], 1e-12)
    found = np.zeros((len(probabilities), len(wanted)), probabilities.dtype)
    found[:, [wanted.index(name) for name in common]] = part / part.sum(axis=1, keepdims=True)
    return found

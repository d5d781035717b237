"""Letters of any script on pictures: the first font of this machine that has all that a text needs."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont, features

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

#: Looked for where Pillow's own font, which has the Latin letters, lacks one: as Debian, Ubuntu and macOS call them.
FONTS = (
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "Arial Unicode.ttf", "NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc",
    "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf", "NotoEmoji-Regular.ttf", "Symbola.ttf",
)  # fmt: skip
#: What no font has: it is drawn as every letter is that a font lacks.
_NO_SIGN = "\uffff"
#: Height in pixels at which it is looked whether a font has a letter.
_PROBED = 16


def can_be_written(text: str) -> bool:
    """Whether this machine has a font with all signs of a text."""
    return _name_for(text) is not None


def font_for(text: str, size: int) -> Font:
    """The first font that has all signs of a text, of so many pixels; Pillow's own where none has."""
    font = _font(_name_for(text) or "", size)
    assert font is not None  # Pillow's own is always there
    return font


@lru_cache(maxsize=512)
def _name_for(text: str) -> str | None:
    if not _can_be_set(text):
        return None
    return next((name for name in ("", *FONTS) if all(_has(name, sign) for sign in text)), None)


def _can_be_set(text: str) -> bool:
    """Whether its letters can be put in their order: those from the right need a library that may be missing."""
    leftwards = any(unicodedata.bidirectional(sign) in ("R", "AL") for sign in text)
    return not leftwards or bool(features.check("raqm"))


@lru_cache(maxsize=64)
def _font(name: str, size: int) -> Font | None:
    """A font by its file's name, Pillow's own by an empty one; None where there is no such file."""
    try:
        return ImageFont.truetype(name, size) if name else ImageFont.load_default(size)
    except OSError:
        return None


@lru_cache(maxsize=4096)
def _has(name: str, sign: str) -> bool:
    font = _font(name, _PROBED)
    if font is None:
        return False
    # What joins signs or chooses between their forms is none itself.
    unseen = sign.isspace() or unicodedata.category(sign) in ("Cf", "Mn")
    return unseen or _drawn(font, sign) != _drawn(font, _NO_SIGN)


def _drawn(font: Font, sign: str) -> bytes:
    picture = Image.new("L", (3 * _PROBED, 3 * _PROBED))
    ImageDraw.Draw(picture).text((_PROBED, _PROBED), sign, fill=255, font=font)
    return picture.tobytes()

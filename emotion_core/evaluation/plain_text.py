"""Texts of others, such as a card's, within Markdown of ours: no picture, no link, no HTML comes of them."""

from __future__ import annotations

import re

#: Signs that begin a heading, a picture, a link, HTML, a formula, code or a cell of a table.
_SIGNS = re.compile(r"[\\\[\]<>|`$#]")
#: Where an address begins that is made into a link as it stands, however it is escaped...
_ADDRESS = re.compile(r"(?i)(?<=\bhttp:)(?=//)|(?<=\bhttps:)(?=//)|(?<=\bftp:)(?=//)|(?<=\bwww)(?=\.)|(?<=@)(?=\w)")
#: ...unless this stands in it, which is not seen.
_WORD_JOINER = "\u2060"


def plain_text(text: object) -> str:
    """A text that Markdown shows as it is, on one line."""
    line = " ".join(str(text).split())
    return _ADDRESS.sub(_WORD_JOINER, _SIGNS.sub(r"\\\g<0>", line))

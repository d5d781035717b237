"""Texts of others, such as a card's, within Markdown of ours: no picture, no link, no HTML comes of them."""

from __future__ import annotations

import re

#: Signs that begin a heading, a picture, a link, HTML, a formula, code or a cell of a table.
_SIGNS = re.compile(r"[\\\[\]<>|`$#]")
#: Addresses that are made into links as they stand.
_ADDRESS = re.compile(r"(?i)\b(https?|ftp)://|\bwww\.|(?<=\w)@(?=\w)")


def plain_text(text: object) -> str:
    """A text that Markdown shows as it is, on one line."""
    line = " ".join(str(text).split())
    return _ADDRESS.sub(_not_linked, _SIGNS.sub(r"\\\g<0>", line))


def _not_linked(found: re.Match[str]) -> str:
    return re.sub(r"[:.@]", r"\\\g<0>", found[0])

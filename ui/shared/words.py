"""What went wrong, as a page says it: not where on the server's disk things lie, nor to guests what others made."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from emotion_core.workspace import CHECKOUT, SHIPPED_MODELS, workspace
from ui.shared import access
from ui.shared.layout import plain

#: What is there instead of what was asked for: to guests, names of what others made.
_OTHERS = re.compile(
    r"""(there is no (?:data set|run|model|sequence model) (['"]).*?\2); there are .*?(\.?)\Z""", re.I | re.S
)
#: An absolute path of two steps or more; its last step is what it is called.
_PATH = re.compile(r"(?<![\w.:/~-])~?/(?:[^/\s'\"`]+/)+([^/\s'\"`,;)]*)")


def said(error: object) -> str:
    """An error's message for Markdown, without the paths in it."""
    return plain(without_paths(str(error)))


def sentence(text: str) -> str:
    """An error's message as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def without_paths(text: str) -> str:
    """A text with each path of the server's disk as the name that it ends in, for guests without others' names."""
    text = text if access.is_owner() else _OTHERS.sub(r"\1\3", text)
    for root in _roots():
        text = text.replace(f"{root}/", "")
    return _PATH.sub(lambda found: found[1] or "the folder", text)


def _roots() -> list[Path]:
    """Where things usually lie, longest first: they may hold blanks, at which a path would seem to end."""
    roots = [workspace(), Path.home(), Path.cwd(), Path(tempfile.gettempdir()), SHIPPED_MODELS.parent]
    roots += [CHECKOUT] if CHECKOUT else []
    whole = {root.absolute() for root in roots} - {Path("/")}
    return sorted(whole, key=lambda root: -len(str(root)))

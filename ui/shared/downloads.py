"""Files that a visitor saves, made at the click and outside of the page: what makes them must not use Streamlit."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TextIO

import streamlit as st

Write = Callable[[TextIO], object]


def download(
    label: str,
    make: Callable[[], bytes],
    name: str,
    mime: str | None = None,
    help_text: str | None = None,
    icon: str = ":material/download:",
) -> None:
    """A button that saves a file.

    Args:
        label: what is saved.
        make: gives the file's bytes.
        name: the file's name.
        mime: its type; guessed from the name unless given.
        help_text: shown beside the button on demand.
        icon: a Material symbol.
    """
    st.download_button(label, make, name, mime, icon=icon, on_click="ignore", help=help_text)


def csv_file(write: Write) -> bytes:
    """A file of CSV that Excel reads well; `write` is given a file that is open for text."""
    from emotion_core.csv_tables import CSV_ENCODING

    return _text_file(write).encode(CSV_ENCODING)


def json_file(write: Write) -> bytes:
    """A file of JSON; `write` is given a file that is open for text."""
    return _text_file(write).encode()


def _text_file(write: Write) -> str:
    file = io.StringIO(newline="")
    write(file)
    return file.getvalue()

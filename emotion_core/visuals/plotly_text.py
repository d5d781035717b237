"""Texts of others in Plotly's figures, which takes some HTML in them for markup, links included."""

from __future__ import annotations

from html import escape


def as_text(text: str) -> str:
    """A text that Plotly shows as it is."""
    return escape(text, quote=False)

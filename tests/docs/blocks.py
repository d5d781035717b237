"""What stands between fences in a page of the documentation."""

from __future__ import annotations

from markdown_it import MarkdownIt


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page: (language, content)."""
    return [(token.info.strip(), token.content) for token in MarkdownIt().parse(text) if token.type == "fence"]

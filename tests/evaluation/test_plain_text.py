"""Texts of others load nothing and lead nowhere, in whatever shows Markdown."""

from __future__ import annotations

import json
import re
from contextlib import suppress

import pytest
from markdown_it import MarkdownIt
from pydantic import ValidationError

from emotion_core.evaluation.model_card import card_in_words
from emotion_core.evaluation.plain_text import plain_text
from emotion_core.models.card import CARD_FILE, ModelCard
from emotion_core.workspace import SHIPPED_MODELS

HOSTILE = [
    "![x](http://evil.example/x.png)",
    "[click](http://evil.example)",
    "<img src=http://evil.example/x.png>",
    "![x][y]\n\n[y]: http://evil.example/x.png",
    "<http://evil.example>",
    "http://evil.example/path",
    "www.evil.example",
    "mail@evil.example",
    "# heading\n\n- item",
    "a | b | c",
    "$\\href{http://evil.example}{x}$",
]

#: So many places of a card at least take any text.
FIELDS_OF_TEXT = 200


@pytest.mark.parametrize("text", HOSTILE)
def test_no_link_picture_or_html_comes_of_a_text(text):
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(plain_text(text))
    # What Streamlit's reader of Markdown makes into links after all, in texts as they are shown.
    assert not re.search(r"https?://|www\.|[-.\w+]@[-\w]", re.sub(r"<[^>]*>", "", html))
    assert not [tag for tag in ("<a", "<img", "<h1", "<ul", "<table") if tag in html]


def test_no_field_of_a_card_brings_in_a_link_or_a_picture():
    card = json.loads((SHIPPED_MODELS / "emotion-net" / CARD_FILE).read_text())
    del card["checksum"]
    markdown, shown = MarkdownIt("gfm-like", {"html": True, "linkify": False}), 0
    for changed in copies_with("\n\n".join(HOSTILE), card):
        with suppress(ValidationError):  # most fields take no text
            html = markdown.render(card_in_words(ModelCard.model_validate(changed)))
            assert "<a" not in html and "<img" not in html, changed
            shown += 1
    assert shown > FIELDS_OF_TEXT


def copies_with(text, value):
    """Copies of what JSON holds, in each of which the text stands once, in the place of a value or of a name."""
    if isinstance(value, dict):
        for name, one in value.items():
            others = {other: two for other, two in value.items() if other != name}
            yield {**others, text: one}
            yield from ({**others, name: changed} for changed in copies_with(text, one))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from ([*value[:place], changed, *value[place + 1 :]] for changed in copies_with(text, one))
    else:
        yield text


def test_a_text_is_read_as_it_stands():
    text = "photos (Goodfellow et al. 2013), 88.5 % * 2"
    assert MarkdownIt().render(plain_text(text)) == f"<p>{text}</p>\n"

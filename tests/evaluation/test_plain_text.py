"""Texts of others load nothing and lead nowhere, in whatever shows Markdown."""

from __future__ import annotations

import re

import pytest
from markdown_it import MarkdownIt

from emotion_core.evaluation.model_card import card_in_words
from emotion_core.evaluation.plain_text import plain_text
from emotion_core.models.card import read_card
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


@pytest.mark.parametrize("text", HOSTILE)
def test_no_link_picture_or_html_comes_of_a_text(text):
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(plain_text(text))
    # What Streamlit's reader of Markdown makes into links after all, in texts as they are shown.
    assert not re.search(r"https?://|www\.|[-.\w+]@[-\w]", re.sub(r"<[^>]*>", "", html))
    assert not [tag for tag in ("<a", "<img", "<h1", "<ul", "<table") if tag in html]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_field_of_a_card_brings_in_a_link_or_a_picture(text):
    card = read_card(SHIPPED_MODELS / "emotion-net")
    training = card.training.model_copy(update={"data": text, "versions": {text: text}, "recipe": {text: text}})
    measured = [one.model_copy(update={"data": text}) for one in card.measurements]
    network = card.architecture.model_copy(update={"name": text})
    hostile = {"name": text, "summary": text, "terms": text, "training": training, "measurements": measured}
    words = card_in_words(card.model_copy(update={**hostile, "architecture": network}))
    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(words)
    assert "<a" not in html
    assert "<img" not in html


def test_a_text_is_read_as_it_stands():
    text = "photos (Goodfellow et al. 2013), 88.5 % * 2"
    assert MarkdownIt().render(plain_text(text)) == f"<p>{text}</p>\n"

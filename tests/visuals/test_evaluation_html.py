"""An evaluation as one HTML file: all in it, nothing outside of it, and names are text."""

from __future__ import annotations

import pytest

from emotion_core.visuals.evaluation_html import report_as_html


@pytest.fixture
def html(report, card, images) -> str:
    return report_as_html(report, {"a": card, "b": card}, images)


def test_is_one_file_that_asks_no_net(html):
    assert html.count("<!doctype html>") == 1 and html.rstrip().endswith("</html>")
    body = html.replace(html[html.index("<script>") : html.index("</script>")], "", 1)  # without plotly.js
    for asking in ("<link", 'src="http', "<script src", "@import", "url("):
        assert asking not in body
    assert html.count("Plotly.newPlot(") >= 6


def test_holds_figures_protocol_comparison_mistakes_and_cards(html):
    for words in (
        "Evaluation on set, test",
        "no test-time augmentation",
        "75.0 % (",
        "a and b cannot be told apart on these faces: +50.0 points",
        "<b>sad</b>, predicted <b>happy</b>, 60 %",
        "data:image/png;base64,",
        "A network for tests.",
        "not for decisions about people",
    ):
        assert words in html


def test_names_are_text_and_no_markup(report, card, images):
    evil = report.model_copy(update={"data": "<script>alert(1)</script>"})
    html = report_as_html(evil, {"<img src=x>": card.model_copy(update={"summary": "<b onload=x>"})}, images)
    assert "<script>alert" not in html and "<img src=x>" not in html and "<b onload" not in html
    assert 'alt="&lt;x&gt;: labelled sad' in html


def test_a_models_name_cannot_leave_its_chart(report, card, images):
    name = "</script><script>alert(1)</script>"
    first, second = report.evaluations
    evil = report.model_copy(update={"evaluations": [first.model_copy(update={"model": name}), second]})
    assert "<script>alert" not in report_as_html(evil, {name: card}, images)


def test_a_card_brings_no_picture_from_elsewhere(report, card, images):
    tracked = card.model_copy(update={"summary": "![seen](https://example.org/pixel.png)"})
    html = report_as_html(report, {"a": tracked}, images)
    assert "example.org/pixel.png" in html and 'src="https://example.org' not in html


def test_a_browser_is_told_to_load_nothing_from_elsewhere(html):
    assert 'http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; img-src data: blob:;' in html

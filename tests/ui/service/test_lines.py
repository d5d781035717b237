"""The lines for other programs ask for what the page shows."""

from __future__ import annotations

import emotion_core as ec
from ui.service.lines import client_lines, curl_line, library_lines

USUAL = ec.AnalysisSettings()
OTHER = ec.AnalysisSettings("my model", "haar", 0.9, 40, prior="trained")


def test_the_usual_settings_need_no_words():
    assert curl_line("http://x", USUAL) == "curl -F files=@photo.jpg 'http://x/analyze'"
    assert "ec.Client('http://x')" in client_lines("http://x", USUAL)
    assert 'client.analyze("photo.jpg"):' in client_lines("http://x", USUAL)
    assert 'ec.analyze("photo.jpg"):' in library_lines(USUAL)


def test_others_are_named():
    query = "model=my+model&detector=haar&threshold=0.9&smallest_face=40&prior=trained"
    assert curl_line("http://x", OTHER).endswith(f"/analyze?{query}'")
    words = "model='my model', detector='haar', threshold=0.9, smallest_face=40, prior='trained'):"
    assert words in client_lines("http://x", OTHER) and words in library_lines(OTHER)


def test_a_token_stays_in_the_environment():
    asked = curl_line("http://x", USUAL, with_token=True)
    assert asked == ("curl -H \"Authorization: Bearer $EMOTION_SERVER_TOKEN\" -F files=@photo.jpg 'http://x/analyze'")
    assert "ec.Client('http://x', token=os.environ[\"EMOTION_SERVER_TOKEN\"])" in client_lines(
        "http://x", USUAL, with_token=True
    )


def test_python_can_read_them():
    for lines in (library_lines(OTHER), client_lines("http://x", OTHER), client_lines("http://x", OTHER, True)):
        compile(lines, "lines", "exec")

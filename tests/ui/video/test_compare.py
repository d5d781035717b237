"""Comparing two people on the page Video, without a browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.page import texts
from tests.waiting import PATIENCE


def _page() -> None:
    from emotion_core.video import TimelineSettings, timelines
    from tests.video_results import course, result_of
    from ui.video.compare import compare

    result = result_of(sorted(course(1, (3, "happy"), (1, "sad")) + course(2, (4, "sad"))))
    compare(result, timelines(result), TimelineSettings())


def test_people_and_parts_are_compared_in_words_and_a_table():
    page = AppTest.from_function(_page, default_timeout=PATIENCE).run()
    assert not page.exception
    assert "The expression looks" in texts(page)
    assert "happy" in page.dataframe[0].value["Expression"].tolist()
    page.text_input(key="video_compare_first_to").set_value("yesterday").run()
    assert not page.exception and page.error
    page.text_input(key="video_compare_first_to").set_value("0:02").run()
    assert not page.exception and not page.error and "from 0 s to 2 s" in texts(page)

"""The people of a video that has very many, without a browser."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.waiting import PATIENCE


def _page() -> None:
    import streamlit as st

    from emotion_core.video import timelines
    from tests.video_results import course, result_of
    from ui.video.persons import RESULT, persons
    from ui.video.view import _shown

    if st.session_state.get("away"):
        return

    rows = sorted(row for face in range(1, 31) for row in course(face, (1, "happy")))
    result = st.session_state.setdefault(RESULT, result_of(rows))
    lines = timelines(result)
    st.session_state.lanes = [line.face for line in _shown(lines)]
    persons(result, lines)


def test_of_very_many_people_those_are_shown_and_corrected_who_are_chosen():
    page = AppTest.from_function(_page, default_timeout=PATIENCE).run()
    assert not page.exception
    assert page.session_state.lanes == list(range(1, 13)) and not page.text_input
    assert len(page.dataframe[1].value) == 30
    page.multiselect(key="video_lanes").set_value([30, 3]).run()
    assert page.session_state.lanes == [3, 30]
    page.selectbox(key="video_correct").set_value(30).run()
    for page.session_state.away in (True, False):  # who comes back to the page finds it as it was
        page.run()
    assert page.session_state.lanes == [3, 30] and page.selectbox(key="video_correct").value == 30
    page.text_input(key="name 30").set_value("Ada").run()
    assert not page.exception and "Ada" in page.dataframe[0].value["Who"].tolist()
    page.button(key="out 30").click().run()  # nobody is chosen any more
    assert not page.exception and page.selectbox(key="video_correct").value is None
    assert page.session_state.lanes == [3]

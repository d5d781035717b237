"""Before the lesson: what will happen, and which classes there are to be."""

from __future__ import annotations

import streamlit as st

import emotion_core as ec
from emotion_core.models import DEFAULT_MODEL
from ui.shared import models
from ui.shared.layout import count
from ui.shared.top import to_the_top
from ui.shared.words import said

#: In the session: the lesson, its stream, and where that is: "off", "live" or "stopping".
LESSON, STREAM, PHASE = "teach_lesson", "teach_stream", "teach_phase"
#: Two classes that everybody can show.
EXAMPLE = "straight face\nwide smile"


def teaching_state() -> str:
    """How many faces a lesson has, in a few words."""
    lesson = st.session_state.get(LESSON)
    return f"Lesson: {count(sum(lesson.counts().values()), 'face')}" if lesson else "No lesson yet"


def what_will_happen() -> None:
    """What the visitor agrees to by starting."""
    st.markdown(
        "- Name two or more classes. Hold a button while you show one of them: faces are recorded, five a second.\n"
        "- A model answers live as soon as two classes have five faces, and gets better with more.\n"
        "- Your browser sends the camera's video to the program that shows this page. **The faces that you record stay "
        "in its memory until you keep them** as a data set or as a model; closing the page forgets them.\n"
        "- Anyone else in view should know."
    )


def classes_form() -> None:
    """Asks for the classes, and begins the lesson."""
    with st.form("teach_begin", border=True):
        text = st.text_area(
            "Classes, one a line", EXAMPLE, key="teach_names", height=120, help="2 to 30, in any language."
        )
        if st.form_submit_button("Begin", type="primary", icon=":material/school:"):
            _begin(text)


def _begin(text: str) -> None:
    from emotion_core.streams import Lesson, parse_classes

    try:
        lesson = Lesson(models.classifier(DEFAULT_MODEL), parse_classes(text))
    except (ValueError, ec.ModelError) as error:
        st.error(said(error), icon=":material/error:")
        return
    st.session_state.update({LESSON: lesson, PHASE: "off", STREAM: None})
    to_the_top()
    st.rerun()

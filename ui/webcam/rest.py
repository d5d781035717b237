"""Reading answers against how one's face looks at rest: recorded here, switched on and off."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import streamlit as st

from emotion_core.models import REST
from ui.webcam import second
from ui.webcam.leaving import REST_CROPS, REST_ON, REST_PERSON, REST_RECORDER, forget_face_at_rest
from ui.webcam.stream import Stream

if TYPE_CHECKING:
    from emotion_core.models import Classifier


@st.fragment(run_every=1.0)
def at_rest(stream: Stream) -> None:
    """Records the face at rest, and says whether answers are read against it."""
    recorder = st.session_state.get(REST_RECORDER)
    if recorder is not None and stream.session.watch != recorder.watch:  # of another stream, which has ended
        del st.session_state[REST_RECORDER]
        recorder = None
    if REST not in stream.session.classifier.classes:
        st.caption(f"This model has no class “{REST}”, so its answers cannot be read against a face at rest.")
        second.apply(stream)
        return
    if recorder is not None and recorder.done:
        _calibrate(stream)
        recorder = None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Recording: keep your face at rest" if recorder else "Record my face at rest",
            on_click=_record,
            args=(stream,),
            disabled=recorder is not None,
            icon=":material/face:",
            help="Some faces look angry or sad while nothing is expressed. Three seconds at rest show how yours is "
            "read, and that is subtracted from every prediction. For one person in front of the camera.",
        )
        if st.session_state.get(REST_PERSON) is not None:
            st.toggle("Read against my face at rest", key=REST_ON, on_change=_apply, args=(stream,))
    if recorder:
        st.progress(recorder.share)
    person = st.session_state.get(REST_PERSON)
    if person is not None and not person.changes:
        st.caption("Your face at rest reads as neutral: nothing is subtracted.")
    _apply(stream)


def _record(stream: Stream) -> None:
    from emotion_core.streams import RestRecorder

    forget_face_at_rest()
    st.session_state[REST_RECORDER] = recorder = RestRecorder()
    stream.session.watch = recorder.watch


def _calibrate(stream: Stream) -> None:
    """What the recorded face says; taken off from now on."""
    from emotion_core.models import calibrate_person

    recorder = st.session_state.pop(REST_RECORDER)
    stream.session.watch = None
    crops = recorder.crops()
    st.session_state.update({REST_PERSON: calibrate_person(_model_of(stream), crops), REST_CROPS: crops})
    st.session_state[REST_ON] = True


def _apply(stream: Stream) -> None:
    """Give the stream the classifier that is asked for; a second model is read against the same face."""
    person = st.session_state.get(REST_PERSON) if st.session_state.get(REST_ON) else None
    if getattr(stream.session.classifier, "person", None) is not person:
        stream.session.classifier = _model_of(stream).for_person(person)
    stream.rest = None if person is None else st.session_state[REST_CROPS]
    second.apply(stream)


def _model_of(stream: Stream) -> Classifier:
    """The stream's model as it answers without a face at rest; another one may have been chosen since it began."""
    return cast("Classifier", stream.session.classifier).for_person(None)

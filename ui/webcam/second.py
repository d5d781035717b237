"""A second model beside the one in use: both read the same faces, and their answers stand side by side."""

from __future__ import annotations

from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.emotions import display_name, isolated
from emotion_core.inference import UNCERTAIN, percent
from emotion_core.models import calibrate_person
from ui.shared import access, models
from ui.shared.layout import plain
from ui.shared.mix import chosen_mix
from ui.shared.words import said
from ui.webcam.charts import charts, colours_by
from ui.webcam.stream import Stream

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.models import Prior
    from emotion_core.streams import Agreement, LiveSession, Observation, Snapshot, TrackedFace
    from ui.webcam.stream import Asked

#: The widget that chooses it; the page Photos has one of its own.
CHOSEN = "second live model"
#: The table of all faces has so many rows.
MOST_FACES = 12
#: The table of all faces stands in a narrow column.
_TABLE = "width: 100%; font-size: 0.875rem; border-collapse: collapse"
_CELL = "padding: 0.2rem 0.4rem 0.2rem 0; text-align: left; vertical-align: top"


def choice(model: str, width: int) -> None:
    """Which model to compare with; nothing to choose where there is only one."""
    names = access.model_names()
    if len(names) > 1:
        models.second_model(model, names, CHOSEN, width)


def line() -> None:
    """Which model is compared with, how good it is, and what is to be known of it."""
    name = st.session_state.get(CHOSEN)
    if not name:
        return
    try:
        card = models.classifier(name).card  # so that the camera, once on, need not wait for it
    except ec.ModelError as error:
        _cannot_be_used(name, error)
        return
    st.caption(f"Compared with: {plain(card.name)}{models.how_good(card)}.")
    models.say_cautions(card)


def apply(stream: Stream) -> None:
    """Give the stream the second model that is chosen, or none, unless it has it already."""
    asked = None
    if name := st.session_state.get(CHOSEN):
        try:
            classifier = models.classifier(name)
        except ec.ModelError as error:
            _cannot_be_used(name, error)
        else:
            asked = classifier, chosen_mix(classifier.card), stream.rest
    if not _same(asked, stream.second):
        stream.second_problem = _compare_with(stream, asked)
        stream.second = asked
    if name and stream.second_problem:
        _cannot_be_used(name, stream.second_problem)


def _compare_with(stream: Stream, asked: Asked | None) -> str:
    """Have the stream compare with what is asked; why it cannot, or nothing."""
    try:
        stream.session.compare_with(None if asked is None else _as_asked(*asked))
    except (ValueError, RuntimeError) as error:
        stream.session.compare_with(None)
        return str(error) or type(error).__name__
    return ""


def _same(one: tuple[object, ...] | None, other: tuple[object, ...] | None) -> bool:
    """Whether the same was asked; arrays are the same where they are one."""
    if one is None or other is None:
        return one is other
    return one[:2] == other[:2] and one[2] is other[2]


def _as_asked(classifier: ec.Classifier, mix: Prior, rest: np.ndarray | None) -> ec.Classifier:
    """The model under a mix of expressions, read against the face at rest where there is one and it knows rest."""
    if rest is not None:
        with suppress(ValueError):  # its name, beside its answers, says how they are read
            classifier = classifier.for_person(calibrate_person(classifier, rest))
    return classifier.under(mix)


def _cannot_be_used(name: str, error: object) -> None:
    st.error(f"The model {plain(name)} cannot be used: {said(error)}", icon=":material/error:")


# Live


def answer_of(snapshot: Snapshot, number: int) -> TrackedFace | None:
    """What the second model says of a face, if there is one."""
    return next((face for face in snapshot.second if face.number == number), None)


def side_by_side(face: TrackedFace, other: TrackedFace) -> None:
    """Both models' answers to one face, and whether they are the same."""
    from emotion_core.inference import probability_bars

    st.header(f"Face {face.number}: the models {models.agreement_in_words(face.result, other.result)}", anchor=False)
    for column, one in zip(st.columns(2, gap="small"), (face, other), strict=True):
        with column:
            st.markdown(f"**{plain(one.result.model)}**  \n{plain(answer_in_words(one))}")
            st.html(probability_bars(one.result))


def answer_in_words(face: TrackedFace) -> str:
    """The answer by the label that does not flicker, such as "looks happy, 93 %"."""
    result = face.result
    if result.emotion == UNCERTAIN:
        first, second = (name for name, _ in result.ranking[:2])
        return f"uncertain, {isolated(first)} or {isolated(second)}"
    return f"looks {isolated(result.emotion)}, {percent(result.confidence)}"


def all_faces(snapshot: Snapshot) -> None:
    """A row a face with both models' answers, where there are several."""
    faces = sorted(snapshot.faces, key=lambda face: face.number)
    pairs = [(face, answer_of(snapshot, face.number)) for face in faces[:MOST_FACES]]
    rows = [_row(face, other) for face, other in pairs if other]
    if len(rows) > 1:
        names = [one.result.model for one in (snapshot.faces[0], snapshot.second[0])]
        head = "".join(f'<th scope="col" style="{_CELL}">{escape(name)}</th>' for name in ("Face", *names, ""))
        body = "".join(rows)
        st.html(f'<table style="{_TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>')


def _row(face: TrackedFace, other: TrackedFace) -> str:
    shares = (percent(one.result.confidence).replace(" ", "\N{NO-BREAK SPACE}") for one in (face, other))
    answers = (f"{display_name(one.result.emotion)} {share}" for one, share in zip((face, other), shares, strict=True))
    cells = (str(face.number), *answers, models.agreement_in_words(face.result, other.result).removeprefix("have "))
    return "<tr>" + "".join(f'<td style="{_CELL}">{escape(cell)}</td>' for cell in cells) + "</tr>"


def lately(observations: list[Observation], other: TrackedFace, now: float, seconds: float) -> None:
    """What the second model lately said of a face, as a chart, and how often both agreed."""
    from emotion_core.streams import agreements
    from emotion_core.visuals import last_seconds

    said = [one.second for one in observations if one.second]
    st.caption(plain(other.result.model))
    st.html(last_seconds(said, now, seconds, other.result.colours, other.result.model))

    # The pair of models that comes first backwards is the one that reads the faces now.
    for one in agreements(reversed(observations))[:1]:
        st.caption(f"Last minute: {plain(one.in_words())}")


# Afterwards


def compared(session: LiveSession, observations: list[Observation], snapshot: Snapshot) -> None:
    """How often two models agreed, what each said when, and how long each took; nothing where there was only one."""
    from emotion_core.streams import agreements

    found = agreements(observations)
    if found:
        st.markdown("**Two models**")
    for place, one in enumerate(found):
        st.markdown(plain(one.in_words()))
        if one.models in snapshot.network_milliseconds:
            times = zip(one.models, snapshot.network_milliseconds[one.models], strict=True)
            each = " and ".join(f"{plain(model)} took {taken:.1f} ms" for model, taken in times)
            st.caption(f"For the faces of a frame, {each}.")
        said = [other.second for other in observations if other.second and _is_of(other, other.second, one)]
        second = one.models[1]
        charts(said, snapshot.kept_since, colours_by(session, second), second, key=f"second {place}")
        with st.expander("What each of them said", icon=":material/table:"):
            _table(one)


def _is_of(one: Observation, other: Observation, pair: Agreement) -> bool:
    """Whether two models' observations are of a pair of models."""
    return (one.model, other.model) == pair.models and (one.classes, other.classes) == pair.classes


def _table(one: Agreement) -> None:
    """A row for each label of the first model, a column for each of the second."""
    import pandas as pd

    first, second = one.models
    rows, columns = (list(dict.fromkeys(said)) for said in zip(*one.counts, strict=True))
    shares = [[percent(one.counts.get((row, column), 0) / one.observations) for column in columns] for row in rows]
    names = ([display_name(label) for label in labels] for labels in (rows, columns))
    st.caption(f"Rows: {plain(first)}; columns: {plain(second)}; share of the time, over all faces.")
    st.dataframe(pd.DataFrame(shares, *names), alt=f"What {first} said by what {second} said")

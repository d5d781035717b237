"""Many photos at a glance: a chart of their expressions, and a table to choose one from."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import streamlit as st

import emotion_core as ec
from emotion_core.inference import percent
from ui.photos.analysis import thumbnail
from ui.photos.given import Photo
from ui.photos.inputs import digest_of
from ui.shared import models
from ui.shared.layout import count, plain

if TYPE_CHECKING:
    from emotion_core.streams import Verdict

ROW_HEIGHT = 56
#: In the session: the sum of the photo that was chosen last.
_CHOSEN = "chosen photo"


def overview(photos: list[Photo], results: list[ec.PhotoResult]) -> int:
    """Many photos' expressions as chart and table. Returns the place of the one whose row is selected."""
    faces = sum(len(result.faces) for result in results)
    bad = sum(bool(result.error) for result in results)
    st.header(f"{count(faces, 'face')} in {count(len(results), 'photo')}", anchor=False)
    if bad:
        st.warning(f"{count(bad, 'file')} could not be used; the table says why.", icon=":material/broken_image:")
    if faces:
        _chart(results)
    st.caption("Select a row to see its photo.")
    return _chosen_row(photos, results)


def agreement(results: list[ec.PhotoResult], others: list[ec.PhotoResult]) -> None:
    """Say on how many faces two models agree, of those on which both say what the other one knows, too."""
    pairs = [
        (one, other)
        for result, again in zip(results, others, strict=True)
        for one, other in zip(result.faces, again.faces, strict=False)
    ]
    if pairs:
        found = Counter(models.verdict_of(one, other) for one, other in pairs)
        names = " and ".join(plain(face.model) for face in pairs[0])
        st.markdown(f"{names} {_agreement_in_words(found)}")


def _agreement_in_words(found: Counter[Verdict]) -> str:
    """How often two models agree, as the end of a sentence."""
    compared, others = found["agree"] + found["differ"], found["not comparable"]
    if not compared:
        return "cannot be compared here: what one of them says is no class of the other."
    words = f"agree on {found['agree']} of {count(compared, 'face')}"
    return f"{words}; on {others} more, what one of them says is no class of the other." if others else f"{words}."


def _chart(results: list[ec.PhotoResult]) -> None:
    from emotion_core.visuals import count_expressions, expression_counts

    st.plotly_chart(
        expression_counts(results),
        config={"staticPlot": True},
        alt="Faces by expression: " + ", ".join(f"{n} {name}" for name, n in count_expressions(results).items()),
    )


def _chosen_row(photos: list[Photo], results: list[ec.PhotoResult]) -> int:
    import pandas as pd

    # What cannot be used stands last: the first row is chosen at first.
    order = sorted(range(len(photos)), key=lambda place: bool(results[place].error))
    shown = [photos[place] for place in order]
    digests = [photo.digest for photo in shown]
    kept = st.session_state.get(_CHOSEN)
    event = st.dataframe(
        pd.DataFrame([_row(photos[place], results[place]) for place in order]),
        # A selection is the number of a row: in another order it would be another photo.
        key=f"table {digest_of(shown)}",
        on_select="rerun",
        selection_mode="single-row-required",
        selection_default={"selection": {"rows": [digests.index(kept) if kept in digests else 0]}},
        hide_index=True,
        row_height=ROW_HEIGHT,
        column_config={
            # So narrow that the confidence is seen on a phone, and beside a photo on a laptop.
            "Picture": st.column_config.ImageColumn(width=64),
            "Expressions": st.column_config.TextColumn(width=112),
            "Confidence": st.column_config.NumberColumn(width=80, format="%d %%", help="Of the largest face."),
            "Photo": st.column_config.TextColumn(width=152),
            "Faces": st.column_config.NumberColumn(width=64),
        },
        placeholder="",
        alt="The photos with the expressions of the faces in them",
    )
    chosen = event.selection.rows[0] if event.selection.rows else 0
    st.session_state[_CHOSEN] = digests[chosen]
    return order[chosen]


def _row(photo: Photo, result: ec.PhotoResult) -> dict[str, object]:
    return {
        "Picture": None if result.error else thumbnail(photo),
        "Expressions": result.error or _expressions(result) or "no face found",
        "Confidence": _whole_percent(result.faces[0].confidence) if result.faces else None,
        "Photo": result.name,
        "Faces": len(result.faces),
    }


def _whole_percent(confidence: float) -> int:
    """As a number, so that the column is sorted by it; rounded as everywhere else."""
    return int(percent(confidence).removesuffix(" %"))


def _expressions(result: ec.PhotoResult) -> str:
    counts = Counter(face.emotion for face in result.faces)
    return ", ".join(f"{number} {name}" if number > 1 else name for name, number in counts.items())

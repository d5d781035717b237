"""The player: the video with boxes over it and the time line below, which move together in the browser alone."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import streamlit as st

from emotion_core.classes import colours_of
from emotion_core.emotions import display_name
from emotion_core.inference import UNCERTAIN
from emotion_core.video import PersonTimeline, VideoResult

#: Rows that are sent to the browser at most; of more, every so many.
MOST_ROWS = 300_000
_HERE = Path(__file__).parent
_player = st.components.v2.component(
    "video_player",
    html=(_HERE / "player.html").read_text("utf-8"),
    css=(_HERE / "player.css").read_text("utf-8"),
    js="".join((_HERE / name).read_text("utf-8") for name in ("timeline.js", "player.js")),
)


def player(path: Path | None, result: VideoResult, lines: Sequence[PersonTimeline], markers: list[dict]) -> None:
    """Show a video with what was seen in it; new markers come to `video_markers` of the session.

    Args:
        path: of a file that browsers play; None where there is none yet.
        result: what was seen.
        lines: of the persons who have a lane.
        markers: with their `seconds` and `text`.
    """
    from emotion_core.visuals import patterns_of, readable_on

    labels, colours = (*result.classes, UNCERTAIN), colours_of(result.classes, result.colours)
    shapes = patterns_of(result.classes)
    data = {
        "url": "" if path is None else _address(path),
        "width": result.info.width,
        "height": result.info.height,
        "duration": float(result.info.duration or (result.moments[-1] if len(result.moments) else 0)),
        "step": result.step,
        "labels": [display_name(label) for label in labels],
        "colours": [colours[label] for label in labels],
        "inks": [readable_on(colours[label]) for label in labels],
        "shapes": [shapes[label] for label in labels],
        "cuts": list(result.cuts),
        "persons": [person_data(result, line) for line in lines],
        "markers": markers,
    }
    _player(key="video player", data=data, on_marker_change=_on_marker)


def _on_marker() -> None:
    marker = st.session_state["video player"].marker
    if marker:
        kept = [*st.session_state.get("video_markers", []), marker]
        st.session_state.video_markers = sorted(kept, key=lambda one: one["seconds"])


def person_data(result: VideoResult, line: PersonTimeline) -> dict[str, object]:
    """One person for the browser: arrays as base64, little-endian, shares in 255ths."""
    mine, numbers = result.faces == line.face, [*result.classes, UNCERTAIN]
    step = max(1, -(-int(mine.sum()) // MOST_ROWS))
    read = slice(None, None, step)
    places = np.flatnonzero(mine)[::step]
    return {
        "number": line.face,
        "name": line.name,
        "spans": [[numbers.index(span.label), span.start, span.end] for span in line.spans],
        "segments": [
            [numbers.index(one.emotion), one.onset, one.apex, one.offset, one.mean, one.peak] for one in line.segments
        ],
        "seconds": _encoded(line.seconds[read], "<f4"),
        "curves": _encoded(np.rint(line.curves[read] * 255), "u1"),
        "names": _encoded([numbers.index(label) for label in line.labels[read]], "u1"),
        "seen": _encoded(result.seconds[places], "<f4"),
        "boxes": _encoded(np.clip(result.boxes[places], 0, 65535), "<u2"),
        "quality": _encoded(np.rint(result.quality[places] * 255), "u1"),
    }


def _encoded(values: object, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()


def _address(path: Path) -> str:
    """Where the browser gets the file from as long as the page shows it."""
    from streamlit.runtime import exists, get_instance

    if not exists():  # a page that runs without a server
        return ""
    try:
        changed = path.stat().st_mtime_ns
    except OSError:  # it was removed meanwhile; what was seen in it is shown all the same
        return ""
    name = hashlib.sha256(f"{path} {changed}".encode()).hexdigest()
    mime = mimetypes.guess_type(path.name)[0] or "video/mp4"
    return get_instance().media_file_mgr.add(str(path), mime, f"video {name}")

"""When the browser is told to play a stream: once, and once more where the stream was lost or does not begin."""

from __future__ import annotations

import streamlit as st

#: Seconds that the browser has to let go of a connection, of which it needs half a one.
LETTING_GO = 1.0
#: Seconds after which a stream that brings no picture is begun anew.
IN_VAIN = 8.0


class Playing:
    """Whether the browser should play, from run to run of the page.

    Where a connection is lost, the browser's part of streamlit-webrtc begins again by itself as long as it is told to
    play, but most often twice at once, and then the one that it keeps is not the one that is answered. So it is told to
    stop, and a moment later to play again: as often as the stream brought pictures, and once where it brought none.

    Attributes:
        told: when the browser was last told to play; None while it is not. All times are seconds of one clock.
    """

    def __init__(self) -> None:
        self.told: float | None = None
        self._not_before = 0.0
        self._answered = False
        self._pictures = -1
        self._was_in_vain = False

    def wanted(self, connected: bool, pictures: int, now: float) -> bool:
        """What the browser is to be told in this run.

        Args:
            connected: whether it has the stream playing, or is about to.
            pictures: that have come so far.
            now: the time.
        """
        if self.told is None:
            if now >= self._not_before and not connected:
                self._tell(pictures, now)
        elif self._is_lost(connected, pictures) or self._brings_none(pictures, now):
            self.told, self._not_before = None, now + LETTING_GO
        return self.told is not None

    def is_due(self, pictures: int, now: float) -> bool:
        """Whether the browser is to be told something else now, for which the page must run."""
        if self.told is None:
            return now >= self._not_before
        return self._brings_none(pictures, now)

    def waited(self, now: float) -> float:
        """Seconds since the browser was told to play; 0 while it is not."""
        return now - self.told if self.told is not None else 0.0

    def _tell(self, pictures: int, now: float) -> None:
        self.told, self._answered = now, False
        self._was_in_vain = pictures == self._pictures
        self._pictures = pictures

    def _is_lost(self, connected: bool, pictures: int) -> bool:
        lost = self._answered and not connected
        self._answered = self._answered or connected
        return lost and (pictures > self._pictures or not self._was_in_vain)

    def _brings_none(self, pictures: int, now: float) -> bool:
        return pictures == self._pictures and not self._was_in_vain and self.waited(now) > IN_VAIN


def end_only_if_left(key: str, here: bool) -> None:
    """Have streamlit-webrtc end a stream that was going on exactly if its page was left.

    By itself it does so where more than one run of the page is over since it last showed the stream. The server counts
    these late where it is busy, then two at once, and the stream was ended in the middle.

    Args:
        key: the streamer's.
        here: whether the browser's part of it is there; if it was left, what there is now is a new one.
    """
    context = st.session_state.get(key)
    if context is not None:
        context._last_rendered_run_count = None if here else -1

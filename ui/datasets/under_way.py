"""Imports beside the page: one goes on when the page is left, and is found again there; by the owner in any visit."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import streamlit as st

from emotion_core.inference import percent
from emotion_core.progress import Progress
from ui.shared import access
from ui.shared.layout import plain
from ui.shared.turns import BEAT, Turns

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from emotion_core.datasets import Description
    from ui.datasets.import_job import Job


#: In the session: the import that it waits for, and what was asked for.
_WAITED_FOR = "set_under_way"
#: Seconds between two looks at one that was found again.
SLOW_BEAT = 1.0
#: So many imports run at once, those of all visits; each is a process that may take much memory.
MOST_AT_ONCE = 2
_TURNS = Turns(MOST_AT_ONCE)


class UnderWay:
    """An import in a thread of its own, which must not use Streamlit.

    Attributes:
        job: what was asked for, without uploaded files, which are freed with the visit; see `import_job.Job`.
        words: what is done, such as "Importing fer2013.csv".
        share: how much of it is done, 0 to 1; None as long as nobody knows.
        has_begun: whether its turn has come.
    """

    #: What the owner began, as long as its end was said to nobody.
    _untold: ClassVar[list[UnderWay]] = []

    def __init__(
        self,
        job: Job,
        words: str,
        do: Callable[[Progress], Description],
        held: AbstractContextManager[object] | None = None,
    ):
        self.job, self.words = replace(job, files=()), words
        self.share: float | None = None
        self.has_begun = False
        self._lock, self._cancelled = threading.Lock(), False
        self._described: Future[Description] = Future()
        if access.is_owner():
            UnderWay._untold.append(self)
        threading.Thread(target=self._run, args=(do, held or nullcontext()), daemon=True).start()

    @classmethod
    def untold(cls) -> UnderWay | None:
        """One whose end was said to nobody yet."""
        return next(iter(cls._untold), None)

    def told(self) -> None:
        """Its end need be said to nobody any more."""
        if self in UnderWay._untold:
            UnderWay._untold.remove(self)

    def cancel(self) -> bool:
        """End it, so that nothing of it is kept; False where it has ended already."""
        with self._lock:
            if self._described.done():
                return False
            self._cancelled = True
        self.told()
        return True

    def has_ended(self, seconds: float = 0.0) -> bool:
        """Whether it has, after so many seconds at most."""
        return bool(wait([self._described], seconds).done)

    def described(self) -> Description:
        """What was imported. Raises what stopped the import, a CancelledError where a visitor did."""
        return self._described.result()

    def in_words(self) -> str:
        """What is done, and how far it is."""
        if not self.has_begun:
            return f"{self.words}: waiting for other imports to end"
        return self.words if self.share is None else f"{self.words}: {percent(self.share)}"

    def _run(self, do: Callable[[Progress], Description], held: AbstractContextManager[object]) -> None:
        try:
            with held, self._turn():
                described = do(self._note)
            self._end(described)
        except BaseException as error:  # it is raised where somebody waits
            self._described.set_exception(error)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        while not _TURNS.take(BEAT):
            self._stop_if_cancelled()
        self.has_begun = True
        try:
            yield
        finally:
            _TURNS.give_back()

    def _end(self, described: Description) -> None:
        with self._lock:
            if not self._cancelled:
                self._described.set_result(described)
                return
        if not self.job.check:  # it was stored after its last word of progress
            from emotion_core.datasets import delete_dataset

            delete_dataset(described.name)
        raise CancelledError

    def _note(self, share: float) -> None:
        self._stop_if_cancelled()
        self.share = share

    def _stop_if_cancelled(self) -> None:
        if self._cancelled:
            raise CancelledError


def check_free() -> None:
    """Raise a DatasetError where this visit waits for an import already."""
    from emotion_core.datasets import DatasetError

    if _WAITED_FOR in st.session_state and not st.session_state[_WAITED_FOR][0].has_ended():
        raise DatasetError(
            "another import was still under way, so this one was not begun; wait until that has ended, or cancel it"
        )


def begin(
    job: Job,
    words: str,
    do: Callable[[Progress], Description],
    held: AbstractContextManager[object] | None = None,
) -> None:
    """Begin an import, which the page waits for from now on, once it is its turn.

    Args:
        held: what it needs until it has ended, such as files on the disk.
    """
    st.session_state[_WAITED_FOR] = UnderWay(job, words, do, held), job


def ended() -> tuple[Job, Callable[[], Description]] | None:
    """What was asked for and what came of it, once an import has ended that was begun here.

    As long as it goes on, this shows how far it is, and waits. A click elsewhere ends the run of the page, not the
    import. One that the owner began in another visit is shown as well, without waiting for it.
    """
    if _WAITED_FOR in st.session_state:
        found, job = st.session_state[_WAITED_FOR]
        _wait(found)
        del st.session_state[_WAITED_FOR]
    else:
        found = UnderWay.untold() if access.is_owner() else None
        if found is None:
            return None
        if not found.has_ended():
            st.fragment(_look_now_and_then, run_every=SLOW_BEAT)(found)
            return None
        job = found.job
    found.told()
    return job, found.described


def _wait(found: UnderWay) -> None:
    """Show how far an import is until it has ended."""
    place = st.empty()
    if not found.has_ended():
        with place.container():
            bar = _shown(found)
            while not found.has_ended(BEAT):
                _move(bar, found)
    place.empty()


def _look_now_and_then(found: UnderWay) -> None:
    if found.has_ended():
        st.rerun()
    _move(_shown(found), found)


def _shown(found: UnderWay) -> DeltaGenerator:
    bar = st.progress(0.0, plain(found.words))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Cancel", on_click=_cancel, args=(found,), icon=":material/close:", help="Nothing of it is kept.",
            key="set_cancel",
        )  # fmt: skip
        st.caption("It goes on when you leave this page.")
    return bar


def _move(bar: DeltaGenerator, found: UnderWay) -> None:
    bar.progress(found.share or 0.0, plain(found.in_words()))


def _cancel(found: UnderWay) -> None:
    if found.cancel():
        st.session_state.pop(_WAITED_FOR, None)

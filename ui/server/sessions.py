"""What visits leave behind.

Streamlit looks for objects that nothing refers to after every run of a page, several times a second where a page beats,
and for that tenth of a second nothing else in the server goes on, not even the pictures of a live camera. It is told
not to (`runner.postScriptGC`): here it is done every few seconds, and then only among what is new since the last time.
Among all, which takes half a second once Keras is loaded, it is done when a visit has ended, and every minute.

Streamlit keeps a visit for a while after its tab is closed, as the connection may only have broken; but then it forgets
the visit without ending it, and only once another tab is closed. Its uploads stay in memory until Python happens to
look for objects that nothing refers to. So the visits that are forgotten are ended here.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from itertools import count
from typing import TYPE_CHECKING

from emotion_core.memory import give_back

if TYPE_CHECKING:
    from streamlit.runtime import Runtime

logger = logging.getLogger(__name__)

#: Seconds between two looks; with `server.disconnectedSessionTTL` this says how long a closed tab's uploads stay.
BEAT = 5
#: Every so many of them, what nothing refers to is looked for among all objects, and not only among new ones.
BEATS_TO_ALL = 12


async def clear_up_after_visits(runtime: Runtime, beat: float = BEAT) -> None:
    """Again and again end the visits whose tab was closed longer ago than Streamlit waits for it, and free memory."""
    from streamlit.runtime import RuntimeState

    waiting: dict = {}
    visited = False
    for number in count(1):
        await asyncio.sleep(beat)
        still_visited = bool(waiting) or runtime.state is RuntimeState.ONE_OR_MORE_SESSIONS_CONNECTED
        waiting, ended = _end_forgotten(runtime, waiting)
        if visited or still_visited:  # and once more when the last one is gone
            _free_memory(among_all=ended > 0 or not still_visited or number % BEATS_TO_ALL == 0)
        visited = still_visited


def _free_memory(among_all: bool) -> None:
    """Free what nothing refers to; what was there at the last look is looked at only `among_all`.

    Then memory is given back to the system, too: after visits with hundreds of photos it would have kept as much again.
    """
    if among_all:
        gc.unfreeze()
    gc.collect()
    gc.freeze()
    if among_all and give_back is not None:
        give_back(0)


def _end_forgotten(runtime: Runtime, waiting: dict) -> tuple[dict, int]:
    """End the visits that waited before and are neither waiting nor connected; which wait now, how many were ended."""
    storage = runtime._session_mgr._session_storage._cache  # type: ignore[attr-defined]
    expired = dict(storage.expire())
    now, ended = dict(storage._data), 0
    for key, visit in {**waiting, **expired}.items():
        if key not in now and not runtime.is_active_session(key):
            ended += 1
            try:
                visit.session.shutdown()
            except Exception:  # what a page left cannot be cleared; the other visits can
                logger.exception("a visit could not be ended")
    return now, ended

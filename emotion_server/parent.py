"""A worker ends when the service that started it is gone.

Killed, that cannot tell its workers to end: they would hold the address, and answer with nobody to replace them.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading


def end_with_parent() -> None:
    """Have this process end, once all is answered, when the one that started it has; not where it is no worker."""
    if parent := multiprocessing.parent_process():
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    signal.raise_signal(signal.SIGTERM)

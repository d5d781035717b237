"""The models that the service answers with: each loaded once a process, and again when it has changed."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from http import HTTPStatus

from emotion_core.models import JoinedClassifier, find_model, model_names, model_version
from emotion_server.problems import ProblemError

#: A model's folder is looked at again when the last look is so many seconds old.
LOOKED_AT = 1.0
#: Models in memory; of more, the one that was asked for the longest time ago goes.
MOST_LOADED = 4
DEFAULT = "default"


@dataclass
class Loaded:
    """A model in memory.

    Attributes:
        classifier: may be asked by any number of threads.
        card_sha256: the sum of its card, by which a client knows whether the model is still the same.
        looked_at: when its folder was last looked at, by the monotonic clock.
    """

    classifier: JoinedClassifier
    card_sha256: str
    looked_at: float

    @property
    def name(self) -> str:
        return self.classifier.card.name


class Models:
    """Models by their names; a name is never taken for a path."""

    def __init__(self) -> None:
        self._loaded: dict[str, Loaded] = {}
        self._lock = threading.Lock()

    def known(self, name: str) -> Loaded | None:
        """A model that is loaded and was looked at a moment ago; never waits for a disk."""
        found = self._loaded.get(name)
        return found if found and time.monotonic() - found.looked_at < LOOKED_AT else None

    def get(self, name: str) -> Loaded:
        """A model by its name.

        Raises:
            ProblemError: there is none of that name.
            ModelError: it cannot be used.
        """
        check_name(name)
        with self._lock:
            now, version = time.monotonic(), model_version(name)
            found = self._loaded.pop(name, None)
            if found and found.card_sha256 == version:
                found.looked_at = now
            else:
                if found:
                    found.classifier.close()
                found = Loaded(JoinedClassifier(find_model(name)), version, now)
            self._loaded[name] = found  # at the end: it was asked for last
            while len(self._loaded) > MOST_LOADED:
                self._loaded.pop(next(iter(self._loaded))).classifier.close()
            return found

    def close(self) -> None:
        """End what runs the networks."""
        with self._lock:
            for loaded in self._loaded.values():
                loaded.classifier.close()
            self._loaded.clear()


def check_name(name: str) -> None:
    """Raise a ProblemError where there is no model of a name."""
    names = model_names()
    if name != DEFAULT and name not in names:
        raise ProblemError(
            HTTPStatus.NOT_FOUND, f"there is no model {name[:100]!r}; there are {', '.join(names) or 'none'}"
        )

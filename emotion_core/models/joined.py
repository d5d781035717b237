"""One run of a network for what several threads ask at the same time, as a service does for its clients."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from emotion_core.models.classifier import Classifier, Output
from emotion_core.models.prior import BALANCED, Prior

#: So many faces are joined at most: whoever came first should not wait for all others.
MOST_JOINED = 256


class JoinedClassifier(Classifier):
    """A classifier whose network runs in a thread of its own: what is asked while it runs, its next run answers.

    It waits for nobody: a face that comes alone is answered at once. `close` ends the thread.
    """

    def __init__(self, folder: Path, prior: Prior = BALANCED):
        """As a Classifier's; raises the same."""
        self._asked = _Asked(super()._answers)
        try:
            super().__init__(folder, prior)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Answer what has been asked, and end the thread. What is asked later is answered by the thread that asks."""
        self._asked.close()

    def _answers(self, faces: np.ndarray, output: Output) -> np.ndarray:
        answer = self._asked.put(faces, output)
        return super()._answers(faces, output) if answer is None else answer.result()


@dataclass(frozen=True)
class _Question:
    """Faces as the network takes them, which of its outputs is wanted of them, and who waits for it."""

    faces: np.ndarray
    output: Output
    answer: Future[np.ndarray] = field(default_factory=Future)


class _Asked:
    """The questions to a network, and the thread that answers them."""

    def __init__(self, run: Callable[[np.ndarray, Output], np.ndarray]):
        self._run = run
        self._questions: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._closed = False
        threading.Thread(target=self._work, name="network", daemon=True).start()

    def put(self, faces: np.ndarray, output: Output) -> Future[np.ndarray] | None:
        """The answer to be; None where there is nobody to give it any more."""
        question = _Question(faces, output)
        with self._lock:
            if self._closed:
                return None
            self._questions.put(question)
        return question.answer

    def close(self) -> None:
        """Take no more questions."""
        with self._lock:
            self._closed = True
            self._questions.put(None)

    def _work(self) -> None:
        """Answer questions until no more will come."""
        while (first := self._questions.get()) is not None:
            questions = [first, *self._waiting(MOST_JOINED - len(first.faces))]
            for output in {question.output for question in questions}:
                self._answer([question for question in questions if question.output == output], output)

    def _waiting(self, room: int) -> list[_Question]:
        """Questions that are there already, for about so many faces."""
        found: list[_Question] = []
        while room > 0:
            try:
                question = self._questions.get_nowait()
            except queue.Empty:
                break
            if question is None:
                self._questions.put(None)  # for the next look
                break
            found.append(question)
            room -= len(question.faces)
        return found

    def _answer(self, questions: list[_Question], output: Output) -> None:
        try:
            rows = self._run(np.concatenate([question.faces for question in questions]), output)
        except BaseException as error:
            for question in questions:
                question.answer.set_exception(error)
            return
        ends = np.cumsum([len(question.faces) for question in questions])
        for question, part in zip(questions, np.split(rows, ends[:-1]), strict=True):
            question.answer.set_result(part)

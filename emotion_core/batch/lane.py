"""A process that analyses parts, seen from the one that started it; one that dies is replaced."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from threading import Thread
from typing import IO, Any

from emotion_core.batch.errors import BatchError
from emotion_core.batch.job import Job
from emotion_core.batch.parts import Part
from emotion_core.command import end_process, own_command

#: A picture at which so many processes died is not tried again. One may be killed for another reason, or two.
MOST_DEATHS = 3
#: So long after the end of a process its last line is waited for, and so much of it is said.
LISTEN_SECONDS, LONGEST_WORDS = 1.0, 200


class ProcessDiedError(Exception):
    """The process ended.

    Attributes:
        at: the number of the picture in its part that it had begun with; None where it had begun with none.
    """

    def __init__(self, at: int | None = None):
        super().__init__(at)
        self.at = at


class Lane:
    """Analyses one part after the other in a process of its own, and in another one where that dies.

    Args:
        job: what is done with every picture.
        root: what relative paths begin at.
    """

    def __init__(self, job: Job, root: Path):
        self._job, self._root = job, root
        self._process: subprocess.Popen[str] | None = None
        self._closed = False
        self._said = ""
        self._listener: Thread | None = None

    def analyze(self, part: Part, partial: Path) -> None:
        """Analyse a part and write what was found to a file.

        Raises:
            BatchError: no process can be started, or the model cannot be used.
            OSError: the file cannot be written.
        """
        deaths: Counter[str | None] = Counter()
        words = ""
        while True:
            deadly = [path for path, count in deaths.items() if count >= MOST_DEATHS]
            if None in deadly or self._closed:
                end = f" ({words})" if words else ""
                raise BatchError(f"the processes that analyse end as soon as they start{end}; is there enough memory?")
            try:
                return self._try(part, partial, deadly)
            except ProcessDiedError as death:
                deaths[None if death.at is None else part.paths[death.at]] += 1
                self._end()
                words = self._last_words()

    def close(self) -> None:
        """End the process."""
        self._closed = True
        self._end()

    def _try(self, part: Part, partial: Path, deadly: list[Any]) -> None:
        at = None
        try:
            if self._process is None:
                self._start()
            self._tell(paths=part.paths, partial=str(partial), deadly=deadly)
            while "written" not in (told := self._heard()):
                if "failed" in told:
                    raise OSError(told["errno"], told["failed"], str(partial.parent))
                at = told["begun"]
        except (EOFError, BrokenPipeError):
            raise ProcessDiedError(at) from None

    def _start(self) -> None:
        pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
        command = {**own_command("emotion_core.batch.worker"), **pipes}
        started = self._process = subprocess.Popen(**command, text=True, encoding="utf-8", errors="replace")
        self._listener = Thread(target=self._listen, args=(started.stderr,), daemon=True)
        self._listener.start()
        if self._closed:  # meanwhile, by another thread
            raise EOFError
        self._tell(job=self._job.model_dump(), root=str(self._root))
        told = self._heard()
        if "failed" in told:
            raise BatchError(told["failed"])

    def _tell(self, **words: Any) -> None:
        assert self._process and self._process.stdin
        self._process.stdin.write(json.dumps(words) + "\n")
        self._process.stdin.flush()

    def _heard(self) -> dict[str, Any]:
        assert self._process and self._process.stdout
        line = self._process.stdout.readline()
        if not line.endswith("\n"):
            raise EOFError
        return json.loads(line)

    def _listen(self, errors: IO[str]) -> None:
        """Keep the last line that a process writes to its standard error, and no more: libraries may write much."""
        self._said = ""
        with errors:
            for line in errors:
                self._said = line.strip() or self._said

    def _last_words(self) -> str:
        """The last line of a process that has ended, without its end where that is long."""
        if self._listener:
            self._listener.join(LISTEN_SECONDS)
        return self._said[:LONGEST_WORDS]

    def _end(self) -> None:
        process, self._process = self._process, None
        if process:
            end_process(process)

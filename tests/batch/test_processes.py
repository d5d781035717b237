"""Parts that several processes analyse."""

from __future__ import annotations

import sys
import threading

from emotion_core.batch import processes
from emotion_core.batch.parts import Part
from emotion_core.batch.processes import analyze_in_processes
from tests.waiting import PATIENCE


class Lane:
    """Counts who uses it at a time."""

    most = 0

    def __init__(self, job, root):
        self.users = 0

    def analyze(self, part, partial):
        self.users += 1
        Lane.most = max(Lane.most, self.users)
        both_at_work.wait(PATIENCE)
        self.users -= 1

    def close(self):
        pass


both_at_work = threading.Barrier(2)


def test_each_process_is_used_by_one_thread_at_a_time(monkeypatch, tmp_path):
    """Two threads that make one each take turns line by line."""
    turns = threading.Barrier(2)

    def line_by_line(frame, event, argument):
        if frame.f_code.co_name != "new_lane":
            return None
        if event == "line":
            turns.wait(PATIENCE)
        return line_by_line

    monkeypatch.setattr(processes, "Lane", Lane)
    threading.settrace(line_by_line)
    try:
        parts = [Part("first", []), Part("second", [])]
        done = list(analyze_in_processes(parts, tmp_path.joinpath, None, tmp_path, 2))
    finally:
        threading.settrace(None)
        sys.settrace(None)
    assert Lane.most == 1 and sorted(part.name for part in done) == ["first", "second"]

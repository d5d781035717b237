"""Recording a face at rest: three seconds, five pictures a second, the largest face."""

from __future__ import annotations

import numpy as np

from emotion_core.streams.rest import RestRecorder


def show(recorder: RestRecorder, times: np.ndarray, faces: int = 1) -> None:
    for number, time in enumerate(times):
        crops = np.full((faces, 8, 8, 3), number % 250, np.uint8)
        crops[1:] = 255
        recorder.watch(crops, [None] * faces, float(time))


def test_three_seconds_are_recorded_and_no_more():
    recorder = RestRecorder()
    assert recorder.share == 0 and not recorder.done and len(recorder.crops()) == 0
    show(recorder, np.arange(0, 1.5, 1 / 30))
    assert 0.4 < recorder.share < 0.6 and not recorder.done
    show(recorder, np.arange(1.5, 6, 1 / 30))
    assert recorder.done and 15 <= len(recorder.crops()) <= 16


def test_the_largest_face_is_taken_and_pictures_without_one_are_passed_over():
    recorder = RestRecorder()
    show(recorder, np.arange(0, 1, 0.1), faces=0)
    show(recorder, np.arange(1, 5, 0.1), faces=2)
    assert recorder.done and not (recorder.crops() == 255).any()

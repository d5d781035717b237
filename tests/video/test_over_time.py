"""Faces read by what comes before and after: windows of a model that says what it was shown."""

from types import SimpleNamespace

import numpy as np
import pytest

from emotion_core.video.locating import Located
from emotion_core.video.over_time import read_over_time


class Model:
    """Embeds a crop as its grey, and answers with the first and the last grey that it was shown, and how many steps."""

    card = SimpleNamespace(window=1.0, step=0.1)

    def embed(self, crops):
        return crops[:, 0, 0, :1].astype(np.float32)

    def predict_proba(self, sequences):
        return np.array([(one[0, 0], one[-1, 0], len(one)) for one in sequences]).reshape(-1, 3)


def located(seconds, **greys):
    crops = np.array([np.full((2, 2, 3), grey) for grey in greys.values()], np.uint8).reshape(-1, 2, 2, 3)
    numbers = tuple(int(name[1:]) for name in greys)
    return Located(seconds, numbers, (), crops, ())


def test_a_face_is_read_by_half_a_window_on_either_side():
    frames = [located(n / 10, f1=n) for n in range(31)]
    found = {
        one.seconds: row[0].tolist() for one, row in read_over_time(Model(), [frames[:4], frames[4:20], frames[20:]])
    }
    assert list(found) == [one.seconds for one in frames]
    assert found[1.5] == pytest.approx([10, 20, 11])
    assert found[0.0] == pytest.approx([0, 5, 6]) and found[3.0] == pytest.approx([25, 30, 6])


def test_frames_come_as_soon_as_their_windows_are_whole():
    batches = iter([[located(n / 10, f1=n)] for n in range(8)] + [None])
    reading = read_over_time(Model(), batches)
    assert [next(reading)[0].seconds for _ in range(3)] == pytest.approx([0, 0.1, 0.2])
    with pytest.raises(TypeError):
        next(reading)  # it had to ask for more


def test_each_face_is_read_by_itself_and_frames_without_one_go_through():
    frames = [located(0.0, f1=10, f2=200), located(0.1), located(0.2, f2=210)]
    rows = [row.tolist() for _, row in read_over_time(Model(), [frames])]
    assert rows == [[[10, 10, 1], [200, 210, 3]], [], [[200, 210, 3]]]

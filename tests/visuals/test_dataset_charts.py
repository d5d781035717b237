"""Charts and pictures of data sets say what the counts and images are."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.emotions import EMOTIONS
from emotion_core.visuals.dataset_charts import label_counts, mean_face, sprite

COUNTS = {"train": {"happy": 30, "sad": 10}, "test": {"happy": 5, "contempt": 2}}


def bars(figure, name: str) -> dict[str, float]:
    """What the bars of a name say, by label."""
    (trace,) = [one for one in figure.data if one.name == name]
    return dict(zip(trace.y, trace.x, strict=True))


def test_counts_have_a_bar_a_label_and_a_part_a_split():
    figure = label_counts(COUNTS)
    parts = [trace for trace in figure.data if not trace.name]
    assert len(parts) == 2
    train, test = (dict(zip(part.y, part.x, strict=True)) for part in parts)
    assert train == {**dict.fromkeys(map(str.capitalize, EMOTIONS), 0), "Happy": 30, "Sad": 10, "Contempt": 0}
    assert (test["Happy"], test["Contempt"]) == (5, 2)
    assert [one.text for one in figure.layout.annotations] == ["0", "0", "0", "35", "0", "10", "0", "2"]


def test_classes_have_the_colours_that_the_set_gives_them():
    bar = next(trace for trace in label_counts(COUNTS, ("happy", "sad"), {"sad": "#123456"}).data if not trace.name)
    assert bar.marker.color[1] == "#123456" != bar.marker.color[0]


def test_splits_are_told_apart_by_more_than_colour():
    parts = [trace for trace in label_counts(COUNTS).data if not trace.name]
    assert len({part.marker.pattern.shape for part in parts}) == 2
    assert [one.name for one in label_counts(COUNTS).data if one.name] == ["train", "test"]


def test_the_mean_of_two_faces():
    images = np.array([[[0, 100], [255, 3]], [[10, 101], [255, 4]]], dtype=np.uint8)
    assert mean_face(images).tolist() == [[5, 100], [255, 4]]


@pytest.mark.parametrize("shape", [(2, 2), (2, 2, 3)])
def test_a_sprite_holds_the_pictures_row_by_row(shape):
    pictures = [np.full(shape, number, dtype=np.uint8) for number in range(3)]
    picture = sprite(pictures, 2, 48)
    assert picture.shape == (4, 4, *shape[2:])
    corners = picture[::2, ::2].reshape(4, -1)[:, 0]
    assert corners.tolist() == [0, 1, 2, 255]


def test_large_pictures_are_reduced_in_a_sprite():
    assert sprite([np.zeros((200, 200), np.uint8)] * 3, 3, 144).shape == (144, 432)

"""Sequence models in use: numpy alone, alike at every rate of frames."""

import numpy as np
import pytest

from emotion_core.models.card import ModelError
from emotion_core.models.sequence import (
    HEAD_FILE,
    LONGEST,
    SequenceHead,
    load_sequence_model,
    padded,
    resampled,
    sequence_model_names,
)


def test_numpy_answers_what_keras_does_whatever_the_lengths():
    from emotion_core.networks.sequences import head_of, sequence_net

    random = np.random.default_rng(0)
    mean, spread = random.normal(size=5).astype("float32"), random.uniform(0.5, 2, 5).astype("float32")
    sequences = [random.normal(size=(length, 5)).astype("float32") for length in (1, 4, 9)]
    network = sequence_net(5, 3, units=4)
    wanted = network.predict_on_batch(padded([(one - mean) / spread for one in sequences])[0])
    head = head_of(network, mean, spread)
    np.testing.assert_allclose(head.predict_proba(*padded(sequences)), wanted, atol=1e-5)
    alone = head.predict_proba(*padded(sequences[:1]))
    np.testing.assert_allclose(alone, wanted[:1], atol=1e-5)


@pytest.mark.parametrize("rate", [10, 25, 29.97, 60])
def test_clips_of_any_rate_become_the_same_steps(rate):
    seconds = np.arange(0, 2.001, 1 / rate)
    found = resampled(seconds, np.column_stack([seconds, -seconds]))
    wanted = np.arange(len(found)) * 0.1
    assert abs(len(found) - 20) <= 1
    np.testing.assert_allclose(found, np.column_stack([wanted, -wanted]), atol=1e-6)


def test_one_frame_is_one_step_and_of_a_long_clip_the_middle_is_taken():
    assert resampled(np.array([3.0]), np.ones((1, 4))).shape == (1, 4)
    seconds = np.arange(0, 30, 0.5)
    found = resampled(seconds, seconds[:, np.newaxis])
    assert found[0, 0] == pytest.approx((29.5 - LONGEST) / 2) and len(found) == LONGEST / 0.1 + 1


def test_no_such_model_is_said_with_what_there_is(own_workspace):
    assert sequence_model_names() == []
    with pytest.raises(ModelError, match="no sequence model 'x'; there are none yet: train one"):
        load_sequence_model("x")


def test_a_head_is_read_as_it_was_written(tmp_path):
    parts = [np.full(shape, 0.5, np.float32) for shape in ((3,), (3,), (3, 6), (2, 6), (2, 6), (2, 4), (4,))]
    (tmp_path / HEAD_FILE).write_bytes(SequenceHead(*parts).to_bytes())
    with np.load(tmp_path / HEAD_FILE) as arrays:
        again = SequenceHead(**{name: arrays[name] for name in arrays.files})
    assert again.predict_proba(np.ones((1, 2, 3), np.float32), np.array([2])).tolist() == [[0.25] * 4]

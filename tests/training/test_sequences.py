"""Training on clips: what only their course shows is learnt, where single frames cannot tell."""

import numpy as np
import pytest

from emotion_core.evaluation.single_frames import WAYS, single_frames
from emotion_core.runs.recipes import SEQUENCE
from emotion_core.runs.status import Status, write_status
from emotion_core.runs.writer import RunWriter
from emotion_core.training.sequences import EmbeddedClips, SequenceTrainer

CLASSES, DIRECTIONS = 3, np.array([[1.0, 0.0], [-0.5, 0.9], [-0.5, -0.9]])


def clips(count: int, seed: int) -> EmbeddedClips:
    """People whose faces at rest differ by as much as an expression moves them, and back."""
    random = np.random.default_rng(seed)
    labels = np.arange(count) % CLASSES
    course = np.array([0, 0, 0.5, 1, 1, 0.5, 0, 0])[:, np.newaxis]
    found = [random.normal(0, 1.2, 2) + course * DIRECTIONS[one] + random.normal(0, 0.05, (8, 2)) for one in labels]
    return EmbeddedClips([one.astype(np.float32) for one in found], labels)


@pytest.fixture
def writer(tmp_path):
    write_status(tmp_path, Status(state="queued"))
    return RunWriter(tmp_path)


def test_what_single_frames_cannot_tell_is_learnt_from_clips(writer):
    training, validation = clips(240, 0), clips(120, 1)
    recipe = SEQUENCE.model_copy(update={"epochs": 20, "learning_rate": 0.02})
    trainer = SequenceTrainer(training, validation, CLASSES, recipe, writer, 1, None, units=12)
    best = max(epoch.val_accuracy for epoch in trainer.fit().history)
    by_way = single_frames(training.sequences, training.labels, validation.sequences, validation.labels, CLASSES)
    frames = {way: (one.argmax(axis=1) == validation.labels).mean() for way, one in by_way.items()}
    assert set(frames) == set(WAYS)
    assert best > 0.8 and best > max(frames.values()) + 0.15, (best, frames)

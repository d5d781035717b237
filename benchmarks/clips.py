"""What sequence-net is worth on clips whose single frames say little: drawn ones, judged on people it has not seen.

    python -m benchmarks.clips [CLIPS]

It draws clips, trains the preset on them as the shell does, and judges it on as many clips drawn anew, beside a linear
head on the frames of the same training clips. That head's strength is even chosen on the clips that it is judged on.
"""

from __future__ import annotations

import os
import sys
import tempfile

import numpy as np

import emotion_core as ec
from emotion_core.datasets import CLIPS, add_synthetic_clips, clips_in, open_dataset, synthetic_clips
from emotion_core.evaluation import single_frames
from emotion_core.models import SequenceModel, load_sequence_model, resampled

JUDGED_SEED = 1_000_003


def embedded(dataset: ec.Dataset, model: SequenceModel) -> tuple[list[np.ndarray], np.ndarray]:
    """The clips of a data set as sequences of embeddings, and their classes."""
    clips, embeddings = clips_in(dataset.table), model.embed(dataset.images)
    labels = np.array([dataset.classes.index(clip.label) for clip in clips])
    return [resampled(clip.seconds, embeddings[clip.rows]) for clip in clips], labels


def table(count: int) -> list[str]:
    """Rows of a Markdown table: what is right on clips drawn anew."""
    add_synthetic_clips("drawn", count)
    run = ec.train("drawn", "sequence-net", name="over time")
    ec.publish(run.name, "over time")
    model = load_sequence_model("over time", "trained")
    learned = open_dataset("drawn")
    training, labels = embedded(learned.split("train"), model)
    judged, wanted = embedded(synthetic_clips(count, JUDGED_SEED), model)
    steps = np.concatenate(training)
    mean, spread = steps.mean(axis=0), steps.std(axis=0)
    scaled = [[(one - mean) / spread for one in some] for some in (training, judged)]
    answers = {"`sequence-net`": model.predict_proba(judged)}
    by_way = single_frames(scaled[0], labels, scaled[1], wanted, len(learned.classes))
    answers |= {f"single frames, {way}": found for way, found in by_way.items()}
    rows = [f"| {name} | {np.mean(found.argmax(axis=1) == wanted):.1%} |" for name, found in answers.items()]
    return [f"| answer for a clip | right in {len(judged)} clips, after {len(training)} |", "|---|---|", *rows]


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CLIPS
    with tempfile.TemporaryDirectory() as folder:
        os.environ["EMOTION_CORE_WORKSPACE"] = folder
        print("\n".join(table(count)))


if __name__ == "__main__":
    main()

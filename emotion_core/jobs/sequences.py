"""The preset `sequence-net`: what a run on clips does besides what every run does. Importing this loads no Keras.

import emotion_core as ec
run = ec.train("clips", "sequence-net")
ec.publish(run.name, "subtle")
ec.analyze_video("clip.mp4", sequence_model="subtle")
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emotion_core.datasets.clips import Clip, clips_as_faces, clips_in
from emotion_core.datasets.dataset import Dataset
from emotion_core.evaluation import Report, RunEvaluation, build_report, evaluation_set, own_labels, score
from emotion_core.evaluation.single_frames import single_frames
from emotion_core.files import move_into_place, replacing
from emotion_core.jobs.assessment import SPLIT, Assessment, LearnedMix, assess
from emotion_core.jobs.model_folder import Provenance, training_of, write_card
from emotion_core.models.card import Architecture
from emotion_core.models.classifier import LITERT_FILE, Classifier
from emotion_core.models.prediction import embed_all
from emotion_core.models.prior import TRAINED, adjusted
from emotion_core.models.registry import load_classifier
from emotion_core.models.sequence import HEAD_FILE, STEP, SequenceCard, SequenceHead, padded, resampled
from emotion_core.runs.class_balance import balance_of, learned_shares
from emotion_core.runs.config import RunConfig
from emotion_core.runs.evaluation import write_evaluation
from emotion_core.runs.events import is_finished
from emotion_core.runs.folder import BEST_FILE, MODEL_FOLDER
from emotion_core.runs.presets import SEQUENCE_NET
from emotion_core.runs.recipes import Recipe
from emotion_core.runs.writer import RunWriter

if TYPE_CHECKING:
    import keras

    from emotion_core.training.sequences import EmbeddedClips

#: The model whose embeddings are learnt from.
BASE = "emotion-net"
#: In the run's folder: the embeddings, which take longer than all epochs, for as long as it may be resumed.
EMBEDDINGS_FILE = "embeddings.npz"


@dataclass(frozen=True, eq=False)
class PreparedClips:
    """The training and validation clips of a data set, embedded.

    Attributes:
        faces: one face a clip, with its label and split.
        clips: in the same order.
        sequences: the embeddings of each at even times, (steps, D) float32.
        frames: how many frames the clips have.
        base: what embedded them.
    """

    faces: Dataset
    clips: list[Clip]
    sequences: list[np.ndarray]
    frames: int
    base: Classifier

    @cached_property
    def scaling(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean and spread of the training clips' embeddings, (D,) each."""
        steps = np.concatenate([self.sequences[place] for place in self.places("train")])
        return steps.mean(axis=0), np.maximum(steps.std(axis=0), 1e-6)

    @property
    def window(self) -> float:
        """The median length of the training clips in seconds, one step at least."""
        lengths = [self.clips[place].seconds[-1] for place in self.places("train")]
        return round(max(STEP, float(np.median(lengths))), 3)

    def places(self, split: str) -> np.ndarray:
        """Where the clips of a split are."""
        return np.flatnonzero(self.faces.table["split"] == split)

    def scaled(self, split: str) -> EmbeddedClips:
        """The clips of a split as the network takes them."""
        from emotion_core.training.sequences import EmbeddedClips

        mean, spread = self.scaling
        places = self.places(split)
        return EmbeddedClips([(self.sequences[p] - mean) / spread for p in places], own_labels(self.faces)[places])


def learn_sequences(folder: Path, writer: RunWriter, config: RunConfig, dataset: Dataset) -> bool:
    """Train the network of a run on clips, or go on with it; whether it has come to its end.

    Raises:
        RunError: the loss became no number, or what is to be resumed is damaged.
        ModelError: emotion-net cannot be used.
        OSError: the folder is gone, or the disk is full.
    """
    from emotion_core.networks.sequences import UNITS
    from emotion_core.training.sequences import SequenceTrainer

    prepared = prepare(folder, dataset, config, writer)
    training = prepared.faces.split("train")
    trainer = SequenceTrainer(
        prepared.scaled("train"),
        prepared.scaled(SPLIT),
        len(dataset.classes),
        config.recipe,
        writer,
        config.seed,
        _shift_of(training, config.recipe),
        int(config.arguments.get("units", UNITS)),  # type: ignore[arg-type]
    )
    return is_finished(config.recipe, trainer.fit().history)


def prepare(folder: Path, dataset: Dataset, config: RunConfig, writer: RunWriter | None = None) -> PreparedClips:
    """The training and validation clips of a run's data set, embedded: as kept in its folder, or anew.

    Args:
        writer: is told of the heartbeat meanwhile.
    """
    learned = dataset.of_classes()
    learned = learned.rows(learned.table["split"].isin(("train", SPLIT)).to_numpy())
    base = load_classifier(BASE)
    made_of = f"{config.data_sha256} {base.card.files[LITERT_FILE]}"
    embeddings = _kept(folder / EMBEDDINGS_FILE, made_of)
    if embeddings is None or len(embeddings) != len(learned):
        embeddings = embed_all(base, learned.images, lambda share: writer.status() if writer else None)
        with replacing(folder / EMBEDDINGS_FILE) as partial, partial.open("wb") as file:
            np.savez(file, made_of=np.array(made_of), embeddings=embeddings)
    clips = clips_in(learned.table)
    sequences = [resampled(clip.seconds, embeddings[clip.rows]) for clip in clips]
    return PreparedClips(clips_as_faces(learned), clips, sequences, len(learned), base)


def evaluate_sequences(folder: Path, config: RunConfig, dataset: Dataset, made: Provenance) -> None:
    """Evaluate the best network of a run by clip, beside single frames, and prepare its model.

    Raises:
        RunError: the best network is damaged.
        OSError: the folder is gone, or the disk is full.
    """
    from emotion_core.networks.sequences import head_of
    from emotion_core.training import checkpoint

    network = checkpoint.load_network(folder / BEST_FILE)
    prepared = prepare(folder, dataset, config)
    head = head_of(network, *prepared.scaling)
    faces = replace(evaluation_set(prepared.faces, config.data, SPLIT), counted="clips")
    raw = head.predict_proba(*padded([prepared.sequences[place] for place in prepared.places(SPLIT)]))
    found = assess(lambda images: raw, faces, LearnedMix.of(config.recipe, prepared.faces), config.name, "own")
    partial = folder / f".{MODEL_FOLDER}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    _write_model(partial, network, head, prepared, made, found)
    shutil.rmtree(folder / MODEL_FOLDER, ignore_errors=True)
    move_into_place(partial, folder / MODEL_FOLDER)
    epoch = checkpoint.load_progress(folder / BEST_FILE)[0].epoch
    report = _beside_single_frames(found, raw, prepared, config)
    write_evaluation(folder, RunEvaluation(epoch=epoch, report=report, balanced=found.balanced))


def _kept(path: Path, made_of: str) -> np.ndarray | None:
    """The embeddings in a file, if they are those of the data and the model that are wanted."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return arrays["embeddings"] if str(arrays["made_of"]) == made_of else None
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _shift_of(training: Dataset, recipe: Recipe) -> np.ndarray | None:
    """What the loss adds to the log-probabilities, (classes,); None where classes are not balanced so."""
    from emotion_core.training.class_balance import logit_shift

    counts = np.bincount(own_labels(training), minlength=len(training.classes)).tolist()
    return logit_shift(learned_shares(recipe, training)) if balance_of(recipe, counts) == "logits" else None


def _beside_single_frames(found: Assessment, raw: np.ndarray, prepared: PreparedClips, config: RunConfig) -> Report:
    """The report of the network and, on the same clips, of single frames; each of these compared with the network."""
    faces = replace(evaluation_set(prepared.faces, config.data, SPLIT), counted="clips")
    training, validation = prepared.scaled("train"), prepared.scaled(SPLIT)
    by_way = single_frames(
        training.sequences, training.labels, validation.sequences, validation.labels, len(faces.classes)
    )
    (own,) = found.trained.evaluations
    models = [(own, adjusted(raw, found.mix.shift_to(TRAINED), own.temperature))]
    models += [(score(answers, faces, f"single frames, {way}"), answers) for way, answers in by_way.items()]
    report = build_report(faces, models)
    return report.model_copy(
        update={"comparisons": [one for one in report.comparisons if config.name in (one.first, one.second)]}
    )


def _write_model(
    folder: Path,
    network: keras.Model,
    head: SequenceHead,
    prepared: PreparedClips,
    made: Provenance,
    found: Assessment,
) -> None:
    """The folder of a sequence model: head, card and README."""
    folder.mkdir(parents=True)
    content = head.to_bytes()
    (folder / HEAD_FILE).write_bytes(content)
    files = {HEAD_FILE: hashlib.sha256(content).hexdigest()}
    write_card(folder, found.on(_card(network, head, prepared, made, files), made.evaluated_on))


def _card(
    network: keras.Model, head: SequenceHead, prepared: PreparedClips, made: Provenance, files: dict[str, str]
) -> SequenceCard:
    """The card, without what was measured."""
    base, count = prepared.base.card, len(prepared.places("train"))
    training = prepared.faces.split("train")
    frames = int(sum(len(prepared.clips[place].rows) for place in prepared.places("train")))
    steps = round(prepared.window / STEP) + 1
    return SequenceCard(
        name=made.name,
        summary=f"A sequence model: a GRU over the embeddings of {base.name}, whose file has the sha256 "
        f"{base.files[LITERT_FILE]}, as the run {made.name} trained it on {count} clips of {made.evaluated_on}. It "
        f"answers by how an expression goes over some {prepared.window:g} s. Its figures are by clip, not by face.",
        class_order=prepared.faces.classes,
        colours=dict(prepared.faces.colours),
        input=base.input,
        temperature=1.0,
        abstain_threshold=0.0,
        architecture=Architecture(
            name=SEQUENCE_NET,
            parameters=network.count_params(),
            multiply_adds=steps * (head.kernel.size + head.recurrent.size) + head.weights.size,
            arguments={"units": len(head.recurrent)},
        ),
        training=training_of(replace(made, data=f"{made.data}, {count} clips"), training, frames),
        measurements=[],
        terms=f"{made.terms} The network below it is {base.name}: {base.terms}",
        files=files,
        base=base.name,
        base_sha256=base.files[LITERT_FILE],
        step=STEP,
        window=prepared.window,
        clips=count,
    )

"""Data sets of others read and evaluated on for programs as for the pages: in a process of its own, within limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from emotion_core.datasets import importing
from emotion_core.datasets.dataset import Dataset
from emotion_core.datasets.description import Description
from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers import formats
from emotion_core.datasets.readers.labels import Classes
from emotion_core.datasets.readers.options import DEFAULT_SIDE, Cropper, ReadOptions, VideoReader
from emotion_core.evaluation import evaluator
from emotion_core.evaluation.evaluator import Model, Question
from emotion_core.evaluation.report import Report
from emotion_core.extras import missing
from emotion_core.jobs.reading import Import, import_elsewhere, load_elsewhere
from emotion_core.models.prior import TRAINED, Prior
from emotion_core.progress import Progress, no_progress

#: What a set is called that is not stored.
_LOADED = "loaded"


def load_dataset(
    path: Path | str,
    votes: Path | str | None = None,
    *,
    labels: Mapping[str, str | None] | None = None,
    skip_bad_rows: bool = False,
    side: int = DEFAULT_SIDE,
    colour: bool | None = None,
    cropper: Cropper | None = None,
    crop: str = "auto",
    progress: Progress = no_progress,
    numbering: str | None = None,
    name_pattern: str | None = None,
    labels_from: str = "auto",
    classes: Classes = "seven",
    videos: VideoReader | None = None,
    encoding: str = "",
) -> Dataset:
    """Read a data set of any form, recognised by looking at it, into memory.

    It is read in a process of its own, within limits; with a `cropper` or `videos` of your own making, in this one.

    Args:
        path, votes: a file or a folder; FER+'s `fer2013new.csv`, if it does not lie in the same folder or zip.
        labels: what labels mean, beyond the known names of emotions; None leaves such faces out.
        skip_bad_rows: leave out what cannot be used, instead of stopping.
        side, colour: of square images, 16 to 512 pixels; None keeps colours if there are any and `side` is above 48.
        cropper, crop: `emotion_core.faces.FaceCropper()` cuts faces out of photos "always", "never", or where the first
            hundred pictures look like photos ("auto").
        progress: is told how much is done, from 0 to 1.
        numbering: what numbers mean: one of `NUMBERINGS`, such as affectnet or raf-db, or "angry,happy" from 0.
        name_pattern, labels_from: where labels stand in pictures' names, such as *_{label}_*; "folders" or "table".
        classes: "seven" maps labels to the seven emotions, "keep" keeps them, a table (`read_class_table`) groups them.
        videos: reads clips that are videos, such as `emotion_core.video.SampledVideos()`; None leaves them aside.
        encoding: of tables that are not in UTF-8, as cp1252; what they name tells it where nothing is said.

    Raises:
        DatasetError: the form is not recognised, rows or labels have to be decided on (see its kinds), or the source
            cannot be read or takes too much memory or time.
        OSError: there is no such file, or it may not be read.
    """
    options = dict(locals())
    if not _can_be_elsewhere(cropper, videos):
        return formats.load_dataset(path, votes, _read_options(options))
    return load_elsewhere(_asked(name=_LOADED, **options), progress)


def import_dataset(
    path: Path | str,
    name: str,
    votes: Path | str | None = None,
    source: str | None = None,
    *,
    labels: Mapping[str, str | None] | None = None,
    skip_bad_rows: bool = False,
    side: int = DEFAULT_SIDE,
    colour: bool | None = None,
    cropper: Cropper | None = None,
    crop: str = "auto",
    progress: Progress = no_progress,
    dry_run: bool = False,
    numbering: str | None = None,
    name_pattern: str | None = None,
    labels_from: str = "auto",
    shown: str = "",
    classes: Classes = "seven",
    videos: VideoReader | None = None,
    encoding: str = "",
) -> Description:
    """Read a data set of any form and store it, whole or not at all; in a process of its own, as `load_dataset`.

    Args:
        path, votes, labels, skip_bad_rows, side, colour, cropper, crop, progress, numbering, name_pattern, labels_from,
            classes, videos, encoding: see `load_dataset`.
        name: what it is to be called.
        source: where it comes from, in words; the path if not given.
        dry_run: read everything and say what would be stored, and store nothing.
        shown: what the path is called in messages, if not by itself.

    Raises:
        DatasetError: the name is taken or not allowed, the same name is just being imported, or the source cannot be
            used; see `load_dataset`.
        OSError: a file cannot be read, or the disk is full.
    """
    options = dict(locals())
    if not _can_be_elsewhere(cropper, videos):
        return importing.import_dataset(path, name, votes, source, _read_options(options), dry_run=dry_run, shown=shown)
    return import_elsewhere(_asked(**options), progress)


def evaluate(
    models: Model | Sequence[Model],
    data: str | Path | Dataset,
    split: str = "validation",
    *,
    group: str | None = None,
    flip: bool = False,
    found: bool = False,
    votes: str | Path | None = None,
    prior: Prior = TRAINED,
    progress: Progress = no_progress,
) -> Report:
    """Say how good models are on faces whose labels are known, by every kind of label that there is.

    Args:
        models: one or several: names, folders, or classifiers that are loaded already. Sequence models are evaluated by
            clip on a data set of clips, beside single frames of these: see docs/clips.md.
        data: a data set's name in the workspace, a file or folder of any form, which is read in a process of its own as
            by `load_dataset`, or a data set that is open already, such as what that gives.
        split: "train", "validation" or "test". Choose and compare on validation; look at test once, at the end.
        group: a column of the data set by which faces are grouped; the one called "group" is taken if it is there.
        flip: average each prediction with the mirror image's (test-time augmentation).
        found: detect and crop each face first, as in photos; a face that is not detected counts as wrong.
        votes: FER+'s fer2013new.csv, where `data` is a file.
        prior: the mix of expressions that the models expect: "trained", as in the data that they were trained on, for
            a split of these; "balanced", every expression alike, for faces from elsewhere; or shares such as
            {"happy": 0.3}. Classifiers that are loaded already are asked under the same one.
        progress: is told how much is done, from 0 to 1.

    Raises:
        ValueError: the prior is none for a model, or a sequence model is asked for what is of faces.
        ModelError: there is no such model, it cannot be used, or two have the same name.
        DatasetError: there is no such data set or split, no face in it has a label that models know, or a file cannot
            be read or takes too much memory or time.
    """
    asked = Question(split, group, flip, found, votes, prior)
    return evaluator.evaluate(models, data, asked, progress, load_dataset)


def _can_be_elsewhere(cropper: Cropper | None, videos: VideoReader | None) -> bool:
    """Whether another process has what finds faces and reads videos."""
    from emotion_core.faces.cropping import FaceCropper

    usual = cropper is None or (isinstance(cropper, FaceCropper) and cropper.is_usual)
    return usual and (videos is None or _are_sampled(videos))


def _are_sampled(videos: VideoReader) -> bool:
    if missing("av"):
        return False
    from emotion_core.video.sampling import SampledVideos

    return isinstance(videos, SampledVideos)


def _read_options(given: Mapping[str, Any]) -> ReadOptions:
    return ReadOptions(**{one.name: given[one.name] for one in fields(ReadOptions)})


def _asked(cropper: Cropper | None, videos: VideoReader | None, crop: str, **options: Any) -> Import:
    if cropper is None and crop == "always":
        raise DatasetError("faces can only be cut out of photos with a cropper")
    known = {one.name: options[one.name] for one in fields(Import) if one.name in options}
    labels = options["labels"] or {}
    return Import(**{**known, "labels": labels}, crop="never" if cropper is None else crop, videos=videos is not None)

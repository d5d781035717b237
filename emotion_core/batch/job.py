"""What is done with every picture of a batch: settings as text, for processes and machines, and for who resumes."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from emotion_core.batch.errors import BatchError
from emotion_core.inference.analyze import classifier_of, with_loaded
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.models.card import ModelError
from emotion_core.models.classifier import Classifier
from emotion_core.models.prior import prior_as_text
from emotion_core.models.registry import find_model, model_version


class Job(BaseModel):
    """The same as `AnalysisSettings`, with names in place of what is loaded.

    Attributes:
        model: a name, or a folder as a whole path.
        card_sha256: of the model's card, which holds the sums of its files.
        classes: those of the model.
        whole, detector, threshold, smallest_face, most_faces: see `AnalysisSettings`.
        prior: one of the two words, or a share for every class.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    card_sha256: str
    classes: tuple[str, ...]
    detector: str
    threshold: float
    smallest_face: float
    whole: bool
    prior: str | dict[str, float]
    most_faces: int | None = None

    @classmethod
    def of(cls, settings: AnalysisSettings) -> Job:
        """What settings mean, the model checked.

        Raises:
            ModelError: the model cannot be used.
            ValueError: the model or the detector cannot be named to other processes.
        """
        classifier = classifier_of(settings)
        if type(classifier) is not Classifier or classifier.person is not None:
            raise ValueError("a batch takes a model by its name or folder; this one is made in memory alone")
        if not isinstance(settings.detector, str):
            raise ValueError("a batch takes a detector by its name")
        prior = classifier.prior
        return cls(
            model=_name_of(classifier.folder),
            card_sha256=model_version(classifier.folder),
            classes=classifier.classes,
            detector=settings.detector,
            threshold=settings.threshold,
            smallest_face=settings.smallest_face,
            whole=settings.whole,
            prior=prior if isinstance(prior, str) else dict(prior),
            most_faces=settings.most_faces,
        )

    def loaded(self) -> AnalysisSettings:
        """The settings with everything loaded, to analyse with.

        Raises:
            ModelError: the model is gone or is another one by now.
        """
        model = Path(self.model) if os.sep in self.model else self.model
        if model_version(model) != self.card_sha256:
            raise ModelError(f"the model {self.model} is not what it was when the batch began, or is gone")
        settings = AnalysisSettings(
            model,
            self.detector,
            self.threshold,
            self.smallest_face,
            self.whole,
            self.prior,  # type: ignore[arg-type]  # one of the two words, as it came from a classifier
            self.most_faces,
        )
        return with_loaded(settings)

    def check_same(self, begun: Job, folder: Path) -> None:
        """Raise a BatchError where a batch was begun with something else than this, which would mix its answers."""
        for name in ("card_sha256", "detector", "threshold", "smallest_face", "whole", "prior", "most_faces"):
            was, wanted = getattr(begun, name), getattr(self, name)
            if was == wanted:
                continue
            if name == "card_sha256":
                what = f"with the model {begun.model}" + (" as it was then" if begun.model == self.model else "")
            elif name == "prior":
                what = f"with the prior {prior_as_text(was)}, not {prior_as_text(wanted)}"
            else:
                what = f"with {name.replace('_', ' ')} {was}, not {wanted}"
            raise BatchError(f"{folder} was begun {what}; ask for the same to go on, or name another folder")


def _name_of(folder: Path) -> str:
    """A model's name where that leads to its folder, else the folder: another machine may have it elsewhere."""
    try:
        named = find_model(folder.name)
    except ModelError:
        return str(folder)
    return folder.name if named == folder else str(folder)

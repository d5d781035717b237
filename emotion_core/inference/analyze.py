"""A picture in, every face's expression out: the one way for the photo page, the command line, batches and tests."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from emotion_core.faces.alignment import face_crop, whole_picture
from emotion_core.faces.detection import (
    DEFAULT_DETECTOR,
    DEFAULT_SMALLEST_FACE,
    DEFAULT_THRESHOLD,
    SECOND_LOOK,
    Detector,
    Face,
    YuNetDetector,
    load_detector,
)
from emotion_core.images import ImageError, Picture, load_image, load_reduced
from emotion_core.inference.results import FaceResult, PhotoResult
from emotion_core.inference.settings import AnalysisSettings
from emotion_core.inference.words import UNCERTAIN
from emotion_core.models.classifier import Classifier
from emotion_core.models.person import calibrate_person
from emotion_core.models.prior import Prior, prior_as_text
from emotion_core.models.registry import load_classifier, model_version

if TYPE_CHECKING:
    from emotion_core.models.sequence import SequenceModel

#: A picture whose longer side is at most this, and which is not flat, may itself be the crop of a face.
LARGEST_CROP = 100
SMALLEST_CROP = 20
#: Where none is found in it, the network answers only if the detector saw one at least as faintly as this. It does so
#: in 99 of 100 of FER-2013's faces, and in 5 of 100 pieces as small of photos of things, animals and textures.
LIKE_A_FACE = 0.4
#: In such a picture a face that is this much of its height is the picture: cutting it out would change its framing.
FILLS_THE_CROP = 0.6
#: A photo may be read reduced to this longer side and more, which the detector does not look beyond ...
LONGEST_LOOK = SECOND_LOOK + 1
#: ... and faces that are then so many times as high as the network's crops are cut from it: the crops are the same but
#: for rounding. Where one is smaller, all are cut from the whole photo.
ENOUGH_TO_CROP = 3


def analyze(
    picture: Picture,
    model: str | Path | Classifier = "default",
    detector: str | Detector = DEFAULT_DETECTOR,
    threshold: float = DEFAULT_THRESHOLD,
    smallest_face: float = DEFAULT_SMALLEST_FACE,
    whole: bool = False,
    prior: Prior | None = None,
    neutral: Picture | None = None,
) -> list[FaceResult]:
    """Find every face in a picture and say how its expression looks.

    Args:
        picture: path, bytes, Pillow image, or array; see `emotion_core.images.load_image`.
        model, detector, threshold, smallest_face, whole, prior: see `AnalysisSettings`.
        neutral: a picture of the same person's face at rest, against which the answers are read.

    Returns:
        One result a face, the largest face first.

    Raises:
        ImageError: the picture cannot be used.
        ModelError: the model cannot be used.
        ValueError: a setting is not allowed, or there is no face in `neutral`.
    """
    settings = AnalysisSettings(model, detector, threshold, smallest_face, whole, prior)
    return analyze_picture(picture, settings if neutral is None else read_against(neutral, settings))


def read_against(neutral: Picture, settings: AnalysisSettings) -> AnalysisSettings:
    """Settings whose model reads its answers against a face at rest: the largest in a picture of it.

    Raises:
        ImageError: the picture cannot be used.
        ModelError: the model cannot be used.
        ValueError: there is no face in it, or the model has no class neutral.
    """
    classifier = classifier_of(settings).for_person(None)
    loaded = replace(settings, model=classifier, prior=None)
    crops = [face.crop for face in analyze_picture(neutral, loaded)[:1] if face.crop is not None]
    if not crops:
        raise ValueError("no face was found in the picture of a face at rest; give one in which it is seen well")
    return replace(loaded, model=classifier.for_person(calibrate_person(classifier, np.stack(crops))))


def analyze_picture(picture: Picture, settings: AnalysisSettings) -> list[FaceResult]:
    """`analyze` by settings that are kept together; raises an ImageError or a ModelError as that does."""
    classifier = classifier_of(settings)
    if settings.whole:
        image = load_image(picture)
        return classify_faces(image, [whole_picture(image)], classifier)
    image, reduced = load_reduced(picture, LONGEST_LOOK)
    found = find_faces(image, replace(settings, smallest_face=settings.smallest_face / reduced))
    if reduced > 1 and any(face.box.height < ENOUGH_TO_CROP * classifier.card.input.size for face in found):
        return classify_faces(load_image(picture), [face.scaled(reduced) for face in found], classifier)
    return [_enlarged(result, reduced) for result in classify_faces(image, found, classifier)]


def find_faces(image: np.ndarray, settings: AnalysisSettings) -> list[Face]:
    """The faces in an RGB picture, the largest first; a small picture that is itself the crop of a face is one."""
    if settings.whole:
        return [whole_picture(image)]
    detector = detector_of(settings.detector)
    found = detector.detect(image, settings.threshold, settings.smallest_face)
    if not is_face_crop(image, found):
        return found[: settings.most_faces]
    if found:
        return [replace(whole_picture(image), score=found[0].score)]
    faint = detector_of(DEFAULT_DETECTOR).detect(image, YuNetDetector.LOWEST_THRESHOLD, 0)
    return [replace(whole_picture(image), score=max((face.score for face in faint), default=0.0), found=False)]


def is_face_crop(image: np.ndarray, found: list[Face]) -> bool:
    """Whether a picture is taken as one face whole: small, not flat, with no face in it or one that fills it."""
    if not SMALLEST_CROP <= min(image.shape[:2]) <= max(image.shape[:2]) <= LARGEST_CROP or image.std() < 4:
        return False
    return not found or (len(found) == 1 and found[0].box.height >= FILLS_THE_CROP * image.shape[0])


def classify_faces(image: np.ndarray, faces: list[Face], classifier: Classifier) -> list[FaceResult]:
    """The expressions of faces found in an RGB picture, in the same order."""
    if not faces:
        return []
    size = classifier.card.input.size
    crops = np.stack([face_crop(image, face, size) for face in faces])
    rows = classifier.predict_proba(crops)
    return [face_result(face, row, classifier, crop) for face, row, crop in zip(faces, rows, crops, strict=True)]


def analyze_many(
    pictures: Iterable[tuple[str, Picture]],
    model: str | Path | Classifier = "default",
    detector: str | Detector = DEFAULT_DETECTOR,
    threshold: float = DEFAULT_THRESHOLD,
    smallest_face: float = DEFAULT_SMALLEST_FACE,
    threads: int = 1,
    whole: bool = False,
    prior: Prior | None = None,
    neutral: Picture | None = None,
) -> Iterator[PhotoResult]:
    """Analyze (name, picture) pairs one after another, in their order. A bad picture gives a result with its error.

    Args:
        pictures: are taken from the iterable only as they are needed, so that any number runs in the same memory.
        model, detector, threshold, smallest_face, whole, prior: see `AnalysisSettings`.
        threads: so many pictures are analysed at a time.
        neutral: a picture of the same person's face at rest, against which the answers are read.

    Raises:
        ImageError: `neutral` cannot be used.
        ModelError: the model cannot be used.
        ValueError: a setting is not allowed, or there is no face in `neutral`.
    """
    settings = AnalysisSettings(model, detector, threshold, smallest_face, whole, prior)
    return analyze_pictures(pictures, settings if neutral is None else read_against(neutral, settings), threads)


def analyze_pictures(
    pictures: Iterable[tuple[str, Picture]], settings: AnalysisSettings, threads: int = 1
) -> Iterator[PhotoResult]:
    """`analyze_many` by settings that are kept together; raises a ModelError as that does."""
    loaded = with_loaded(settings)
    with ThreadPoolExecutor(threads) as executor, contextlib.ExitStack() as stack:
        stack.callback(executor.shutdown, wait=True, cancel_futures=True)
        waiting: deque[Future[PhotoResult]] = deque()
        for name, picture in pictures:
            waiting.append(executor.submit(analyze_named, name, picture, loaded))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def analyze_named(name: str, picture: Picture, settings: AnalysisSettings) -> PhotoResult:
    """One picture of many; raises a ModelError as `analyze` does."""
    try:
        return PhotoResult(name, analyze_picture(picture, settings))
    except ImageError as error:
        return PhotoResult(name, error=str(error))


def with_loaded(settings: AnalysisSettings) -> AnalysisSettings:
    """The same settings with the model and the detector that they mean, as they are now; raises a ModelError."""
    return replace(settings, model=classifier_of(settings), detector=detector_of(settings.detector), prior=None)


def face_result(
    face: Face, probabilities: np.ndarray, classifier: Classifier | SequenceModel, crop: np.ndarray | None = None
) -> FaceResult:
    """What a network says of one face.

    Args:
        face: where it is.
        probabilities: the network's, (classes,) float32.
        classifier: the network's, or the sequence model.
        crop: the face as it was cut out, to be kept in the result.
    """
    best = int(probabilities.argmax())
    confidence = float(probabilities[best])
    sure = confidence >= classifier.abstain_threshold and (face.found or face.score >= LIKE_A_FACE)
    return FaceResult(
        box=face.box,
        detection_score=face.score if face.found else None,
        landmarks=face.landmarks,
        probabilities=dict(zip(classifier.classes, map(float, probabilities), strict=True)),
        emotion=classifier.classes[best] if sure else UNCERTAIN,
        confidence=confidence,
        model=classifier.named,
        crop=crop,
        prior=prior_as_text(classifier.prior),
        colours=classifier.card.colours,
    )


def _enlarged(result: FaceResult, factor: int) -> FaceResult:
    """The same of a face in a picture that is `factor` times as large."""
    if factor == 1:
        return result
    landmarks = None if result.landmarks is None else result.landmarks * np.float32(factor)
    return replace(result, box=result.box.scaled(factor), landmarks=landmarks)


def classifier_of(settings: AnalysisSettings) -> Classifier:
    """The classifier that settings mean, loaded once for as long as its folder stays as it is; raises a ModelError."""
    model = settings.model
    classifier = model if isinstance(model, Classifier) else _loaded_classifier(model, model_version(model))
    return classifier if settings.prior is None else classifier.under(settings.prior)


def detector_of(detector: str | Detector) -> Detector:
    """The detector that is meant, loaded once."""
    return _loaded_detector(detector) if isinstance(detector, str) else detector


@lru_cache(maxsize=4)
def _loaded_classifier(model: str | Path, version: str) -> Classifier:
    return load_classifier(model)


_loaded_detector = lru_cache(maxsize=2)(load_detector)

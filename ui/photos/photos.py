"""Photos: what the visitor gives, what is found in it, how that is shown and taken away."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

import emotion_core as ec
from emotion_core.inference.results import percent
from emotion_core.models.registry import DEFAULT_MODEL, model_names, model_version
from ui.photos import explanation
from ui.shared import models
from ui.shared.layout import count, plain

if TYPE_CHECKING:
    import numpy as np

    from emotion_core.faces.detection import Face, HaarDetector, YuNetDetector

PICTURES_KEPT = "384MB"
RESULTS_KEPT = 5000
THUMBNAIL = 160
#: The longer side of a picture on a page, in pixels.
SHOWN = 1280
#: What is asked of a camera for a photo: without it one is as small as its place on the screen.
RESOLUTION: Final = "720p"

SMALLEST_FACE = 8
LOWER_THRESHOLDS = (0.6, 0.5, 0.4, 0.3)
DETECTORS = {"yunet": "YuNet", "haar": "Haar cascade"}


@dataclass(frozen=True)
class Photo:
    """A picture that was given, as its file's bytes and their sha256."""

    name: str
    data: bytes = field(repr=False)
    digest: str


@dataclass(frozen=True)
class Settings:
    """What decides the answer besides the picture."""

    model: str
    detector: str
    threshold: float
    smallest_face: int


@dataclass(frozen=True)
class Correction:
    """What the visitor said of one photo in which no face was found."""

    quarter_turns: int = 0
    whole: bool = False


@st.cache_resource(max_entries=2, show_spinner=False)
def detector(name: str) -> YuNetDetector | HaarDetector:
    """A detector by name, shared by all visitors."""
    from emotion_core.faces.detection import load_detector

    return load_detector(name)


def sample_photo() -> Photo:
    """The portrait of the astronaut Eileen Collins that scikit-image carries (NASA, public domain), smiling."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("the package scikit-image, which carries the sample photo, is not installed")
    data = (Path(spec.submodule_search_locations[0]) / "data" / "astronaut.png").read_bytes()
    return Photo("astronaut.png", data, hashlib.sha256(data).hexdigest())


def photo_of(file: st.typing.UploadedFile) -> Photo:
    """A file from a widget. Its sum is made once, not at each rerun: there may be 200 of them."""
    digests: dict[str, str] = st.session_state.setdefault("digests", {})
    if file.file_id not in digests:
        digests[file.file_id] = hashlib.sha256(file.getbuffer()).hexdigest()
    return Photo(file.name, file.getvalue(), digests[file.file_id])


def default_settings() -> Settings:
    """What the settings are until they are changed."""
    from emotion_core.faces.detection import DEFAULT_SMALLEST_FACE, DEFAULT_THRESHOLD

    return Settings(DEFAULT_MODEL, "yunet", DEFAULT_THRESHOLD, DEFAULT_SMALLEST_FACE)


def chosen_settings(model: str) -> Settings:
    """A model with the lowest score and the smallest face that were chosen last; for pages without the widgets."""
    default = default_settings()
    threshold = st.session_state.get("threshold", default.threshold)
    smallest_face = st.session_state.get("smallest_face", default.smallest_face)
    return Settings(model, default.detector, threshold, smallest_face)


def settings() -> Settings:
    """Widgets for the settings, kept across pages."""
    from emotion_core.faces.detection import YuNetDetector

    default = default_settings()
    left, right = st.columns(2, gap="medium")
    with left:
        model = st.selectbox("Model", model_names() or [DEFAULT_MODEL], key="model", persist_state="session")
        detector = st.selectbox(
            "Face detector",
            list(DETECTORS),
            format_func=lambda name: DETECTORS[name],
            key="detector",
            persist_state="session",
            help="YuNet finds more faces, also turned and partly hidden ones. The Haar cascade is an older method.",
        )
    with right:
        threshold = st.slider(
            "Lowest score of a face",
            YuNetDetector.LOWEST_THRESHOLD,
            0.95,
            default.threshold,
            0.05,
            key="threshold",
            persist_state="session",
            disabled=detector == "haar",
            help="How sure the detector must be: lower finds more faces, and more that are none. "
            "The Haar cascade gives no scores.",
        )
        smallest_face = st.slider(
            "Smallest face",
            SMALLEST_FACE,
            200,
            default.smallest_face,
            4,
            format="%d px",
            key="smallest_face",
            persist_state="session",
            help="Height in pixels of the picture. Raise it to leave out people in the background.",
        )
    return Settings(model, detector, threshold, smallest_face)


def digest_of(photos: Iterable[Photo]) -> str:
    """One sum of many photos in their order."""
    return hashlib.sha256("".join(photo.digest for photo in photos).encode()).hexdigest()


def correction(photo: Photo) -> Correction:
    """What was said of a photo in this session."""
    return st.session_state.setdefault("corrections", {}).get(photo.digest, Correction())


def correct(photo: Photo, said: Correction) -> None:
    """Note what is said of a photo; for callbacks."""
    st.session_state.setdefault("corrections", {})[photo.digest] = said


def analysed(photo: Photo, settings: Settings) -> ec.PhotoResult:
    """A photo's faces and how they look, from memory if the same was asked before. A bad photo is one with an error.

    Raises:
        ModelError: the model cannot be used.
    """
    results, key = _results(), _result_key(photo, settings)
    if key not in results:
        if len(results) >= RESULTS_KEPT:
            results.clear()
        results[key] = _analysed(photo, settings)
    return replace(results[key], name=photo.name)


def is_analysed(photo: Photo, settings: Settings) -> bool:
    """Whether `analysed` would answer from memory."""
    return _result_key(photo, settings) in _results()


def _results() -> dict[tuple[object, ...], ec.PhotoResult]:
    return st.session_state.setdefault("results", {})


def _result_key(photo: Photo, settings: Settings) -> tuple[object, ...]:
    return photo.digest, correction(photo), settings, model_version(settings.model)


def _analysed(photo: Photo, settings: Settings) -> ec.PhotoResult:
    from emotion_core.inference.analyze import classify_faces

    used = models.classifier(settings.model)
    try:
        image = picture(photo)
    except ec.ImageError as error:
        return ec.PhotoResult(photo.name, error=str(error))
    return ec.PhotoResult(photo.name, classify_faces(image, faces_in(photo, settings), used))


def picture(photo: Photo, said: Correction | None = None) -> np.ndarray:
    """A photo as an upright RGB array, turned as the visitor said.

    Raises:
        ImageError: it cannot be used.
    """
    return turned(_decoded(photo.digest, photo.data), (said or correction(photo)).quarter_turns)


def turned(image: np.ndarray, quarter_turns: int) -> np.ndarray:
    """A picture turned clockwise by quarters."""
    import numpy as np

    return np.ascontiguousarray(np.rot90(image, -quarter_turns))


def faces_in(photo: Photo, settings: Settings, said: Correction | None = None) -> list[Face]:
    """Where the faces in a photo are: as `emotion_core.analyze` finds them, or the whole picture if it was said so."""
    from emotion_core.faces.alignment import whole_picture

    said = said or correction(photo)
    if said.whole:
        return [whole_picture(picture(photo, said))]
    key = photo.digest, said.quarter_turns, settings.detector, settings.threshold, settings.smallest_face
    return _found(key, lambda: picture(photo, said))


# What comes of a visitor's pictures is kept for his session alone. `digest` names the bytes: hashing them is slow.


@st.cache_data(scope="session", max_size=PICTURES_KEPT, show_spinner=False)
def _decoded(digest: str, _data: bytes) -> np.ndarray:
    return ec.load_image(_data)


@st.cache_data(scope="session", max_entries=RESULTS_KEPT, show_spinner=False)
def _found(key: tuple[str, int, str, float, int], _picture: Callable[[], np.ndarray]) -> list[Face]:
    from emotion_core.inference.analyze import find_faces
    from emotion_core.inference.settings import AnalysisSettings

    _, _, name, threshold, smallest_face = key
    settings = AnalysisSettings(detector=detector(name), threshold=threshold, smallest_face=smallest_face)
    return find_faces(_picture(), settings)


def thumbnail(photo: Photo) -> str | None:
    """A small picture of a photo as a data URI; None if it cannot be read."""
    try:
        return _thumbnail(photo.digest, correction(photo).quarter_turns, lambda: picture(photo))
    except ec.ImageError:
        return None


@st.cache_data(scope="session", max_entries=RESULTS_KEPT, show_spinner=False)
def _thumbnail(digest: str, quarter_turns: int, _picture: Callable[[], np.ndarray]) -> str:
    from emotion_core.inference.reports import to_jpeg
    from emotion_core.visuals.drawing import thumbnail

    data = to_jpeg(thumbnail(_picture(), THUMBNAIL), quality=80)
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode()}"


# What was found


def analyse_all(photos: list[Photo], settings: Settings, on_stop: Callable[[bool], None]) -> None:
    """Analyse photos, with progress and a button to stop if there are many that were not analysed before."""
    many = sum(not is_analysed(photo, settings) for photo in photos) > 1
    if many:
        progress = st.progress(0.0)
        # Streamlit has a "Stop" of its own in the corner, which shows nothing of what is done.
        st.button("Stop and show results", on_click=on_stop, args=(True,), icon=":material/stop:")
    for done, photo in enumerate(photos):
        if many:
            progress.progress(done / len(photos), f"{done} of {len(photos)} photos")
        if not analysed(photo, settings).error:
            thumbnail(photo)  # while the picture is decoded


def overview(photos: list[Photo], results: list[ec.PhotoResult], key: str) -> int:
    """Many photos' expressions as chart and table. Returns the place of the one whose row is selected."""
    import pandas as pd

    from emotion_core.visuals.charts import count_expressions, expression_counts

    faces = sum(len(result.faces) for result in results)
    bad = sum(bool(result.error) for result in results)
    st.subheader(f"{count(faces, 'face')} in {count(len(results), 'photo')}", anchor=False)
    if bad:
        st.warning(f"{count(bad, 'file')} could not be used; the table says why.", icon=":material/broken_image:")
    if faces:
        st.plotly_chart(
            expression_counts(results),
            config={"staticPlot": True},
            alt="Faces by expression: " + ", ".join(f"{n} {name}" for name, n in count_expressions(results).items()),
        )
    rows = [
        {
            "Picture": None if result.error else thumbnail(photo),
            "Expressions": result.error or _expressions(result) or "no face found",
            "Photo": result.name,
            "Faces": len(result.faces),
        }
        for photo, result in zip(photos, results, strict=True)
    ]
    st.caption("Mark a row to see its photo below.")
    event = st.dataframe(
        pd.DataFrame(rows),
        key=key,
        on_select="rerun",
        selection_mode="single-row-required",
        hide_index=True,
        row_height=56,
        column_config={
            "Picture": st.column_config.ImageColumn(width=72),
            "Expressions": st.column_config.TextColumn(width="medium"),
            "Photo": st.column_config.TextColumn(width="medium"),
            "Faces": st.column_config.NumberColumn(width=64),
        },
        placeholder="",
        alt="The photos with the expressions of the faces in them",
    )
    chosen = event.selection.rows[0] if event.selection.rows else 0
    return min(chosen, len(photos) - 1)


def _expressions(result: ec.PhotoResult) -> str:
    counts = Counter(face.emotion for face in result.faces)
    return ", ".join(f"{number} {name}" if number > 1 else name for name, number in counts.items())


def detail(photo: Photo, result: ec.PhotoResult, settings: Settings) -> None:
    """All there is to say of one photo."""
    if result.error:
        st.error(f"{plain(photo.name)} cannot be used: {result.error}.", icon=":material/broken_image:")
        return
    if result.faces:
        faces_of(photo, result, settings)
    else:
        nothing_found(photo, settings)
    said = correction(photo)
    if said != Correction():
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(_in_words(said), width="content")
            st.button("Undo", on_click=correct, args=(photo, Correction()), type="tertiary", icon=":material/undo:")


def _in_words(said: Correction) -> str:
    turns = f"The photo was turned by {said.quarter_turns * 90}°. " if said.quarter_turns else ""
    return turns + ("The whole picture was taken as one face." if said.whole else "")


def faces_of(photo: Photo, result: ec.PhotoResult, settings: Settings) -> None:
    """The photo with its faces, and the chosen one's expression."""
    from emotion_core.visuals.drawing import annotate, at_most

    left, right = st.columns([3, 2], gap="medium")
    with right:
        number = _chosen_face(photo, result)
        _face(photo, result.faces[number - 1], settings)
    looks = ", ".join(f"{number} {face.emotion}" for number, face in result.numbered())
    shown = annotate(*at_most(picture(photo), result.faces, SHOWN), chosen=number)
    left.image(shown, width="stretch", alt=f"{photo.name} with a box around each face: {looks}")


def _chosen_face(photo: Photo, result: ec.PhotoResult) -> int:
    if len(result.faces) == 1:
        return 1
    return st.pills(
        f"{len(result.faces)} faces",
        range(1, len(result.faces) + 1),
        format_func=lambda number: f"{number} {result.faces[number - 1].emotion}",
        default=1,
        required=True,
        wrap=True,
        key=f"face {photo.digest} {len(result.faces)}",
    )


def _face(photo: Photo, face: ec.FaceResult, settings: Settings) -> None:
    from emotion_core.faces.alignment import face_crop
    from emotion_core.faces.detection import Face
    from emotion_core.inference.results import in_words
    from emotion_core.models.classifier import network_view
    from emotion_core.visuals.charts import ranked_probabilities
    from emotion_core.visuals.drawing import enlarged

    expected = models.classifier(settings.model).card.input
    crop = face_crop(picture(photo), Face(face.box, face.detection_score, face.landmarks), expected.size)
    words = in_words(face)
    st.subheader(words[0].upper() + words[1:], anchor=False)
    st.plotly_chart(
        ranked_probabilities(face),
        config={"staticPlot": True},
        alt="Probabilities: " + ", ".join(f"{name} {percent(share)}" for name, share in face.ranking),
    )
    with st.container(horizontal=True, vertical_alignment="center", wrap=False):
        st.image(enlarged(network_view(crop, expected), 4), width=96, alt="The face as the network sees it")
        st.caption(f"What the network sees. {_how_large(face, expected.size)}")
    key = f"{photo.digest} {face.box.x:.0f} {face.box.y:.0f}"
    explanation.parts_that_decide(network_view(crop, expected), face, settings.model, key)


def _how_large(face: ec.FaceResult, enough: int) -> str:
    height = round(face.box.height)
    if height < enough / 2:
        return f"In the picture the face is only {height} pixels high: too small to rely on."
    return f"In the picture the face is {height} pixels high."


def nothing_found(photo: Photo, settings: Settings) -> None:
    """Say that there is no face, and offer what may help."""
    from emotion_core.inference.analyze import SMALLEST_CROP
    from emotion_core.visuals.drawing import thumbnail

    image = picture(photo)
    height, width = image.shape[:2]
    left, right = st.columns([3, 2], gap="medium")
    left.image(thumbnail(image, SHOWN), width="stretch", alt=f"{photo.name}, in which no face was found")
    right.subheader("No face found", anchor=False)
    if min(height, width) < SMALLEST_CROP:
        right.markdown(f"The picture is too small: {width}×{height} pixels. A face needs at least {SMALLEST_CROP}.")
        return
    said = correction(photo)
    looser = looser_settings(photo, settings)
    turns = turns_that_help(photo, settings)
    turned_photo = replace(said, quarter_turns=(said.quarter_turns + (turns or 1)) % 4)
    whole = replace(said, whole=True)
    with right:
        st.markdown(
            "Turned upright, the photo shows one."
            if turns
            else "Faces are found best when they are upright, seen from the front and not too small."
        )
        st.button("Turn the photo", on_click=correct, args=(photo, turned_photo), icon=":material/rotate_right:")
        if looser:
            st.button(_difference(settings, looser), on_click=_set, args=(looser,), icon=":material/search:")
        st.button("The whole picture is one face", on_click=correct, args=(photo, whole), icon=":material/crop_free:")


def looser_settings(photo: Photo, settings: Settings) -> Settings | None:
    """The nearest settings with which a face is found."""
    looser = [replace(settings, smallest_face=SMALLEST_FACE)] if settings.smallest_face > SMALLEST_FACE else []
    if settings.detector == "yunet":
        looser += [replace(settings, threshold=lower) for lower in LOWER_THRESHOLDS if lower < settings.threshold]
    return next((one for one in looser if faces_in(photo, one)), None)


def turns_that_help(photo: Photo, settings: Settings) -> int:
    """By how many quarters a photo must be turned for a face to be found in it; 0 if that does not help."""
    said = correction(photo)
    ways = [(turns, replace(said, quarter_turns=(said.quarter_turns + turns) % 4)) for turns in (1, 3, 2)]
    return next((turns for turns, way in ways if faces_in(photo, settings, way)), 0)


def _difference(before: Settings, after: Settings) -> str:
    if after.threshold != before.threshold:
        return f"Lower the score to {after.threshold}"
    return f"Allow faces of {after.smallest_face} pixels"


def _set(chosen: Settings) -> None:
    st.session_state.update(threshold=chosen.threshold, smallest_face=chosen.smallest_face)


# Results to take away


def downloads(photos: list[Photo], results: list[ec.PhotoResult]) -> None:
    """Buttons for CSV, JSON and the annotated pictures. A file is made at the click."""
    from emotion_core.inference.reports import annotated_name

    turns = [correction(photo).quarter_turns for photo in photos]
    found = [one for one in zip(photos, results, turns, strict=True) if one[1].faces]
    with st.container(horizontal=True):
        _download("CSV", lambda: csv_of(results), "expressions.csv", "text/csv")
        _download("JSON", lambda: json_of(results), "expressions.json", "application/json")
        if len(results) == 1 and found:
            name = annotated_name(photos[0].name)
            _download("Annotated picture", lambda: annotated(*found[0]), name, "image/jpeg")
        elif found:
            _download("Annotated pictures", lambda: zip_of(found), "annotated.zip", "application/zip")


def _download(label: str, data: Callable[[], bytes], name: str, mime: str) -> None:
    st.download_button(label, data, name, mime, icon=":material/download:", on_click="ignore")


# The following run at the click, outside of the page: they must not use Streamlit.


def csv_of(results: list[ec.PhotoResult]) -> bytes:
    """Results as a file of CSV that Excel reads well."""
    from emotion_core.inference.reports import CSV_ENCODING, write_csv

    file = io.StringIO(newline="")
    write_csv(results, file)
    return file.getvalue().encode(CSV_ENCODING)


def json_of(results: list[ec.PhotoResult]) -> bytes:
    """Results as a file of JSON."""
    from emotion_core.inference.reports import write_json

    file = io.StringIO()
    write_json(results, file)
    return file.getvalue().encode()


def annotated(photo: Photo, result: ec.PhotoResult, quarter_turns: int) -> bytes:
    """A photo with its faces marked, in its full size, as JPEG."""
    from emotion_core.inference.reports import to_jpeg

    return to_jpeg(_annotated(photo, result, quarter_turns))


def zip_of(found: list[tuple[Photo, ec.PhotoResult, int]]) -> bytes:
    """All photos with their faces marked, one at a time."""
    from emotion_core.inference.reports import write_zip

    file = io.BytesIO()
    write_zip(((one[0].name, _annotated(*one)) for one in found), file)
    return file.getvalue()


def _annotated(photo: Photo, result: ec.PhotoResult, quarter_turns: int) -> np.ndarray:
    from emotion_core.visuals.drawing import annotate

    return annotate(turned(ec.load_image(photo.data), quarter_turns), result.faces)

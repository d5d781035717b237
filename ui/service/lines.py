"""The lines by which other programs ask for what the Photos page shows."""

from __future__ import annotations

from urllib.parse import urlencode

from emotion_core.faces import DEFAULT_DETECTOR, DEFAULT_SMALLEST_FACE, DEFAULT_THRESHOLD
from emotion_core.inference import AnalysisSettings

#: Where `emotion serve` listens if nothing else is asked for.
ADDRESS = "http://127.0.0.1:8700"


def curl_line(address: str, settings: AnalysisSettings) -> str:
    """The command that sends a photo to a service."""
    query = urlencode(_options(settings))
    url = f"{address}/analyze{'?' if query else ''}{query}"
    return f"curl -F files=@photo.jpg '{url}'"


def client_lines(address: str, settings: AnalysisSettings) -> str:
    """The Python that asks a service."""
    options = "".join(f", {name}={value!r}" for name, value in _options(settings).items())
    return (
        f"import emotion_core as ec\n\nclient = ec.Client({address!r})\n"
        f'for face in client.analyze("photo.jpg"{options}):\n    print(face.emotion, face.confidence)'
    )


def library_lines(settings: AnalysisSettings) -> str:
    """The Python that needs no service."""
    options = "".join(f", {name}={value!r}" for name, value in _options(settings).items())
    return (
        "import emotion_core as ec\n\n"
        f'for face in ec.analyze("photo.jpg"{options}):\n    print(face.emotion, face.confidence)'
    )


def _options(settings: AnalysisSettings) -> dict[str, str | float]:
    """The settings that are not the usual ones, by the names that service, client and library have for them."""
    options: dict[str, str | float] = {}
    if settings.model != "default":
        options["model"] = str(settings.model)
    if settings.detector != DEFAULT_DETECTOR:
        options["detector"] = str(settings.detector)
    if settings.threshold != DEFAULT_THRESHOLD:
        options["threshold"] = settings.threshold
    if settings.smallest_face != DEFAULT_SMALLEST_FACE:
        options["smallest_face"] = settings.smallest_face
    if isinstance(settings.prior, str):
        options["prior"] = settings.prior
    return options

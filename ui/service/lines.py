"""The lines by which other programs ask for what the Photos page shows."""

from __future__ import annotations

from urllib.parse import urlencode

from emotion_core.faces import DEFAULT_DETECTOR, DEFAULT_SMALLEST_FACE, DEFAULT_THRESHOLD
from emotion_core.inference import AnalysisSettings

#: Where `emotion serve` listens if nothing else is asked for.
ADDRESS = "http://127.0.0.1:8700"
#: The variable that holds the service's token, of which the lines show nothing but the name.
TOKEN = "EMOTION_SERVER_TOKEN"


def curl_line(address: str, settings: AnalysisSettings, with_token: bool = False) -> str:
    """The command that sends a photo to a service, with the token that the environment holds where one is needed."""
    query = urlencode(_options(settings))
    url = f"{address}/analyze{'?' if query else ''}{query}"
    token = f'-H "Authorization: Bearer ${TOKEN}" ' if with_token else ""
    return f"curl {token}-F files=@photo.jpg '{url}'"


def client_lines(address: str, settings: AnalysisSettings, with_token: bool = False) -> str:
    """The Python that asks a service, with the token that the environment holds where one is needed."""
    options = "".join(f", {name}={value!r}" for name, value in _options(settings).items())
    imported, token = ("import os\n\n", f', token=os.environ["{TOKEN}"]') if with_token else ("", "")
    return (
        f"{imported}import emotion_core as ec\n\nclient = ec.Client({address!r}{token})\n"
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

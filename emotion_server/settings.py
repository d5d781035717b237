"""What the service is set to, all of it through the environment, which every worker process has."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from emotion_core.images import MAX_PIXELS

PREFIX = "EMOTION_SERVER_"
TOKEN_VARIABLE = f"{PREFIX}TOKEN"
#: A token that could be guessed is none.
SHORTEST_TOKEN = 16


def _listed(value: object) -> object:
    """A list as the environment holds it, its parts between commas."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class ServerSettings(BaseModel):
    """How the service is set; each field is read from EMOTION_SERVER_ and its name in capitals.

    Attributes:
        token: what clients must send as `Authorization: Bearer TOKEN`, in letters, digits and signs of ASCII, with no
            blank before or after; without one they need none.
        models: those loaded before the service is ready; others are loaded when they are first asked for.
        origins: the web sites whose pages may use the service from a browser, such as https://example.org.
        threads: pictures that a worker analyses at a time; 0 is one for each processor core.
        max_bytes: of the body of a request.
        max_pixels: of a picture.
        max_files: of a request.
        max_faces: of a picture, the largest ones.
        max_crops: of a request to /predict.
        max_requests: under way in a worker; further ones are told to come again.
        max_streams: under way in a worker.
        max_jobs: videos under way, in all workers.
        max_video_bytes: of a video.
        seconds_to_send: how long a client may take to send the head of a request, and its body.
        seconds_to_send_video: how long it may take for a video.
        seconds_to_answer: how long the service may take for the answer.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    token: str = Field(default="", repr=False, pattern="^([!-~]([ -~]*[!-~])?)?$")
    models: Names = Field(default=("default",), min_length=1)
    origins: Names = ()
    threads: int = Field(default=0, ge=0, le=256)
    max_bytes: int = Field(default=64 * 2**20, ge=1000)
    max_pixels: int = Field(default=50_000_000, ge=1, le=MAX_PIXELS)
    max_files: int = Field(default=64, ge=1)
    max_faces: int = Field(default=100, ge=1)
    max_crops: int = Field(default=4096, ge=1)
    max_requests: int = Field(default=64, ge=1)
    max_streams: int = Field(default=8, ge=0)
    max_jobs: int = Field(default=8, ge=0)
    max_video_bytes: int = Field(default=2**30, ge=1000)
    seconds_to_send: float = Field(default=30, gt=0)
    seconds_to_send_video: float = Field(default=600, gt=0)
    seconds_to_answer: float = Field(default=60, gt=0)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> ServerSettings:
        """The settings that the environment has; the defaults of those that it has not.

        Raises:
            ValueError: a variable has a value that is not allowed, or there is no setting of its name.
        """
        given = {name.removeprefix(PREFIX).lower(): value for name, value in environment.items() if _is_ours(name)}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise ValueError(f"{name} cannot be used: {first['msg'][0].lower()}{first['msg'][1:]}") from None


def _is_ours(name: str) -> bool:
    """Whether a variable is a setting, and not what Kubernetes says of a service that is called emotion-server."""
    return name.startswith(PREFIX) and not name.startswith((f"{PREFIX}SERVICE_", f"{PREFIX}PORT"))


def why_unsafe(host: str, token: str) -> str | None:
    """Why the service may not listen at an address, in one sentence; None where it may."""
    if token and len(token) < SHORTEST_TOKEN:
        return f"the token in {TOKEN_VARIABLE} could be guessed; it needs {SHORTEST_TOKEN} characters, not {len(token)}"
    if token or is_loopback(host):
        return None
    return (
        f"at {host} others reach the service, so it needs a token: set {TOKEN_VARIABLE} to one of {SHORTEST_TOKEN} "
        "characters or more, or listen on 127.0.0.1"
    )


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine reach an address, or a name."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"

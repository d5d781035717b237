"""An HTTP service that reads expressions: `emotion serve`, or `create_app()` for any ASGI server."""

from __future__ import annotations

from emotion_server.app import create_app
from emotion_server.settings import ServerSettings, why_unsafe

__all__ = ["ServerSettings", "create_app", "why_unsafe"]

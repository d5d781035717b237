"""A live session over a websocket: pictures of a camera in, tracked and steadied answers out."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from starlette.types import Message

from emotion_core import ImageError, LiveSession, LiveSettings, ModelError, load_image
from emotion_core.images import check_size
from emotion_server import answers
from emotion_server.engine import Engine
from emotion_server.models import DEFAULT
from emotion_server.problems import ProblemError

router = APIRouter()

#: Why a stream was closed, as websockets number it: what was asked is not allowed, or come again later.
NOT_ALLOWED, LATER = 1008, 1013


@router.websocket("/stream")
async def stream(
    socket: WebSocket,
    model: str = DEFAULT,
    smoothing: float = LiveSettings.smoothing,
    detector_interval: float = LiveSettings.detector_interval,
    smallest_face: float = LiveSettings.smallest_face,
) -> None:
    """Each binary message is a picture, JPEG or another; each gets one answer as JSON, in their order."""
    engine: Engine = socket.app.state.engine
    await socket.accept()
    async with engine.streaming() as may:
        if not may:
            return await _refuse(socket, f"{engine.settings.max_streams} streams are under way; try again later", LATER)
        try:
            loaded = await engine.model(model)
            settings = LiveSettings(smoothing, detector_interval, smallest_face)
            session = await engine.run(LiveSession, loaded.classifier, engine.detector, settings)
        except (ProblemError, ModelError, ValueError) as error:
            return await _refuse(socket, str(error), NOT_ALLOWED)
        with suppress(WebSocketDisconnect):  # the client may leave before its answer
            await _answer_all(socket, session, engine, answers.of_model(loaded))
    return None


async def _refuse(socket: WebSocket, reason: str, code: int) -> None:
    await socket.send_json({"error": reason, "faces": []})
    await socket.close(code, reason[:100])


async def _answer_all(socket: WebSocket, session: LiveSession, engine: Engine, model: dict[str, str]) -> None:
    """Answer until the client leaves, or sends nothing for as long as it may take to send a body."""
    while (message := await _next(socket, engine.settings.seconds_to_send))["type"] != "websocket.disconnect":
        frame = message.get("bytes")
        if not frame:
            await socket.send_json({**model, "error": "a picture is sent as a binary message", "faces": []})
            continue
        try:
            answer = await engine.run(_answer, session, frame, time.monotonic(), engine.settings.max_pixels)
        except ProblemError as error:
            answer = {"error": error.detail, "faces": []}
        await socket.send_json({**model, **answer})


async def _next(socket: WebSocket, seconds: float) -> Message:
    try:
        return await asyncio.wait_for(socket.receive(), seconds)
    except TimeoutError:
        await _refuse(socket, f"no picture arrived within {seconds:g} seconds", NOT_ALLOWED)
        return {"type": "websocket.disconnect"}


def _answer(session: LiveSession, frame: bytes, now: float, max_pixels: int) -> dict[str, Any]:
    """What is seen in a picture that came now."""
    try:
        check_size(frame, max_pixels)
        picture = load_image(frame)
    except ImageError as error:
        return {"error": str(error), "faces": []}
    errors = session.snapshot().errors
    session.process(picture, now)
    seen = session.snapshot()
    if seen.errors > errors:
        return {"error": seen.last_error, "faces": []}
    faces = [{"number": face.number, **answers.of_face(face.result)} for face in seen.faces]
    return {"error": "", "seconds": round(seen.seconds, 3), "hints": list(seen.hints), "faces": faces}

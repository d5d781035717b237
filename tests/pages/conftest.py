"""The dashboard without a browser, with a model whose answers a test decides."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from emotion_core import EMOTIONS, Box
from emotion_core.faces.detection import Face
from emotion_core.models.card import ModelCard, read_card
from emotion_core.workspace import SHIPPED_MODELS
from ui.photos.inputs import sample_photo
from ui.shared import models

ROOT = Path(__file__).parent.parent.parent
Result = TypeVar("Result")


class FakeClassifier:
    """Gives the same answer for every face, and counts how often it was asked."""

    def __init__(self, **probabilities: float):
        rest = (1 - sum(probabilities.values())) / (len(EMOTIONS) - len(probabilities))
        self.answer = np.array([probabilities.get(name, rest) for name in EMOTIONS], np.float32)
        card: ModelCard = read_card(SHIPPED_MODELS / "emotion-net")
        self.card = card.model_copy(update={"abstain_threshold": 0.5})
        self.calls = 0

    def predict_proba(self, crops: np.ndarray) -> np.ndarray:
        self.calls += 1
        return np.tile(self.answer, (len(crops), 1))


class FakeDetector:
    """Finds faces of given scores side by side in every picture, and counts how often it was asked."""

    LOWEST_THRESHOLD = 0.3

    def __init__(self, *scores: float):
        self.scores = scores
        self.calls = 0

    def detect(self, image: np.ndarray, threshold: float, smallest_face: float) -> list[Face]:
        self.calls += 1
        faces = [Face(Box(10.0 + 60 * place, 10.0, 50.0, 50.0), score) for place, score in enumerate(self.scores)]
        return [face for face in faces if face.score >= threshold and face.box.height >= smallest_face]


@pytest.fixture(autouse=True)
def empty_caches():
    """No test sees what another one left."""
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def happy(monkeypatch) -> FakeClassifier:
    """The model is one that finds every face happy."""
    fake = FakeClassifier(happy=0.93)
    monkeypatch.setattr(models, "classifier", lambda model: fake)
    return fake


@pytest.fixture
def unsure(monkeypatch) -> FakeClassifier:
    """The model is one that wavers between happy and surprised."""
    fake = FakeClassifier(happy=0.42, surprised=0.4)
    monkeypatch.setattr(models, "classifier", lambda model: fake)
    return fake


@pytest.fixture
def detector(monkeypatch):
    """Call it with scores to have a detector that finds faces of these scores in every picture."""

    def use(*scores: float) -> FakeDetector:
        fake = FakeDetector(*scores)
        monkeypatch.setattr(models, "detector", lambda name: fake)
        return fake

    return use


@pytest.fixture
def home() -> AppTest:
    """The dashboard as it opens, not run yet."""
    return AppTest.from_file(str(ROOT / "Home.py"), default_timeout=30)


@pytest.fixture
def photos(home, happy) -> AppTest:
    """The photo page as it opens, with a model that finds every face happy."""
    home.run()
    return home.switch_page("pages/3_Predict.py").run()


def png(width: int = 300, height: int = 200, colour: str = "grey") -> bytes:
    """A picture without anything in it."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "PNG")
    return file.getvalue()


def astronaut(turns: int = 0) -> bytes:
    """The sample photo, turned by quarters."""
    image = Image.open(io.BytesIO(sample_photo().data)).rotate(90 * turns, expand=True)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def texts(page: AppTest) -> str:
    """All that is written on a page, one element a line."""
    kinds = ("title", "subheader", "markdown", "caption", "error", "warning")
    return "\n".join(element.value for kind in kinds for element in page.get(kind))


def button(page: AppTest, label: str):
    """The button with a label that begins so."""
    found = [one for one in page.button if one.label.startswith(label)]
    assert found, f"no button {label!r} among {[one.label for one in page.button]}"
    return found[0]


def finished(work: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine gives, run in a thread of its own: a browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()

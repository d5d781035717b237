"""The dashboard without a browser, with a model whose answers a test decides."""

from __future__ import annotations

import functools
import gc
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import emotion_core as ec
from emotion_core import jobs
from tests.fakes import FakeClassifier, FakeDetector
from tests.page import past_home
from tests.shell import ROOT
from tests.waiting import PATIENCE
from ui.shared import models


@pytest.fixture(autouse=True, scope="session")
def components_found_once() -> Iterator[None]:
    """Every page without a browser looks through all installed packages for components, for a third of a second."""
    with pytest.MonkeyPatch.context() as patched:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patched.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(autouse=True)
def nothing_left(own_workspace, monkeypatch) -> Iterator[None]:
    """No test sees what another one or the user left, or leaves a process that measures beside those that follow."""
    # Where another test has loaded Keras, Streamlit looks for garbage before every run of a page: only in what is new.
    gc.collect()
    gc.freeze()
    monkeypatch.setattr(jobs, "measure_in_background", lambda *asked: None)
    st.cache_data.clear()
    st.cache_resource.clear()
    yield
    gc.unfreeze()


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
    return AppTest.from_file(str(ROOT / "Home.py"), default_timeout=PATIENCE)


@pytest.fixture
def go_to(home) -> Callable[[str], AppTest]:
    """Call it with a page's file to have the dashboard there, not run there yet."""
    return lambda file: past_home(home, file)


@pytest.fixture
def photos(go_to, happy) -> AppTest:
    """The photo page as it opens, with a model that finds every face happy."""
    return go_to("3_Predict.py").run()


@pytest.fixture
def decoded(monkeypatch) -> list[int]:
    """The sizes of the files that were decoded."""
    sizes: list[int] = []
    load = ec.load_image

    def counting(data: bytes) -> np.ndarray:
        sizes.append(len(data))
        return load(data)

    monkeypatch.setattr(ec, "load_image", counting)
    return sizes

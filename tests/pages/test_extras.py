"""What the pages say where Streamlit is installed and the rest is not."""

import sys

import pytest
from streamlit.testing.v1 import AppTest

from tests.shell import ROOT
from tests.waiting import PATIENCE
from ui.shared.pages import PAGES, TRAIN


@pytest.fixture
def hide(monkeypatch):
    """Make a module one that is not installed, and the pages ones that nobody has opened yet."""

    def hide(module):
        for name in [name for name in sys.modules if name == "ui" or name.startswith("ui.")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, module, None)

    return hide


@pytest.mark.parametrize("path", ["Home.py", *(page.path for page in PAGES)])
def test_a_page_without_what_it_needs_says_what_installs_it(hide, path):
    hide("streamlit_webrtc")
    page = AppTest.from_file(str(ROOT / path), default_timeout=PATIENCE).run()
    assert not page.exception
    assert "pip install 'emotion-dashboard[dashboard]'" in page.error[0].value


def test_without_keras_the_train_page_says_what_installs_it(hide):
    hide("keras")
    page = AppTest.from_file(str(ROOT / TRAIN.path), default_timeout=PATIENCE).run()
    assert not page.exception
    assert "pip install 'emotion-dashboard[train]'" in page.info[0].value

"""Downloading, with a stand-in for kagglehub: nothing here goes to the net."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.download import FER2013_HANDLE, DownloadError, download_fer2013
from emotion_core.datasets.readers.formats import load_dataset


class NoConnectionError(OSError):
    """As requests raises it: an OSError without a number."""


class HttpError(OSError):
    def __init__(self, status: int):
        super().__init__(f"{status} for url")
        self.response = SimpleNamespace(status_code=status)


class UnauthenticatedError(Exception):
    """As kagglehub raises it."""


@pytest.fixture
def kagglehub(monkeypatch):
    """Put in its place something that does this when asked to download."""

    def place(act):
        monkeypatch.setitem(sys.modules, "kagglehub", SimpleNamespace(dataset_download=act))

    return place


def raising(error):
    def act(handle):
        raise error

    return act


def test_a_folder_comes_back_and_can_be_read(kagglehub, write_folders, pictures):
    asked = []
    folder = write_folders(pictures)
    kagglehub(lambda handle: asked.append(handle) or str(folder))
    assert len(load_dataset(download_fer2013())) == 35
    assert asked == [FER2013_HANDLE]


def test_it_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "kagglehub", None)
    with pytest.raises(DownloadError, match=r"kagglehub is not installed; .* pip install"):
        download_fer2013()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (NoConnectionError("Max retries exceeded"), "no connection to kaggle.com"),
        (HttpError(403), "does not permit .* accept its terms"),
        (HttpError(401), "does not permit"),
        (UnauthenticatedError("User is not authenticated"), "does not permit"),
        (HttpError(404), "has no data set"),
        (HttpError(500), "failed .HttpError: 500"),
        (OSError(28, "No space left on device"), "No space left"),
        (ValueError(""), "failed .ValueError: ValueError"),
    ],
)
def test_why_it_failed(kagglehub, error, reason):
    kagglehub(raising(error))
    with pytest.raises(DatasetError, match=reason) as caught:
        download_fer2013()
    assert len(str(caught.value).splitlines()) == 1


def test_stopping_is_not_an_error(kagglehub):
    kagglehub(raising(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        download_fer2013()

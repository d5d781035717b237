"""FER-2013 from the net, through kagglehub, which is installed only by those who want it."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from emotion_core.datasets.errors import DatasetError
from emotion_core.extras import install_hint

#: On kaggle.com: a folder per split and emotion, with FER-2013's PublicTest and PrivateTest together as test.
FER2013_HANDLE = "msambare/fer2013"


class DownloadError(DatasetError):
    """A download that failed; the message says why and what to do."""


def download_fer2013() -> Path:
    """Download FER-2013, or find it where it was downloaded before; kagglehub shows its progress on standard error.

    Returns:
        The folder, for `load_dataset` or `import_dataset`.

    Raises:
        DownloadError: kagglehub is not installed, there is no connection, or Kaggle does not permit it.
    """
    try:
        kagglehub = import_module("kagglehub")
    except ImportError:
        raise DownloadError(install_hint("kagglehub")) from None
    try:
        return Path(kagglehub.dataset_download(FER2013_HANDLE))
    except Exception as error:  # what kagglehub and the libraries below it raise differs from version to version
        raise DownloadError(_reason(error)) from error


def _reason(error: Exception) -> str:
    status = getattr(getattr(error, "response", None), "status_code", None)
    kind = type(error).__name__
    if status in (401, 403) or kind in ("UnauthenticatedError", "CredentialError"):
        return (
            f"Kaggle does not permit the download of {FER2013_HANDLE}; log in at kaggle.com, accept its terms, and put "
            "your API token where kagglehub looks for it (~/.kaggle/kaggle.json)"
        )
    if status == 404:
        return f"Kaggle has no data set {FER2013_HANDLE} any more; download FER-2013 by hand and import the file"
    if status is None and isinstance(error, OSError) and error.errno is None:
        return "there is no connection to kaggle.com; try again, or download FER-2013 by hand and import the file"
    detail = (str(error) or kind).splitlines()[0][:200]
    return f"the download of {FER2013_HANDLE} failed ({kind}: {detail})"

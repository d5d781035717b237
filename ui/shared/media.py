"""Pictures that pages show: as files, which the browser fetches once, or within the page itself."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def address(data: bytes, mime: str, name: str) -> str:
    """Where the browser gets a file from as long as the page shows it.

    Args:
        data: its content.
        mime: its kind, such as "image/jpeg".
        name: tells its place on the page from others'.
    """
    from streamlit.runtime import exists, get_instance

    if not exists():  # a page that runs without a server
        return ""
    return get_instance().media_file_mgr.add(data, mime, name)


def data_uri(picture: np.ndarray) -> str:
    """A picture as a data URI. Little effort is spent on its size: it goes no further than to the browser beside."""
    import cv2

    shuffled = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    data = cv2.imencode(".png", shuffled, [cv2.IMWRITE_PNG_COMPRESSION, 1])[1]
    return f"data:image/png;base64,{base64.b64encode(data.tobytes()).decode()}"

"""Reading and pressing what is on a page that runs without a browser."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.pictures import png
from ui.home import view
from ui.photos.samples import sample_photo


def past_home(dashboard: AppTest, file: str) -> AppTest:
    """The dashboard at a page's file, not run there yet. Home, where it opens, is empty: its sample takes a second."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(view, "_home", lambda: None)
        dashboard.run()
    return dashboard.switch_page(f"pages/{file}")


def texts(page: AppTest) -> str:
    """All that is written on a page, one element a line."""
    kinds = ("title", "header", "markdown", "caption", "error", "warning")
    return "\n".join(element.value for kind in kinds for element in page.get(kind))


def components(page: AppTest) -> list[Any]:
    """The components of our own on a page, besides those that are not seen."""
    unseen = ("focus keeper", "history keeper", "held keeper", "page top")
    return [one for one in page.get("bidi_component") if not one.key.startswith(unseen)]


def button(page: AppTest, label: str) -> Any:
    """The button with a label that begins so."""
    found = [one for one in page.button if one.label.startswith(label)]
    assert found, f"no button {label!r} among {[one.label for one in page.button]}"
    return found[0]


def sample_png(turns: int = 0) -> bytes:
    """The sample photo, turned by quarters."""
    image = Image.open(io.BytesIO(sample_photo().data)).rotate(90 * turns, expand=True)
    return png(np.asarray(image))


def upload(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """The page Photos with these files, by name and content, dropped in."""
    for name, data in files:
        page.file_uploader[0].upload(name, data)
    page.run()
    assert not page.exception
    return page


def photo_rows(page: AppTest) -> list[tuple[str, int, str]]:
    """Name, number of faces and expressions of each photo in the table of the page Photos."""
    table = page.dataframe[0].value
    return list(zip(table["Photo"], table["Faces"], table["Expressions"], strict=True))

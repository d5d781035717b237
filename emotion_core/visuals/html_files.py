"""What the HTML files share that need nothing else: charts, pictures and plotly.js are in them, no net is asked."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import plotly.graph_objects as go
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from plotly.offline import get_plotlyjs

#: What a file may load: nothing from anywhere; what it shows and runs is in itself.
POLICY = "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def rendered(template: str, **content: Any) -> str:
    """One of the templates as a file; whatever it is given is escaped, but for `Markup`."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, keep_trailing_newline=True
    )
    return templates.get_template(template).render(policy=POLICY, plotly_js=Markup(get_plotlyjs()), **content)


def as_chart(figure: go.Figure) -> Markup:
    """A figure as an element of a file."""
    figure.update_layout(template="plotly_white")
    config = {"displayModeBar": False, "responsive": True}
    return Markup(figure.to_html(full_html=False, include_plotlyjs=False, config=config))


def data_uri(image: np.ndarray) -> str:
    """A picture, (h, w) grey or (h, w, 3) RGB, uint8, as an address that holds it."""
    # OpenCV wants BGR.
    data = cv2.imencode(".png", np.ascontiguousarray(image if image.ndim == 2 else image[..., ::-1]))[1]
    return f"data:image/png;base64,{base64.b64encode(data.tobytes()).decode()}"

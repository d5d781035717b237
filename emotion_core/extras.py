"""What the extras of the package bring, and one sentence for who needs one that is not installed."""

from __future__ import annotations

from importlib.util import find_spec

#: By the module that is imported, the extra that brings it.
EXTRA_OF = {
    "pyarrow": "data",
    "scipy": "data",
    "sklearn": "data",
    "cleanlab": "data",
    "imagehash": "data",
    "plotly": "data",
    "jinja2": "data",
    "markdown_it": "data",
    "av": "video",
    "keras": "train",
    "tensorflow": "train",
    "tf2onnx": "train",
    "onnx": "train",
    "streamlit": "dashboard",
    "streamlit_webrtc": "dashboard",
    "skimage": "dashboard",
    "kagglehub": "download",
    "fastapi": "server",
    "uvicorn": "server",
    "python_multipart": "server",
    "prometheus_client": "server",
    "ray": "ray",
}


def install_hint(module: str | None) -> str | None:
    """How to install a module that was not found, in one sentence; None for one that no extra brings."""
    package = (module or "").split(".")[0]
    if package not in EXTRA_OF:
        return None
    command = f"pip install 'emotion-dashboard[{EXTRA_OF[package]}]'"
    return f"{package} is not installed; install what this needs with: {command}"


def missing(*modules: str) -> str | None:
    """The hint for the first of these modules of extras that is not installed, or None. Imports none of them."""
    return next((install_hint(module) for module in modules if find_spec(module) is None), None)


def need(module: str) -> None:
    """Raise a ModuleNotFoundError with the hint if a module of an extra is not installed."""
    if hint := missing(module):
        raise ModuleNotFoundError(hint, name=module)

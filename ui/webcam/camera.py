"""Asking the browser for the camera, and what to say where it is not given."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

import streamlit as st

from ui.shared.layout import plain
from ui.shared.pages import PHOTOS
from ui.shared.top import to_the_top

#: What is asked of the camera.
VIDEO = {"width": {"ideal": 640}, "height": {"ideal": 480}, "facingMode": "user"}

#: What went wrong: what it is, and what helps.
PROBLEMS = {
    "permission": (
        "The browser may not use the camera.",
        "Click the icon at the left of the address bar, allow the camera for this page, and start again. "
        "If you were never asked, check the system's privacy settings, too.",
    ),
    "device": (
        "No camera was found.",
        "Plug one in or switch it on, and start again.",
    ),
    "busy": (
        "The camera is there but delivers no video.",
        "Most often another program or tab is using it: close that, and start again.",
    ),
    "https": (
        "Browsers allow the camera only on pages opened over https:// or on this machine.",
        "Open this page as http://localhost:8501 on the machine that it runs on, or set up https as the help explains.",
    ),
    "network": (
        "The camera is on, but its video cannot reach the server.",
        "A firewall or NAT is in between. The help explains how to set up a TURN server.",
    ),
}
#: The problems by the names of the browser's errors.
ERROR_NAMES = {
    "NotAllowedError": "permission",
    "SecurityError": "permission",
    "NotFoundError": "device",
    "OverconstrainedError": "device",
    "NotReadableError": "busy",
    "AbortError": "busy",
    "InsecureContext": "https",
}

_HTML = '<button type="button" hidden></button>'
_CSS = """
button {
  font-family: inherit; font-size: 0.875rem; line-height: 1.6; cursor: pointer; border: none; padding: 0.5rem 1rem;
  border-radius: var(--st-button-radius); background: var(--st-primary-color); color: #ffffff;
}
button:hover:enabled { filter: brightness(0.92); }
button:focus-visible { outline: 2px solid var(--st-text-color); outline-offset: 2px; }
button:disabled { opacity: 0.6; cursor: progress; }
"""
# The camera is asked for here and let go at once: the streamer, which opens it again, does not tell the page of errors.
_JS = """
export default function ({ parentElement, data, setTriggerValue }) {
  const button = parentElement.querySelector("button")
  button.textContent = data.label
  button.disabled = button.hidden = false
  button.onclick = async () => {
    button.disabled = true
    button.textContent = "Waiting for the camera"
    let answer = "ready"
    try {
      if (!navigator.mediaDevices?.getUserMedia) throw { name: "InsecureContext" }
      const stream = await navigator.mediaDevices.getUserMedia({ video: data.video })
      stream.getTracks().forEach((track) => track.stop())
    } catch (error) {
      answer = error.name || "Error"
    }
    button.disabled = false
    button.textContent = data.label
    setTriggerValue("camera", answer)
  }
}
"""
_start_button = st.components.v2.component("start_camera", html=_HTML, css=_CSS, js=_JS)


def start_button(label: str, key: str = "start camera", ready: Callable[[], None] | None = None) -> None:
    """A button that asks the browser for the camera; notes in the session's state what came of it.

    Args:
        label: what stands on it.
        key: the widget's.
        ready: is called when there is a camera; by default the page Webcam goes on to its stream.
    """
    data = {"label": label, "video": VIDEO}
    _start_button(key=key, data=data, width="content", on_camera_change=partial(_on_camera, key, ready or _go_live))


def _on_camera(key: str, ready: Callable[[], None]) -> None:
    answer = st.session_state[key].camera
    if answer == "ready":
        st.session_state.live_problem = ""
        ready()
    else:
        st.session_state.live_problem = ERROR_NAMES.get(answer, answer)


def _go_live() -> None:
    to_the_top()  # on a phone the button stands below what the picture's place will be
    st.session_state.update(live_phase="live", live=None, live_since=time.monotonic())


def insecure_address() -> bool:
    """Whether the page was opened in a way in which browsers give no camera."""
    address = urlsplit(st.context.url or "")
    return address.scheme == "http" and address.hostname not in ("localhost", "127.0.0.1", "::1", None)


def show_problem() -> None:
    """Why there is no video, and what helps."""
    kind = st.session_state.live_problem
    what, helps = PROBLEMS.get(kind, (f"The camera cannot be used ({plain(kind)}).", "See the help for what to try."))
    st.error(f"**{what}** {helps}", icon=":material/videocam_off:")
    st.page_link(PHOTOS.path, label="Or use pictures that you have", icon=PHOTOS.icon)

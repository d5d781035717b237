"""How other programs get what the Photos page shows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import streamlit as st

from ui.server import api
from ui.service.lines import ADDRESS, TOKEN, client_lines, curl_line, library_lines

if TYPE_CHECKING:
    from emotion_core.inference import AnalysisSettings


def use_from_a_program(settings: AnalysisSettings) -> None:
    """A button that opens the lines for these settings."""
    if st.button("Use from a program", icon=":material/terminal:", type="tertiary"):
        _dialog(settings)


@st.dialog("Use from a program", width="large")
def _dialog(settings: AnalysisSettings) -> None:
    st.markdown("In Python, on this machine:")
    st.code(library_lines(settings), language="python")
    if api.is_mounted():
        address = _own_address()
        st.markdown(f"From any program, over HTTP. The service answers at **{address}**:")
    else:
        address = ADDRESS
        st.markdown("From any program, over HTTP. Start the service in a terminal:")
        st.code("emotion serve", language="sh")
        st.markdown(f"It answers at **{address}**:")
    with_token = bool(os.environ.get(TOKEN))
    st.code(curl_line(address, settings, with_token), language="sh")
    st.code(client_lines(address, settings, with_token), language="python")
    st.caption(
        "It receives and returns bytes, stores nothing, and opens no path or address. Limits, tokens and "
        f"everything else are described in docs/serve.md and at {address}/openapi.json."
    )


def _own_address() -> str:
    """Where the visitor's browser reaches this server."""
    url = st.context.url or f"http://localhost:{st.get_option('server.port')}/"
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}{api.PLACE}"

"""The STUN and TURN servers that the video may go through."""

from __future__ import annotations

import json
import os
from typing import Any

import streamlit as st

ICE_VARIABLE = "EMOTION_CORE_ICE_SERVERS"
ICE_SECRET = "ice_servers"


def ice_servers() -> list[dict[str, Any]]:
    """The servers of the environment or the secrets; none where nothing is set, or what is set is wrong.

    Both are lists of {"urls", "username", "credential"}, in the environment as JSON.
    """
    try:
        return _checked(json.loads(os.environ[ICE_VARIABLE])) if os.environ.get(ICE_VARIABLE) else _secret_servers()
    except ValueError as error:
        st.warning(f"No STUN and TURN servers are used: {error}.", icon=":material/lan:")
        return []


def _secret_servers() -> list[dict[str, Any]]:
    return _checked(st.secrets.get(ICE_SECRET, [])) if st.secrets.load_if_toml_exists() else []


def _checked(servers: object) -> list[dict[str, Any]]:
    fits = isinstance(servers, (list, tuple)) and all(hasattr(one, "keys") and "urls" in one for one in servers)
    if not fits:
        raise ValueError(f'{ICE_VARIABLE} must be a list such as [{{"urls": "stun:example.org:3478"}}]')
    return [dict(one) for one in servers]  # type: ignore[attr-defined]

"""Pictures that components of our own show: the browser fetches them once, instead of with every change."""

from __future__ import annotations


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

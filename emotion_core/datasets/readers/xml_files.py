"""Xml of strangers: its root, where it can be read safely."""

from __future__ import annotations

from xml.etree import ElementTree

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.archives import Tree, read_whole


def xml_names(tree: Tree) -> list[str]:
    """The names of the xml files."""
    return [name for name in tree.names() if name.lower().endswith(".xml")]


def root_of(tree: Tree, name: str, most: int) -> ElementTree.Element | None:
    """The root of a file of at most so many bytes; None where it is no xml, or defines entities, which could grow."""
    try:
        content = read_whole(tree, name, most)
        return None if b"<!" in content.replace(b"<!--", b"") else ElementTree.fromstring(content)
    except (DatasetError, ElementTree.ParseError, ValueError, LookupError):
        return None

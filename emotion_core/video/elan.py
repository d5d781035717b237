"""Segments of expressions as an annotation file of ELAN (The Language Archive, MPI Nijmegen), one tier a person."""

from __future__ import annotations

import math
import mimetypes
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from emotion_core.video.timelines import PersonTimeline

#: The tier of markers, and how long each of them is there, as no annotation is a point in time.
MARKERS, MARKER_SECONDS = "Markers", 0.5
SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
#: What no XML file can hold, though the name of a video or a person can.
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_eaf(
    lines: Sequence[PersonTimeline], video: Path, file: BinaryIO, markers: Sequence[tuple[float, str]] = ()
) -> None:
    """Write the segments of all persons as an ELAN file that is linked to a video; the file is open for bytes.

    Args:
        lines: a tier each, called as the person.
        video: where it lies; ELAN also looks for a file of that name beside its own.
        markers: seconds and text of moments that were marked, on a tier of their own.
    """
    schema = "{http://www.w3.org/2001/XMLSchema-instance}noNamespaceSchemaLocation"
    now = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    root = ElementTree.Element(
        "ANNOTATION_DOCUMENT", {"AUTHOR": "", "DATE": now, "FORMAT": "3.0", "VERSION": "3.0", schema: SCHEMA}
    )
    _header(root, video)
    order = ElementTree.SubElement(root, "TIME_ORDER")
    for line in lines:
        _tier(root, order, line.name, [(one.onset, one.offset, one.emotion) for one in line.segments])
    if markers:
        named_so = MARKERS in {line.name for line in lines}  # no two tiers may have one name
        _tier(root, order, f"{MARKERS} by hand" if named_so else MARKERS, list(_as_stretches(sorted(markers))))
    kind = {"LINGUISTIC_TYPE_ID": "expression", "TIME_ALIGNABLE": "true", "GRAPHIC_REFERENCES": "false"}
    ElementTree.SubElement(root, "LINGUISTIC_TYPE", kind)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _header(root: ElementTree.Element, video: Path) -> None:
    header = ElementTree.SubElement(root, "HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    media = {
        "MEDIA_URL": video.absolute().as_uri(),
        "MIME_TYPE": mimetypes.guess_type(video.name)[0] or "video/mp4",
        "RELATIVE_MEDIA_URL": f"./{_in_xml(video.name)}",
    }
    ElementTree.SubElement(header, "MEDIA_DESCRIPTOR", media)


def _tier(
    root: ElementTree.Element, order: ElementTree.Element, name: str, stretches: Sequence[tuple[float, float, str]]
) -> None:
    """A tier of stretches that do not overlap, and their times in the file's one list of times."""
    tier = ElementTree.SubElement(root, "TIER", {"LINGUISTIC_TYPE_REF": "expression", "TIER_ID": _in_xml(name)})
    for start, end, text in stretches:
        onset = round(1000 * start)
        slots = []
        for milliseconds in (onset, max(round(1000 * end), onset + 1)):
            slots.append(f"ts{len(order) + 1}")
            ElementTree.SubElement(order, "TIME_SLOT", {"TIME_SLOT_ID": slots[-1], "TIME_VALUE": str(milliseconds)})
        holder = ElementTree.SubElement(tier, "ANNOTATION")
        times = {
            "ANNOTATION_ID": f"a{len(order) // 2}",
            "TIME_SLOT_REF1": slots[0],
            "TIME_SLOT_REF2": slots[1],
        }
        annotation = ElementTree.SubElement(holder, "ALIGNABLE_ANNOTATION", times)
        ElementTree.SubElement(annotation, "ANNOTATION_VALUE").text = _in_xml(text)


def _as_stretches(markers: Sequence[tuple[float, str]]) -> Iterator[tuple[float, float, str]]:
    """Markers in their order as stretches long enough to be seen; those of one time are one."""
    times = sorted({seconds for seconds, _ in markers})
    for seconds, after in zip_longest(times, times[1:], fillvalue=math.inf):
        text = "; ".join(text for one, text in markers if one == seconds)
        yield seconds, min(seconds + MARKER_SECONDS, after), text


def _in_xml(text: str) -> str:
    """The text with a question mark for each sign that no XML file can hold."""
    return _NOT_IN_XML.sub("?", text)

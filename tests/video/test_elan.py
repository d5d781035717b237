"""Segments as ELAN reads them."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

from emotion_core.video.elan import write_eaf
from emotion_core.video.timelines import TimelineSettings, timelines
from tests.video_results import course, result_of


def written(rows, name: str = "Ada & Bea", video: str = "/films/a clip.mp4", markers=()):
    file = io.BytesIO()
    lines = timelines(result_of(rows).named(1, name), TimelineSettings(smoothing=0, prominence=0.5))
    write_eaf(lines, Path(video), file, markers)
    return ElementTree.fromstring(file.getvalue())


def tiers_of(document) -> dict[str, list[tuple[str, int, int]]]:
    """What the annotations of each tier say, and from when to when in milliseconds."""
    times = {one.get("TIME_SLOT_ID"): int(one.get("TIME_VALUE")) for one in document.iter("TIME_SLOT")}
    return {
        tier.get("TIER_ID"): [
            (one.findtext("ANNOTATION_VALUE"), times[one.get("TIME_SLOT_REF1")], times[one.get("TIME_SLOT_REF2")])
            for one in tier.iter("ALIGNABLE_ANNOTATION")
        ]
        for tier in document.iter("TIER")
    }


def test_each_person_is_a_tier_with_an_annotation_for_each_expression():
    rows = sorted(course(1, (1, "happy"), (1, "neutral"), (1, "sad"), share=1.0) + course(2, (2, "angry")))
    document = written(rows)
    assert tiers_of(document) == {"Ada & Bea": [("happy", 0, 950), ("sad", 1950, 2900)], "Face 2": [("angry", 0, 1900)]}
    names = [one.get("ANNOTATION_ID") for one in document.iter("ALIGNABLE_ANNOTATION")]
    assert len(set(names)) == 3 and len(list(document.iter("TIME_SLOT"))) == 6


def test_moments_that_were_marked_are_a_tier_of_their_own():
    marked = [(2.0, "ends\x1b"), (0.4, "smile"), (0.6, "gone"), (0.6, "or not")]
    tiers = tiers_of(written(course(1, (1, "happy")), markers=marked))
    assert tiers["Markers"] == [("smile", 400, 600), ("gone; or not", 600, 1100), ("ends?", 2000, 2500)]
    assert set(tiers_of(written(course(1, (1, "sad")), "Markers", markers=marked))) == {"Markers", "Markers by hand"}


def test_the_file_names_its_video():
    (media,) = written(course(1, (1, "happy"))).iter("MEDIA_DESCRIPTOR")
    assert media.get("MEDIA_URL") == "file:///films/a%20clip.mp4"
    assert (media.get("RELATIVE_MEDIA_URL"), media.get("MIME_TYPE")) == ("./a clip.mp4", "video/mp4")


def test_without_an_expression_its_tiers_are_empty():
    document = written(course(1, (1, "neutral")))
    assert len(list(document.iter("TIER"))) == 1 and not list(document.iter("TIME_SLOT"))


def test_names_that_xml_cannot_hold_are_readable_all_the_same():
    document = written(course(1, (1, "happy")), "A\x1b<b>\udcff", "/films/a\x01\udcff.mp4")
    (media,), (tier,) = document.iter("MEDIA_DESCRIPTOR"), document.iter("TIER")
    assert media.get("RELATIVE_MEDIA_URL") == "./a??.mp4"
    assert media.get("MEDIA_URL") == "file:///films/a%01%FF.mp4"
    assert tier.get("TIER_ID") == "A?<b>?"

"""Settings of an analysis: what is not allowed is refused with what is."""

from __future__ import annotations

import math

import pytest

from emotion_core.faces.detection import DETECTORS, load_detector
from emotion_core.inference.settings import SMALLEST_FACES, THRESHOLDS, AnalysisSettings


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"detector": "eyes"}, "unknown detector 'eyes'; allowed are yunet, haar"),
        ({"threshold": 70}, "the threshold must be from 0 to 1, not 70"),
        ({"threshold": -0.1}, "the threshold must be from 0 to 1, not -0.1"),
        ({"threshold": math.nan}, "the threshold must be from 0 to 1, not nan"),
        ({"smallest_face": -3}, "the smallest face must be 0 to 10,000 pixels high, not -3"),
        ({"smallest_face": math.inf}, "the smallest face must be 0 to 10,000 pixels high, not inf"),
        ({"prior": "even"}, "unknown prior 'even'; allowed are balanced, trained, or shares such as happy=0.3"),
        ({"smallest_face": math.nan}, "the smallest face must be 0 to 10,000 pixels high, not nan"),
    ],
)
def test_what_is_not_allowed_is_refused_with_what_is(settings, reason):
    with pytest.raises(ValueError) as caught:
        AnalysisSettings(**settings)
    assert str(caught.value) == reason


@pytest.mark.parametrize("detector", DETECTORS)
@pytest.mark.parametrize(("threshold", "smallest_face"), [*zip(THRESHOLDS, SMALLEST_FACES, strict=True)])
def test_the_ends_of_the_ranges_are_allowed(detector, threshold, smallest_face):
    settings = AnalysisSettings(detector=detector, threshold=threshold, smallest_face=smallest_face)
    assert (settings.threshold, settings.smallest_face) == (threshold, smallest_face)


def test_a_loaded_detector_is_allowed():
    detector = load_detector("haar")
    assert AnalysisSettings(detector=detector).detector is detector


def test_equal_settings_are_one_key():
    assert len({AnalysisSettings(), AnalysisSettings(threshold=0.7), AnalysisSettings(whole=True)}) == 2


def test_a_limit_on_faces_is_one_or_more():
    assert AnalysisSettings(most_faces=1).most_faces == 1
    with pytest.raises(ValueError, match="can be limited to 1 or more, not to 0"):
        AnalysisSettings(most_faces=0)

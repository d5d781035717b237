"""How a source is to be read: what is not allowed is refused before anything is read."""

from __future__ import annotations

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.readers.options import ReadOptions


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"side": 15}, "images of side 15 cannot be stored; allowed are 16 to 512"),
        ({"side": 513}, "allowed are 16 to 512"),
        ({"crop": "maybe"}, "crop must be one of auto, always, never, not 'maybe'"),
        ({"crop": "always"}, "faces can only be cut out of photos with a cropper"),
    ],
)
def test_options_that_are_not_allowed_are_refused(options, reason):
    with pytest.raises(DatasetError, match=reason):
        ReadOptions(**options)

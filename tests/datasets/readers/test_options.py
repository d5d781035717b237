"""How a source is to be read: what is not allowed is refused before anything is read."""

from __future__ import annotations

import inspect
from dataclasses import fields

import pytest

from emotion_core.datasets.errors import DatasetError
from emotion_core.datasets.importing import import_dataset
from emotion_core.datasets.readers.formats import load_dataset
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


@pytest.mark.parametrize("read", [load_dataset, import_dataset])
def test_every_option_is_spelt_where_data_sets_are_read(read):
    asked = {name for name, one in inspect.signature(read).parameters.items() if one.kind is one.KEYWORD_ONLY}
    assert asked - {"dry_run", "numbering", "shown"} == {field.name for field in fields(ReadOptions)}


def test_an_option_that_there_is_not_is_refused(tmp_path):
    with pytest.raises(TypeError, match="colours"):
        load_dataset(tmp_path, colours=True)

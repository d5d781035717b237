"""CreateML's json."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError
from emotion_core.datasets.readers.formats import load_dataset, recognise
from tests.datasets.readers.layouts import createml_json, photo


def test_as_roboflow_exports_it_a_json_in_the_folder_of_each_split(write_folders, drawn):
    files = {}
    for split in ("train", "valid"):
        files[f"{split}/group.png"] = photo(drawn.images)
        files[f"{split}/_annotations.createml.json"] = createml_json("group.png", ["happy", "sad"])
    folder = write_folders(files)
    assert recognise(folder).form == "CreateML's json with boxes"
    dataset = load_dataset(folder)
    assert dataset.table["label"].tolist() == ["happy", "sad"] * 2
    assert dataset.table["split"].tolist() == ["train"] * 2 + ["validation"] * 2
    assert np.array_equal(dataset.images, np.concatenate([drawn.images[:2]] * 2))


@pytest.mark.parametrize("box", [b'{"x": 1}', b"[1, 2, 3, 4]", b'{"x": 1, "y": 1, "width": 0, "height": 3}'])
def test_a_box_that_is_none_is_a_bad_row(write_folders, drawn, box):
    text = createml_json("a.png", ["sad"])
    text = text[: text.index(b'{"x"')] + box + b"}]}]"
    with pytest.raises(BadRowsError, match=r"annotation 1 \(its coordinates .* are none; needed are x, y, width"):
        load_dataset(write_folders({"a.png": photo(drawn.images), "x.json": text}))

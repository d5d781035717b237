"""Telling photos from crops of faces, and cutting the faces out."""

from __future__ import annotations

import numpy as np
import pytest

from emotion_core.datasets.errors import BadRowsError, DatasetError
from emotion_core.datasets.readers.formats import load_dataset
from emotion_core.datasets.readers.options import ReadOptions
from emotion_core.faces.cropping import FaceCropper
from emotion_core.faces.detection import load_detector
from tests.pictures import png


@pytest.fixture(scope="module")
def cropper():
    return FaceCropper()


@pytest.fixture(scope="module")
def close(astronaut):
    """Only the face of the portrait."""
    return astronaut[60:180, 165:285]


def grey(side):
    return np.full((side, side, 3), 128, np.uint8)


def test_a_portrait_with_surroundings_is_a_photo(cropper, astronaut):
    assert cropper.shows_photos([astronaut, grey(300)])


def test_a_face_that_fills_the_picture_is_not(cropper, close):
    assert not cropper.shows_photos([close])


def test_small_pictures_are_not_even_looked_at(close):
    class Blind:
        def detect(self, picture):
            raise AssertionError("looked at")

    assert not FaceCropper(Blind()).shows_photos([grey(48), grey(96)])


def test_where_no_faces_are_found_they_are_left_as_they_are(cropper):
    assert not cropper.shows_photos([grey(300)])
    assert not cropper.shows_photos([])


def test_the_largest_face_is_cut_out(cropper, astronaut):
    crop = cropper.crop(astronaut, 64)
    assert crop.shape == (64, 64, 3)
    (face,) = load_detector().detect(astronaut)
    assert face.box.height < 200  # a part of the picture
    assert cropper.crop(grey(300), 64) is None


class TestReading:
    """The readers cut faces out where the pictures are photos."""

    @pytest.fixture
    def folder(self, tmp_path, astronaut):
        for name in ("happy/a.png", "happy/b.png"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_bytes(png(astronaut))
        return tmp_path

    def test_found_out_by_looking(self, folder, cropper, astronaut):
        found = load_dataset(folder, options=ReadOptions(cropper=cropper, side=64))
        assert np.array_equal(found.images[0], cropper.crop(astronaut, 64))
        assert found.table.loc[0, ["width", "height"]].tolist() == [512, 512]

    def test_unless_told_not_to(self, folder, cropper, astronaut):
        whole = load_dataset(folder, options=ReadOptions(cropper=cropper, crop="never", side=64)).images[0]
        assert not np.array_equal(whole, cropper.crop(astronaut, 64))

    def test_a_photo_without_a_face_is_a_bad_row(self, folder, cropper):
        (folder / "happy" / "c.png").write_bytes(png(grey(300)))
        with pytest.raises(BadRowsError, match=r"happy/c\.png \(no face was found in the photo\)"):
            load_dataset(folder, options=ReadOptions(cropper=cropper))

    def test_asked_for_without_a_cropper(self):
        with pytest.raises(DatasetError, match="only be cut out of photos with a cropper"):
            ReadOptions(crop="always")

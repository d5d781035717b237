from .alignment import (
    face_crop as face_crop,
    roll as roll,
)
from .box import (
    Box as Box,
)
from .cropping import (
    FaceCropper as FaceCropper,
)
from .detection import (
    DEFAULT_DETECTOR as DEFAULT_DETECTOR,
    DEFAULT_SMALLEST_FACE as DEFAULT_SMALLEST_FACE,
    DEFAULT_THRESHOLD as DEFAULT_THRESHOLD,
    DETECTORS as DETECTORS,
    Detector as Detector,
    Face as Face,
    YuNetDetector as YuNetDetector,
    load_detector as load_detector,
)
from .errors import (
    DetectorError as DetectorError,
)
from .yunet import (
    verified_yunet as verified_yunet,
)

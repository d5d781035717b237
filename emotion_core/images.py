"""Pictures in: bytes, a path, a Pillow image or an array become one upright RGB array, or a clear error."""

from __future__ import annotations

import base64
import binascii
import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import unquote_to_bytes

import numpy as np
from PIL import Image

from emotion_core.upright import rows_at_once, to_rgb, turn_of, upright

MAX_BYTES = 100 * 2**20
MAX_PIXELS = 80_000_000
#: Files with more bytes or pixels are decoded in a process of its own, see `decoding`: that costs a few milliseconds.
LARGE_BYTES = 2 * 2**20
LARGE_PIXELS = 4_000_000

#: What Pillow may decode; MPO comes with JPEG. Others are left out because they call outside programs (EPS) or are no
#: photos (icons, PDF).
PILLOWS_OWN = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF")
#: With what the package pi-heif teaches it.
FORMATS = (*PILLOWS_OWN, "HEIF")
READABLE = "JPEG, PNG, WebP, HEIC, GIF, BMP, TIFF and AVIF"
#: File name endings of the formats above, for walking folders and for upload widgets.
EXTENSIONS = (
    "jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "ppm", "pgm", "avif", "heic", "heif", "hif", "jfif",
    "jpe", "mpo",
)  # fmt: skip
#: How files of these formats begin; of WebP, AVIF and HEIF what stands after the first four or eight bytes.
_BEGINNINGS = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|GIF8[79]a|II\*\0|MM\0\*|P[1-6]\s|RIFF....WEBP"
    rb"|BM....\0\0\0\0|....ftyp(avi[fs]|hei[cxms]|hev[cxms]|mif1|msf1)",
    re.DOTALL,
)
_HEIF = re.compile(rb"....ftyp(hei[cxms]|hev[cxms]|mif1|msf1)", re.DOTALL)
_DATA_URI = re.compile(r"data:(?:[\w.+-]+/[\w.+-]+)?(?P<base64>(?:;[^,;]*)*),", re.ASCII | re.IGNORECASE)
#: A text as long as this may be a picture in base64, which is no path.
_SHORTEST_BASE64 = 80

#: The brightest pixel of a picture of 12 bits in 16 lies between these.
TWELVE_BITS = (1536, 4095)

Picture = bytes | str | Path | Image.Image | np.ndarray


class ImageError(ValueError):
    """A picture that cannot be used; the message says why and what is allowed."""


def load_image(source: Picture) -> np.ndarray:
    """Read a picture as an upright RGB array of shape (height, width, 3), uint8, which may be read-only.

    EXIF rotation is applied; of an animation the first frame is taken; transparency is laid on white; 16-bit grey, or
    12 bits in 16, is scaled to 8; CMYK and palettes are converted. Limits on bytes and pixels are checked before
    decoding. Nothing is downloaded.

    Args:
        source: the bytes of an image file, a path, a data URI or the file in base64, a Pillow image, or an array of
            shape (height, width),
            (height, width, 1), (height, width, 3) in RGB or (height, width, 4) in RGBA: uint8, uint16, or float with
            values from 0 to 1.

    Raises:
        ImageError: it is no picture, is too large, is damaged, does not exist or may not be read.
    """
    if isinstance(source, np.ndarray):
        return _from_array(source)
    if isinstance(source, Image.Image):
        return _from_pillow(source)
    return _decode(read_bytes(source))


def load_reduced(source: Picture, side: int) -> tuple[np.ndarray, int]:
    """`load_image` for a first look: of a JPEG much larger than that takes a half, a quarter or an eighth is read.

    It takes a fraction of the time, as the decoder never computes the whole picture (Pillow's draft mode).

    Args:
        source: as `load_image` takes it; other pictures than the bytes or the path of a JPEG are read whole.
        side: the longer side of the picture is at least so many pixels where the whole picture's is.

    Returns:
        The picture as `load_image` gives it, and by how much the whole one is larger: 1, 2, 4 or 8.

    Raises:
        ImageError: as by `load_image`.
    """
    if isinstance(source, np.ndarray | Image.Image):
        return load_image(source), 1
    data = read_bytes(source)
    return _decode_reduced(data, side) or (_decode(data), 1)


def read_bytes(source: bytes | str | Path) -> bytes:
    """The file that bytes, a path, a data URI or base64 stand for, not yet known to be a picture.

    Raises:
        ImageError: it does not exist, may not be read, or is too large.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str):
        written_out = _written_out(source)
        return _read(Path(source)) if written_out is None else written_out
    if isinstance(source, Path):
        return _read(source)
    raise ImageError(
        f"cannot read a picture from {type(source).__name__}; allowed are bytes, path, Pillow image, array"
    )


def check_size(data: bytes, most_pixels: int) -> None:
    """Raise an ImageError for the file of a picture that has more pixels than this, or is none; it is not decoded."""
    if not data:
        raise ImageError("the file is empty")
    with _opened(data, most_pixels) as image:
        _check_pixels(image.size, most_pixels)


def begins_as_picture(data: bytes) -> bool:
    """Whether a file that begins with these bytes, 32 or more, is of one of the formats that are read."""
    return _BEGINNINGS.match(data) is not None


def _written_out(text: str) -> bytes | None:
    """The picture that a data URI or base64 holds; None where the text is a path.

    Raises:
        ImageError: it is a URL, or a data URI without a picture.
    """
    if re.match(r"(https?|ftp|s3|gs)://", text, re.IGNORECASE):
        raise ImageError(
            "this is a URL, and nothing is downloaded here; download the picture yourself:\n"
            f"from urllib.request import urlopen\nec.analyze(urlopen({text!r}).read())"
        )
    if text[:5].lower() == "data:":
        return _of_data_uri(text)
    if len(text) < _SHORTEST_BASE64 or not re.match(r"[A-Za-z0-9+/_-]{64}", text):
        return None
    try:
        data = _of_base64(text)
    except ImageError:
        return None
    return data if begins_as_picture(data) else None


def _of_data_uri(text: str) -> bytes:
    found = _DATA_URI.match(text[:1000])
    if found is None:
        raise ImageError("this data URI has no picture in it; needed is one such as data:image/png;base64,iVBORw0KGgo…")
    content = text[found.end() :]
    return _of_base64(content) if found["base64"].lower().endswith(";base64") else unquote_to_bytes(content)


def _of_base64(text: str) -> bytes:
    """The bytes that a text in base64 stands for, also as URLs write it and broken into lines."""
    if len(text) > 2 * MAX_BYTES:
        raise ImageError(f"the picture is larger than {MAX_BYTES >> 20} MB")
    try:
        plain = "".join(unquote_to_bytes(text).decode("ascii").split()).translate({ord("-"): "+", ord("_"): "/"})
        return base64.b64decode(plain.rstrip("=") + "=" * (-len(plain.rstrip("=")) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise ImageError("the picture in base64 is damaged or incomplete") from None


def _read(path: Path) -> bytes:
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            may_look = os.access(path, os.R_OK | os.X_OK)
            raise ImageError("this is a folder, not a picture" if may_look else "no permission to look into the folder")
        if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device might never end
            raise ImageError("this is a pipe or a device, not a file; allowed are files")
        if status.st_size > MAX_BYTES:
            raise ImageError(f"the file is larger than {MAX_BYTES >> 20} MB")
        return path.read_bytes()
    except ImageError:
        raise
    except FileNotFoundError:
        if re.match(r"https?:/", str(path), re.IGNORECASE):  # as a path it has lost a slash
            url = str(path).replace(":/", "://", 1)
            raise ImageError(f"this is a URL, and nothing is downloaded here; first run: curl -LO {url}") from None
        raise ImageError("there is no such file") from None
    except PermissionError:
        raise ImageError("no permission to read the file") from None
    except OSError as error:
        raise ImageError(f"the file cannot be read ({error.strerror})") from None
    except ValueError as error:  # a name that holds a null character
        raise ImageError(f"the file cannot be read ({error})") from None


def _decode(data: bytes) -> np.ndarray:
    if not data:
        raise ImageError("the file is empty")
    if len(data) > MAX_BYTES:
        raise ImageError(f"the file is larger than {MAX_BYTES >> 20} MB")
    if len(data) > LARGE_BYTES:
        return _decode_elsewhere(data)
    try:
        return decode_here(data, LARGE_PIXELS)
    except MemoryError:
        raise ImageError("the memory ran out while it was decoded; close other programs") from None


def _decode_elsewhere(data: bytes) -> np.ndarray:
    """Decode a large picture where it can take neither all memory nor all time."""
    from emotion_core.decoding import DecodingError, decode_elsewhere
    from emotion_core.limits import CAN_LIMIT

    if not CAN_LIMIT:
        return decode_here(data)
    try:
        return decode_elsewhere(data)
    except DecodingError as error:
        raise ImageError(str(error)) from None


def decode_here(data: bytes, most_pixels: int | None = None) -> np.ndarray:
    """The upright RGB array of a picture's file, decoded in this process if it has at most so many pixels.

    Raises:
        ImageError: it is no picture, is too large or is damaged.
        MemoryError: there is no memory for it.
    """
    with _opened(data) as image:
        if most_pixels is None or image.width * image.height <= most_pixels:
            return _from_pillow(image)
        _check_pixels(image.size)
    return _decode_elsewhere(data)


def _decode_reduced(data: bytes, side: int) -> tuple[np.ndarray, int] | None:
    """A JPEG at 1/2, 1/4 or 1/8, its longer side at least `side`, and the denominator; None for what is read whole.

    What is wrong with a file is said where it is read whole. So are progressive ones: decoding them takes the memory of
    the whole picture, and any number of passes over it.
    """
    if data[:2] != b"\xff\xd8" or len(data) > MAX_BYTES:
        return None
    with _opened(data) as image:
        width, height = image.size
        by = next((by for by in (8, 4, 2) if image.format == "JPEG" and max(width, height) >= by * side), 1)
        if by == 1 or "progressive" in image.info:
            return None
        _check_pixels(image.size)
        image.draft(None, (max(1, width // by), max(1, height // by)))
        return _from_pillow(image), round(max(width, height) / max(image.size))


@contextmanager
def _opened(data: bytes, most_pixels: int = MAX_PIXELS) -> Iterator[Image.Image]:
    """The picture of a file, of which nothing but its size is read yet; whatever goes wrong within is an ImageError."""
    heif = _HEIF.match(data) is not None
    if heif:
        _register_heif()
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS if heif else PILLOWS_OWN) as image:
            yield image
    except (ImageError, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise ImageError(_too_many_pixels(most_pixels)) from None
    except Image.UnidentifiedImageError:
        raise ImageError(_why_unreadable(data)) from None
    except Exception as error:
        raise _damaged(error) from None


@cache
def _register_heif() -> None:
    """Teach Pillow to read HEIC, as iPhones write it; only where there is such a picture, as importing costs time."""
    import pi_heif

    pi_heif.register_heif_opener(thumbnails=False)


def _why_unreadable(data: bytes) -> str:
    head = data[:512].lstrip().lower()
    if b"<svg" in head:
        return f"SVG is a drawing, not a photo; readable are {READABLE}"
    if _is_video(data):
        return f"this is a video, not a picture; readable are {READABLE}"
    return f"this is not a picture that can be read; readable are {READABLE}"


def _is_video(data: bytes) -> bool:
    """Whether a file that is no readable picture begins as MP4 and its kin, Matroska or AVI do."""
    is_mp4 = data[4:8] == b"ftyp" and not begins_as_picture(data)
    return is_mp4 or data[:4] == b"\x1aE\xdf\xa3" or (data[:4] == b"RIFF" and data[8:11] == b"AVI")


def _damaged(error: Exception) -> ImageError:
    """What to say for the errors of decoders, which raise almost anything on damaged files."""
    reason = (str(error) or type(error).__name__).splitlines()[0][:120]
    return ImageError(f"the picture is damaged or incomplete ({reason})")


def _check_pixels(size: tuple[int, int], most: int | None = None) -> None:
    width, height = size
    most = most or MAX_PIXELS
    if width * height > most:
        raise ImageError(f"{width}x{height}: {_too_many_pixels(most)}")
    if width < 1 or height < 1:
        raise ImageError("the picture has no pixels")


def _too_many_pixels(most: int) -> str:
    return f"the picture has more than {most / 1_000_000:g} megapixels; make it smaller"


def _from_pillow(image: Image.Image) -> np.ndarray:
    _check_pixels(image.size)
    try:
        image.load()  # Pillow turns TIFF upright itself while loading, and forgets the orientation then
        turn = turn_of(image)
        if image.mode in ("I", "F") or image.mode.startswith("I;16"):
            image = Image.fromarray(_to_eight_bits(np.asarray(image)))
        return upright(image, turn)
    except (ImageError, MemoryError):
        raise
    except Exception as error:
        raise _damaged(error) from None


def _to_eight_bits(values: np.ndarray) -> np.ndarray:
    """Grey of 16 bits, or of 32 bits holding 8 or 16, or float of 0 to 1 or 0 to 255, as uint8.

    Cameras of 12 bits write them into 16 as they are. As 16 bits such a picture would be all but black: where the
    brightest pixel is within the upper half or so of 12 bits, they are 12.
    """
    if not np.isfinite(values).all():
        raise ImageError("the picture holds values that are not numbers")
    highest = float(values.max())
    if (values.dtype.kind, values.dtype.itemsize) == ("u", 2) or highest > 255:
        twelve = values.dtype.kind != "f" and TWELVE_BITS[0] <= highest <= TWELVE_BITS[1]
        divisor = TWELVE_BITS[1] / 255 if twelve else 257.0
    else:
        divisor = 1.0
    times = 255.0 if values.dtype.kind == "f" and highest <= 1 else 1.0
    found = np.empty(values.shape, np.uint8)
    rows = rows_at_once(values.shape[1])
    for start in range(0, len(values), rows):  # as numbers of 64 bits the whole would take eight times as much
        some = values[start : start + rows].astype(np.float64) * times / divisor
        found[start : start + rows] = np.clip(np.rint(some), 0, 255)
    return found


def _from_array(array: np.ndarray) -> np.ndarray:
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim not in (2, 3) or (array.ndim == 3 and array.shape[2] not in (3, 4)):
        raise ImageError(f"an array of shape {array.shape} is no picture; allowed are (h, w), (h, w, 3), (h, w, 4)")
    _check_pixels((array.shape[1], array.shape[0]))
    if array.dtype not in (np.uint8, np.uint16, np.float32, np.float64):
        raise ImageError(f"an array of {array.dtype} is no picture; allowed are uint8, uint16, and float from 0 to 1")
    if array.dtype != np.uint8:
        array = _to_eight_bits(array)
    if array.ndim == 3 and array.shape[2] == 3:
        return np.ascontiguousarray(array)
    return np.asarray(to_rgb(Image.fromarray(array)))

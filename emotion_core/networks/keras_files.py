"""Whether a Keras file of somebody else's can be opened: what it asks for is looked at before Keras builds it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

from emotion_core.models.card import ModelError

#: Bytes of the description of the layers, and of all that is packed into the file.
LARGEST_CONFIG, LARGEST_UNPACKED = 20_000_000, 1 << 30
#: No layer of a network of faces has so many units, filters or pixels.
LARGEST_NUMBER = 1_000_000
#: Numbers that are no sizes; `shared_object_id` is where an object lay in the memory of who wrote the file.
_NO_SIZES = {"seed", "build_config", "date_saved", "shared_object_id"}


def check_size(path: Path) -> None:
    """Refuse a Keras file that would fill the memory. What is no Keras file at all is left for Keras to refuse.

    Raises:
        ModelError: its layers, their description or what is packed into it are far too large.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(info.file_size for info in archive.infolist())
            config = archive.getinfo("config.json")
            if config.file_size > LARGEST_CONFIG or unpacked > LARGEST_UNPACKED:
                raise ModelError(
                    f"{path} is refused: it unpacks to {unpacked >> 20:,} MB, far more than a network here has"
                )
            largest = max(_sizes(json.loads(archive.read(config))), default=0)
    except ModelError:
        raise
    except (zipfile.BadZipFile, KeyError, OSError, ValueError, RecursionError, NotImplementedError):
        return
    if largest > LARGEST_NUMBER:
        raise ModelError(f"{path} is refused: a layer of size {largest:,} is far larger than any that is used here")


def _sizes(content: object) -> Iterator[int]:
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in _NO_SIZES:
                yield from _sizes(value)
    elif isinstance(content, list):
        for value in content:
            yield from _sizes(value)
    elif isinstance(content, int):
        yield abs(content)

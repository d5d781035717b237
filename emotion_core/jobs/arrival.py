"""The file in which a run comes home, read as what it is: a stranger's. Importing this loads no Keras.

Nothing in it is written under a name of its own. Of what it holds, only the run's files are looked at, each within
limits. Its networks are checked by `adoption`, which knows what they must be.
"""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pydantic import TypeAdapter, ValidationError

from emotion_core.models.card import ModelError
from emotion_core.networks.keras_files import check_size
from emotion_core.runs.config import RunConfig
from emotion_core.runs.errors import RunError, explain
from emotion_core.runs.events import Batch
from emotion_core.runs.folder import BEST_FILE, LAST_FILE, METRICS_FILE
from emotion_core.runs.history import parse_batches
from emotion_core.runs.progress import PROGRESS_FILE, Progress
from emotion_core.training.bundle import ABOUT, FORMAT, RUN, WHERE_FILE

MOST_FILES = 1000
#: Bytes of a member by its name; a checkpoint has progress.json in it, which has as many as `bundle.json`.
MOST_BYTES = {
    ABOUT: 1 << 24,
    RUN + WHERE_FILE: 1 << 12,
    RUN + METRICS_FILE: 1 << 28,
    RUN + LAST_FILE: 1 << 30,
    RUN + BEST_FILE: 1 << 30,
}
#: What Python's zip raises of a damaged one.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    RuntimeError,
    NotImplementedError,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
)
_PROGRESS = TypeAdapter(Progress)


@dataclass(frozen=True)
class Arrival:
    """A run as it has come home, not yet taken.

    Attributes:
        config: what was asked of it.
        progress: how far it has come.
        batches: those that were written down.
        where: with what it was trained, in words; empty where it has not been yet.
        folder: with its networks, which nobody has opened yet; the best one may be missing.
    """

    config: RunConfig
    progress: Progress
    batches: list[Batch]
    where: str
    folder: Path


def read_arrival(bundle: Path, folder: Path) -> Arrival:
    """What is in a bundle, its networks unpacked into an empty folder.

    Raises:
        RunError: it is no bundle, or something in it is damaged, too large or does not fit the rest.
        OSError: it cannot be read, or the disk is full.
    """
    with _refusing(bundle), zipfile.ZipFile(bundle) as archive:
        members = _members(archive)
        config = _config_in(_content(archive, members, ABOUT))
        for file in (LAST_FILE, BEST_FILE):
            if file == LAST_FILE or RUN + file in members:
                _unpack(archive, members, RUN + file, folder / file)
                check_size(folder / file)
        progress = progress_in(folder / LAST_FILE)
        _check(progress, config)
        where = _where_in(_content(archive, members, RUN + WHERE_FILE)) if RUN + WHERE_FILE in members else ""
        batches = parse_batches(_content(archive, members, RUN + METRICS_FILE))
    return Arrival(config, progress, batches, where, folder)


def progress_in(checkpoint: Path) -> Progress:
    """How far a run has come by its checkpoint.

    Raises:
        RunError: it is damaged.
        OSError: it cannot be read.
    """
    with _refusing(checkpoint), zipfile.ZipFile(checkpoint) as archive, archive.open(PROGRESS_FILE) as file:
        content = file.read(MOST_BYTES[ABOUT] + 1)
        if len(content) > MOST_BYTES[ABOUT]:
            raise RunError(f"its {PROGRESS_FILE} is too large")
        return _PROGRESS.validate_json(content)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    """Say of which file it is that something in it is wrong."""
    try:
        yield
    except ValidationError as error:
        reason = (
            explain(error, RunConfig, kind="field") if error.title == RunConfig.__name__ else "its history is damaged"
        )
        raise RunError(f"{path} cannot be brought in: {reason}") from None
    except (RunError, ModelError) as error:
        raise RunError(f"{path} cannot be brought in: {error}") from None
    except (*_DAMAGED, RecursionError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0][:120]
        raise RunError(f"{path} is no bundle of a run, or damaged ({reason})") from None


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    found = archive.infolist()
    if len(found) > MOST_FILES:
        raise RunError(f"it has more than {MOST_FILES:,} files")
    names = [member.filename for member in found if member.filename in MOST_BYTES]
    if len(names) != len(set(names)):
        raise RunError("it has a file twice")
    return {member.filename: member for member in found if member.filename in MOST_BYTES}


def _content(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    with _opened(archive, members, name) as file:
        content = file.read(MOST_BYTES[name] + 1)  # whatever the zip says of its size
    if len(content) > MOST_BYTES[name]:
        raise RunError(f"its {name} is too large")
    return content


def _unpack(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str, path: Path) -> None:
    with _opened(archive, members, name) as packed, path.open("wb") as unpacked:
        shutil.copyfileobj(packed, unpacked)  # ends at the size that the zip says, or as damaged


def _opened(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str) -> BinaryIO:
    if name not in members:
        raise RunError(f"it has no {name}; a bundle is made by: emotion bundle")
    if members[name].file_size > MOST_BYTES[name]:
        raise RunError(f"its {name} is too large")
    return cast(BinaryIO, archive.open(members[name]))


def _config_in(content: bytes) -> RunConfig:
    about = json.loads(content)
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise RunError(f"its {ABOUT} is of another format than this program knows, which is {FORMAT}")
    return RunConfig.model_validate(about.get("config"))


def _where_in(content: bytes) -> str:
    where = json.loads(content)
    if not isinstance(where, str) or not where.isprintable():
        raise RunError(f"its {WHERE_FILE} is no line of text")
    return where


def _check(progress: Progress, config: RunConfig) -> None:
    """Refuse progress that no training with this configuration makes."""
    if progress.asked != {"seed": config.seed, **config.recipe.model_dump(mode="json")}:
        raise RunError("its network was trained otherwise than its configuration says")
    epochs = [epoch.epoch for epoch in progress.history]
    if epochs != list(range(1, len(epochs) + 1)) or len(epochs) > config.recipe.epochs or progress.batch < 0:
        raise RunError("its epochs are not those of its configuration")

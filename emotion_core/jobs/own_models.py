"""The models of the workspace, managed: brought in from elsewhere, renamed and deleted."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from emotion_core.files import move_into_place
from emotion_core.jobs.leftovers import scratch_prefix
from emotion_core.jobs.publishing import check_model_name
from emotion_core.jobs.reading import try_model
from emotion_core.models.card import CARD_FILE, ModelCard, ModelError, read_card, read_verified
from emotion_core.models.registry import load_classifier, own_models_folder
from emotion_core.models.sequence import (
    HEAD_FILE,
    SequenceCard,
    load_sequence_model,
    sequence_model_names,
    sequence_models_folder,
)
from emotion_core.runs import RunError
from emotion_core.workspace import SHIPPED_MODELS

#: Bytes of a model's files together, and files in a zip: more than any model of faces has.
LARGEST_MODEL = 1_000_000_000
MOST_FILES = 1000
#: A file of the folder or the zip by its name.
_Read = Callable[[str], bytes]


def add_model(source: Path, name: str | None = None) -> Path:
    """Import a model that somebody else made, whole or not at all.

    Args:
        source: a model's folder, or a zip of one.
        name: what the model is to be called; the name on its card if not given.

    Returns:
        its folder in the workspace.

    Raises:
        ModelError: it is no model, a file differs from its card, it cannot be loaded, or the name is taken or not
            allowed.
        OSError: it cannot be read, or the disk is full.
    """
    root = own_models_folder()  # a sequence model is told by its card, and then lies beside these
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=scratch_prefix(), dir=root) as scratch:
        made = Path(scratch) / "model"
        made.mkdir()
        with _reader(source) as read:
            card = _copied(read, source, made)
        name = name or card.name
        over_time = isinstance(card, SequenceCard)
        target = (sequence_models_folder() if over_time else root) / name
        _check_name(name, target.parent)
        if over_time:
            _try_sequence_model(made)
        else:
            if not _ships(card):
                try_model(made)
            load_classifier(made)
        _rewrite_card(made, card, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        move_into_place(made, target)
    return target


def _try_sequence_model(folder: Path) -> None:
    """Have it answer, for what its head holds may not fit together."""
    model = load_sequence_model(folder)
    try:
        answer = model.predict_proba([np.zeros((2, model.base.embedding_size or 0), np.float32)])
    except (ValueError, IndexError, TypeError) as error:
        raise ModelError(f"its {HEAD_FILE} is no network that can be used ({error})") from None
    if not np.isfinite(answer).all():
        raise ModelError(f"its {HEAD_FILE} answers with what are no numbers")


def rename_model(name: str, new: str) -> Path:
    """Call a model of the workspace otherwise, or, where none is called so, a sequence model; its new folder.

    Raises:
        ModelError: there is no such model in the workspace, or the new name is taken or not allowed.
        OSError: it cannot be written.
    """
    folder = _own_folder(name)
    if new == name:
        return folder
    _check_name(new, folder.parent)
    over_time = folder.parent == sequence_models_folder()
    _rewrite_card(folder, read_card(folder, SequenceCard) if over_time else read_card(folder), new)
    move_into_place(folder, folder.with_name(new))
    return folder.with_name(new)


def delete_model(name: str) -> None:
    """Delete a model of the workspace for good, or, where none is called so, a sequence model.

    Raises:
        ModelError: there is no such model in the workspace.
        OSError: it cannot be deleted.
    """
    folder = _own_folder(name)
    with tempfile.TemporaryDirectory(prefix=scratch_prefix(), dir=folder.parent) as scratch:
        os.rename(folder, Path(scratch) / "deleted")  # at once: nobody meets half of it


def _own_folder(name: str) -> Path:
    over_time = name in sequence_model_names() and not (own_models_folder() / name).exists()
    return sequence_models_folder() / name if over_time else own_model(name)


def own_model(name: str) -> Path:
    """The folder of a model of the workspace.

    Raises:
        ModelError: there is none of that name.
    """
    folder = own_models_folder() / name
    if os.sep in name or name.startswith(".") or not os.path.lexists(folder / CARD_FILE):
        raise ModelError(f"there is no model {name!r} in your workspace; the models that ship stay as they are")
    return folder


def _check_name(name: str, folder: Path) -> None:
    try:
        check_model_name(name, models=folder)
    except RunError as error:
        raise ModelError(str(error)) from None


def _rewrite_card(folder: Path, card: ModelCard, name: str) -> None:
    from emotion_core.jobs.model_folder import write_card

    write_card(folder, card.model_copy(update={"name": name}))


def _copied(read: _Read, source: Path, target: Path) -> ModelCard:
    """The card and the files that it names, written to a folder; each file verified."""
    (target / CARD_FILE).write_bytes(read(CARD_FILE))
    try:
        card = _read_any_card(target)
        for file in card.files:
            if os.path.basename(file) != file or file.startswith("."):
                raise ModelError(f"its card names {file!r}, which is no name of a file")
            (target / file).write_bytes(read(file))
            read_verified(target, card, file)
    except ModelError as error:
        raise ModelError(f"{source.name} is no model that can be used: {_without_path(error, target)}") from None
    return card


def _read_any_card(folder: Path) -> ModelCard:
    """A card, be it of a model for single faces or of a sequence model."""
    with suppress(ModelError):
        return read_card(folder, SequenceCard)
    return read_card(folder)


def _ships(card: ModelCard) -> bool:
    """Whether a model's files are those of one that ships, which need not be tried."""
    shipped = [read_card(path.parent) for path in SHIPPED_MODELS.glob(f"*/{CARD_FILE}")]
    return any(set(card.files.values()) <= set(one.files.values()) for one in shipped)


def _without_path(error: ModelError, folder: Path) -> str:
    return str(error).replace(f"{folder}{os.sep}", "").replace(str(folder), "its folder")


@contextmanager
def _reader(source: Path) -> Iterator[_Read]:
    """What reads the files of a model's folder or zip by their names."""
    if source.is_dir():
        yield lambda name: _read_from_folder(source, name)
        return
    if not zipfile.is_zipfile(source):
        raise ModelError(f"{source.name} is neither a model's folder nor a zip of one")
    with zipfile.ZipFile(source) as archive:
        members = _members(archive, source.name)
        yield lambda name: _read_from_zip(archive, members, name, source.name)


def _read_from_folder(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise ModelError(f"{folder.name} is no model's folder: it has no {name}")
    if path.stat().st_size > LARGEST_MODEL:
        raise ModelError(f"{name} has more than {LARGEST_MODEL:,} bytes")
    return path.read_bytes()


def _members(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    """The files beside the one card in a zip, by their names."""
    found = archive.infolist()
    if len(found) > MOST_FILES:
        raise ModelError(f"{name} is no model: it has more than {MOST_FILES:,} files")
    cards = [member.filename for member in found if member.filename.rpartition("/")[2] == CARD_FILE]
    if len(cards) != 1:
        raise ModelError(f"{name} is no model: it has {len(cards) or 'no'} {CARD_FILE}, and must have one")
    folder = cards[0].removesuffix(CARD_FILE)
    members = {one.filename.removeprefix(folder): one for one in found if one.filename.startswith(folder)}
    if sum(member.file_size for member in members.values()) > LARGEST_MODEL:
        raise ModelError(f"{name} has more than {LARGEST_MODEL:,} bytes unpacked")
    return members


def _read_from_zip(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], name: str, source: str) -> bytes:
    if name not in members:
        raise ModelError(f"{source} is no whole model: it has no {name}")
    try:
        return archive.read(members[name])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError) as error:
        raise ModelError(f"{name} in {source} cannot be unpacked ({error})") from None

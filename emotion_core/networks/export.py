"""Taking a model elsewhere: a file that other programs run, which says what it is, and a page on how to use it.

    ec.export_model("default", "onnx", "elsewhere")

Importing this loads neither Keras nor TensorFlow; what has to be converted is converted in a process of its own.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from emotion_core.command import own_command
from emotion_core.extras import need
from emotion_core.files import move_into_place, replace_file, scratch_beside, temporary_folder
from emotion_core.models.card import CARD_FILE, KERAS_FILE, ModelCard, ModelError, read_card, read_verified
from emotion_core.models.classifier import LITERT_FILE, Classifier
from emotion_core.models.mix import mix_of_the_file
from emotion_core.models.registry import find_model
from emotion_core.networks.how_to_use import how_to_use
from emotion_core.runs.presets import FEW_SHOT

#: All that must be known of a network: a file in the zip at a LiteRT file's end, and in a SavedModel's folder. In an
#: ONNX file its entries are the file's metadata.
ABOUT_FILE = "emotion_core.json"
#: The classes, a line each: what TensorFlow Lite's own tools look for in the zip at a file's end.
LABELS_FILE = "labels.txt"
HOW_TO_USE_FILE = "how-to-use.md"


@dataclass(frozen=True)
class Format:
    """A form in which models are exported: its name, and what the file or folder is called after the model's name."""

    title: str
    suffix: str


FORMATS = {
    "litert": Format("LiteRT", ".tflite"),
    "onnx": Format("ONNX", ".onnx"),
    "savedmodel": Format("SavedModel", "-savedmodel"),
}


def export_model(model: str | Path = "default", format: str = "onnx", folder: str | Path = ".") -> Path:
    """Write a model in a form that other programs run, and `how-to-use.md` beside it.

    The file holds the order of the classes, the input's size and scaling, the temperature and the abstain threshold.

    Args:
        model: its name or its folder.
        format: one of `FORMATS`.
        folder: where to write; made if there is none.

    Returns:
        The file, or a SavedModel's folder, named after the model.

    Raises:
        ValueError: there is no such format.
        ModelError: there is no such model, or it cannot be used or converted.
        ModuleNotFoundError: what converts is not installed; the message says how to install it.
        FileExistsError: it is there already.
        OSError: it cannot be written.
    """
    if format not in FORMATS:
        raise ValueError(f"unknown format {format!r}; allowed are {', '.join(FORMATS)}")
    source, folder = find_model(model), Path(folder)
    card = read_card(source)
    target = folder / f"{source.name}{FORMATS[format].suffix}"  # the name on a card could lead out of that folder
    if target.exists():
        raise FileExistsError(f"{target} is there already; remove it, or choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    with scratch_beside(target) as scratch:
        made = scratch / target.name
        _write(source, card, format, made)
        move_into_place(made, target)
    there = [name for name, one in FORMATS.items() if (folder / f"{source.name}{one.suffix}").exists()]
    (folder / HOW_TO_USE_FILE).write_text(how_to_use(source.name, card, there), "utf-8")
    return target


def convert_again(model: str | Path) -> Path:
    """Make a model's LiteRT file anew from its Keras file, as this version does: with embeddings. Returns its folder.

    Raises:
        ModelError: there is no such model, or it cannot be converted.
        OSError: it cannot be written.
    """
    folder = find_model(model)
    card = read_card(folder)
    with temporary_folder("convert") as scratch:
        made = Path(scratch) / LITERT_FILE
        _convert(folder, "litert", made)
        content = made.read_bytes()
    files = {**card.files, LITERT_FILE: hashlib.sha256(content).hexdigest()}
    replace_file(folder / LITERT_FILE, content)
    replace_file(folder / CARD_FILE, card.model_copy(update={"files": files}).to_json())
    return folder


def about(card: ModelCard) -> dict[str, Any]:
    """All that a program must know to use a network, besides the network."""
    return {
        "name": card.name,
        "summary": card.summary,
        "classes": list(card.class_order),
        **card.input.model_dump(),
        **mix_of_the_file(card).calibration.model_dump(),
        **({"prior": card.prior, "answers_under": card.answers_under} if card.prior else {}),
        "terms": card.terms,
    }


def _write(source: Path, card: ModelCard, form: str, target: Path) -> None:
    """The model in one of `FORMATS`; of a LiteRT file without embeddings, which is of an earlier version, a new one."""
    if form == "litert" and Classifier(source).embedding_size:
        target.write_bytes(read_verified(source, card, LITERT_FILE))
    else:
        _convert(source, form, target)
    words = json.dumps(about(card), indent=1)
    if form == "litert":
        with zipfile.ZipFile(target, "a") as archive:  # which is put at the file's end
            archive.writestr(ABOUT_FILE, words)
            archive.writestr(LABELS_FILE, "\n".join(card.class_order))
    elif form == "savedmodel":
        (target / ABOUT_FILE).write_text(words, "utf-8")


def _convert(folder: Path, form: str, target: Path) -> None:
    """Let a process of its own, which loads TensorFlow, convert a model's Keras file."""
    card = read_card(folder)
    if card.architecture.name == FEW_SHOT:
        advice = "" if form == "litert" else "; export it as litert"
        raise _cannot_be_converted(folder, form, f"a model of few faces has no Keras file{advice}")
    for module in ("keras", "tensorflow", "tf2onnx"):
        need(module)
    try:  # rather than have that process, which takes seconds to begin, find it out
        read_verified(folder, card, KERAS_FILE)
    except ModelError as error:
        raise _cannot_be_converted(folder, form, str(error)) from None
    command = own_command("emotion_core.networks.conversion", str(folder), form, str(target.absolute()))
    done = subprocess.run(**command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise _cannot_be_converted(folder, form, reason)


def _cannot_be_converted(folder: Path, form: str, reason: str) -> ModelError:
    return ModelError(f"the model {folder.name} cannot be converted to {FORMATS[form].title}: {reason}")

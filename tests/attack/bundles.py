"""Hostile files in which a run comes home."""

from __future__ import annotations

import io
import json
import warnings
import zipfile
from pathlib import Path

from emotion_core.runs.recipes import QUICK
from tests.attack.making import ODD_TEXTS, Chance, mutated, written


def odd_bundle(path: Path, chance: Chance) -> Path:
    """A run from elsewhere whose configuration, history, names or bytes are not what they should be."""
    recipe = QUICK.model_dump(mode="json")
    config = {"name": "first", "data": "drawn", "architecture": "emotion-net", "recipe": recipe}
    asked, epoch = {"seed": 1, **recipe}, dict.fromkeys(("loss", "accuracy", "val_loss", "val_accuracy"), 0.5)
    history = [{**epoch, "epoch": 1, "learning_rate": 0.1, "seconds": 1.0, "best": True}]
    progress = {"asked": asked, "history": history, "batch": 0}
    victim = chance.choice([config, recipe, progress, history[0]])
    if chance.random() < 0.7:
        victim[chance.choice(list(victim))] = chance.choice([None, [], {}, -1, 10**30, *ODD_TEXTS])
    network = _zipped({"config.json": "{}", "progress.json": json.dumps(progress)}, chance)
    zeros = bytes(chance.large(3 * 10**8)) if chance.random() < 0.1 else b""
    members = {
        "bundle.json": json.dumps({"format": 1, "config": config}),
        "run/last.keras": network,
        "run/best.keras": chance.choice([network, b"", mutated(network, chance)]),
        "run/metrics.jsonl": chance.choice([b"", b"[" * 10**6, json.dumps(history[0]).encode(), zeros]),
        "run/where.json": chance.choice([b'"here"', b"[]", b'"\\u001b[2J"', b""]),
        chance.choice(["../../evil", "/abs", "run/../x", "bundle.json", "a"]): b"x",
    }
    data = _zipped(members, chance)
    return written(path, "zip", mutated(data, chance) if chance.random() < 0.3 else data)


def _zipped(members: dict[str, str | bytes], chance: Chance) -> bytes:
    """A zip of these, one of them sometimes left out."""
    left_out = chance.choice([*members, *[None] * 10])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings(action="ignore"):  # of a name twice
        for name, content in members.items():
            if name != left_out:
                archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)  # no time of the day
    return file.getvalue()

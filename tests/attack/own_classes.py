"""Hostile classes: too many, two of one name, markup, very long, in other scripts; in folders, tables and cards."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from emotion_core.emotions import EMOTIONS
from emotion_core.workspace import SHIPPED_MODELS
from tests.attack.making import ODD_TEXTS, Chance, mutated, small_png, written
from tests.cards import change_card

ODD_CLASSES = (
    *ODD_TEXTS, "a" * 200, "<b>bold</b>", "<script>alert(1)</script>", "![x](http://127.0.0.1:9/x.png)", "Δικός μου",
    "שלי", "كلاس", "क्षमा", "表情", "\u202egnp.exe", "e\u0301", "é", "Straße", "STRASSE", "uncertain", "unknown", "nf",
    "label", "*", "->", "a,b", "a\nb", "👩‍🔬", "\u200d", " x ", "x",
)  # fmt: skip


def odd_class_folders(path: Path, chance: Chance) -> Path:
    """A zip with a folder a class, called as none should be."""
    file = path.with_name(f"{path.name}.zip")
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(_names(chance)):
            folder = name.replace("\0", "").replace("/", "_") or "_"
            archive.writestr(f"{folder}/{number}.png", small_png(chance))
    return file


def odd_class_table(path: Path, chance: Chance) -> Path:
    """A table that says which labels make up which classes."""
    labels = [*EMOTIONS, *_names(chance)]
    lines = [
        chance.choice([f"{label} -> {chance.choice(labels)}", label, f"{label} ->", "->", f"{label} -> x #12345"])
        for label in chance.sample(labels, chance.randrange(1, len(labels)))
    ]
    content = "\n".join(chance.choice([lines, ["label,class", *(line.replace(" -> ", ",") for line in lines)]]))
    data = content.encode("utf-8", "surrogatepass")
    return written(path, "txt", mutated(data, chance) if chance.random() < 0.3 else data)


def odd_class_card(path: Path, chance: Chance) -> Path:
    """A model whose card has its classes in another order, or calls them otherwise."""
    shutil.copytree(SHIPPED_MODELS / "seed-cnn", path, ignore=shutil.ignore_patterns("*.keras", "*.md", "*.jsonl"))
    names = list(EMOTIONS)
    chance.shuffle(names)
    if chance.random() < 0.7:
        names = _names(chance)[: chance.choice([7, 7, 31])]
    change_card(path, class_order=names, colours={chance.choice([*names, "x"]): "red"})
    return path


def _names(chance: Chance) -> list[str]:
    """Two to 40 names, some of them odd, some there twice."""
    plain = [f"class {number}" for number in range(40)]
    return [chance.choice([*ODD_CLASSES, *plain]) for _ in range(chance.choice([2, 7, 30, 31, 40]))]
